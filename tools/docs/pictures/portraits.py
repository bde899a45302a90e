"""Portraits side by side, good and bad, with what is wrong in a frame."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFile

from qcheck.core.places import Box
from qcheck.exhibits.declarations import FacePoints
from qcheck.exhibits.picture_maps import copy_picture
from qcheck.media.content import Picture
from tools import ROOT
from tools.docs.example_recipes import Portrait
from tools.docs.examples import evidence_of
from tools.docs.pictures.layout import (
    GAP,
    LANE,
    MARK,
    PAPER,
    WIDTH,
    beside,
    caption,
    dashed,
    said_of,
    stacked,
)


def draw_portraits(recipe: Portrait, files: Sequence[tuple[Path, Sequence[Any]]]) -> Image.Image:
    width = (WIDTH - GAP * (len(files) - 1)) // len(files)
    panels = []
    for (path, where), (word, said) in zip(files, said_of(recipe), strict=True):
        panel = _portrait(recipe, path, where, width)
        panels.append(stacked([panel, caption(word, said, width)]))
    return beside(panels)


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
            dashed(pen, (0, shown.height / 3), (shown.width, shown.height / 3))
        else:
            dashed(pen, (shown.width / 2, 0), (shown.width / 2, shown.height))
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
    pen.rectangle(frame, outline=PAPER, width=4)
    pen.rectangle(frame, outline=MARK, width=3)


def _fitted(image: Image.Image, width: int) -> Image.Image:
    """In the middle of a square of the panel's width, or less high where it is wide."""
    scale = min(width / image.width, width / image.height)
    size = (round(image.width * scale), round(image.height * scale))
    small = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
    panel = Image.new("RGB", (width, small.height), LANE)
    panel.paste(small, ((width - small.width) // 2, 0))
    return panel
