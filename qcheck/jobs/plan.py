"""A production from its plan: which stages there are, and in which order.

The stages follow the pipeline: a text is spoken, a picture is made, a long voice is cut, each
segment is rendered with the same portrait, the clips are merged, captions are written in.
"""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from qcheck.core.errors import UsageFault
from qcheck.core.probe import Unmeasurable
from qcheck.engine.inputs import read_input
from qcheck.engine.options import Options
from qcheck.jobs.split import Cut, cut_voice
from qcheck.jobs.stages import (
    CAPTIONER,
    CUT_OUT,
    MERGER,
    PICTURE,
    SPEECH,
    AppStage,
    CaptionedStage,
    CaptionsStage,
    MergeStage,
    PictureStage,
    RenderStage,
    SpeechStage,
    SplitStage,
    price_of,
)
from qcheck.jobs.texts import spoken_pieces
from qcheck.probes.evidence import Evidence
from qcheck.probes.plan import Performer, PlannedTurn, Production
from qcheck.targets.catalogue import find_target

__all__ = ["AnyStage", "Piece", "Plan", "expand_plan", "read_plan"]

AnyStage = AppStage | SplitStage | CaptionsStage


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
    stages: tuple[AnyStage, ...]
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


def read_plan(path: str) -> Production:
    """Read a plan without judging it. Raises UsageFault where `qcheck job` would find faults."""
    try:
        return Evidence(read_input(path, "plan")).get(Production)
    except Unmeasurable as reason:
        raise UsageFault(f"{path}: {reason}; `qcheck job {path}` says which") from reason


def expand_plan(path: str, production: Production, options: Options) -> Plan:
    """Take a production apart. Raises UsageFault for a voice that cannot be read or cut."""
    options = dataclasses.replace(options, app=production.app, speakers=None)
    work = production.work
    stages: list[AnyStage] = []
    pieces: list[Piece] = []
    cuts: dict[Path, Cut] = {}
    performers = {each.name: each for each in production.performers}
    stages += _picture_stages(production)
    made = stages[-1].outputs[0] if stages else None
    for number, turn in enumerate(production.turns, 1):
        performer = performers[turn.performer]
        portrait = None if production.video else turn.portrait or made
        if turn.text is not None:
            for text in spoken_pieces(turn.text):
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


def _picture_stages(production: Production) -> Iterator[PictureStage]:
    """The portrait, where it is still to be made."""
    made = production.work / "portrait.png"
    if production.portrait_prompt:
        yield PictureStage(
            "portrait", "the picture is made", PICTURE, dict(production.portrait_prompt), made
        )
    if production.remove_background:
        yield PictureStage(
            "cut-out",
            "its background is removed",
            CUT_OUT,
            {"image": str(production.uncut_portrait or made)},
            production.work / "portrait-cut-out.png",
        )


def _speech_stage(voice: Path, text: str, performer: Performer) -> SpeechStage:
    payload: dict[str, Any] = {"text": f"[S1] {text}"}
    if performer.ref_audio is not None:
        payload["ref_audio"] = str(performer.ref_audio)
    if performer.ref_text is not None:
        payload["ref_text"] = performer.ref_text
    says = f"{performer.name} says {textwrap.shorten(text, 40, placeholder='…')!r}"
    return SpeechStage(voice.stem, says, SPEECH, payload, voice)


def _recorded(
    production: Production,
    turn: PlannedTurn,
    number: int,
    cuts: dict[Path, Cut],
    options: Options,
) -> tuple[list[tuple[Path, float]], SplitStage | None]:
    """The recordings of a turn with their seconds; and the stage that cuts them, where one must."""
    voice = turn.voice
    assert voice is not None
    if voice not in cuts:
        cuts[voice] = cut_voice(str(voice), options, prefer_best=production.prefer_best)
    segments = cuts[voice].manifest.segments
    if len(segments) == 1:
        return [(voice, segments[0].out_s)], None
    folder = production.work / f"segments-{number:03d}"
    says = f"{voice.name} is cut into {len(segments)} segments"
    stage = SplitStage(folder.name, says, voice, cuts[voice], folder)
    seconds = (segment.out_s - segment.in_s for segment in segments)
    return list(zip(stage.outputs, seconds, strict=True)), stage


def _render_stage(production: Production, piece: Piece, clip: Path, faces: int) -> RenderStage:
    target = find_target(production.app)
    roles = dict(target.roles) if target else {"image": "portrait", "audio": "voice"}
    key = {role: name for name, role in roles.items()}
    payload: dict[str, Any] = {}
    if production.video is not None:
        payload[key.get("video", "video")] = str(production.video)
    else:
        payload[key.get("portrait", "image")] = str(piece.portrait)
    payload[key.get("voice", "audio")] = str(piece.voice)
    if faces > 1:
        payload["mask_index"] = piece.performer.mask_index
    payload |= production.render
    says = f"{piece.performer.name} speaks {piece.voice.name}"
    return RenderStage(clip.stem, says, production.app, payload, clip, faces, piece.seconds)


def _finishing_stages(
    production: Production, clips: Sequence[Path]
) -> Iterator[AppStage | CaptionsStage]:
    last = clips[0]
    if len(clips) > 1:
        last = production.work / "merged.mp4"
        files = [{"file": str(clip), **production.merge} for clip in clips]
        says = f"{len(clips)} clips are merged in order"
        yield MergeStage("merged", says, MERGER, {"media_files": files}, last)
    if production.captions is None and not production.captions_from_script:
        return
    payload = production.work / "captions.json"
    yield CaptionsStage("captions", "the captions are made ready", payload)
    yield CaptionedStage(
        "captioned",
        "the captions are written into the video",
        CAPTIONER,
        {"video_file": str(last), **production.caption_style},
        production.work / "captioned.mp4",
        payload,
    )
