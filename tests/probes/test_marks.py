"""Bars, stickers and mosaics on the sound sitter, and what is taken for them least of all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from qcheck.media.content import Picture
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.marks import find_mark
from qcheck.probes.portrait import Face, Mark

MOUTH, EYES, CHEEK, FOREHEAD = (13,), (33, 263), (205,), (151,)


@pytest.fixture(scope="module")
def portrait(fixtures: Path) -> tuple[Picture, Face]:
    path = fixtures / "portrait.png"
    evidence = Evidence(File(path.name, path.read_bytes()))
    return evidence.get(Picture), evidence.get(Face)


def middle(face: Face, part: tuple[int, ...]) -> tuple[int, int]:
    x, y = face.landmarks_px[list(part), :2].mean(axis=0)
    return round(float(x)), round(float(y))


def box(face: Face, part: tuple[int, ...], across: float, down: float) -> tuple[slice, slice]:
    x, y = middle(face, part)
    half = (round(across * face.region.width_px / 2), round(down * face.region.width_px / 2))
    return slice(y - half[1], y + half[1]), slice(x - half[0], x + half[0])


def mark_on(portrait: tuple[Picture, Face], bgr: NDArray[np.uint8], quality: int = 85) -> Mark:
    """As JPEG leaves it."""
    _, coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    saved = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    return find_mark(replace(portrait[0], bgr=saved), portrait[1])


def test_the_sound_sitter_has_none(portrait: tuple[Picture, Face]) -> None:
    mark = find_mark(*portrait)
    assert (mark.kind, mark.hides, mark.covered_share, mark.where) == ("", (), 0.0, None)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (40, 200, 90)])
def test_a_bar_over_the_eyes(portrait: tuple[Picture, Face], colour: tuple[int, int, int]) -> None:
    bgr = portrait[0].bgr.copy()
    rows, columns = box(portrait[1], EYES, 0.9, 0.2)
    bgr[rows, columns] = colour
    mark = mark_on(portrait, bgr)
    assert mark.kind == "patch"
    assert "an eye" in mark.hides
    assert 0.1 < mark.covered_share < 0.3
    assert mark.where is not None
    assert mark.where.top_px == pytest.approx(rows.start, abs=16)
    assert mark.where.right_px == pytest.approx(columns.stop, abs=16)


def test_a_sticker_on_a_cheek_hides_no_feature(portrait: tuple[Picture, Face]) -> None:
    bgr = portrait[0].bgr.copy()
    radius = round(0.1 * portrait[1].region.width_px)
    cv2.circle(bgr, middle(portrait[1], CHEEK), radius, (30, 180, 250), -1, cv2.LINE_AA)
    mark = mark_on(portrait, bgr)
    assert mark.kind == "patch"
    assert not {"an eye", "the mouth"} & set(mark.hides)


@pytest.mark.parametrize("square", [0.05, 0.08])
def test_a_mosaic_over_the_mouth(portrait: tuple[Picture, Face], square: float) -> None:
    bgr = portrait[0].bgr.copy()
    rows, columns = box(portrait[1], MOUTH, 0.8, 0.6)
    part = bgr[rows, columns]
    count = (round(0.8 / square), round(0.6 / square))
    small = cv2.resize(part, count, interpolation=cv2.INTER_AREA)
    whole = (part.shape[1], part.shape[0])
    bgr[rows, columns] = cv2.resize(small, whole, interpolation=cv2.INTER_NEAREST)
    mark = mark_on(portrait, bgr)
    assert mark.kind == "mosaic"
    assert "the mouth" in mark.hides


@pytest.mark.parametrize("levels", [0, 255])
def test_soft_shade_and_glare_are_no_marks(portrait: tuple[Picture, Face], levels: int) -> None:
    bgr = portrait[0].bgr
    glow = np.zeros(bgr.shape[:2], np.float32)
    radius = round(0.2 * portrait[1].region.width_px)
    cv2.circle(glow, middle(portrait[1], FOREHEAD), radius, 1.0, -1)
    soft = np.clip(1.6 * cv2.GaussianBlur(glow, (0, 0), radius / 2), 0, 1)[..., None]
    lit = (bgr * (1 - soft) + levels * soft).astype(np.uint8)
    assert mark_on(portrait, lit).kind == ""


def test_skin_drawn_in_one_colour_is_no_mark(portrait: tuple[Picture, Face]) -> None:
    bgr = portrait[0].bgr.copy()
    skin = np.median(bgr[box(portrait[1], CHEEK, 0.2, 0.2)].reshape(-1, 3), axis=0)
    bgr[box(portrait[1], CHEEK, 0.4, 0.4)] = skin.astype(np.uint8)
    assert mark_on(portrait, bgr).kind == ""
