"""What every picture of an example is laid out with: colours, captions, rows, axes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tools.docs.example_recipes import Film, Portrait, Voice

WIDTH = 640
GAP = 12
TEXT_PX, LINE_PX = 14, 19
INK, FAINT, PAPER, LANE = "#24292f", "#57606a", "#ffffff", "#eef1f4"
WAVE, MARK = "#2f6f9f", "#c1121f"
TAGS = {"good": "#1a7f37", "bad": MARK}
FONT = ImageFont.load_default(TEXT_PX)
SMALL = ImageFont.load_default(11)


def caption(word: str, said: str, width: int) -> Image.Image:
    """GOOD or BAD on its colour, and what is seen."""
    tag = round(FONT.getlength(word)) + 12
    lines: list[str] = [""]
    for each in said.split():
        room = width - (tag + 8 if len(lines) == 1 else 0)
        longer = f"{lines[-1]} {each}".strip()
        if FONT.getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(each)
    image = Image.new("RGB", (width, len(lines) * LINE_PX + 5), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 3, tag, 3 + LINE_PX), 4, fill=TAGS[word])
    pen.text((6, 4), word, fill=PAPER, font=FONT)
    for i, line in enumerate(lines):
        pen.text((tag + 8 if i == 0 else 0, 4 + i * LINE_PX), line, fill=INK, font=FONT)
    return image


def said_of(recipe: Portrait | Voice | Film) -> Iterator[tuple[str, str]]:
    yield "good", recipe.good
    for each in recipe.bad:
        yield "bad", each


def stacked(parts: Sequence[Image.Image], gap: int = 4) -> Image.Image:
    height = sum(part.height for part in parts) + gap * (len(parts) - 1)
    whole = Image.new("RGB", (max(part.width for part in parts), height), PAPER)
    y = 0
    for part in parts:
        whole.paste(part, (0, y))
        y += part.height + gap
    return whole


def beside(parts: Sequence[Image.Image]) -> Image.Image:
    width = sum(part.width for part in parts) + GAP * (len(parts) - 1)
    whole = Image.new("RGB", (width, max(part.height for part in parts)), PAPER)
    x = 0
    for part in parts:
        whole.paste(part, (x, 0))
        x += part.width + GAP
    return whole


def dashed(pen: ImageDraw.ImageDraw, start: tuple[float, float], end: tuple[float, float]) -> None:
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    marks = np.arange(0, length, 14) / length
    for at, to in zip(marks, np.minimum(marks + 8 / length, 1.0), strict=True):
        ends = [
            tuple(a + share * (b - a) for a, b in zip(start, end, strict=True))
            for share in (at, to)
        ]
        pen.line([*ends[0], *ends[1]], fill=PAPER, width=4)
        pen.line([*ends[0], *ends[1]], fill="#0969da", width=2)


def axis(start: float, end: float) -> Image.Image:
    """Numbers below a lane, at steps that people count in."""
    image = Image.new("RGB", (WIDTH, 16), PAPER)
    pen = ImageDraw.Draw(image)
    length = end - start
    step = next(
        s for s in (0.001, 0.002, 0.005, 0.01, 0.02, 0.1, 0.2, 0.5, 1, 2, 5, 10) if length / s <= 8
    )
    for i in range(int(np.ceil(start / step - 1e-9)), int(end / step + 1e-9) + 1):
        text = f"{i * step:.{0 if step >= 1 else 1 if step >= 0.1 else 3}f} s"
        x = (i * step - start) / length * WIDTH
        pen.line((x, 0, x, 3), fill=FAINT)
        half = SMALL.getlength(text) / 2
        x = min(max(x - half, 0), WIDTH - 2 * half)
        pen.text((x, 3), text, fill=FAINT, font=SMALL)
    return image
