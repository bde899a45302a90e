"""Voices one above the other: waves, spectrograms, levels."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from qcheck.core.places import Span
from qcheck.exhibits.sound_maps import draw_waveform, mel, picture_spectrogram
from qcheck.media.content import Recording
from qcheck.probes.helpers.sound_levels import decibels
from qcheck.probes.voice import Mono
from tools.docs.example_recipes import Voice
from tools.docs.examples import GOOD, evidence_of
from tools.docs.pictures.layout import (
    INK,
    LANE,
    MARK,
    PAPER,
    SMALL,
    WAVE,
    WIDTH,
    axis,
    caption,
    dashed,
    said_of,
    stacked,
)

_LANE_PX = 96
_MARKED_HZ = (100, 250, 1000, 4000, 12000)
_LEVEL_BOTTOM_DB = -90.0


@dataclass(frozen=True)
class Sound:
    samples: NDArray[np.float32]
    rate_hz: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate_hz

    def cut(self, window_s: tuple[float, float]) -> Sound:
        start, end = (round(at * self.rate_hz) for at in window_s)
        return Sound(self.samples[start:end], self.rate_hz)


def sound_of(path: Path) -> Sound:
    """Channels mixed as they stand: the probe that models hear mends what is to be seen."""
    recording = evidence_of(path).get(Recording)
    return Sound(recording.samples.mean(axis=1), recording.rate_hz)


def draw_voices(recipe: Voice, files: Sequence[tuple[Path, Sequence[Any]]]) -> Image.Image:
    sounds = [sound_of(path) for path, _ in files]
    longest = max(sound.seconds for sound in (sounds if recipe.to_the_end else sounds[1:]))
    window = recipe.window_s or (0.0, longest)
    top_hz = recipe.top_hz or max(sound.rate_hz for sound in sounds) / 2
    rows = []
    for sound, (_, where), (word, said) in zip(sounds, files, said_of(recipe), strict=True):
        start, end = (recipe.good_window_s if word == "good" else None) or window
        cut = sound.cut((start, end))
        lane = Image.new("RGB", (WIDTH, _LANE_PX), LANE)
        width = min(round(WIDTH * cut.seconds / (end - start)), WIDTH)
        if recipe.lane == "spectrum":
            _draw_spectrum(lane, cut, width, top_hz)
        elif recipe.lane == "level":
            _draw_level(lane, cut, width)
        else:
            draw_wave(lane, cut, width, recipe)
        spans = [spot for spot in where if isinstance(spot, Span)]
        # Where all that is shown is marked, a mark shows nothing.
        _mark_spans(lane, [s for s in spans if s.start_s > start or s.end_s < end], start, end)
        rows.append(stacked([caption(word, said, WIDTH), lane, axis(start, end)], 0))
    return stacked(rows, 6)


def draw_wave(lane: Image.Image, sound: Sound, width: int, recipe: Voice) -> None:
    pen = ImageDraw.Draw(lane)
    middle = lane.height / 2
    pen.line((0, middle, lane.width, middle), fill="#c2c9d1")

    def at(level: float) -> float:
        return middle - (middle - 2) * float(np.clip(level * recipe.gain, -1, 1))

    if recipe.line_dbfs is not None:
        for sign in (-1, 1):
            y = at(sign * 10 ** (recipe.line_dbfs / 20))
            dashed(pen, (0, y), (lane.width, y))
    if len(sound.samples) < 2 * width:
        # So short a stretch is a curve: what comes out of a loudspeaker, between the samples too.
        fine = soxr.resample(sound.samples, sound.rate_hz, 8 * sound.rate_hz)
        xs = np.linspace(0, width, len(fine))
        pen.line([(float(x), at(v)) for x, v in zip(xs, fine, strict=True)], fill=WAVE, width=2)
        if len(sound.samples) < width / 4:
            for i, v in enumerate(sound.samples):
                x, y = i * width / len(sound.samples), at(float(v))
                pen.ellipse((x - 2, y - 2, x + 2, y + 2), fill=INK)
        return
    found = draw_waveform(
        evidence_of(GOOD["voice"]).get(Recording), Mono(sound.samples, sound.rate_hz)
    )
    xs = np.linspace(0, width - 1, len(found.highest))
    upper = [(float(x), at(v)) for x, v in zip(xs, found.highest, strict=True)]
    lower = [(float(x), at(v)) for x, v in zip(xs, found.lowest, strict=True)]
    pen.polygon([*upper, *reversed(lower)], fill=WAVE, outline=WAVE)
    if recipe.zero:
        dashed(pen, (0, middle), (lane.width, middle))


def _draw_spectrum(lane: Image.Image, sound: Sound, width: int, top_hz: float) -> None:
    if sound.rate_hz / 2 > top_hz:
        sound = Sound(soxr.resample(sound.samples, sound.rate_hz, 2 * top_hz), round(2 * top_hz))
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
                (4, y - 6), f"{hz} Hz", fill=PAPER, font=SMALL, stroke_width=2, stroke_fill="#000"
            )
            below = y


def _draw_level(lane: Image.Image, sound: Sound, width: int) -> None:
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
    pen.polygon([(0, lane.height), *points, (width, lane.height)], fill=WAVE)
    for db in (-30, -60):
        place = (4, at(db) - 13)
        pen.text(place, f"{db} dB", fill=INK, font=SMALL, stroke_width=2, stroke_fill=LANE)


def _mark_spans(lane: Image.Image, spans: Iterable[Span], start: float, end: float) -> None:
    scale = lane.width / (end - start)
    wash = Image.new("RGB", lane.size, MARK)
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
        drawn.rectangle((left, 0, right, lane.height - 1), outline=MARK, width=2)
