"""The same portrait with less detail than its pixels claim, with grain, blocks or a colour cast.

Sizes of blur are shares of the distance between the eyes: the standard deviation of the blur's
spread, along the motion for shake. An eye sees a blur of 1.5 % and more: a lid's edge smears over
a tenth of the iris.
"""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from tools.accuracy.makers import Made, makes
from tools.accuracy.makers.framing import face_of, png

_CV = {
    "nearest": cv2.INTER_NEAREST,
    "linear": cv2.INTER_LINEAR,
    "cubic": cv2.INTER_CUBIC,
    "lanczos": cv2.INTER_LANCZOS4,
}
_PIL = {
    "nearest": Image.Resampling.NEAREST,
    "linear": Image.Resampling.BILINEAR,
    "cubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
    "box": Image.Resampling.BOX,
}


def reduced(picture: np.ndarray, factor: float, rng: np.random.Generator) -> np.ndarray:
    """``factor`` times smaller, by one of the usual methods; every one of them averages."""
    size = max(8, round(picture.shape[1] / factor)), max(8, round(picture.shape[0] / factor))
    method = [None, Image.Resampling.LANCZOS, _PIL["cubic"], _PIL["linear"]][rng.integers(4)]
    if method is None:
        return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
    return np.asarray(Image.fromarray(picture).resize(size, method))


def enlarged(
    picture: np.ndarray, size: tuple[int, int], kernel: str, with_pillow: bool
) -> np.ndarray:
    """``picture`` at ``size`` (width, height) through an interpolation."""
    if with_pillow:
        return np.asarray(Image.fromarray(picture).resize(size, _PIL[kernel]))
    return np.asarray(cv2.resize(picture, size, interpolation=_CV[kernel]))


def as_jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])[1]
    flag = cv2.IMREAD_COLOR if picture.ndim == 3 else cv2.IMREAD_GRAYSCALE
    return np.asarray(cv2.imdecode(data, flag))


def levels(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.clip(np.rint(values), 0, 255)).astype(np.uint8)


def sharpened(picture: np.ndarray, amount: float, sigma_px: float) -> np.ndarray:
    """An unsharp mask."""
    values = picture.astype(np.float32)
    return levels(values + amount * (values - cv2.GaussianBlur(values, (0, 0), sigma_px)))


def grainy(
    picture: np.ndarray, sigma: float, rng: np.random.Generator, coarse: bool = False
) -> np.ndarray:
    """Grey grain of ``sigma`` levels; coarse grain is as wide as a demosaiced camera's."""
    grain = rng.normal(0, sigma, picture.shape[:2]).astype(np.float32)
    if coarse:
        grain = 2 * np.asarray(cv2.GaussianBlur(grain, (0, 0), 0.6), np.float32)
    return levels(picture + (grain[:, :, np.newaxis] if picture.ndim == 3 else grain))


def soft_skinned(picture: np.ndarray, levels_apart: float, radius_px: float) -> np.ndarray:
    """A beauty filter: smooth skin, sharp eyes (bilateral, Tomasi and Manduchi 1998)."""
    return cv2.bilateralFilter(picture, 0, levels_apart, max(1.5, radius_px))


def defocused(picture: np.ndarray, sigma_px: float) -> np.ndarray:
    """The disc of a lens that was focused elsewhere; its radius is twice ``sigma_px``."""
    radius = 2 * sigma_px
    size = int(2 * np.ceil(radius) + 3)
    middle = (size * 8 - 1) / 2
    down, right = np.mgrid[: size * 8, : size * 8]
    disc = (np.hypot(right - middle, down - middle) <= radius * 8).astype(np.float32)
    return _convolved(picture, cv2.resize(disc, (size, size), interpolation=cv2.INTER_AREA))


def shaken(picture: np.ndarray, sigma_px: float, angle_rad: float) -> np.ndarray:
    """Even motion along a line, whose length is √12 times ``sigma_px``."""
    length = float(np.sqrt(12)) * sigma_px
    size = int(2 * np.ceil(length / 2) + 3)
    middle = (size * 8 - 1) / 2
    step = np.array([np.cos(angle_rad), np.sin(angle_rad)]) * length * 4
    line = np.zeros((size * 8, size * 8), np.float32)
    ends = [np.rint(middle + sign * step).astype(int).tolist() for sign in (-1, 1)]
    cv2.line(line, ends[0], ends[1], 1.0, 8)
    return _convolved(picture, cv2.resize(line, (size, size), interpolation=cv2.INTER_AREA))


