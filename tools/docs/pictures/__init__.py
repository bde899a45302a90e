"""Draws the pictures of the examples, from the same exhibits that the HTML report draws.

Run by ``python -m tools.docs --pictures``. JPEG without metadata, small enough for a page of
documentation.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import soxr
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFile, ImageFont

from qcheck.core.places import Box, Span
from qcheck.exhibits.declarations import FacePoints, Still, Stills
from qcheck.exhibits.picture_maps import copy_picture
from qcheck.exhibits.sound_maps import draw_waveform, mel, picture_spectrogram
from qcheck.media.content import Footage, Picture, Recording
from qcheck.probes.levels import decibels
from qcheck.probes.video import Cuts
from qcheck.probes.voice import Mono
from tools import ROOT
from tools.docs.example_recipes import RECIPES, Film, Portrait, Voice
from tools.docs.examples import GOOD, MEDIA, evidence_of, shown_files, told

__all__ = ["MOST_BYTES", "draw"]

MOST_BYTES = 25_000
_QUALITIES = (84, 78, 72, 66, 60, 54, 48, 42)

_WIDTH = 640
_GAP = 12
_TEXT_PX, _LINE_PX = 14, 19
_INK, _FAINT, _PAPER, _LANE = "#24292f", "#57606a", "#ffffff", "#eef1f4"
_WAVE, _MARK = "#2f6f9f", "#c1121f"
_TAGS = {"good": "#1a7f37", "bad": _MARK}
_FONT = ImageFont.load_default(_TEXT_PX)
_SMALL = ImageFont.load_default(11)


def draw(rule: str) -> bytes:
    """The rule's picture, as a JPEG."""
    recipe = RECIPES[rule]
    bad = shown_files(rule)
    good = GOOD[MEDIA[bad[0].suffix]]
    where = [
        [spot for finding in told(rule, path)[1] for spot in finding.judgement.where]
        for path in bad
    ]
    files = [(good, []), *zip(bad, where, strict=True)]
    if isinstance(recipe, Portrait):
        image = _portraits(recipe, files)
    elif isinstance(recipe, Voice):
        image = _voices(recipe, files)
    else:
        image = _films(recipe, files)
    return _encoded(image)


def _encoded(image: Image.Image) -> bytes:
    for quality in _QUALITIES:
        target = io.BytesIO()
        image.save(target, "JPEG", quality=quality, optimize=True)
        if target.tell() <= MOST_BYTES:
            return target.getvalue()
    raise RuntimeError(f"{target.tell()} bytes are too many")


# --- captions ---------------------------------------------------------------------------------


def _caption(word: str, said: str, width: int) -> Image.Image:
    """GOOD or BAD on its colour, and what is seen."""
    tag = round(_FONT.getlength(word)) + 12
    lines: list[str] = [""]
    for each in said.split():
        room = width - (tag + 8 if len(lines) == 1 else 0)
        longer = f"{lines[-1]} {each}".strip()
        if _FONT.getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(each)
    image = Image.new("RGB", (width, len(lines) * _LINE_PX + 5), _PAPER)
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 3, tag, 3 + _LINE_PX), 4, fill=_TAGS[word])
    pen.text((6, 4), word, fill=_PAPER, font=_FONT)
    for i, line in enumerate(lines):
        pen.text((tag + 8 if i == 0 else 0, 4 + i * _LINE_PX), line, fill=_INK, font=_FONT)
    return image


def _said(recipe: Portrait | Voice | Film) -> Iterator[tuple[str, str]]:
    yield "good", recipe.good
    for each in recipe.bad:
        yield "bad", each


def _stacked(parts: Sequence[Image.Image], gap: int = 4) -> Image.Image:
    height = sum(part.height for part in parts) + gap * (len(parts) - 1)
    whole = Image.new("RGB", (max(part.width for part in parts), height), _PAPER)
    y = 0
    for part in parts:
        whole.paste(part, (0, y))
        y += part.height + gap
    return whole


def _beside(parts: Sequence[Image.Image]) -> Image.Image:
    width = sum(part.width for part in parts) + _GAP * (len(parts) - 1)
    whole = Image.new("RGB", (width, max(part.height for part in parts)), _PAPER)
    x = 0
    for part in parts:
        whole.paste(part, (x, 0))
        x += part.width + _GAP
    return whole


# --- portraits --------------------------------------------------------------------------------


