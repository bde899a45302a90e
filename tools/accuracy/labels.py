"""The labelled corpus: rows of ``labels.csv`` with the identity that splits follow."""

from __future__ import annotations

import csv
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path

FOLDS = 5


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
                rows += [
                    Row(table.parent / labels["file"], medium, labels)
                    for labels in csv.DictReader(lines)
                ]
    if not rows:
        raise FileNotFoundError(f"{corpus} has no portraits/labels.csv and no voices/labels.csv")
    return [row for row in rows if row.path.exists()]
