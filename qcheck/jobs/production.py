"""A production from its plan: which stages there are, in which order, and whether all is sound.

The stages follow the pipeline: a text is spoken, a picture is made, a long voice is cut, each
segment is rendered with the same portrait, the clips are merged, captions are written in.
"""

from __future__ import annotations

import dataclasses
import io
import json
import math
import re
import shlex
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from qcheck.core.errors import UsageFault
from qcheck.core.probe import Unmeasurable
from qcheck.core.results import FileReport, Outcome, Report, Status
from qcheck.engine.inputs import Input, read_input
from qcheck.engine.options import Options
from qcheck.engine.run import run_inputs
from qcheck.engine.setup import rules_of
from qcheck.jobs.split import Cut, Segment, cut_voice
from qcheck.media.content import Text
from qcheck.probes.evidence import Evidence
from qcheck.probes.plan import Performer, PlannedTurn, Production
from qcheck.probes.script import read_script
from qcheck.probes.text import Captions
from qcheck.probes.voice import Duration, Heard, Speech
from qcheck.targets.catalogue import find_target

__all__ = [
    "Checked",
    "Plan",
    "Stage",
    "answer_of",
    "captions_payload",
    "check_plan",
    "command_of",
    "expand",
    "price_of",
    "read_plan",
    "shell_script",
    "state_of",
]

SPEECH = "falai/dia-tts"
PICTURE = "falai/flux-dev-lora"
CUT_OUT = "infsh/birefnet"
MERGER = "infsh/media-merger"
CAPTIONER = "infsh/caption-videos"

# Dia reads what takes more than 20 s too fast (its README): a margin for our estimate of the time.
_LONGEST_TEXT_S = 18.0
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True)
class Stage:
    """One step: an app that is run and paid, or something that is done here."""

    name: str
    """``clip-002``."""
    says: str
    """What it does, for a person."""
    outputs: tuple[Path, ...]
    medium: str
    """What the outputs are, and are checked as."""
    app: str | None = None
    """None where it is done here."""
    payload: Mapping[str, Any] = field(default_factory=dict)
    payload_file: Path | None = None
    """Where an earlier stage writes the payload, if it is not known before."""
    source: Path | None = None
    """What is cut, where it is done here."""
    speakers: int = 1
    seconds: float | None = None
    """How long the clip will be, as far as it is known."""


@dataclass(frozen=True)
class Piece:
    """What is rendered in one call."""

    performer: Performer
    portrait: Path | None
    voice: Path
    text: str | None
    """What is spoken, where a model speaks it."""
    seconds: float | None


@dataclass(frozen=True)
class Plan:
    """A production taken apart into stages."""

    path: str
    production: Production
    stages: tuple[Stage, ...]
    pieces: tuple[Piece, ...]
    """In the order of the finished video."""
    cuts: Mapping[Path, Cut]
    """Recordings that are longer than the app takes, and where they are cut."""
    options: Options
    """What the plan was taken apart under; the app is the production's own."""

    @property
    def final(self) -> Path:
        """The last stage's result."""
        return self.stages[-1].outputs[-1]

    @cached_property
    def price_usd(self) -> float | None:
        """What the renders cost, as far as voices are there and prices are published."""
        prices = [price for stage in self.stages if (price := price_of(stage)) is not None]
        return sum(prices) if prices else None


def price_of(stage: Stage) -> float | None:
    target = find_target(stage.app) if stage.app else None
    if target is None or stage.seconds is None:
        return None
    return target.price_usd(stage.seconds, stage.payload)


@dataclass(frozen=True)
class Checked:
    """What became of checking a plan; ``plan`` is None where it could not be taken apart."""

    report: Report
    plan: Plan | None


def read_plan(path: str) -> Production:
    """Read a plan without judging it. Raises UsageFault where `qcheck job` would find faults."""
    try:
        return Evidence(read_input(path, "plan")).get(Production)
    except Unmeasurable as reason:
        raise UsageFault(f"{path}: {reason}; `qcheck job {path}` says which") from reason