def _portraits(recipe: Portrait, files: Sequence[tuple[Path, Sequence[Any]]]) -> Image.Image:
    width = (_WIDTH - _GAP * (len(files) - 1)) // len(files)
    panels = []
    for (path, where), (word, said) in zip(files, _said(recipe), strict=True):
        panel = _portrait(recipe, path, where, width)
        panels.append(_stacked([panel, _caption(word, said, width)]))
    return _beside(panels)


def _portrait(recipe: Portrait, path: Path, where: Sequence[Any], width: int) -> Image.Image:
    if recipe.stored:
        return _fitted(_stored(path), width)
    evidence = evidence_of(path)
    picture = evidence.get(Picture)
    image = _image(picture)
    box = _view(recipe.view, evidence.get(FacePoints) if recipe.view != "whole" else None, image)
    panel_scale = width / max(box.width_px, box.height_px)
    shown = image.resize(
        (round(box.width_px * panel_scale), round(box.height_px * panel_scale)),
        Image.Resampling.LANCZOS if panel_scale < 1 else Image.Resampling.BICUBIC,
        (box.left_px, box.top_px, box.right_px, box.bottom_px),
    )
    pen = ImageDraw.Draw(shown)
    for guide in recipe.guides:
        if guide == "third":
            _dashed(pen, (0, shown.height / 3), (shown.width, shown.height / 3))
        else:
            _dashed(pen, (shown.width / 2, 0), (shown.width / 2, shown.height))
    for spot in where:
        if isinstance(spot, Box):
            _boxed(pen, spot, box, panel_scale, shown.size)
    return _fitted(shown, width)


def _image(picture: Picture) -> Image.Image:
    if picture.alpha is not None:
        # What is transparent has its chequered ground in the report's copy.
        return Image.open(io.BytesIO(copy_picture(picture).jpeg)).resize(
            (picture.width_px, picture.height_px)
        )
    return Image.fromarray(cv2.cvtColor(picture.bgr, cv2.COLOR_BGR2RGB))


def _stored(path: Path) -> Image.Image:
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        with Image.open(ROOT / path) as image:
            return image.convert("RGB")
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _view(view: str, points: FacePoints | None, image: Image.Image) -> Box:
    """The same part of every face, so that halves can be compared."""
    if points is None:
        return Box(0, 0, image.width, image.height)
    (x1, y1), (x2, y2) = points.right_eye, points.left_eye
    between = float(np.hypot(x2 - x1, y2 - y1))
    if view == "face":
        x, y = points.region.centre_px
        half_x = half_y = 0.68 * points.region.side_px
    elif view == "eyes":
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        half_x, half_y = 1.15 * between, 0.75 * between
    else:
        x, y = x1, y1
        half_x = half_y = 0.5 * between
    return Box(
        max(x - half_x, 0.0),
        max(y - half_y, 0.0),
        min(x + half_x, image.width),
        min(y + half_y, image.height),
    )


def _boxed(
    pen: ImageDraw.ImageDraw, spot: Box, view: Box, scale: float, size: tuple[int, int]
) -> None:
    left, right = ((x - view.left_px) * scale for x in (spot.left_px, spot.right_px))
    top, bottom = ((y - view.top_px) * scale for y in (spot.top_px, spot.bottom_px))
    if left < 0 and top < 0 and right > size[0] and bottom > size[1]:
        # The whole of what is shown lies in it.
        return
    frame = (max(left, 1), max(top, 1), min(right, size[0] - 2), min(bottom, size[1] - 2))
    pen.rectangle(frame, outline=_PAPER, width=4)
    pen.rectangle(frame, outline=_MARK, width=3)


def _dashed(pen: ImageDraw.ImageDraw, start: tuple[float, float], end: tuple[float, float]) -> None:
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    marks = np.arange(0, length, 14) / length
    for at, to in zip(marks, np.minimum(marks + 8 / length, 1.0), strict=True):
        ends = [
            tuple(a + share * (b - a) for a, b in zip(start, end, strict=True))
            for share in (at, to)
        ]
        pen.line([*ends[0], *ends[1]], fill=_PAPER, width=4)
        pen.line([*ends[0], *ends[1]], fill="#0969da", width=2)


