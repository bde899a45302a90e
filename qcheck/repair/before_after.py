"""A before-and-after picture: portraits side by side, voices as two waveforms."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from qcheck.media.content import Picture, Recording
from qcheck.media.decode import decode
from qcheck.media.file import File

__all__ = ["Sight", "before_and_after", "sight"]

# More than viewers of pictures open.
_MOST_PIXELS = 101_000_000
_HEIGHT = 420
_WAVE = (760, 200)
_GAP = 24
_LABEL = 34
_PAPER, _INK, _FAINT, _SOUND = (250, 250, 248), (30, 30, 32), (205, 205, 200), (40, 90, 150)
_LEAST_CHECKER = 8


@dataclass(frozen=True)
class Sight:
    """What a file looks like, small."""

    rgb: NDArray[np.uint8] = field(repr=False)
    says: str


def sight(file: File) -> Sight:
    """A file as a small picture with its sizes."""
    content = decode(file).content
    if isinstance(content, Picture):
        return _portrait(content, file)
    if isinstance(content, Recording):
        return _voice(content, file)
    return Sight(np.full((_HEIGHT, _HEIGHT, 3), _FAINT, np.uint8), "cannot be read")


def before_and_after(pairs: Sequence[tuple[str, Sight, Sight]]) -> bytes:
    """One PNG: a row a file, before on the left and after on the right."""
    rows = [_row(name, before, after) for name, before, after in pairs]
    width = max(row.width for row in rows)
    height = sum(row.height for row in rows)
    # Hundreds of files would make a picture that nothing opens.
    while width * height > _MOST_PIXELS:
        rows.pop()
        height = sum(row.height for row in rows)
    sheet = Image.new("RGB", (width, height), _PAPER)
    top = 0
    for row in rows:
        sheet.paste(row, (0, top))
        top += row.height
    target = io.BytesIO()
    sheet.save(target, "PNG")
    return target.getvalue()


def _row(name: str, before: Sight, after: Sight) -> Image.Image:
    left, right = Image.fromarray(before.rgb), Image.fromarray(after.rgb)
    height = max(left.height, right.height)
    font = ImageFont.load_default(16)
    texts = f"before: {before.says}", f"after: {after.says}"
    wide = [
        max(picture.width, int(font.getlength(text)) + 1)
        for picture, text in zip((left, right), texts, strict=True)
    ]
    size = (sum(wide) + 3 * _GAP, height + 2 * _LABEL + _GAP)
    row = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(row)
    draw.text((_GAP, 10), name, _INK, font)
    for x, picture, text in zip((_GAP, wide[0] + 2 * _GAP), (left, right), texts, strict=True):
        row.paste(picture, (x, _LABEL))
        draw.text((x, _LABEL + height + 6), text, _INK, font)
    return row


def _portrait(picture: Picture, file: File) -> Sight:
    rgb = picture.bgr[:, :, ::-1]
    if picture.alpha is not None:
        rgb = _on_checkers(rgb, picture.alpha)
    image = Image.fromarray(np.ascontiguousarray(rgb))
    image.thumbnail((2 * _HEIGHT, _HEIGHT), Image.Resampling.LANCZOS)
    kept = f"{picture.width_px} x {picture.height_px} px, {picture.format}"
    return Sight(np.asarray(image, np.uint8), f"{kept}, {len(file.data) / 1e6:.2f} MB")


def _on_checkers(rgb: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = alpha.shape
    size = max(_LEAST_CHECKER, max(height, width) // 40)
    odd = (np.arange(height)[:, None] // size + np.arange(width) // size) % 2
    ground = np.where(odd[:, :, None] > 0, 200, 255)
    share = alpha[:, :, None] / 255
    mixed: NDArray[np.uint8] = np.rint(rgb * share + ground * (1 - share)).astype(np.uint8)
    return mixed


def _voice(recording: Recording, file: File) -> Sight:
    width, height = _WAVE
    image = Image.new("RGB", _WAVE, (255, 255, 255))
    draw = ImageDraw.Draw(image)
    middle = height / 2
    draw.line([(0, middle), (width, middle)], _FAINT)
    mono = recording.samples.mean(axis=1)
    edges = np.linspace(0, len(mono), width + 1).astype(int)
    for x, (start, end) in enumerate(itertools.pairwise(edges)):
        part = mono[start : max(start + 1, end)]
        low, high = (float(np.clip(v, -1, 1)) for v in (part.min(), part.max()))
        draw.line([(x, middle - high * middle), (x, middle - low * middle)], _SOUND)
    says = f"{recording.duration_s:.2f} s, {recording.rate_hz / 1000:g} kHz, {recording.container}"
    return Sight(np.asarray(image, np.uint8), says)
