"""Findings that are known: written down once, so that only what is new or worse blocks.

A baseline is a JSON file beside the code, one entry a finding, known by its fingerprint
(:mod:`qcheck.engine.fingerprints`), so that neither a number that moves a little nor another
finding makes it stale. What became more severe than it was written down counts again.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qcheck.core.atomic import write_whole
from qcheck.core.bounded_parsing import load_json
from qcheck.core.bounded_reading import read_regular
from qcheck.core.errors import UsageFault
from qcheck.core.media import UNKNOWN
from qcheck.core.results import FileReport, Judgement, Outcome, Report, Severity, Status
from qcheck.core.wording import plural
from qcheck.engine.fingerprints import (
    FINGERPRINT_VERSION,
    find_root,
    fingerprint,
    fingerprints,
    identity,
    source,
)

__all__ = ["DEFAULT", "Baseline", "Entry"]

DEFAULT = "qcheck-baseline.json"
_VERSION = 1
# A hundred thousand findings.
_MOST_BYTES = 50_000_000
_UNMEASURED = "unmeasured"
_SEVERITIES = {Severity.WARNING.label, Severity.ERROR.label}


@dataclass(frozen=True, order=True)
class Entry:
    """One known finding; ``message`` is for the people who read the file."""

    file: str
    rule: str
    severity: str
    """warning or error; ``unmeasured`` for a rule that applies and could not look."""
    message: str
    fingerprint: str


@dataclass(frozen=True)
class Baseline:
    """The entries of a file; files are named relative to the project that it lies in."""

    path: Path
    entries: tuple[Entry, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """Raises UsageFault for a file that is not there or is no baseline."""
        try:
            data = load_json(read_regular(path, _MOST_BYTES).decode("utf-8"))
        except OSError as error:
            raise UsageFault(
                f"{path}: {error.strerror or error}; `qcheck baseline update` writes it"
            ) from error
        except ValueError as error:
            raise UsageFault(f"{path}: it is no baseline: {error}") from error
        try:
            if (data["version"], data["fingerprints"]) != (_VERSION, FINGERPRINT_VERSION):
                raise UsageFault(
                    f"{path}: another version of qcheck wrote it: `qcheck baseline update` again"
                )
            entries = tuple(Entry(**entry) for entry in data["findings"])
            if any(type(value) is not str for e in entries for value in vars(e).values()):
                raise TypeError("a value is no text")
            if wrong := {e.severity for e in entries} - {*_SEVERITIES, _UNMEASURED}:
                raise TypeError(f"there is no severity {wrong.pop()!r}")
        except (KeyError, TypeError) as error:
            raise UsageFault(f"{path}: it is no baseline: {error}") from error
        return cls(path, entries)

    @property
    def root(self) -> Path:
        return find_root(self.path.resolve().parent)

    def write(self) -> None:
        data = {
            "version": _VERSION,
            "fingerprints": FINGERPRINT_VERSION,
            "findings": [dataclasses.asdict(entry) for entry in sorted(self.entries)],
        }
        text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
        try:
            write_whole(self.path, text)
        except OSError as error:
            raise UsageFault(f"{self.path}: {error.strerror or error}") from error

    def updated(self, report: Report) -> Baseline:
        """With everything that ``report`` found; what it did not look at stays."""
        seen = {identity(file, self.root) for file in report.files}
        kept = [entry for entry in self.entries if entry.file not in seen and self._is_there(entry)]
        # What has no file, standard input say, nobody finds again.
        files = [file for file in report.files if source(file) or Path(file.file).is_symlink()]
        found = [entry for file in files for entry in self.found_in(file)]
        return dataclasses.replace(self, entries=tuple(sorted({*kept, *found})))

    def pruned(self, report: Report) -> Baseline:
        """Without the entries that are stale."""
        stale = set(self.stale(report))
        left = tuple(entry for entry in self.entries if entry not in stale)
        return dataclasses.replace(self, entries=left)

    def stale(self, report: Report) -> list[Entry]:
        """Entries whose file is gone, or whose rule looked at it and found nothing of the kind."""
        found: set[str] = set()
        looked: set[tuple[str, str]] = set()
        for file in report.files:
            of = identity(file, self.root)
            found.update(entry.fingerprint for entry in self.found_in(file))
            looked.update((of, outcome.rule) for outcome in file.outcomes)
        return [
            entry
            for entry in self.entries
            if not self._is_there(entry)
            or ((entry.file, entry.rule) in looked and entry.fingerprint not in found)
        ]

    def _is_there(self, entry: Entry) -> bool:
        """Files outside the project are known by their content only: nobody can say."""
        path = self.root / entry.file
        try:
            return entry.file.startswith("sha256:") or path.is_file() or path.is_symlink()
        except OSError:
            return False  # A name that no disk takes.

    def found_in(self, file: FileReport) -> Iterator[Entry]:
        of = identity(file, self.root)
        for finding, print_ in fingerprints(file, self.root):
            if finding.severity is Severity.INFO:
                continue  # it never blocks
            message = finding.judgement.message
            yield Entry(of, finding.rule, finding.severity.label, message, print_)
        for outcome in file.unmeasured:
            print_ = fingerprint(outcome.rule, of, "", _UNMEASURED)
            yield Entry(of, outcome.rule, _UNMEASURED, outcome.reason, print_)

    def without_known(self, report: Report) -> Report:
        """The report without what is known, and notes that say how much that was."""
        known = {entry.fingerprint: entry for entry in self.entries}
        files = tuple(self._without(file, known) for file in report.files)
        taken = sum(_counted(report.files)) - sum(_counted(files))
        notes = list(report.notes)
        if taken:
            notes.append(f"{self.path}: not counted: {plural(taken, 'known finding')}")
        if stale := self.stale(report):
            first = f"{stale[0].rule} of {stale[0].file}"
            notes.append(
                f"{self.path}: nothing matches {len(stale)} of its {len(self.entries)} entries "
                f"any more, the first is {first}: `qcheck baseline prune` removes them"
            )
        return dataclasses.replace(report, files=files, notes=tuple(notes))

    def _without(self, file: FileReport, known: dict[str, Entry]) -> FileReport:
        taken: dict[int, str] = {}
        for finding, print_ in fingerprints(file, self.root):
            entry = known.get(print_)
            if entry is not None and not _worse(finding.severity, entry.severity):
                taken[id(finding.judgement)] = print_
        reason = f"known: it stands in {self.path.name}"
        of = identity(file, self.root)
        outcomes = []
        ignored = dict(file.ignored)
        nothing_known = file.medium == UNKNOWN
        for outcome in file.outcomes:
            left = tuple(j for j in outcome.judgements if id(j) not in taken)
            unmeasured = fingerprint(outcome.rule, of, "", _UNMEASURED)
            taken_away = outcome.judgements and not left
            if nothing_known and taken_away:
                # With no outcome at all it would be a file that nobody looked at, which blocks.
                outcomes.append(Outcome(outcome.rule, outcome.code, Status.SKIPPED, reason=reason))
            elif taken_away or (outcome.unmeasured and unmeasured in known):
                ignored[outcome.rule] = reason
            else:
                outcomes.append(_with(outcome, left))
        return dataclasses.replace(file, outcomes=tuple(outcomes), ignored=ignored)


def _with(outcome: Outcome, judgements: tuple[Judgement, ...]) -> Outcome:
    if judgements == outcome.judgements:
        return outcome
    failed = any(judgement.severity is not None for judgement in judgements)
    status = Status.FAIL if failed else Status.PASS
    return dataclasses.replace(outcome, status=status, judgements=judgements)


def _worse(severity: Severity, than: str) -> bool:
    return than != _UNMEASURED and severity > Severity[than.upper()]


def _counted(files: Iterable[FileReport]) -> Iterator[int]:
    for file in files:
        yield len(file.findings) + len(file.unmeasured)
