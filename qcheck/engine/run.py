"""From the paths that a user typed to a report: which files, under which settings, in parallel."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from qcheck.core.bounds import Bounds
from qcheck.core.errors import UsageFault, printable, staying, told
from qcheck.core.job import Job
from qcheck.core.media import MEDIA, UNKNOWN
from qcheck.core.probe import Unmeasurable
from qcheck.core.results import FileReport, Outcome, Report, Severity, Status
from qcheck.core.wording import plural
from qcheck.engine.bundles import bundles
from qcheck.engine.discovery import expand_paths
from qcheck.engine.inputs import STDIN, Input, read, with_standard_input
from qcheck.engine.job_safety import refuse_never, switched_off
from qcheck.engine.judge import Selected, applies, check_file
from qcheck.engine.options import Options
from qcheck.engine.setup import forget_settings, run_settings, setup_at, setup_for, target_of
from qcheck.engine.worker import Call
from qcheck.exhibits.exhibit import take_exhibit
from qcheck.exhibits.shelf import Shelf
from qcheck.fixes.registry import with_commands
from qcheck.media.content import Footage
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence, ProbeCrashed

__all__ = ["Ready", "bounded_call", "in_worker", "make_ready", "report_of", "run", "run_inputs"]


@staying()
def run(
    paths: Sequence[str],
    options: Options,
    progress: Callable[[int, int], None] | None = None,
    only: Callable[[Path], bool] | None = None,
) -> Report:
    """Check every file that ``paths`` names. Raises UsageFault before any file is opened.

    ``progress`` is called with (files done, files in all); ``only`` says of a file whether it is to
    be checked.
    """
    _begin_run()
    setup_at(Path.cwd(), options)
    files, notes = expand_paths(paths, options)
    if files and only is not None:
        kept = [name for name in files if name == STDIN or only(Path(name))]
        notes += [f"{len(files) - len(kept)} of {plural(len(files), 'file')} did not change"]
        files = kept
    if options.cache is not None:
        from qcheck.engine.cache import prepare

        if fault := prepare(options.cache):
            notes.append(f"--cache {options.cache}: nothing can be kept there: {fault}")
    report = _run_inputs([Input(name) for name in files], options, progress, notes)
    if options.cache is not None:
        from qcheck.engine.cache import prune

        prune(options.cache)
    asked = only is not None or options.force_exclude
    return dataclasses.replace(report, none_left=asked and not files)


@staying()
def run_inputs(
    inputs: Sequence[Input],
    options: Options,
    progress: Callable[[int, int], None] | None = None,
    notes: Sequence[str] = (),
) -> Report:
    """Check ``inputs``; ``notes`` are carried into the report. Raises UsageFault as :func:`run`."""
    _begin_run()
    return _run_inputs(inputs, options, progress, notes)


# What is remembered of settings holds for one run: a process, and its workers, may outlive it.
_run_number = 0


def _begin_run() -> None:
    global _run_number
    if _run_number:
        forget_settings()
    _run_number += 1


def _run_inputs(
    inputs: Sequence[Input],
    options: Options,
    progress: Callable[[int, int], None] | None,
    notes: Sequence[str],
) -> Report:
    start = time.perf_counter()
    if options.before_a_job:
        refuse_never(options)
    reports = _check_all(inputs, options, progress)
    return report_of(reports, inputs, options, notes, time.perf_counter() - start)


def report_of(
    reports: Sequence[FileReport],
    inputs: Sequence[Input],
    options: Options,
    notes: Sequence[str],
    seconds: float,
) -> Report:
    """What was said of every file, and what holds for the run as a whole."""
    settings = run_settings(options)
    notes = list(notes)
    # In the order of the files: notes are the same in every run.
    for folder in dict.fromkeys(Path(each.name).parent for each in inputs if each.name != STDIN):
        notes += setup_at(folder, options).notes
    if options.before_a_job:
        notes += switched_off(reports, inputs, options)
    target, target_notes = target_of(options.app or settings.for_)
    notes += [
        f"{each.file}: no selected rule is for a {each.medium}, so nothing was looked at"
        for each in reports
        if not each.outcomes and not each.ignored
    ]
    if target is not None:
        notes += [
            f"{each.file}: {target.app} takes no {each.medium}"
            for each in reports
            if each.medium in MEDIA and each.medium not in (*target.takes, "payload", "plan")
        ]
    fail_on = options.fail_on or settings.fail_on
    return Report(
        files=tuple(reports),
        target=target.app if target else options.app or settings.for_,
        fail_on=None if fail_on == "never" else Severity[fail_on.upper()],
        min_score=settings.min_score if options.min_score is None else options.min_score,
        notes=tuple(dict.fromkeys((*target_notes, *notes))),
        seconds=seconds,
        before_a_job=options.before_a_job,
    )


def _check_all(
    inputs: Sequence[Input], options: Options, progress: Callable[[int, int], None] | None
) -> list[FileReport]:
    """The reports of ``inputs``, in their order."""
    done = 0

    def count(reports: Sequence[FileReport]) -> None:
        nonlocal done
        done += len(reports)
        if progress:
            progress(done, len(inputs))

    shelf = Shelf(len(inputs))

    def keep(reports: Sequence[FileReport]) -> list[FileReport]:
        return [shelf.put(report) for report in reports]

    given = [with_standard_input(each, _bounds(each, options)) for each in inputs]
    together = bundles(given)
    found: dict[Input, FileReport] = {}
    alone: list[tuple[Input, ...]] = []
    for bundle, (reports, is_lost) in zip(
        together, _in_workers(together, options, count), strict=True
    ):
        if is_lost and len(bundle) > 1:
            # One of them took the process down: the others are judged without it.
            alone += [(each,) for each in bundle]
        found.update(zip(bundle, keep(reports), strict=True))
    for (each,), (reports, _) in zip(
        alone, _in_workers(alone, options, lambda _: None), strict=True
    ):
        found[each] = keep(reports)[0]
    return [_complete(found[each], each, options) for each in given]


def _bounds(given: Input, options: Options) -> Bounds:
    return setup_for(given, options)[0].settings.bounds


def bounded_call(
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    given: Sequence[Input],
    options: Options,
) -> Call:
    """A call for a worker, within the bounds that hold for the files that it is about."""
    bounds = [_bounds(each, options) for each in given]
    return Call(
        function,
        arguments,
        # They are looked at in turn, by one process.
        check_s=sum(each.check_s for each in bounds),
        memory_bytes=max(each.memory_bytes for each in bounds),
    )


def in_worker(
    function: Callable[..., Any], arguments: tuple[Any, ...], given: Input, options: Options
) -> Any:
    """What ``function`` makes of ``given``, in a process that can be killed.

    Raises what the function raises, and UsageFault where the process is lost.
    """
    from qcheck.engine.workers import map_in_workers

    def lost(number: int, why: str) -> NoReturn:
        raise UsageFault(f"{printable(given.shown or given.name)}: {why}")

    call = bounded_call(function, arguments, [given], options)
    made: list[Any] = list(map_in_workers([call], 1, lost, lambda _: None))
    return made[0]


_Checked = tuple[list[FileReport], bool]
"""Of one bundle, and whether its process was lost."""


def _in_workers(
    together: Sequence[tuple[Input, ...]],
    options: Options,
    count: Callable[[Sequence[FileReport]], None],
) -> Iterator[_Checked]:
    """What is said of each bundle, each checked by a process that may be lost over it."""
    from qcheck.engine.workers import map_in_workers

    calls = [
        bounded_call(_check_bundle_within, (bundle, options, _run_number), bundle, options)
        for bundle in together
    ]

    def lost(number: int, why: str) -> _Checked:
        return _lost(together[number], why), True

    workers = options.jobs or os.cpu_count() or 1
    return map_in_workers(calls, workers, lost, lambda checked: count(checked[0]))


def _complete(report: FileReport, given: Input, options: Options) -> FileReport:
    """``report``, with a crash for every rule that was to judge the file and said nothing.

    Wherever a report comes from, a worker or the cache: silence is not a pass.
    """
    if report.crashes:
        return report
    setup, ignored = setup_for(given, options)
    said = {outcome.rule for outcome in report.outcomes}
    silent = [
        Outcome(each.rule.name, each.rule.code, Status.CRASHED, reason="it gave no outcome")
        for each in setup.selected
        if applies(each.rule, report.medium) and each.rule.name not in {*said, *ignored}
    ]
    if not silent:
        return report
    return dataclasses.replace(report, outcomes=(*report.outcomes, *silent))


def _lost(bundle: tuple[Input, ...], why: str, trace: str = "") -> list[FileReport]:
    """What is reported of files whose check took its process down with it."""
    crash = Outcome("qcheck", "", Status.CRASHED, reason=why, trace=trace)
    return [
        FileReport(printable(each.shown or each.name), each.role or UNKNOWN, (crash,))
        for each in bundle
    ]


def _check_bundle_within(
    bundle: tuple[Input, ...], options: Options, run_number: int
) -> tuple[list[FileReport], bool]:
    """As :func:`_check_bundle`, where nothing that goes wrong ends more than this bundle."""
    global _run_number
    if _run_number != run_number:
        forget_settings()
        _run_number = run_number
    try:
        return _check_bundle(bundle, options), False
    except (UsageFault, KeyboardInterrupt):
        raise
    except BaseException as error:
        # What leaves the program takes no other file with it.
        trace = "".join(traceback.format_exception(error))
        return _lost(bundle, f"internal error: {told(error)}", trace), True


def _check_bundle(bundle: tuple[Input, ...], options: Options) -> list[FileReport]:
    """Check what belongs together, or take what is kept of it."""
    # Read once: what is kept under a content's digest must have been judged of that content.
    files = [read(given, _bounds(given, options)) for given in bundle]
    reports = _kept_or_judged(bundle, files, options)
    if not options.before_a_job:
        return reports
    return [
        dataclasses.replace(report, judged=_judged(given, file))
        for report, given, file in zip(reports, bundle, files, strict=True)
    ]


def _judged(given: Input, file: File) -> tuple[str, str] | None:
    if given.data is not None or given.name == STDIN or file.fault is not None:
        return None
    return given.name, hashlib.sha256(file.data).hexdigest()


def _kept_or_judged(
    bundle: tuple[Input, ...], files: Sequence[File], options: Options
) -> list[FileReport]:
    plain = all(given.name != STDIN and given.data is None and not given.role for given in bundle)
    readable = all(file.fault is None for file in files)
    if options.cache is None or options.exhibits or not (plain and readable):
        return _judge_bundle(bundle, files, options)
    from qcheck.engine import cache as kept

    facts: list[kept.Fact] = []
    modules = []
    for given, file in zip(bundle, files, strict=True):
        setup, ignored = setup_for(given, options)
        content = hashlib.sha256(file.data).hexdigest()
        # A limit of another medium's rule changes nothing here.
        asked = [each for each in setup.selected if applies(each.rule, file.medium)]
        rules = [f"{each.rule.name} {each.rule.code} {each.limits}" for each in asked]
        job = f"{setup.job}"
        bounds = f"{setup.settings.bounds}"
        facts.append(
            [given.name, content, job, rules, [f"{each}" for each in ignored.items()], bounds]
        )
        modules += [each.rule.origin for each in asked]
    key = kept.cache_key(facts, modules)
    reports = kept.load(options.cache, key)
    if reports is None or len(reports) != len(bundle):
        reports = _judge_bundle(bundle, files, options)
        kept.store(options.cache, key, reports)
    return reports


def _judge_bundle(
    bundle: tuple[Input, ...], files: Sequence[File], options: Options
) -> list[FileReport]:
    """Judge what belongs together; the first is the recording, or else the video, that leads."""
    voice: Evidence | None = None
    reports = []
    for given, file in zip(bundle, files, strict=True):
        setup, ignored = setup_for(given, options)
        evidence = Evidence(file, setup.job, voice)
        report = check_file(evidence, setup.selected, setup.job, ignored)
        if options.exhibits:
            report = dataclasses.replace(
                report, exhibit=take_exhibit(evidence, setup.part_limits("voice"))
            )
        if given.name != STDIN and given.data is None:
            report = with_commands(report, given.name, setup.job.app, cut_by=setup.cut_by)
        reports.append(report)
        voice = voice or _sound_of(evidence, setup.job)
    return reports


@dataclass(frozen=True)
class Ready:
    """One file made ready to be judged."""

    evidence: Evidence
    selected: tuple[Selected, ...]
    job: Job
    ignored: dict[str, str]
    """Rules that the configuration ignores for this file, each with the reason."""
    cut_by: tuple[str, ...]
    """Names of the rules that say how long a part of a recording may be."""
    limits: Mapping[str, Any]
    """Of every rule that there is, by its name."""


def make_ready(given: Input, options: Options) -> Ready:
    """Read ``given`` and find the rules that hold for it."""
    setup, ignored = setup_for(given, options)
    evidence = Evidence(read(given, setup.settings.bounds), setup.job)
    return Ready(evidence, setup.selected, setup.job, ignored, setup.cut_by, setup.limits)


def _sound_of(evidence: Evidence, job: Job) -> Evidence | None:
    """The recording itself, or a video's sound as one; None where there is none."""
    if evidence.file.medium != "video":
        return evidence if evidence.file.medium == "voice" else None
    try:
        if evidence.get(Footage).sound_codec is None:
            return None
    except (Unmeasurable, ProbeCrashed):
        return None
    return Evidence(dataclasses.replace(evidence.file, role="voice"), job)
