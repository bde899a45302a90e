"""From the paths that a user typed to a report: which files, under which settings, in parallel."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qcheck.core.errors import printable
from qcheck.core.job import Job
from qcheck.core.media import MEDIA, UNKNOWN
from qcheck.core.probe import Unmeasurable
from qcheck.core.results import FileReport, Outcome, Report, Severity, Status
from qcheck.core.wording import plural
from qcheck.engine.bundles import bundles
from qcheck.engine.discovery import expand_paths
from qcheck.engine.inputs import STDIN, Input, read
from qcheck.engine.job_safety import refuse_never, switched_off
from qcheck.engine.judge import Selected, applies, check_file
from qcheck.engine.options import Options
from qcheck.engine.setup import run_settings, setup_at, setup_for, target_of
from qcheck.exhibits.exhibit import take_exhibit
from qcheck.exhibits.shelf import Shelf
from qcheck.fixes.registry import with_commands
from qcheck.media.content import Footage
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence, ProbeCrashed

__all__ = ["Ready", "make_ready", "report_of", "run", "run_inputs"]

# Below this, starting worker processes costs more than they save.
_PARALLEL_FROM_FILES = 4


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
    report = run_inputs([Input(name) for name in files], options, progress, notes)
    if options.cache is not None:
        from qcheck.engine.cache import prune

        prune(options.cache)
    asked = only is not None or options.force_exclude
    return dataclasses.replace(report, none_left=asked and not files)


def run_inputs(
    inputs: Sequence[Input],
    options: Options,
    progress: Callable[[int, int], None] | None = None,
    notes: Sequence[str] = (),
) -> Report:
    """Check ``inputs``; ``notes`` are carried into the report. Raises UsageFault as :func:`run`."""
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
    jobs = options.jobs or os.cpu_count() or 1
    done = 0

    def count(reports: Sequence[FileReport]) -> None:
        nonlocal done
        done += len(reports)
        if progress:
            progress(done, len(inputs))

    shelf = Shelf(len(inputs))

    def keep(reports: Sequence[FileReport]) -> list[FileReport]:
        return [shelf.put(report) for report in reports]

    together = bundles(inputs)
    checked: list[list[FileReport]] = []
    few = len(inputs) < _PARALLEL_FROM_FILES
    # Worker processes have no standard input.
    if few or jobs == 1 or any(each.name == STDIN for each in inputs):
        for bundle in together:
            checked.append(keep(_check_bundle(bundle, options)))
            count(checked[-1])
    else:
        from qcheck.engine.workers import map_in_processes

        calls = [(bundle, options) for bundle in together]
        results = map_in_processes(_check_bundle, calls, min(jobs, len(calls)), _lost, count)
        checked += map(keep, results)
    found = {
        each: report
        for bundle, reports in zip(together, checked, strict=True)
        for each, report in zip(bundle, reports, strict=True)
    }
    return [_complete(found[each], each, options) for each in inputs]


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


def _lost(bundle: tuple[Input, ...], options: Options) -> list[FileReport]:
    """What is reported of files whose check took its process down with it."""
    names = [printable(given.shown or given.name) for given in bundle]
    reason = f"the process that checked {' and '.join(names)} died"
    crash = Outcome("qcheck", "", Status.CRASHED, reason=reason)
    return [
        FileReport(name, given.role or UNKNOWN, (crash,))
        for name, given in zip(names, bundle, strict=True)
    ]


def _check_bundle(bundle: tuple[Input, ...], options: Options) -> list[FileReport]:
    """Check what belongs together, or take what is kept of it."""
    # Read once: what is kept under a content's digest must have been judged of that content.
    files = [read(given) for given in bundle]
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
        facts.append([given.name, content, job, rules, [f"{each}" for each in ignored.items()]])
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
    evidence = Evidence(read(given), setup.job)
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
