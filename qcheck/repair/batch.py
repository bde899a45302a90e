"""Many files mended: in parallel, written all or not at all, checked by the rules that found it."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qcheck.core.atomic import hidden_beside, holds_leftovers, place_new, remove_parts
from qcheck.core.errors import UsageFault, printable
from qcheck.core.machine import ProcessIdentity, this_process
from qcheck.core.media import UNKNOWN
from qcheck.core.probe import Unmeasurable
from qcheck.core.results import FileReport, Outcome, Report, Status
from qcheck.engine.discovery import expand_paths
from qcheck.engine.inputs import STDIN, Input, medium_of_file
from qcheck.engine.judge import check_file
from qcheck.engine.options import Options
from qcheck.engine.run import Ready, bounded_call, make_ready, report_of
from qcheck.engine.workers import map_in_workers
from qcheck.fixes.declaration import Wish
from qcheck.fixes.registry import Tried, with_commands
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.repair.one_file import Deed, Mending, carry_over, mend, right_name

if TYPE_CHECKING:
    from qcheck.repair.before_after import Sight

__all__ = ["FOLDER", "FixedFile", "Work", "mend_files"]

FOLDER = "fixed"
"""Where mended files go: beside the file, unless another folder is named."""

_MENDABLE = ("portrait", "voice", UNKNOWN)


@dataclass(frozen=True)
class _Errand:
    """What is done with every file."""

    options: Options
    wish: Wish
    folder: Path | None
    dry: bool
    """Whether nothing is written."""
    sights: bool
    """Whether a before-and-after picture is wanted."""
    process: ProcessIdentity
    """The one that puts the files in their places; workers end before it does."""
    goes_on: bool
    """Whether an earlier run into the folder was killed before all files were in their places."""


@dataclass(frozen=True)
class FixedFile:
    """What became of one file."""

    source: str
    before: FileReport
    after: FileReport
    target: Path | None
    """Where it goes; None where nothing can be written, for the reason in ``refusal``."""
    deeds: tuple[Deed, ...] = ()
    vain: tuple[Deed, ...] = ()
    """What could not be mended although a repair is for it, and why."""
    replaces: bool = False
    """Whether it takes the place of what an earlier run made of the same file."""
    refusal: str = ""
    waiting: Path | None = None
    """The whole file, beside its place under a hidden name."""
    fault: str = ""
    """Why it could not be written."""
    sights: tuple[Sight, Sight] | None = None


@dataclass(frozen=True)
class Work:
    """What became of all files."""

    files: tuple[FixedFile, ...]
    report: Report
    """Of the mended files, by the same rules."""


def mend_files(
    paths: Sequence[str],
    options: Options,
    wish: Wish,
    folder: Path | None = None,
    *,
    dry: bool = False,
    sights: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Work:
    """Mend what can be mended of ``paths`` and write it into ``folder``.

    What an earlier run made of a file, and nobody changed since, is replaced in the folder beside
    it, so that ``--unsafe`` may follow. Raises UsageFault, and writes nothing at all, where any
    other file would be overwritten or two would go to one place.
    """
    start = time.perf_counter()
    if STDIN in paths:
        raise UsageFault("what comes from standard input has no place beside it: name a file")
    names, notes = expand_paths(paths, options)
    names = [name for name in names if not _is_made_here(name, paths, folder)]
    media = {name: (medium_of_file(name) or UNKNOWN) for name in names}
    passed = [name for name in names if media[name] not in _MENDABLE]
    notes += [f"{printable(n)}: only portraits and recordings are mended" for n in passed]
    names = [name for name in names if name not in passed]
    if not names:
        raise UsageFault("; ".join(["there is no portrait and no recording to mend", *notes]))
    goes_on = folder is not None and holds_leftovers(folder)
    errand = _Errand(options, wish, folder, dry, sights, this_process(), goes_on)
    files: list[FixedFile] = []
    folders = {folder if folder is not None else Path(name).parent / FOLDER for name in names}
    ours = [each for each in folders if not each.exists()]
    try:
        for done in _all(names, errand):
            files.append(done)
            if progress:
                progress(len(files), len(names))
        _refuse_collisions(files, dry)
        if not dry:
            for each in files:
                _put_in_place(each)
    finally:
        for each_folder in folders:
            # What a worker wrote that was killed, too: nobody told us of that.
            remove_parts(each_folder, errand.process)
        for made in ours:
            _remove_if_empty(made)
    report = report_of(
        [each.after for each in files],
        [Input(name) for name in names],
        options,
        notes,
        time.perf_counter() - start,
    )
    return Work(tuple(files), report)


def _is_made_here(name: str, paths: Sequence[str], folder: Path | None) -> bool:
    """Whether a folder that was walked holds what an earlier run made of it."""
    path = Path(name)
    for walked in map(Path, paths):
        if path == walked or not path.is_relative_to(walked):
            continue
        if FOLDER in path.parent.relative_to(walked).parts:
            return True
        if folder is None:
            return False
        made = folder.resolve()
        return path.resolve().is_relative_to(made) and not walked.resolve().is_relative_to(made)
    return False


def _all(names: Sequence[str], errand: _Errand) -> Iterator[FixedFile]:
    calls = [
        bounded_call(_mend_one, (name, errand), [Input(name)], errand.options) for name in names
    ]
    workers = errand.options.jobs or os.cpu_count() or 1

    def lost(number: int, why: str) -> FixedFile:
        return _lost(names[number], why)

    yield from map_in_workers(calls, workers, lost, lambda _: None)


def _lost(name: str, reason: str) -> FixedFile:
    crash = FileReport(
        printable(name), UNKNOWN, (Outcome("qcheck", "", Status.CRASHED, reason=reason),)
    )
    return FixedFile(name, crash, crash, None, refusal=reason)


def _mend_one(name: str, errand: _Errand) -> FixedFile:
    """Mend one file, write it under a hidden name, and check what was written."""
    ready = make_ready(Input(name), errand.options)
    before = check_file(ready.evidence, ready.selected, ready.job, ready.ignored)
    try:
        mending = mend(ready, errand.wish)
    except Unmeasurable as reason:
        return FixedFile(name, before, before, None, refusal=str(reason))
    path = Path(name)
    folder = errand.folder if errand.folder is not None else path.parent / FOLDER
    target = folder / right_name(path.stem, path.suffix, mending.format)
    waiting, data = None, mending.data
    if not errand.dry:
        try:
            waiting = _write(target, mending.data, errand.process)
            data = waiting.read_bytes()
        except OSError as error:
            fault = f"{target}: {error.strerror or error}"
            return FixedFile(
                name, before, before, target, mending.deeds, waiting=waiting, fault=fault
            )
    replaces = not errand.dry and _is_ours(target, ready, mending, errand)
    written = File(printable(str(target)), data)
    after = _checked(written, ready, name, before, mending, errand.wish)
    sights = None
    if errand.sights:
        from qcheck.repair.before_after import sight

        sights = sight(ready.evidence.file), sight(File(target.name, data))
    return FixedFile(
        *(name, before, after, target, mending.deeds, mending.vain, replaces),
        waiting=waiting,
        sights=sights,
    )


def _is_ours(target: Path, ready: Ready, mending: Mending, errand: _Errand) -> bool:
    """Whether an earlier run made what stands at ``target`` of this very file.

    Repairs give the same bytes each time, so what they made can be told from what anybody did to it
    since, and can be made again. In a folder that the user named, nothing counts but the same bytes
    of a run that was killed before it was done: they must not stop the next.
    """
    if target.is_symlink() or not target.is_file():
        return False
    if errand.folder is not None and not errand.goes_on:
        return False
    there = target.read_bytes()
    if there == mending.data or errand.folder is not None:
        return there == mending.data
    if there == ready.evidence.file.data:
        return True
    others = (dataclasses.replace(errand.wish, unsafe=not errand.wish.unsafe), Wish())
    return any(there == mend(ready, wish).data for wish in others)


def _checked(
    file: File, ready: Ready, name: str, before: FileReport, mending: Mending, wish: Wish
) -> FileReport:
    """What the rules that hold for the original say of the mended file."""
    if not mending.deeds and file.data == mending.data:
        # The same bytes under the same rules.
        report = dataclasses.replace(before, file=file.name)
    else:
        evidence = Evidence(file, ready.job)
        report = check_file(evidence, ready.selected, ready.job, ready.ignored)
    # What is left can be mended from the original only, so that nothing is encoded twice.
    tried = Tried.ALL if wish.unsafe else Tried.SAFE
    report = carry_over(before, report, mending)
    return with_commands(
        *(report, name, ready.job.app), tried=tried, mended=file.name, cut_by=ready.cut_by
    )


def _write(target: Path, data: bytes, process: ProcessIdentity) -> Path:
    """The whole file under a hidden name in its folder, so that it can take its place at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with hidden_beside(target, maker=process) as file:
        file.write(data)
    return Path(file.name)


def _refuse_collisions(files: Sequence[FixedFile], dry: bool) -> None:
    originals = {os.path.realpath(each.source) for each in files}
    taken: dict[str, str] = {}
    for each in files:
        if each.fault:
            raise UsageFault(f"{each.fault}; nothing was written")
        if each.target is None:
            continue
        place = os.path.realpath(each.target)
        if not dry and os.path.lexists(each.target) and (not each.replaces or place in originals):
            raise UsageFault(
                f"{each.target} is there already; nothing was written. Move it away, or name "
                "another folder with -o"
            )
        if (other := taken.setdefault(place, each.source)) != each.source:
            raise UsageFault(
                f"{other} and {each.source} would both become {each.target}; nothing was written"
            )


def _put_in_place(each: FixedFile) -> None:
    """Take the place, whole, and only where nothing stands there."""
    if each.waiting is None or each.target is None:
        return
    try:
        if each.replaces:
            each.waiting.replace(each.target)
        else:
            place_new(each.waiting, each.target)
    except FileExistsError as error:
        raise UsageFault(f"{each.target} is there already; it was not overwritten") from error
    except OSError as error:
        raise UsageFault(f"{each.target}: {error.strerror or error}") from error


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()
