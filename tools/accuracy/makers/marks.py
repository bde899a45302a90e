"""Marks laid over a finished picture: words, watermarks, stickers, mosaics, bars.

What is drawn differs in font, colour, size, place and strength from picture to picture; the truth
says what it crosses.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.portrait import Face
from tools.accuracy.makers import Made, makes

Picture = NDArray[np.uint8]
Points = NDArray[np.float64]

# What a mark may be laid over: points of the face mesh whose mean is its middle. The last lies on
# the chest, so many heights of the face below the chin.
PLACES = {
    "eyes": (33, 133, 362, 263),
    "nose": (1, 4),
    "mouth": (13, 14),
    "forehead": (10, 151),
    "cheek": (205, 50),
    "chest": (152,),
}
_BELOW_CHIN = 0.55
_WORDS = (
    *("SAMPLE", "PREVIEW", "stock photo", "@creator", "Jane Doe 2024", "DRAFT", "Subscribe!"),
    *(
        "www.example.com",
        "breaking news",
        "NOT FOR SALE",
        "© Studio Nord",
        "hello world",
        "LIVE 24",
    ),
    *("proof copy", "shutter", "Episode 12", "SOLD", "Motivation Monday", "do not copy", "Ønsker"),
)

_FONTS = (
    *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSerif"),
    *("DejaVuSerif-Bold", "DejaVuSerif-BoldItalic", "STIXGeneral", "STIXGeneralBol"),
)


def _place(points: Points, where: str) -> tuple[float, float]:
    x, y = points[list(PLACES[where])].mean(axis=0)
    if where == "chest":
        y += _BELOW_CHIN * (points[152, 1] - points[10, 1])
    return float(x), float(y)


def _font(rng: np.random.Generator, size_px: float) -> ImageFont.FreeTypeFont:
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return ImageFont.truetype(str(folder / f"{rng.choice(_FONTS)}.ttf"), max(8, round(size_px)))


def _lettering(
    size: tuple[int, int],
    text: str,
    font: ImageFont.FreeTypeFont,
    at: tuple[float, float],
    turn_deg: float,
    outline: int = 0,
) -> NDArray[np.float64]:
    """Coverage, 0 to 1, of ``text`` centred on ``at``; ``size`` is width and height."""
    sheet = Image.new("L", size, 0)
    ImageDraw.Draw(sheet).text(at, text, fill=255, font=font, anchor="mm", stroke_width=outline)
    turned = sheet.rotate(turn_deg, Image.Resampling.BICUBIC, center=at)
    return np.asarray(turned, np.float64) / 255


def _laid(
    bgr: NDArray[np.float64],
    cover: NDArray[np.float64],
    colour: NDArray[np.float64],
    opacity: float,
) -> NDArray[np.float64]:
    share = cover[..., None] * opacity
    return np.asarray(bgr * (1 - share) + colour * share)


def _tone(rng: np.random.Generator) -> NDArray[np.float64]:
    kind = rng.random()
    if kind < 0.5:
        return np.full(3, rng.uniform(225, 255))
    if kind < 0.7:
        return np.full(3, rng.uniform(0, 30))
    return np.asarray(rng.uniform(0, 255, 3))


def words_on(bgr: Picture, points: Points, rng: np.random.Generator, where: str) -> Picture:
    """A line of words, as a caption or a title: opaque, often with an outline."""
    height = float(points[152, 1] - points[10, 1])
    at = _place(points, where)
    size = (bgr.shape[1], bgr.shape[0])
    font = _font(rng, height * rng.uniform(0.07, 0.24))
    text = str(rng.choice(_WORDS))
    turn = float(rng.normal(0, 4)) if rng.random() < 0.3 else 0.0
    out = np.asarray(bgr, np.float64)
    colour = _tone(rng)
    if rng.random() < 0.5:
        edge = max(1, round(font.size * rng.uniform(0.04, 0.1)))
        contrast = np.full(3, 0.0 if colour.mean() > 128 else 255.0)
        out = _laid(out, _lettering(size, text, font, at, turn, edge), contrast, 1.0)
    out = _laid(out, _lettering(size, text, font, at, turn), colour, 1.0)
    return np.clip(out, 0, 255).astype(np.uint8)


def watermark_on(bgr: Picture, points: Points, rng: np.random.Generator, where: str) -> Picture:
    """See-through words, once or all over the picture, level or at a slant."""
    height = float(points[152, 1] - points[10, 1])
    x, y = _place(points, where)
    size = (bgr.shape[1], bgr.shape[0])
    font = _font(rng, height * rng.uniform(0.09, 0.3))
    text = str(rng.choice(_WORDS))
    turn = float(rng.choice([0, 0, 30, 45, -30, 20]))
    cover = _lettering(size, text, font, (x, y), turn)
    if rng.random() < 0.5:
        step = font.size * rng.uniform(3, 5)
        across = font.getlength(text) * 1.2
        for row in range(-4, 5):
            for column in range(-3, 4):
                spot = x + across * column + (row % 2) * across / 2, y + row * step
                if -across < spot[0] < size[0] + across and 0 < spot[1] < size[1]:
                    cover = np.maximum(cover, _lettering(size, text, font, spot, turn))
    opacity = float(rng.uniform(0.3, 0.7))
    tone = np.full(3, 255.0 if rng.random() < 0.75 else rng.uniform(0, 60))
    return np.clip(_laid(np.asarray(bgr, np.float64), cover, tone, opacity), 0, 255).astype(
        np.uint8
    )


def sticker_on(bgr: Picture, points: Points, rng: np.random.Generator, where: str) -> Picture:
    """A plain drawn shape, or a yellow face."""
    width = float(points[454, 0] - points[234, 0])
    fine = 4
    centre = np.array(_place(points, where)) * fine
    half = width * rng.uniform(0.14, 0.4) * fine
    sheet = np.zeros((bgr.shape[0] * fine, bgr.shape[1] * fine), np.uint8)
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False) + rng.uniform(0, 6)
    kind = str(rng.choice(["smiley", "heart", "star", "disc", "arrow"]))
    ring = np.c_[np.cos(turn), np.sin(turn)]
    if kind == "heart":
        t = np.linspace(0, 2 * np.pi, 48)
        ring = np.c_[
            np.sin(t) ** 3,
            -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) / 16,
        ]
    elif kind == "star":
        ring *= np.where(np.arange(48) % 10 < 5, 1.0, 0.55)[:, None]
    elif kind == "arrow":
        ring = np.array(
            [(-1, -0.3), (0.2, -0.3), (0.2, -0.8), (1, 0), (0.2, 0.8), (0.2, 0.3), (-1, 0.3)]
        )

    def shape(outline: Points) -> NDArray[np.float64]:
        drawn = cv2.fillPoly(sheet.copy(), [np.round(outline).astype(np.int32)], 255)
        small = cv2.resize(drawn, (bgr.shape[1], bgr.shape[0]), interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.float64) / 255

    colour = np.array((40.0, 205.0, 250.0)) if kind == "smiley" else rng.uniform(0, 255, 3)
    out = np.asarray(bgr, np.float64)
    if rng.random() < 0.4:
        out = _laid(out, shape(centre + ring * half * 1.12), np.full(3, 255.0), 1.0)
    out = _laid(out, shape(centre + ring * half), colour, 1.0)
    if kind == "smiley":
        dot = np.c_[np.cos(turn), np.sin(turn)]
        for side in (-0.35, 0.35):
            eye = centre + (side * half, -0.25 * half) + dot * half * 0.13
            out = _laid(out, shape(eye), np.full(3, 30.0), 1.0)
        mouth = np.linspace(0.2, np.pi - 0.2, 20)
        lips = np.c_[np.cos(mouth), np.sin(mouth)]
        smile = centre + np.vstack([lips * half * 0.6, lips[::-1] * half * 0.5])
        out = _laid(out, shape(smile), np.full(3, 30.0), 1.0)
    return np.clip(out, 0, 255).astype(np.uint8)


def _box(bgr: Picture, points: Points, rng: np.random.Generator, where: str) -> tuple[slice, slice]:
    width = float(points[454, 0] - points[234, 0])
    x, y = _place(points, where)
    half = width * rng.uniform(0.25, 0.6), width * rng.uniform(0.1, 0.3)
    top, left = max(0, round(y - half[1])), max(0, round(x - half[0]))
    return slice(top, max(top + 2, round(y + half[1]))), slice(
        left, max(left + 2, round(x + half[0]))
    )


def mosaic_on(bgr: Picture, points: Points, rng: np.random.Generator, where: str) -> Picture:
    """A part in large squares."""
    out = bgr.copy()
    width = float(points[454, 0] - points[234, 0])
    rows, columns = _box(bgr, points, rng, where)
    part = out[rows, columns]
    block = max(4.0, width * rng.uniform(0.04, 0.12))
    size = (max(1, round(part.shape[1] / block)), max(1, round(part.shape[0] / block)))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    out[rows, columns] = cv2.resize(
        small, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_NEAREST
    )
    return out


def bar_on(bgr: Picture, points: Points, rng: np.random.Generator, where: str) -> Picture:
    """A bar of one colour, black mostly, level or a little turned."""
    out = bgr.copy()
    rows, columns = _box(bgr, points, rng, where)
    centre = ((columns.start + columns.stop) / 2, (rows.start + rows.stop) / 2)
    size = (columns.stop - columns.start, rows.stop - rows.start)
    colour = np.zeros(3) if rng.random() < 0.6 else _tone(rng)
    turn = float(rng.normal(0, 6)) if rng.random() < 0.4 else 0.0
    corners = cv2.boxPoints((centre, size, turn))
    cv2.fillConvexPoly(
        out, np.round(corners).astype(np.int32), tuple(float(c) for c in colour), cv2.LINE_AA
    )
    return out


_KINDS = {
    "words": words_on,
    "watermark": watermark_on,
    "sticker": sticker_on,
    "mosaic": mosaic_on,
    "bar": bar_on,
}


@makes("portrait")
def marked(picture: Picture, rng: np.random.Generator, kind: str, where: str) -> Made:
    """A mark of ``kind`` laid over ``where``, then saved as JPEG."""
    _, coded = cv2.imencode(".png", picture)
    face = Evidence(File("made.png", coded.tobytes())).get(Face)
    points = face.landmarks_px[:, :2].astype(np.float64)
    out = _KINDS[kind](picture, points, rng, where)
    quality = int(rng.integers(80, 96))
    _, coded = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return Made(coded.tobytes(), ".jpg")