def expand(path: str, production: Production, options: Options) -> Plan:
    """Take a production apart. Raises UsageFault for a voice that cannot be read or cut."""
    options = dataclasses.replace(options, app=production.app, speakers=None)
    work = production.work
    stages: list[Stage] = []
    pieces: list[Piece] = []
    cuts: dict[Path, Cut] = {}
    performers = {each.name: each for each in production.performers}
    stages += _picture_stages(production)
    made = stages[-1].outputs[0] if stages else None
    for number, turn in enumerate(production.turns, 1):
        performer = performers[turn.performer]
        portrait = None if production.video else turn.portrait or made
        if turn.text is not None:
            for text in _chunks(turn.text):
                voice = work / f"voice-{len(pieces) + 1:03d}.wav"
                stages.append(_speech_stage(voice, text, performer))
                pieces.append(Piece(performer, portrait, voice, text, None))
            continue
        assert turn.voice is not None
        own, stage = _recorded(production, turn, number, cuts, options)
        stages += [stage] if stage else []
        pieces += [Piece(performer, portrait, voice, None, s) for voice, s in own]
    sharing = {picture: len(names) for picture, names in production.performers_of.items()}
    clips = []
    for number, piece in enumerate(pieces, 1):
        people = sharing.get(None if piece.portrait == made else piece.portrait, 1)
        clip = work / f"clip-{number:03d}.mp4"
        stages.append(_render_stage(production, piece, clip, people))
        clips.append(clip)
    stages += _finishing_stages(production, clips)
    return Plan(path, production, tuple(stages), tuple(pieces), cuts, options)


def _picture_stages(production: Production) -> list[Stage]:
    """The portrait, where it is still to be made."""
    stages = []
    made = production.work / "portrait.png"
    if production.portrait_prompt:
        stages.append(
            Stage(
                "portrait",
                "the picture is made",
                (made,),
                "portrait",
                PICTURE,
                dict(production.portrait_prompt),
            )
        )
    if production.remove_background:
        stages.append(
            Stage(
                "cut-out",
                "its background is removed",
                (production.work / "portrait-cut-out.png",),
                "portrait",
                CUT_OUT,
                {"image": str(production.uncut_portrait or made)},
            )
        )
    return stages


def _speech_stage(voice: Path, text: str, performer: Performer) -> Stage:
    payload: dict[str, Any] = {"text": f"[S1] {text}"}
    if performer.ref_audio is not None:
        payload["ref_audio"] = str(performer.ref_audio)
    if performer.ref_text is not None:
        payload["ref_text"] = performer.ref_text
    says = f"{performer.name} says {textwrap.shorten(text, 40, placeholder='…')!r}"
    return Stage(voice.stem, says, (voice,), "voice", SPEECH, payload)


def _recorded(
    production: Production,
    turn: PlannedTurn,
    number: int,
    cuts: dict[Path, Cut],
    options: Options,
) -> tuple[list[tuple[Path, float]], Stage | None]:
    """The recordings of a turn with their seconds; and the stage that cuts them, where one must."""
    voice = turn.voice
    assert voice is not None
    if voice not in cuts:
        cuts[voice] = cut_voice(str(voice), options, prefer_best=production.prefer_best)
    segments = cuts[voice].manifest.segments
    if len(segments) == 1:
        return [(voice, segments[0].out_s)], None
    folder = production.work / f"segments-{number:03d}"
    files = tuple(folder / segment.file for segment in segments)
    stage = Stage(
        folder.name,
        f"{voice.name} is cut into {len(segments)} segments",
        files,
        "voice",
        source=voice,
    )
    own = [
        (file, segment.out_s - segment.in_s) for file, segment in zip(files, segments, strict=True)
    ]
    return own, stage


def _render_stage(production: Production, piece: Piece, clip: Path, people: int) -> Stage:
    target = find_target(production.app)
    roles = dict(target.roles) if target else {"image": "portrait", "audio": "voice"}
    key = {role: name for name, role in roles.items()}
    payload: dict[str, Any] = {}
    if production.video is not None:
        payload[key.get("video", "video")] = str(production.video)
    else:
        payload[key.get("portrait", "image")] = str(piece.portrait)
    payload[key.get("voice", "audio")] = str(piece.voice)
    if people > 1:
        payload["mask_index"] = piece.performer.mask_index
    payload |= production.render
    return Stage(
        clip.stem,
        f"{piece.performer.name} speaks {piece.voice.name}",
        (clip,),
        "video",
        production.app,
        payload,
        speakers=people,
        seconds=piece.seconds,
    )