def _fitted(image: Image.Image, width: int) -> Image.Image:
    """In the middle of a square of the panel's width, or less high where it is wide."""
    scale = min(width / image.width, width / image.height)
    size = (round(image.width * scale), round(image.height * scale))
    small = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
    panel = Image.new("RGB", (width, small.height), _LANE)
    panel.paste(small, ((width - small.width) // 2, 0))
    return panel


# --- voices -----------------------------------------------------------------------------------

_LANE_PX = 96
_MARKED_HZ = (100, 250, 1000, 4000, 12000)
_LEVEL_BOTTOM_DB = -90.0


@dataclass(frozen=True)
class _Sound:
    samples: NDArray[np.float32]
    rate_hz: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate_hz

    def cut(self, window_s: tuple[float, float]) -> _Sound:
        start, end = (round(at * self.rate_hz) for at in window_s)
        return _Sound(self.samples[start:end], self.rate_hz)


def _sound(path: Path) -> _Sound:
    """Channels mixed as they stand: the probe that models hear mends what is to be seen."""
    recording = evidence_of(path).get(Recording)
    return _Sound(recording.samples.mean(axis=1), recording.rate_hz)


def _voices(recipe: Voice, files: Sequence[tuple[Path, Sequence[Any]]]) -> Image.Image:
    sounds = [_sound(path) for path, _ in files]
    longest = max(sound.seconds for sound in (sounds if recipe.to_the_end else sounds[1:]))
    window = recipe.window_s or (0.0, longest)
    top_hz = recipe.top_hz or max(sound.rate_hz for sound in sounds) / 2
    rows = []
    for sound, (_, where), (word, said) in zip(sounds, files, _said(recipe), strict=True):
        start, end = (recipe.good_window_s if word == "good" else None) or window
        cut = sound.cut((start, end))
        lane = Image.new("RGB", (_WIDTH, _LANE_PX), _LANE)
        width = min(round(_WIDTH * cut.seconds / (end - start)), _WIDTH)
        if recipe.lane == "spectrum":
            _draw_spectrum(lane, cut, width, top_hz)
        elif recipe.lane == "level":
            _draw_level(lane, cut, width)
        else:
            _draw_wave(lane, cut, width, recipe)
        spans = [spot for spot in where if isinstance(spot, Span)]
        # Where all that is shown is marked, a mark shows nothing.
        _mark_spans(lane, [s for s in spans if s.start_s > start or s.end_s < end], start, end)
        rows.append(_stacked([_caption(word, said, _WIDTH), lane, _axis(start, end)], 0))
    return _stacked(rows, 6)


def _draw_wave(lane: Image.Image, sound: _Sound, width: int, recipe: Voice) -> None:
    pen = ImageDraw.Draw(lane)
    middle = lane.height / 2
    pen.line((0, middle, lane.width, middle), fill="#c2c9d1")

    def at(level: float) -> float:
        return middle - (middle - 2) * float(np.clip(level * recipe.gain, -1, 1))

    if recipe.line_dbfs is not None:
        for sign in (-1, 1):
            y = at(sign * 10 ** (recipe.line_dbfs / 20))
            _dashed(pen, (0, y), (lane.width, y))
    if len(sound.samples) < 2 * width:
        # So short a stretch is a curve: what comes out of a loudspeaker, between the samples too.
        fine = soxr.resample(sound.samples, sound.rate_hz, 8 * sound.rate_hz)
        xs = np.linspace(0, width, len(fine))
        pen.line([(float(x), at(v)) for x, v in zip(xs, fine, strict=True)], fill=_WAVE, width=2)
        if len(sound.samples) < width / 4:
            for i, v in enumerate(sound.samples):
                x, y = i * width / len(sound.samples), at(float(v))
                pen.ellipse((x - 2, y - 2, x + 2, y + 2), fill=_INK)
        return
    found = draw_waveform(
        evidence_of(GOOD["voice"]).get(Recording), Mono(sound.samples, sound.rate_hz)
    )
    xs = np.linspace(0, width - 1, len(found.highest))
    upper = [(float(x), at(v)) for x, v in zip(xs, found.highest, strict=True)]
    lower = [(float(x), at(v)) for x, v in zip(xs, found.lowest, strict=True)]
    pen.polygon([*upper, *reversed(lower)], fill=_WAVE, outline=_WAVE)
    if recipe.zero:
        _dashed(pen, (0, middle), (lane.width, middle))


def _draw_spectrum(lane: Image.Image, sound: _Sound, width: int, top_hz: float) -> None:
    if sound.rate_hz / 2 > top_hz:
        sound = _Sound(soxr.resample(sound.samples, sound.rate_hz, 2 * top_hz), round(2 * top_hz))
    found = picture_spectrogram(Mono(sound.samples, sound.rate_hz))
    # What the file cannot hold stays as dark as silence.
    height = round(lane.height * float(mel(found.highest_hz) / mel(top_hz)))
    picture = Image.open(io.BytesIO(found.png)).convert("RGB")
    lane.paste("#000004", (0, 0, width, lane.height))
    lane.paste(picture.resize((width, height)), (0, lane.height - height))
    pen = ImageDraw.Draw(lane)
    below = float(lane.height)
    for hz in _MARKED_HZ:
        y = lane.height * (1 - float(mel(hz) / mel(top_hz)))
        if hz < 0.9 * top_hz and below - y > 14:
            pen.text(
                (4, y - 6), f"{hz} Hz", fill=_PAPER, font=_SMALL, stroke_width=2, stroke_fill="#000"
            )
            below = y


def _draw_level(lane: Image.Image, sound: _Sound, width: int) -> None:
    pen = ImageDraw.Draw(lane)

    def at(db: float) -> float:
        return lane.height * float(np.clip(db / _LEVEL_BOTTOM_DB, 0, 1))

    for db in (-30, -60):
        pen.line((0, at(db), lane.width, at(db)), fill="#c2c9d1")
    size = max(1, round(0.02 * sound.rate_hz))
    count = len(sound.samples) // size
    power = np.square(sound.samples[: count * size].reshape(count, size), dtype=np.float64)
    levels = decibels(power.mean(axis=1), -100.0)
    xs = np.linspace(0, width, count)
    points = [(float(x), at(float(db))) for x, db in zip(xs, levels, strict=True)]
    pen.polygon([(0, lane.height), *points, (width, lane.height)], fill=_WAVE)
    for db in (-30, -60):
        place = (4, at(db) - 13)
        pen.text(place, f"{db} dB", fill=_INK, font=_SMALL, stroke_width=2, stroke_fill=_LANE)


def _mark_spans(lane: Image.Image, spans: Iterable[Span], start: float, end: float) -> None:
    scale = lane.width / (end - start)
    wash = Image.new("RGB", lane.size, _MARK)
    mask = Image.new("L", lane.size, 0)
    pen = ImageDraw.Draw(mask)
    edges = []
    for span in spans:
        left, right = ((at - start) * scale for at in (span.start_s, span.end_s))
        if right < 0 or left > lane.width:
            continue
        left, right = max(left, 0.0), min(max(right, left + 2), lane.width - 1.0)
        pen.rectangle((left, 0, right, lane.height), fill=60)
        edges.append((left, right))
    lane.paste(wash, (0, 0), mask)
    drawn = ImageDraw.Draw(lane)
    for left, right in edges:
        drawn.rectangle((left, 0, right, lane.height - 1), outline=_MARK, width=2)


def _axis(start: float, end: float) -> Image.Image:
    """Numbers below a lane, at steps that people count in."""
    image = Image.new("RGB", (_WIDTH, 16), _PAPER)
    pen = ImageDraw.Draw(image)
    length = end - start
    step = next(
        s for s in (0.001, 0.002, 0.005, 0.01, 0.02, 0.1, 0.2, 0.5, 1, 2, 5, 10) if length / s <= 8
    )
    for i in range(int(np.ceil(start / step - 1e-9)), int(end / step + 1e-9) + 1):
        text = f"{i * step:.{0 if step >= 1 else 1 if step >= 0.1 else 3}f} s"
        x = (i * step - start) / length * _WIDTH
        pen.line((x, 0, x, 3), fill=_FAINT)
        half = _SMALL.getlength(text) / 2
        x = min(max(x - half, 0), _WIDTH - 2 * half)
        pen.text((x, 3), text, fill=_FAINT, font=_SMALL)
    return image


# --- videos -----------------------------------------------------------------------------------

_FRAME_PX = 104


def _films(recipe: Film, files: Sequence[tuple[Path, Sequence[Any]]]) -> Image.Image:
    if recipe.drawn == "size":
        return _sizes(recipe, files)
    if recipe.drawn == "faces":
        return _faces(recipe, files)
    seconds = [evidence_of(path).get(Footage).seconds for path, _ in files]
    voice = _sound(GOOD["voice"]) if recipe.drawn == "voice" else None
    whole_s = recipe.shown_s or max([*seconds, *([voice.seconds] if voice else [])])
    rows = []
    for (path, where), (word, said), own_s in zip(files, _said(recipe), seconds, strict=True):
        parts = [_caption(word, said, _WIDTH), _strip(recipe, path, where, own_s, whole_s)]
        if recipe.drawn == "ticks":
            parts.append(_ticks(path, whole_s))
        if voice:
            lane = Image.new("RGB", (_WIDTH, 44), _LANE)
            width = round(_WIDTH * voice.seconds / whole_s)
            _draw_wave(lane, voice, width, Voice("", ()))
            parts.append(lane)
        rows.append(_stacked([*parts, _axis(0, whole_s)], 0))
    return _stacked(rows, 6)


def _strip(
    recipe: Film, path: Path, where: Sequence[Any], own_s: float, whole_s: float
) -> Image.Image:
    """Frames on the time axis, each beginning at its time; the first of a shot where it is cut."""
    strip = Image.new("RGB", (_WIDTH, _FRAME_PX), _LANE)
    stills = evidence_of(path).get(Stills).stills
    cuts_s = evidence_of(path).get(Cuts).times_s if recipe.drawn == "cuts" else ()
    edges = [0.0, *cuts_s, min(own_s, whole_s)]
    for start_s, end_s in itertools.pairwise(edges):
        x, end = (round(_WIDTH * at / whole_s) for at in (start_s, end_s))
        shot = [still for still in stills if start_s <= still.at_s < end_s] or stills
        while x < end:
            at_s = x / _WIDTH * whole_s
            frame = _frame(min(shot, key=lambda s: abs(s.at_s - at_s)), _FRAME_PX)
            strip.paste(frame.crop((0, 0, min(frame.width, end - x), frame.height)), (x, 0))
            x += frame.width + 3
    pen = ImageDraw.Draw(strip)
    for at_s in cuts_s:
        at = at_s / whole_s * _WIDTH
        pen.line((at, 0, at, strip.height), fill=_MARK, width=4)
    return strip


def _faces(recipe: Film, files: Sequence[tuple[Path, Sequence[Any]]]) -> Image.Image:
    """Some frames, whole, with the faces in them."""
    rows = []
    for (path, where), (word, said) in zip(files, _said(recipe), strict=True):
        stills = evidence_of(path).get(Stills).stills
        marked = [spot for spot in where if isinstance(spot, Span)]
        high = round((_WIDTH - 2 * 4) / 3 * stills[0].height_px / stills[0].width_px)
        strip = Image.new("RGB", (_WIDTH, min(high, _FRAME_PX) + 16), _PAPER)
        pen = ImageDraw.Draw(strip)
        x = 0
        for still in (stills[0], stills[len(stills) // 2], stills[-2]):
            inside = any(span.start_s <= still.at_s <= span.end_s for span in marked)
            frame = _frame(still, min(high, _FRAME_PX), faces=_MARK if inside else _WAVE)
            strip.paste(frame, (x, 0))
            pen.text((x, frame.height + 3), f"{still.at_s:.1f} s", fill=_FAINT, font=_SMALL)
            x += frame.width + 4
        rows.append(_stacked([_caption(word, said, _WIDTH), strip], 0))
    return _stacked(rows, 6)


def _frame(still: Still, height: int, *, faces: str = "") -> Image.Image:
    image = Image.open(io.BytesIO(still.jpeg)).convert("RGB")
    scale = height / image.height
    image = image.resize((round(image.width * scale), height), Image.Resampling.LANCZOS)
    if faces:
        pen = ImageDraw.Draw(image)
        scale = height / still.height_px
        for box in still.faces:
            corners = (box.left_px, box.top_px, box.right_px, box.bottom_px)
            pen.rectangle([c * scale for c in corners], outline=faces, width=2)
    return image


def _ticks(path: Path, whole_s: float) -> Image.Image:
    image = Image.new("RGB", (_WIDTH, 22), _PAPER)
    pen = ImageDraw.Draw(image)
    footage = evidence_of(path).get(Footage)
    for i in range(footage.frames):
        x = i / footage.frames_per_second / whole_s * _WIDTH
        pen.line((x, 4, x, 20), fill=_WAVE, width=2)
    return image


def _sizes(recipe: Film, files: Sequence[tuple[Path, Sequence[Any]]]) -> Image.Image:
    """At one scale, side by side."""
    footage = [evidence_of(path).get(Footage) for path, _ in files]
    scale = (_WIDTH - _GAP) / sum(each.width_px for each in footage)
    panels = []
    for (path, _), each, (word, said) in zip(files, footage, _said(recipe), strict=True):
        still = evidence_of(path).get(Stills).stills[0]
        image = Image.open(io.BytesIO(still.jpeg)).convert("RGB")
        size = (round(each.width_px * scale), round(each.height_px * scale))
        panels.append(_stacked([image.resize(size), _caption(word, said, size[0])]))
    return _beside(panels)
