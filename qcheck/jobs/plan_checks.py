"""Whether a plan, and everything in it that is there already, is sound; nothing is sent."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qcheck.core.errors import UsageFault
from qcheck.core.results import FileReport, Outcome, Report, Status
from qcheck.engine.inputs import Input
from qcheck.engine.options import Options
from qcheck.engine.run import run_inputs
from qcheck.engine.setup import rules_of
from qcheck.jobs.measuring import measure
from qcheck.jobs.plan import Plan, expand_plan, read_plan
from qcheck.jobs.split import Cut, Segment
from qcheck.jobs.stages import SPEECH, AppStage, CaptionedStage, SpeechStage
from qcheck.probes.plan import Production
from qcheck.probes.voice import Heard
from qcheck.targets.catalogue import find_target

__all__ = ["CheckedPlan", "check_plan"]


@dataclass(frozen=True)
class CheckedPlan:
    """What became of checking a plan; ``plan`` is None where it could not be taken apart."""

    report: Report
    plan: Plan | None


def check_plan(path: str, options: Options) -> CheckedPlan:
    """Check a plan and everything in it that is there already, and send nothing."""
    options = dataclasses.replace(options, app=None, speakers=None, before_a_job=True)
    first = run_inputs([Input(path, "plan")], options)
    try:
        production = read_plan(path)
    except UsageFault:
        if not first.exit_code:
            raise
        return CheckedPlan(first, None)
    reports = [first]
    app = dataclasses.replace(options, app=production.app)
    try:
        plan = expand_plan(path, production, options)
    except UsageFault as stuck:
        # The recordings whole: their rules say what is wrong with them.
        voices = dict.fromkeys(str(turn.voice) for turn in production.turns if turn.voice)
        whole = run_inputs([Input(voice, "voice") for voice in voices], app)
        if not whole.exit_code:
            raise
        noted = dataclasses.replace(whole, notes=(str(stuck), *whole.notes))
        return CheckedPlan(_joined([first, noted], production), None)
    reports += _check_pictures(production, app)
    reports += _check_voices(plan, app)
    reports += _check_texts(plan, options)
    reports += _check_payloads(plan, options)
    return CheckedPlan(_joined(reports, production), plan)


def _check_pictures(production: Production, options: Options) -> Iterator[Report]:
    for picture, names in production.performers_of.items():
        if picture is not None:
            # More than the app takes is told by `plan-speakers`.
            most = production.max_speakers or len(names)
            people = dataclasses.replace(options, speakers=min(len(names), most))
            yield run_inputs([Input(str(picture), "portrait")], people)
    if production.uncut_portrait is not None:
        yield run_inputs([Input(str(production.uncut_portrait), "picture")], options)
    if production.video is not None:
        yield run_inputs([Input(str(production.video), "video")], options)
    samples = [each.ref_audio for each in production.performers if each.ref_audio]
    if samples:
        speech = dataclasses.replace(options, app=SPEECH)
        yield run_inputs([Input(str(sample), "voice") for sample in samples], speech)


def _check_voices(plan: Plan, options: Options) -> Iterator[Report]:
    """Each recording whole, but for its length where it is cut, and each of its segments."""
    for voice, made in plan.cuts.items():
        segments = made.manifest.segments
        if len(segments) == 1:
            yield run_inputs([Input(str(voice), "voice")], options)
            continue
        unlimited = _without(options, rules_of(options).judging_length("voice"))
        whole = run_inputs([Input(str(voice), "voice")], unlimited)
        parts = run_inputs([_segment_input(voice, made, each) for each in segments], options)
        yield whole
        said = tuple(_said_once(whole.files[0], part) for part in parts.files)
        yield dataclasses.replace(parts, files=said)


def _without(options: Options, rules: Sequence[str]) -> Options:
    return dataclasses.replace(options, ignore=(*options.ignore, *rules))


def _segment_input(voice: Path, made: Cut, segment: Segment) -> Input:
    shown = f"{segment.in_s:.1f} to {segment.out_s:.1f} s of {voice.name}"
    return Input(str(voice.parent / segment.file), "voice", made.wav(segment), shown)


def _said_once(whole: FileReport, part: FileReport) -> FileReport:
    """``part`` without what was said of the whole, so that one cause is one finding."""
    worst = {outcome.rule: outcome.severity for outcome in whole.outcomes}

    def shorter(outcome: Outcome) -> Outcome:
        said = worst.get(outcome.rule)
        if outcome.severity is None or said is None or said < outcome.severity:
            return outcome
        return Outcome(
            outcome.rule, outcome.code, Status.SKIPPED, reason=f"said of {whole.file} already"
        )

    return dataclasses.replace(part, outcomes=tuple(shorter(each) for each in part.outcomes))


def _check_texts(plan: Plan, options: Options) -> Iterator[Report]:
    production = plan.production
    speech = dataclasses.replace(options, app=SPEECH)
    if production.script is not None:
        # Its length is no fault: it is cut into pieces, and each of those is checked.
        whole = _without(speech, rules_of(options).judging_length("script"))
        yield run_inputs([Input(str(production.script), "script")], whole)
    if production.captions is not None:
        captions = Input(str(production.captions), "captions")
        beside = [] if production.captions_from_script else _joined_voice(plan)
        report = run_inputs([*beside, captions], options)
        own = tuple(file for file in report.files if file.medium == "captions")
        yield dataclasses.replace(report, files=own)


def _joined_voice(plan: Plan) -> list[Input]:
    """All recordings one after the other, for captions to be held against."""
    if any(turn.voice is None for turn in plan.production.turns):
        return []
    voices = [turn.voice for turn in plan.production.turns if turn.voice is not None]
    if len(voices) == 1:
        return [Input(str(voices[0]), "voice")]
    import numpy as np
    import soundfile

    heard = [measure(voice, "voice", Heard)[0].samples for voice in voices]
    target = io.BytesIO()
    soundfile.write(target, np.concatenate(heard), Heard.RATE_HZ, subtype="FLOAT", format="WAV")
    return [Input("voices.wav", "voice", target.getvalue())]


def _check_payloads(plan: Plan, options: Options) -> Iterator[Report]:
    """One payload an app against its contract; texts that are spoken; what is not there yet waits.

    The files in them are checked by themselves, or when an earlier stage has made them.
    """
    later = _without(options, rules_of(options).needing_files())
    seen: set[str] = set()
    for stage in plan.stages:
        if not isinstance(stage, AppStage) or isinstance(stage, CaptionedStage):
            continue
        about = dataclasses.replace(later, app=stage.app)
        inputs = []
        if stage.app not in seen and find_target(stage.app) is not None:
            seen.add(stage.app)
            inputs.append(Input(stage.name, "payload", json.dumps(stage.payload).encode()))
        if isinstance(stage, SpeechStage):
            inputs.append(Input(f"{stage.name}: text", "script", stage.text.encode()))
        if inputs:
            yield run_inputs(inputs, about)


def _joined(reports: Sequence[Report], production: Production) -> Report:
    files = [file for report in reports for file in report.files]
    return dataclasses.replace(
        reports[0],
        files=tuple(files),
        target=production.app,
        notes=tuple(dict.fromkeys(note for report in reports for note in report.notes)),
        seconds=sum(report.seconds for report in reports),
    )