def _finishing_stages(production: Production, clips: Sequence[Path]) -> Iterator[Stage]:
    last = clips[0]
    if len(clips) > 1:
        last = production.work / "merged.mp4"
        files = [{"file": str(clip), **production.merge} for clip in clips]
        yield Stage(
            "merged",
            f"{len(clips)} clips are merged in order",
            (last,),
            "video",
            MERGER,
            {"media_files": files},
        )
    if production.captions is None and not production.captions_from_script:
        return
    payload = production.work / "captions.json"
    yield Stage("captions", "the captions are made ready", (payload,), "payload")
    yield Stage(
        "captioned",
        "the captions are written into the video",
        (production.work / "captioned.mp4",),
        "video",
        CAPTIONER,
        {"video_file": str(last), **production.caption_style},
        payload_file=payload,
    )


def _chunks(text: str) -> list[str]:
    """A text in pieces that Dia reads well, cut between sentences, of about one length."""
    sentences = _SENTENCE_END.split(text.strip())
    lengths_s = [_estimated_s(sentence) for sentence in sentences]
    count = math.ceil(sum(lengths_s) / _LONGEST_TEXT_S)
    goal_s = sum(lengths_s) / max(count, 1)
    chunks: list[list[str]] = [[]]
    said_s = 0.0
    for sentence, length_s in zip(sentences, lengths_s, strict=True):
        # A sentence goes where most of it falls.
        if chunks[-1] and said_s + length_s / 2 > goal_s * len(chunks):
            chunks.append([])
        chunks[-1].append(sentence)
        said_s += length_s
    return [" ".join(chunk) for chunk in chunks]


def _estimated_s(text: str) -> float:
    return read_script(Text(f"[S1] {text}")).estimated_s


# ------------------------------------------------------------------ checking


def check_plan(path: str, options: Options) -> Checked:
    """Check a plan and everything in it that is there already, and send nothing."""
    options = dataclasses.replace(options, app=None, speakers=None)
    first = run_inputs([Input(path, "plan")], options)
    try:
        production = read_plan(path)
    except UsageFault:
        if not first.exit_code:
            raise
        return Checked(first, None)
    reports = [first]
    app = dataclasses.replace(options, app=production.app)
    try:
        plan = expand(path, production, options)
    except UsageFault as stuck:
        # The recordings whole: their rules say what is wrong with them.
        voices = dict.fromkeys(str(turn.voice) for turn in production.turns if turn.voice)
        whole = run_inputs([Input(voice, "voice") for voice in voices], app)
        if not whole.exit_code:
            raise
        noted = dataclasses.replace(whole, notes=(str(stuck), *whole.notes))
        return Checked(_joined([first, noted], production), None)
    reports += _check_pictures(production, app)
    reports += _check_voices(plan, app)
    reports += _check_texts(plan, options)
    reports += _check_payloads(plan, options)
    return Checked(_joined(reports, production), plan)


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

    heard = [Evidence(read_input(str(voice), "voice")).get(Heard).samples for voice in voices]
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
        if stage.app is None or stage.payload_file is not None:
            continue
        about = dataclasses.replace(later, app=stage.app)
        inputs = []
        if stage.app not in seen and find_target(stage.app) is not None:
            seen.add(stage.app)
            inputs.append(Input(stage.name, "payload", json.dumps(stage.payload).encode()))
        if stage.app == SPEECH:
            text = str(stage.payload["text"])
            inputs.append(Input(f"{stage.name}: text", "script", text.encode()))
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


# ------------------------------------------------------------------ captions


_LINE_CHARACTERS = 42
_LINES = 2


def captions_payload(plan: Plan, voices: Mapping[Path, Path]) -> dict[str, Any]:
    """What the caption app takes. ``voices`` says where a piece's voice really lies.

    Raises UsageFault where captions or voices cannot be read.
    """
    production = plan.production
    try:
        if production.captions is not None:
            found = Evidence(read_input(str(production.captions), "captions")).get(Captions)
            cues = [(cue.start_s, cue.end_s, "\n".join(cue.lines)) for cue in found.cues]
        else:
            cues = list(_cues_of_texts(plan, voices))
    except Unmeasurable as reason:
        raise UsageFault(f"the captions cannot be made: {reason}") from reason
    segments = [
        {"start": round(start, 3), "end": round(end, 3), "text": text} for start, end, text in cues
    ]
    last = next(stage for stage in plan.stages if stage.name == "captioned")
    return {**last.payload, "segments": segments}


