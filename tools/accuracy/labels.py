"""The labelled corpus: rows of ``labels.csv`` with the person and the source that splits follow."""

from __future__ import annotations

import csv
import re
import zlib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from tools.accuracy.readings import behind

FOLDS = 5

# Sets that one source made in one way are strangers to the others only together, and a handful of
# pictures is no set: by the set's name, or for a voice by the speaker's, the first that fits.
_ORIGINS = (
    ("london_*", "london"),
    ("yale*", "yale"),
    ("facemask_*", "facemask"),
    ("us_*", "us officials"),
    ("th_driving*", "th_driving"),
    ("aflw2000", "few"),
    ("lisa_zoom", "few"),
    ("face_recognition", "few"),
    ("more_ember_team", "more_few"),
    ("more_gdgph17", "more_few"),
    ("more_haskell_board", "more_few"),
    ("more_inpycon23", "more_few"),
    ("more_jupyter_bios", "more_few"),
)
_SPEAKERS = re.compile(r"(nsd|ptdb|p501|libri|ljspeech)(_|$)")


@dataclass(frozen=True)
class Row:
    """One labelled file."""

    path: Path
    medium: str
    """``portraits`` or ``voices``."""
    labels: dict[str, str] = field(compare=False, repr=False)

    @property
    def name(self) -> str:
        return self.labels["file"]

    @property
    def subject(self) -> str:
        """One person: nobody is on both sides of a split. Near-duplicates count as one."""
        if self.medium == "portraits":
            labels = self.labels
            return labels["dup_group"] or labels["subject"] or self.name
        return _speaker(self.name)

    @property
    def fold(self) -> int:
        return zlib.crc32(self.subject.encode()) % FOLDS

    @property
    def origin(self) -> str:
        """Where it is from: what is left out as a whole. A made voice is from its speaker's set."""
        if self.medium == "voices" and (found := _SPEAKERS.match(self.subject)):
            return found[1]
        own = self.labels.get("set", "")
        return next((name for form, name in _ORIGINS if fnmatchcase(own, form)), own)

    @property
    def left_out(self) -> dict[str, str]:
        """The part of the corpus that its numbers are fitted without, for each kind of split."""
        return {"people": str(self.fold), "sets": f"{self.medium} {self.origin}"}


def _speaker(file: str) -> str:
    """The first speaker's name as the clean clips of the corpus spell it."""
    folder, _, name = file.rpartition("/")
    if found := re.search(r"(nsd|ptdb|p501)_[fm]\d", name):
        return found.group()
    if folder == "libri_clean":
        return f"libri_{name.split('-')[0]}"
    if folder in ("p808_fb48", "p808_nsd_clean") and (found := re.search(r"[fm]\d", name)):
        return f"nsd_{found.group()}"  # the reference conditions were made from the same clips
    if folder == "ljspeech":
        return "ljspeech"
    return file


def read(corpus: Path) -> list[Row]:
    """Every labelled file that is there.

    Raises :class:`FileNotFoundError` where ``corpus`` holds neither table.
    """
    rows = []
    for medium in ("portraits", "voices"):
        table = corpus / medium / "labels.csv"
        if table.exists():
            with table.open(encoding="utf-8", newline="") as lines:
                for labels in csv.DictReader(lines):
                    if medium == "portraits":
                        labels["behind"] = behind(labels["file"], labels.get("background", ""))
                    rows.append(Row(table.parent / labels["file"], medium, labels))
    if not rows:
        raise FileNotFoundError(f"{corpus} has no portraits/labels.csv and no voices/labels.csv")
    return [row for row in rows if row.path.exists()]
