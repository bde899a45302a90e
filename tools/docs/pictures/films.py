"""Videos: frames on a time axis, or at their sizes."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from qcheck.core.places import Span
from qcheck.exhibits.declarations import Still, Stills
from qcheck.media.content import Footage
from qcheck.probes.video import Cuts
from tools.docs.example_recipes import Film, Voice
from tools.docs.examples import GOOD, evidence_of
from tools.docs.pictures.layout import (
    FAINT,
    GAP,
    LANE,
    MARK,
    PAPER,
    SMALL,
    WAVE,
    WIDTH,
    axis,
    beside,
    caption,
    said_of,
    stacked,
)
from tools.docs.pictures.voices import draw_wave, sound_of

_FRAME_PX = 104


def draw_films(recipe: Film, files: Sequence[tuple[Path, Sequence[Any]]]) -> Image.Image:
    if recipe.drawn == "size":
        return _sizes(recipe, files)
    if recipe.drawn == "faces":
        return _faces(recipe, files)
    seconds = [evidence_of(path).get(Footage).seconds for path, _ in files]
    voice = sound_of(GOOD["voice"]) if recipe.drawn == "voice" else None
    whole_s = recipe.shown_s or max([*seconds, *([voice.seconds] if voice else [])])
    rows = []
    for (path, where), (word, said), own_s in zip(files, said_of(recipe), seconds, strict=True):
        parts = [caption(word, said, WIDTH), _strip(recipe, path, where, own_s, whole_s)]
        if recipe.drawn == "ticks":
            parts.append(_ticks(path, whole_s))
        if voice:
            lane = Image.new("RGB", (WIDTH, 44), LANE)
            width = round(WIDTH * voice.seconds / whole_s)
            draw_wave(lane, voice, width, Voice("", ()))
            parts.append(lane)
        rows.append(stacked([*parts, axis(0, whole_s)], 0))
    return stacked(rows, 6)


def _strip(
    recipe: Film, path: Path, where: Sequence[Any], own_s: float, whole_s: float
) -> Image.Image:
    """Frames on the time axis, each beginning at its time; the first of a shot where it is cut."""
    strip = Image.new("RGB", (WIDTH, _FRAME_PX), LANE)
    stills = evidence_of(path).get(Stills).stills
    cuts_s = evidence_of(path).get(Cuts).times_s if recipe.drawn == "cuts" else ()
    edges = [0.0, *cuts_s, min(own_s, whole_s)]
    for start_s, end_s in itertools.pairwise(edges):
        x, end = (round(WIDTH * at / whole_s) for at in (start_s, end_s))
        shot = [still for still in stills if start_s <= still.at_s < end_s] or stills
        while x < end:
            at_s = x / WIDTH * whole_s
            frame = _frame(min(shot, key=lambda s: abs(s.at_s - at_s)), _FRAME_PX)
            strip.paste(frame.crop((0, 0, min(frame.width, end - x), frame.height)), (x, 0))
            x += frame.width + 3
    pen = ImageDraw.Draw(strip)
    for at_s in cuts_s:
        at = at_s / whole_s * WIDTH
        pen.line((at, 0, at, strip.height), fill=MARK, width=4)
    return strip


def _faces(recipe: Film, files: Sequence[tuple[Path, Sequence[Any]]]) -> Image.Image:
    """Some frames, whole, with the faces in them."""
    rows = []
    for (path, where), (word, said) in zip(files, said_of(recipe), strict=True):
        stills = evidence_of(path).get(Stills).stills
        marked = [spot for spot in where if isinstance(spot, Span)]
        high = round((WIDTH - 2 * 4) / 3 * stills[0].height_px / stills[0].width_px)
        strip = Image.new("RGB", (WIDTH, min(high, _FRAME_PX) + 16), PAPER)
        pen = ImageDraw.Draw(strip)
        x = 0
        for still in (stills[0], stills[len(stills) // 2], stills[-2]):
            inside = any(span.start_s <= still.at_s <= span.end_s for span in marked)
            frame = _frame(still, min(high, _FRAME_PX), faces=MARK if inside else WAVE)
            strip.paste(frame, (x, 0))
            pen.text((x, frame.height + 3), f"{still.at_s:.1f} s", fill=FAINT, font=SMALL)
            x += frame.width + 4
        rows.append(stacked([caption(word, said, WIDTH), strip], 0))
    return stacked(rows, 6)


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
    image = Image.new("RGB", (WIDTH, 22), PAPER)
    pen = ImageDraw.Draw(image)
    footage = evidence_of(path).get(Footage)
    for i in range(footage.frames):
        x = i / footage.frames_per_second / whole_s * WIDTH
        pen.line((x, 4, x, 20), fill=WAVE, width=2)
    return image


def _sizes(recipe: Film, files: Sequence[tuple[Path, Sequence[Any]]]) -> Image.Image:
    """At one scale, side by side."""
    footage = [evidence_of(path).get(Footage) for path, _ in files]
    scale = (WIDTH - GAP) / sum(each.width_px for each in footage)
    panels = []
    for (path, _), each, (word, said) in zip(files, footage, said_of(recipe), strict=True):
        still = evidence_of(path).get(Stills).stills[0]
        image = Image.open(io.BytesIO(still.jpeg)).convert("RGB")
        size = (round(each.width_px * scale), round(each.height_px * scale))
        panels.append(stacked([image.resize(size), caption(word, said, size[0])]))
    return beside(panels)