def _cues_of_texts(plan: Plan, voices: Mapping[Path, Path]) -> Iterator[tuple[float, float, str]]:
    """Captions of what was spoken from a text: its lines, spread over the speech that was heard."""
    start_s = 0.0
    for piece in plan.pieces:
        voice = Evidence(read_input(str(voices.get(piece.voice, piece.voice)), "voice"))
        spans = voice.get(Speech).spans
        lines = _caption_texts(piece.text or "")
        total = sum(len(line) for line in lines)
        spoken_s = sum(span.seconds for span in spans)
        said = 0
        for line in lines:
            first = _at(spans, spoken_s * said / total, at_start=True)
            said += len(line)
            last = _at(spans, spoken_s * said / total, at_start=False)
            yield start_s + first, start_s + last, "\n".join(textwrap.wrap(line, _LINE_CHARACTERS))
        start_s += voice.get(Duration).duration_s


def _caption_texts(text: str) -> list[str]:
    """Sentences, and long ones in parts that fill two lines at most; sounds are not read."""
    spoken = " ".join(re.sub(r"\([^()]*\)", " ", text).split())
    parts = []
    for sentence in _SENTENCE_END.split(spoken):
        lines = textwrap.wrap(sentence, _LINE_CHARACTERS)
        screens = math.ceil(len(lines) / _LINES)
        # Parts of one length: a last one of a single word would flash by.
        parts += textwrap.wrap(sentence, math.ceil(len(sentence) / screens) + 8) if screens else []
    return parts


def _at(spans: Sequence[Any], spoken_s: float, *, at_start: bool) -> float:
    """The moment at which ``spoken_s`` seconds of speech have been heard.

    Between two stretches of speech it is the beginning of the next one, or the end of the last.
    """
    left_s = spoken_s
    for i, span in enumerate(spans):
        ends_here = left_s < span.seconds - 1e-6 if at_start else left_s <= span.seconds + 1e-6
        if ends_here or i == len(spans) - 1:
            return float(min(span.start_s + left_s, span.end_s))
        left_s -= span.seconds
    return 0.0


# ------------------------------------------------------------------ commands


def command_of(stage: Stage, plan: Plan, program: str = "infsh") -> list[str]:
    """The command that runs the stage behind the gate, or does it here."""
    settings = _settings_of(plan.options)
    if stage.name == "captions":
        command = ["qcheck", "captions", "for-plan", *settings, plan.path]
        return [*command, "-o", str(stage.outputs[0])]
    if stage.app is None:
        best = ["--prefer-best"] if plan.production.prefer_best else []
        folder = str(stage.outputs[0].parent)
        app = ["--for", plan.production.app]
        return ["qcheck", "split", str(stage.source), *app, *settings, *best, "-o", folder]
    speakers = ["--speakers", str(stage.speakers)] if stage.speakers > 1 else []
    given = json.dumps(stage.payload, ensure_ascii=False)
    payload = str(stage.payload_file) if stage.payload_file else given
    run = [program, "app", "run", stage.app, "--input", payload, "--json"]
    return ["qcheck", "gate", *settings, *speakers, "--", *run]


def _settings_of(options: Options) -> list[str]:
    """What makes each command judge by the configuration that the plan was checked by."""
    if options.isolated:
        return ["--isolated"]
    return ["--config", str(options.config)] if options.config is not None else []


def state_of(stage: Stage, ending: str) -> Path:
    """Where something about the stage is kept, apart from its results."""
    folder = stage.outputs[0].parent
    work = folder.parent if stage.source is not None else folder
    return work / "state" / f"{stage.name}.{ending}"


def answer_of(stage: Stage) -> Path:
    """Where the answer of the stage's app is kept."""
    return state_of(stage, "answer.json")


def shell_script(plan: Plan, program: str = "infsh") -> str:
    """Every stage in order, for a POSIX shell."""
    production = plan.production
    lines = [
        "#!/bin/sh",
        f"# {plan.path}: every stage in order. Anything that blocks ends it.",
        "set -eu",
        f"mkdir -p {shlex.quote(str(production.work / 'state'))}",
    ]
    for stage in plan.stages:
        lines += ["", f"# {stage.name}: {stage.says}"]
        command = shlex.join(command_of(stage, plan, program))
        if stage.app is None:
            lines.append(command)
            continue
        answer = shlex.quote(str(answer_of(stage)))
        output = shlex.quote(str(stage.outputs[0]))
        lines += [
            f"{command} > {answer}",
            f"qcheck collect --for {stage.app} {answer} -o {output}",
        ]
    final, output = shlex.quote(str(plan.final)), shlex.quote(str(production.output))
    # ln refuses to replace a file that is there.
    lines += ["", f"ln {final} {output}"]
    return "\n".join(lines) + "\n"