def blurred(picture: np.ndarray, sigma_px: float) -> np.ndarray:
    return levels(cv2.GaussianBlur(picture.astype(np.float32), (0, 0), sigma_px))


def _convolved(picture: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    kernel = kernel / kernel.sum()
    values = picture.astype(np.float32)
    return levels(cv2.filter2D(values, -1, kernel, borderType=cv2.BORDER_REFLECT))


def handled(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What happens to any picture on its way: a little sharpening or grain, then JPEG or not."""
    if rng.random() < 0.3:
        picture = sharpened(picture, rng.uniform(0.2, 0.8), rng.uniform(0.6, 1.2))
    if rng.random() < 0.3:
        picture = grainy(picture, rng.uniform(0.7, 3), rng)
    if rng.random() < 0.6:
        picture = as_jpeg(picture, int(rng.integers(75, 96)))
    return picture


@makes("portrait")
def upscaled(
    picture: np.ndarray, rng: np.random.Generator, factor: float, kernel: str = "any"
) -> Made:
    """Reduced by ``factor``, enlarged to its old size, then handled as pictures are."""
    if kernel == "any":
        kernel = str(
            rng.choice(["linear", "cubic", "lanczos", "nearest"], p=[0.3, 0.35, 0.3, 0.05])
        )
    size = picture.shape[1], picture.shape[0]
    less = reduced(picture, factor, rng)
    more = enlarged(less, size, kernel, with_pillow=bool(rng.random() < 0.5))
    return Made(png(handled(more, rng)), ".png", {"factor": factor})


@makes("portrait")
def out_of_focus(picture: np.ndarray, rng: np.random.Generator, share: float) -> Made:
    """Gaussian or disc of a standard deviation of ``share`` of the distance between the eyes."""
    sigma = share * face_of(picture).inter_eye_px
    soft = blurred(picture, sigma) if rng.random() < 0.5 else defocused(picture, sigma)
    return Made(png(handled(soft, rng)), ".png", {"share": share})


@makes("portrait")
def motion_blurred(picture: np.ndarray, rng: np.random.Generator, share: float) -> Made:
    """Shake in any direction with a standard deviation of ``share`` of the eyes' distance."""
    sigma = share * face_of(picture).inter_eye_px
    moved = shaken(picture, sigma, rng.uniform(0, np.pi))
    return Made(png(handled(moved, rng)), ".png", {"share": share})


@makes("portrait")
def still_sharp(picture: np.ndarray, rng: np.random.Generator, how: str) -> Made:
    """Sound pictures as they come: ``half`` the size, ``jpeg``, ``grain``, ``skin`` softened."""
    if how == "half":
        picture = as_jpeg(reduced(picture, 2, rng), int(rng.integers(80, 96)))
    elif how == "jpeg":
        picture = as_jpeg(picture, int(rng.integers(75, 96)))
    elif how == "grain":
        picture = grainy(picture, rng.uniform(1, 3), rng)
    elif how == "skin":
        face = face_of(picture)
        picture = soft_skinned(picture, rng.uniform(8, 25), 0.008 * face.region.side_px)
    else:
        raise ValueError(f"no way to stay sharp is called {how!r}")
    return Made(png(picture), ".png")


@makes("portrait")
def compressed(
    picture: np.ndarray, rng: np.random.Generator, quality: int, then_png: bool = True
) -> Made:
    """Saved as JPEG at ``quality``, and as PNG after that, which hides the setting."""
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])[1]
    truth = {"quality": float(quality)}
    if not then_png:
        return Made(data.tobytes(), ".jpg", truth)
    return Made(png(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))), ".png", truth)


@makes("portrait")
def grained(picture: np.ndarray, rng: np.random.Generator, sigma: float) -> Made:
    """With grey grain of ``sigma`` levels, as seen when the face is 512 px wide at most."""
    scale = max(1, round(face_of(picture).region.side_px / 512))
    return Made(png(grainy(picture, sigma * scale, rng)), ".png", {"sigma": sigma})


@makes("portrait")
def tinted(
    picture: np.ndarray, rng: np.random.Generator, red: float, green: float, blue: float
) -> Made:
    """Channels multiplied in linear light, then as bright as before: a wrong white balance."""
    value = picture / 255.0
    light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    weights = np.array([0.0722, 0.7152, 0.2126])
    gains = np.array([blue, green, red])
    light = np.clip(light * gains * (weights.sum() / (weights * gains).sum()), 0, 1)
    value = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return Made(png(levels(value * 255)), ".png")
