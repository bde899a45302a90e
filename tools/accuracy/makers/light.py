"""Pictures with known light: darkened, brightened, in shadow, shown as cameras show them."""

from __future__ import annotations

import cv2
import numpy as np

from qcheck.media.content import Picture
from qcheck.probes.face import find_faces, main_face
from tools.accuracy.makers import Made, makes


def _linear(picture: np.ndarray) -> np.ndarray:
    """Linear light, 0 to 1, of sRGB levels (IEC 61966-2-1)."""
    v = picture.astype(np.float32) / 255
    linear: np.ndarray = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)
    return linear


def _levels(light: np.ndarray) -> np.ndarray:
    """The reverse, to 8 bits."""
    x = np.clip(light, 0, 1)
    v = np.where(x <= 0.0031308, x * 12.92, 1.055 * x ** (1 / 2.4) - 0.055)
    levels: np.ndarray = np.rint(v * 255).astype(np.uint8)
    return levels


def _stored(picture: np.ndarray, **truth: float | str) -> Made:
    done, data = cv2.imencode(".png", picture)
    assert done
    return Made(data.tobytes(), ".png", truth)


@makes("portrait")
def as_a_camera_shows(picture: np.ndarray, rng: np.random.Generator) -> Made:
    """Of a file that holds linear light: with the curve that cameras apply."""
    return _stored(_levels(picture.astype(np.float32) / 255))


@makes("portrait")
def dimmed(picture: np.ndarray, rng: np.random.Generator, levels: float) -> Made:
    """Every level times ``levels``: what a brightness slider does."""
    return _stored(np.rint(picture * float(levels)).astype(np.uint8), levels=levels)


@makes("portrait")
def exposed(picture: np.ndarray, rng: np.random.Generator, stops: float) -> Made:
    """With ``stops`` more light, blown out where that exceeds full scale."""
    return _stored(_levels(_linear(picture) * 2.0**stops), stops=stops)


@makes("portrait")
def in_other_tone(picture: np.ndarray, rng: np.random.Generator, contrast: float) -> Made:
    """Contrast about middle grey times ``contrast``, as editors and phones do."""
    changed = 118 + contrast * (picture.astype(np.float32) - 118)
    return _stored(np.clip(np.rint(changed), 0, 255).astype(np.uint8), contrast=contrast)


@makes("portrait")
def shaded(picture: np.ndarray, rng: np.random.Generator, stops: float, part: str) -> Made:
    """With a hard shadow of ``stops``: of a ``hat`` down to below the eyes, or on one ``side``."""
    face = main_face(find_faces(_picture(picture)))
    across, down = face.landmarks_px[:, 0], face.landmarks_px[:, 1]
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float32)
    if part == "hat":
        edge = down[[50, 280]].mean() + rng.uniform(-0.05, 0.05) * face.region.height_px
        depth = edge - rows
    else:
        edge = across[6] + rng.uniform(-0.05, 0.05) * face.region.width_px
        depth = (columns - edge) * (1 if rng.random() < 0.5 else -1)
    soft = np.clip(0.5 + depth / (0.03 * face.region.side_px), 0, 1)[..., None]
    light = _linear(picture) * 2.0 ** (-stops * soft)
    return _stored(_levels(light), stops=stops, part=part)


def _picture(bgr: np.ndarray) -> Picture:
    return Picture(np.ascontiguousarray(bgr), None, "PNG", "RGB", 8, 1, 1)


@makes("portrait")
def channels_swapped(picture: np.ndarray, rng: np.random.Generator) -> Made:
    """Red passed for blue, and blue for red."""
    return _stored(np.ascontiguousarray(picture[..., ::-1]))


@makes("portrait")
def negative(picture: np.ndarray, rng: np.random.Generator) -> Made:
    """Every level turned over."""
    return _stored(255 - picture)
