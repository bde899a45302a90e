"""Fits what a covered eye and a covered mouth look like.

Real sunglasses in the corpus are grey and small, real masks are contrast-boosted, hands are few, so
most of what covers a face is drawn: glasses, masks, scarves, hands, microphones, hair and plain
shapes of random form, tone and gloss, on faces of every set; and every picture, bare or covered,
goes through the same changes of light, contrast, detail and place, so that neither greyness nor
smallness carries the answer. Clear glasses, beards, hard shadows and light from one side are drawn
on bare faces as well. What is stored are weights of small networks on edge histograms and coarse
brightness.
"""

from __future__ import annotations

import hashlib
import pickle
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from qcheck.core.probe import Unmeasurable
from qcheck.media.file import File
from qcheck.probes import aligned, covering, face
from qcheck.probes.aligned import ALIGNED_SIZE_PX
from qcheck.probes.covering import eye_features, lower_features
from qcheck.probes.evidence import Evidence, ProbeCrashed
from qcheck.probes.portrait import AlignedFace, Face
from tools.accuracy.labels import Row

WIDTH, HEIGHT = ALIGNED_SIZE_PX
FINE = 4  # covers are drawn this much finer and reduced, for smooth edges
EYES = np.array([(43.0, 60.0), (85.0, 60.0)])


@dataclass
class Sample:
    """One face of the corpus, aligned."""

    bgr: np.ndarray
    points: np.ndarray  # (478, 2) in the aligned copy
    eyes: float  # 1 covered, 0 bare, nan unknown
    lower: float


def _sample(row: Row) -> Sample | None:
    evidence = Evidence(File(row.path.name, row.path.read_bytes()))
    try:
        face, aligned = evidence.get(Face), evidence.get(AlignedFace)
    except (Unmeasurable, ProbeCrashed):
        return None
    points = cv2.transform(face.landmarks_px[None, :, :2].astype(np.float64), aligned.matrix)[0]
    return Sample(aligned.bgr, points, *truth(row.labels))


# Looked at one by one, where the labels' columns are silent or wrong.
SUNGLASSES = {"facemask_with/with_mask279.jpg"}
MOUTH_COVERED = {
    "facemask_without/2020-06-23-120107-copy-.jpg",
    "facemask_without/410.jpg",
    "muxspace_lfw/Celine_Dion_0008.jpg",
    "muxspace_lfw/Juan_Carlos_Ferrero_0007.jpg",
}
# The landmarks are not on the face, or it is a profile.
NO_FRONT = {
    "aflw2000/image00251.jpg",
    "aflw2000/image00475.jpg",
    "aflw2000/image02420.jpg",
    "muxspace_lfw/Jake_Gyllenhaal_0002.jpg",
    "muxspace_lfw/Roman_Polanski_0003.jpg",
    "muxspace_lfw/Phil_Gramm_0002.jpg",
}


def truth(labels: dict[str, str]) -> tuple[float, float]:
    """Whether eyes and lower face are covered: 1, 0, or nan where nobody knows."""
    file = labels["file"]
    if file in NO_FRONT or labels["kind"] == "animal":
        return float("nan"), float("nan")
    eyes = 1.0 if labels["glasses"] == "sun" or file in SUNGLASSES else 0.0
    if "hair_over_eyes" in labels["defects"]:
        eyes = float("nan")
    lower = 0.0
    if labels["mask"] == "1" or file in MOUTH_COVERED:
        lower = 1.0
    elif labels["hand"] == "1":  # at a cheek, mostly: neither
        lower = float("nan")
    return eyes, lower


# ------------------------------------------------------------------ drawing


def by(x, y):
    """A step, in pixels of the copy."""
    return np.array((x, y), float)


def blend(bgr, mask, colour):
    """``colour``: a (h, w, 3) picture or one colour; ``mask`` 0 to 1."""
    mask = mask[..., None]
    return np.clip(bgr * (1 - mask) + np.asarray(colour, float) * mask, 0, 255)


def coverage(draw, blur=0.0):
    """A soft mask from ``draw(canvas, scale)`` on a finer canvas."""
    canvas = np.zeros((HEIGHT * FINE, WIDTH * FINE), np.uint8)
    draw(canvas, FINE)
    mask = cv2.resize(canvas, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) / 255.0
    return cv2.GaussianBlur(mask, (0, 0), blur) if blur > 0 else mask


def fill(points, blur=0.0):
    shape = np.round(np.asarray(points) * FINE).astype(np.int32)
    return coverage(lambda canvas, _: cv2.fillPoly(canvas, [shape], 255), blur)


def line(points, thick, closed=False, blur=0.0):
    shape = np.round(np.asarray(points) * FINE).astype(np.int32)
    thick = max(1, round(thick * FINE))
    return coverage(lambda canvas, _: cv2.polylines(canvas, [shape], closed, 255, thick), blur)


def any_colour(rng, low=0, high=255):
    base = rng.uniform(low, high)
    return np.clip(base + rng.normal(0, rng.choice([0, 10, 60]), 3), low, high)


def cloth(rng, colour, strength=None):
    """A plain, checked, striped or mottled surface."""
    picture = np.tile(np.asarray(colour, float), (HEIGHT, WIDTH, 1))
    kind = rng.choice(["plain", "stripes", "mottled", "weave"], p=[0.5, 0.15, 0.2, 0.15])
    strength = rng.uniform(5, 70) if strength is None else strength
    if kind == "stripes":
        angle, period = rng.uniform(0, np.pi), rng.uniform(3, 14)
        y, x = np.mgrid[:HEIGHT, :WIDTH]
        wave = np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / period)
        picture += strength * wave[..., None]
    elif kind == "mottled":
        noise = cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)), (0, 0), rng.uniform(1, 6))
        picture += (strength * noise / (noise.std() + 1e-9))[..., None]
    elif kind == "weave":
        picture += rng.normal(0, strength / 4, (HEIGHT, WIDTH, 1))
    return np.clip(picture, 0, 255)


def shading(sample, rng, amount=0.7):
    """The light on the face, coarse: what covers it is lit alike."""
    luma = cv2.cvtColor(sample.bgr, cv2.COLOR_BGR2GRAY).astype(float)
    coarse = cv2.GaussianBlur(luma, (0, 0), 14)
    hull = coarse[50:130, 30:98]
    return np.clip(coarse / (np.median(hull) + 1), 0.3, 1.6)[..., None] ** amount


def lens_shape(rng, eye, side, style):
    """Outline of one lens about ``eye``; ``side`` is -1 for the one on the picture's left."""
    half_width, half_height, corner, droop, x, y = style
    t = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    c, s = np.cos(t), np.sin(t)
    px = np.sign(c) * np.abs(c) ** corner * half_width
    py = np.sign(s) * np.abs(s) ** corner * half_height
    py = py + droop * side * px * (py > 0)
    return np.c_[eye[0] + side * x + px, eye[1] + y + py]


def glasses(sample, rng, dark):
    """Sunglasses, or clear glasses on a bare face."""
    out = sample.bgr.astype(float)
    mid_left = sample.points[[33, 133]].mean(axis=0)
    mid_right = sample.points[[362, 263]].mean(axis=0)
    style = (
        rng.uniform(11.5, 20.5),
        rng.uniform(5.5, 17),
        rng.uniform(0.45, 1.1),
        rng.uniform(-0.1, 0.3),
        rng.uniform(-1, 3.5),
        rng.uniform(-2, 5),
    )
    lenses = [lens_shape(rng, mid_left, -1, style), lens_shape(rng, mid_right, 1, style)]
    if dark and rng.random() < 0.12:  # a visor
        y = (mid_left[1] + mid_right[1]) / 2
        h = style[1]
        lenses = [
            np.array(
                [
                    (mid_left[0] - 20, y - h),
                    (mid_right[0] + 20, y - h),
                    (mid_right[0] + 20, y + h * 0.6),
                    (mid_right[0], y + h),
                    (64 + 8, y + h * 0.8),
                    (64, y + h * 0.2),
                    (64 - 8, y + h * 0.8),
                    (mid_left[0], y + h),
                    (mid_left[0] - 20, y + h * 0.6),
                ]
            )
        ]
    blur = rng.uniform(0, 0.8)
    frame = any_colour(rng, 0, 120) if rng.random() < 0.75 else any_colour(rng, 120, 240)
    thick = rng.uniform(0.3, 2.6)
    rows = np.linspace(0, 1, HEIGHT)[:, None]
    tone = any_colour(rng, 0, 75)
    through = rng.uniform(0.0, 0.35) if rng.random() < 0.8 else rng.uniform(0.3, 0.5)
    gradient = rng.uniform(0, 0.5) if rng.random() < 0.35 else 0.0
    gloss = rng.random()
    reflected = None
    if gloss > 0.55:
        noise = rng.normal(0, 1, (HEIGHT, WIDTH))
        noise = cv2.GaussianBlur(noise, (0, 0), rng.uniform(2, 8))
        reflected = np.clip(noise / noise.std() * rng.uniform(10, 45), 0, 255)[..., None]
    for lens in lenses:
        mask = fill(lens, blur)
        if dark:
            middle = lens[:, 1].mean() / HEIGHT
            clear = np.clip(through + gradient * (rows - middle) * HEIGHT / 20, 0, 0.6)
            glass = out * clear[..., None] + (1 - clear[..., None]) * tone
            if reflected is not None:
                glass = glass + reflected
            out = blend(out, mask, np.clip(glass, 0, 255))
            if gloss < 0.45:
                spot = lens.mean(axis=0) + rng.uniform(-6, 6, 2)
                glint = fill(
                    spot + rng.uniform(0.8, 4) * rng.normal(0, 1, (5, 2)), rng.uniform(0.4, 1.5)
                )
                out = blend(out, glint * mask * rng.uniform(0.2, 1), (240, 240, 240))
        else:
            out = blend(out, mask * rng.uniform(0, 0.22), any_colour(rng, 20, 230))
            if rng.random() < 0.3:
                spot = lens.mean(axis=0) + rng.uniform(-7, 7, 2)
                glint = fill(spot + rng.uniform(0.5, 2.2) * rng.normal(0, 1, (4, 2)), 0.5)
                out = blend(out, glint * mask * rng.uniform(0.2, 0.9), (250, 250, 250))
        if not dark or rng.random() < 0.8:
            out = blend(out, line(lens, thick, True, blur), frame)
    bridge = [(64 - 8, 58 + style[5]), (64, 56 + style[5]), (64 + 8, 58 + style[5])]
    out = blend(out, line(bridge, thick, False, blur), frame)
    for side, eye in ((-1, mid_left), (1, mid_right)):
        start = eye[0] + side * (style[0] + style[4]), eye[1] - 2
        out = blend(
            out, line([start, (start[0] + side * 15, start[1] - 1)], thick, False, blur), frame
        )
    return out


def hair(sample, rng, side):
    """Locks over one eye (-1 the picture's left) or both (0).

    Returns the picture and what it covers.
    """
    out = sample.bgr.astype(float)
    tone = any_colour(rng, 0, 90) if rng.random() < 0.7 else any_colour(rng, 90, 220)
    spots = EYES if side == 0 else EYES[[0 if side < 0 else 1]]
    cover = np.zeros((HEIGHT, WIDTH))
    lean = rng.normal(0, 12)
    for x, y in spots:
        for _ in range(rng.integers(14, 44)):
            top = x + lean + rng.normal(0, 8), rng.uniform(-5, 30)
            end = x - lean * 0.3 + rng.normal(0, 9), rng.uniform(y + 8, y + 60)
            bend = (top[0] + end[0]) / 2 + rng.normal(0, 8), (top[1] + end[1]) / 2
            t = np.linspace(0, 1, 12)[:, None]
            path = (1 - t) ** 2 * top + 2 * t * (1 - t) * np.array(bend) + t**2 * np.array(end)
            lock = line(path, rng.uniform(0.8, 3.6), False, 0.3) * rng.uniform(0.7, 1)
            out = blend(out, lock, np.clip(tone + rng.normal(0, 18), 0, 255))
            cover = np.maximum(cover, lock)
    return out, cover


def patch(sample, rng, side):
    """A plain shape over one eye or both: an eye patch, a hand, a phone, a cap's shade."""
    out = sample.bgr.astype(float)
    for x, y in EYES if side == 0 else EYES[[0 if side < 0 else 1]]:
        n = rng.integers(4, 9)
        angle = np.sort(rng.uniform(0, 2 * np.pi, n)) if n > 5 else np.arange(n) * 2 * np.pi / n
        radius = rng.uniform(13, 30, (n, 1))
        shape = (x + rng.normal(0, 3), y + rng.normal(0, 3)) + radius * np.c_[
            np.cos(angle), np.sin(angle)
        ]
        surface = cloth(rng, any_colour(rng)) * shading(sample, rng)
        core = fill(np.array([(x - 9, y - 4), (x + 9, y - 4), (x + 9, y + 4), (x - 9, y + 4)]))
        out = blend(out, np.maximum(fill(shape, rng.uniform(0, 1)), core), np.clip(surface, 0, 255))
    return out


JAW = (
    234,
    93,
    132,
    58,
    172,
    136,
    150,
    149,
    176,
    148,
    152,
    377,
    400,
    378,
    379,
    365,
    397,
    288,
    361,
    323,
    454,
)


def mask(sample, rng):
    """A face mask from somewhere on the nose to below the chin."""
    out = sample.bgr.astype(float)
    jaw = sample.points[list(JAW)] + rng.normal(0, 0.8, (len(JAW), 2))
    grow = rng.uniform(0.93, 1.1)
    centre = sample.points[1]
    jaw = centre + (jaw - centre) * grow
    first = rng.integers(1, 5)
    jaw = jaw[first:-first]
    nose = sample.points[6] * (w := rng.uniform(0, 0.75)) + sample.points[4] * (1 - w)
    left, right = jaw[0], jaw[-1]
    side_y = rng.uniform(-4, 8)
    top = np.array(
        [
            right + by(0, side_y),
            right * 0.5 + nose * 0.5 + (0, rng.uniform(-3, 5)),
            nose + by(3, 0),
            nose + by(-3, 0),
            left * 0.5 + nose * 0.5 + (0, rng.uniform(-3, 5)),
            left + by(0, side_y),
        ]
    )
    shape = np.vstack([jaw, top])
    if rng.random() < 0.2:  # a scarf: down to the frame
        shape = np.vstack(
            [(2, HEIGHT), left + by(-9, 4), top[::-1], right + by(9, 4), (WIDTH - 2, HEIGHT)]
        )
    tone = rng.choice(["white", "dark", "blue", "any"], p=[0.28, 0.27, 0.2, 0.25])
    colour = {
        "white": any_colour(rng, 190, 255),
        "dark": any_colour(rng, 0, 60),
        "blue": np.clip(np.array([210, 190, 130]) + rng.normal(0, 22, 3), 0, 255),
        "any": any_colour(rng),
    }[str(tone)]
    surface = cloth(rng, colour, rng.uniform(3, 40)) * shading(sample, rng, rng.uniform(0.4, 1))
    if rng.random() < 0.75:  # form: lighter along the nose, darker towards the jaw
        x = (np.arange(WIDTH) - centre[0]) / 45
        surface = surface * (1 + rng.uniform(0, 0.25) - rng.uniform(0, 0.45) * x**2)[None, :, None]
    cover = fill(shape, rng.uniform(0, 0.9))
    out = blend(out, cover, np.clip(surface, 0, 255))
    for _ in range(rng.integers(0, 5)):  # folds and seams
        y = rng.uniform(nose[1] + 6, 140)
        fold = [(left[0] + 4, y - 3), (centre[0], y + rng.uniform(0, 6)), (right[0] - 4, y - 3)]
        shade = colour * rng.uniform(0.4, 1.25)
        out = blend(
            out, line(fold, rng.uniform(0.4, 1.6), False, 0.6) * cover * 0.6, np.clip(shade, 0, 255)
        )
    if rng.random() < 0.15:  # valve or print
        spot = centre + by(rng.uniform(-16, 16), rng.uniform(8, 34))
        out = blend(
            out, line([spot, spot + 0.1], rng.uniform(5, 14), False, 0.5) * cover, any_colour(rng)
        )
    if rng.random() < 0.6:
        for end, edge in ((sample.points[234], left), (sample.points[454], right)):
            out = blend(
                out, line([edge + by(0, side_y), end + by(0, -4)], rng.uniform(0.5, 1.4)), colour
            )
    return out


def _bone(surface, start, end, thick):
    """Raise ``surface``, heights towards the camera, by a rod with round ends (x, y, height)."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    along = end[:2] - start[:2]
    reach = np.clip(
        ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / max(along @ along, 1e-6), 0, 1
    )
    away = np.hypot(x - start[0] - reach * along[0], y - start[1] - reach * along[1])
    top = start[2] + reach * (end[2] - start[2]) + np.sqrt(np.maximum(thick**2 - away**2, 0))
    np.maximum(surface, np.where(away < thick + 0.5, top, -1e3), out=surface)


def _turned(vector, angle, axis):
    """``vector`` turned about the unit ``axis`` (Rodrigues)."""
    return (
        vector * np.cos(angle)
        + np.cross(axis, vector) * np.sin(angle)
        + axis * (axis @ vector) * (1 - np.cos(angle))
    )


def hand(sample, rng, target=None):
    """A hand of rods with round ends: flat, bent or a fist, in skin of the sitter or of another.

    Its finger tips, knuckles or palm lie on ``target``: anywhere on the face where None. Returns
    the picture and what it covers.
    """
    out = sample.bgr.astype(float)
    if target is None:
        target = sample.points[int(rng.choice([13, 17, 152, 2, 50, 280, 205, 425, 172, 397]))]
    target = np.asarray(target) + rng.normal(0, 4, 2)
    size = rng.uniform(26, 42)  # length of the middle finger; an eye distance is 42
    lean = rng.normal(0, 1.0)  # fingers up, mostly
    forward = np.array([np.sin(lean), -np.cos(lean), 0.0])
    side = np.array([forward[1], -forward[0], 0.0]) * rng.choice([-1, 1])
    roll = rng.normal(0, 0.7)
    side = _turned(side, roll, forward)
    out_of = np.cross(forward, side)
    fist = rng.random() < 0.3
    bend = rng.uniform(1.0, 1.5) if fist else abs(rng.normal(0, 0.35))
    spread = 0.0 if fist else rng.uniform(0, 0.2)
    surface = np.full((HEIGHT, WIDTH), -1e3)
    thick = size * rng.uniform(0.1, 0.135)
    knuckles, tips, creases = [], [], []
    wrist = np.zeros(3)
    rods = [(wrist - forward * size * 2, wrist, thick * 2.6)]
    for index, length in enumerate((0.9, 1.0, 0.95, 0.76)):
        offset = (index - 1.5) * thick * 2.0
        knuckle = wrist + forward * size * (1.05 - 0.04 * (index - 1) ** 2) + side * offset
        rods.append((wrist + side * offset * 0.6, knuckle, thick * 1.35))
        knuckles.append(knuckle)
        if rng.random() < (0.12 if not fist else 0):  # tucked away
            continue
        ahead = _turned(forward, (index - 1.5) * spread, out_of)
        joint = knuckle
        own = bend * rng.uniform(0.7, 1.3) + abs(rng.normal(0, 0.12))
        for part in (0.45, 0.3, 0.25):
            ahead = _turned(ahead, own, side)
            end = joint + ahead * size * length * part
            rods.append((joint, end, thick * (1.0 if part > 0.4 else 0.92)))
            creases.append((end if part > 0.25 else None, ahead))
            joint = end
        tips.append(joint)
    thumb = wrist + forward * size * 0.3 + side * -thick * 3.2
    swing = rng.uniform(-0.2, 1.1)
    ahead = forward * np.cos(swing) - side * np.sin(swing)
    for part in (0.5, 0.36):
        end = thumb + ahead * size * part
        rods.append((thumb, end, thick * 1.15))
        thumb, ahead = end, _turned(ahead, rng.uniform(0, 0.4), out_of)
    kind = rng.random()
    touch = (
        np.mean(knuckles, axis=0)
        if fist or kind < 0.35 or not tips
        else tips[rng.integers(len(tips))]
        if kind < 0.6
        else np.mean(tips, axis=0) * 0.5 + np.mean(knuckles, axis=0) * 0.5
    )
    shift = np.array([*(target - touch[:2]), 0.0])
    for start, end, radius in rods:
        _bone(surface, start + shift, end + shift, radius)
    cover = (surface > -500).astype(float)
    filled = np.where(cover > 0, surface, cv2.blur(np.where(cover > 0, surface, 0), (5, 5)))
    filled = cv2.GaussianBlur(filled, (0, 0), rng.uniform(0.5, 1.2))
    slope_y, slope_x = np.gradient(filled)
    sun = rng.normal(0, 1, 3) * (1, 0.7, 0) + (0, -0.5, rng.uniform(0.7, 2))
    sun /= np.linalg.norm(sun)
    shade = (-slope_x * sun[0] - slope_y * sun[1] + sun[2]) / np.sqrt(1 + slope_x**2 + slope_y**2)
    ambient = rng.uniform(0.35, 0.8)
    shade = ambient + (1 - ambient) * np.clip(shade, 0, 1) / max(sun[2], 0.4)
    own_skin = np.median(out[84:96, 40:88].reshape(-1, 3), axis=0)
    skin = own_skin * rng.uniform(0.75, 1.3) if rng.random() < 0.75 else any_colour(rng, 40, 230)
    glove = cloth(rng, skin, rng.uniform(0, 6))
    picture = glove * shade[..., None] * shading(sample, rng, rng.uniform(0, 0.7))
    fine = cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)), (0, 0), rng.uniform(0.6, 2.5))
    picture *= (1 + rng.uniform(0, 0.05) * fine / fine.std())[..., None]
    for joint, ahead in creases:
        if joint is None:
            continue
        across = np.array([ahead[1], -ahead[0]])
        spot = (joint + shift)[:2]
        for step in (-0.8, 0.8):
            ends = [spot + ahead[:2] * step + across * w * thick * 0.7 for w in (-1, 1)]
            picture = blend(
                picture, line(ends, 0.5, False, 0.5) * rng.uniform(0.1, 0.5), skin * 0.5
            )
    if not fist and rng.random() < 0.5:  # nails
        for tip in tips:
            nail = fill((tip + shift)[:2] + thick * 0.45 * np.c_[np.cos(TURN), np.sin(TURN)], 0.5)
            picture = blend(picture, nail * 0.5, np.clip(skin * 1.2 + 10, 0, 255))
    contact = cv2.GaussianBlur(cover, (0, 0), rng.uniform(1.5, 5))
    contact = np.roll(contact, rng.integers(-3, 4, 2), axis=(0, 1)) * rng.uniform(0, 0.6)
    out = out * (1 - contact[..., None] * (1 - cover[..., None]))
    soft = cv2.GaussianBlur(cover, (0, 0), rng.uniform(0.4, 0.9))
    return blend(out, soft, np.clip(picture, 0, 255)), soft


TURN = np.linspace(0, 2 * np.pi, 16, endpoint=False)


def microphone(sample, rng):
    """A microphone from below or beside, with grille, foam or a pop filter before it."""
    out = sample.bgr.astype(float)
    mouth = sample.points[[13, 14, 152, 17][int(rng.integers(4))]]
    mouth = mouth + by(rng.normal(0, 6), rng.uniform(-4, 6))
    radius = rng.uniform(7, 18)
    lean = rng.normal(0, 0.6) if rng.random() < 0.7 else rng.choice([-1, 1]) * rng.uniform(1, 1.7)
    end = mouth + by(np.sin(lean) * 110, np.cos(lean) * 110)
    colour = any_colour(rng, 0, 120) if rng.random() < 0.8 else any_colour(rng, 100, 230)
    stem = line([mouth, end], radius * rng.uniform(0.5, 1.6), False, 0.6)
    turned = rng.uniform(-0.5, 0.5)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    across = ((x - mouth[0]) * np.cos(lean) - (y - mouth[1]) * np.sin(lean)) / radius
    body = colour * (1 - 0.4 * np.abs(np.clip(across - turned, -1.5, 1.5)))[..., None]
    out = blend(out, stem, np.clip(body, 0, 255))
    long = by(np.sin(lean), np.cos(lean)) * radius * rng.uniform(0, 2.2)
    head = line([mouth, mouth + long + 0.1], radius * 2, False, 0.5)
    tone = any_colour(rng, 0, 90) if rng.random() < 0.6 else any_colour(rng, 60, 210)
    grille = cloth(rng, tone, rng.uniform(0, 60))
    form = np.clip(
        1.2 - 0.8 * np.hypot(x - mouth[0] + radius / 3, y - mouth[1] + radius / 3) / radius,
        0.2,
        1.3,
    )
    out = blend(out, head, np.clip(grille * form[..., None], 0, 255))
    cover = np.maximum(stem, head)
    if rng.random() < 0.25:
        band = line([mouth + long * 0.5 + by(-radius, 0), mouth + long * 0.5 + by(radius, 0)], 2)
        out = blend(out, band * head * 0.8, any_colour(rng))
    if rng.random() < 0.15:  # a pop filter
        wide = rng.uniform(20, 34)
        disc = fill(mouth + np.c_[np.cos(TURN) * wide * rng.uniform(0.6, 1), np.sin(TURN) * wide])
        net = cloth(rng, any_colour(rng, 0, 60), rng.uniform(0, 20))
        out = blend(out, disc * (through := rng.uniform(0.5, 0.95)), net)
        cover = np.maximum(cover, disc * through)
    return out, cover


def thing(sample, rng):
    """A plain shape over the mouth: a cup, a phone, a page."""
    out = sample.bgr.astype(float)
    mouth = sample.points[[13, 14]].mean(axis=0)
    n = int(rng.choice([4, 4, 7]))
    angle = np.arange(n) * 2 * np.pi / n + rng.uniform(0, np.pi)
    radius = rng.uniform(22, 45, (n, 1))
    shape = mouth + rng.normal(0, 5, 2) + radius * np.c_[np.cos(angle), np.sin(angle)]
    surface = cloth(rng, any_colour(rng)) * shading(sample, rng, 0.5)
    return blend(out, fill(shape, rng.uniform(0, 0.8)), np.clip(surface, 0, 255))


def beard(sample, rng):
    """A beard or moustache, on a bare face: dark, soft-edged, hairy, the lips left free."""
    out = sample.bgr.astype(float)
    jaw = sample.points[list(JAW)][4:-4]
    top = sample.points[[205, 2, 425]] + by(0, rng.uniform(0, 6))
    cover = fill(np.vstack([jaw + by(0, rng.uniform(0, 8)), top[::-1]]), rng.uniform(2, 5))
    lips = sample.points[[61, 40, 37, 0, 267, 270, 291, 321, 314, 17, 84, 91]]
    cover = cover * (1 - fill(lips, 0.8))
    if rng.random() < 0.4:
        cover *= (np.arange(HEIGHT)[:, None] > sample.points[17, 1] - rng.uniform(-6, 4)).astype(
            float
        )
    strands = cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)), (0, 0), 0.8, sigmaY=2.0)
    tone = any_colour(rng, 0, 80) if rng.random() < 0.75 else any_colour(rng, 80, 220)
    surface = tone[None, None] + (strands / strands.std() * rng.uniform(4, 25))[..., None]
    return blend(out, cover * rng.uniform(0.35, 1), np.clip(surface, 0, 255))


def light(out, rng):
    """Light from one side, a hard shadow, or eyes in the dark of their sockets."""
    kind = rng.random()
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(float)
    if kind < 0.5:
        angle = rng.uniform(0, 2 * np.pi)
        slope = ((x - 64) * np.cos(angle) + (y - 85) * np.sin(angle)) / 50
        gain = 2.0 ** (rng.uniform(0, 1.8) * np.clip(slope, -1, 1) * 0.5)
    elif kind < 0.75:
        angle = rng.uniform(0, 2 * np.pi)
        edge = (x - 64 - rng.normal(0, 12)) * np.cos(angle) + (y - 85) * np.sin(angle)
        gain = 1 - rng.uniform(0.2, 0.85) / (1 + np.exp(-edge / rng.uniform(1, 7)))
    else:
        gain = np.ones_like(x)
        for ex, ey in EYES:
            socket = np.exp(-(((x - ex) / 13) ** 2) - ((y - ey + 4) / rng.uniform(7, 11)) ** 2)
            gain = gain * (1 - rng.uniform(0.1, 0.6) * socket)
    return out * gain[..., None]


def change(bgr, rng, mirrored=True):
    """What every picture goes through: size, detail, contrast, grey, noise, place."""
    out = np.asarray(bgr, np.float64)
    if rng.random() < 0.35:
        out = light(out, rng)
    if mirrored and rng.random() < 0.5:
        out = out[:, ::-1]
    turn, grow = rng.normal(0, 3.0), rng.normal(1, 0.04)
    matrix = cv2.getRotationMatrix2D((64, 80), turn, grow)
    matrix[:, 2] += rng.normal(0, 1.6, 2)
    matrix[0, 1] += rng.normal(0, 0.03)
    out = cv2.warpAffine(out, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    if rng.random() < 0.4:
        weights = rng.dirichlet((2, 4, 3))
        out = np.repeat((out @ weights)[..., None], 3, axis=2)
    out = 255 * np.clip(out / 255, 0, 1) ** np.exp(rng.normal(0, 0.25))
    out = (out - 128) * np.exp(rng.normal(0, 0.18)) + 128 + rng.normal(0, 14)
    if rng.random() < 0.35:  # dark skin and underexposure; paper-white scans
        out = out * (rng.uniform(0.25, 1) if rng.random() < 0.7 else rng.uniform(1.1, 1.8))
    out = np.clip(out, 0, 255)
    if rng.random() < 0.4:
        shrink = rng.uniform(0.4, 1)
        small = cv2.resize(out, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        out = cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
    out = out + rng.normal(0, rng.uniform(0, 5), out.shape[:2])[..., None]
    out = np.clip(out, 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        _, coded = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 95))])
        out = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return out


# ------------------------------------------------------------------ fitting


def of_eye(cover, side):
    """Truth about an eye under ``cover``: nan where half of it is seen."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    centre = EYES[0 if side < 0 else 1]
    share = cover[((x - centre[0]) / 10) ** 2 + ((y - centre[1]) / 5) ** 2 < 1].mean()
    return 1.0 if share > 0.5 else 0.0 if share < 0.08 else float("nan")


def of_lower(cover, points):
    """Truth about nose, mouth and chin under ``cover``: nan where only the rim is touched."""
    shape = fill(np.vstack([points[list(JAW)][2:-2], points[[425, 4, 205]]])) > 0.5
    share = cover[shape].mean()
    return 1.0 if share > 0.3 else 0.0 if share < 0.02 else float("nan")


def eye_rows(sample, rng, copies):
    """Features and truth of eyes, drawn ``copies`` times."""
    rows = []

    def add(bgr, right, left):
        features = eye_features(change(bgr, rng, mirrored=right == left))
        for index, covered in enumerate((right, left)):
            if not np.isnan(covered):
                rows.append((features[index], covered))

    if np.isnan(sample.eyes):
        return rows
    if sample.eyes == 1:
        for _ in range(6 * copies):
            add(sample.bgr, 1, 1)
        return rows
    for _ in range(copies):
        add(sample.bgr, 0, 0)
    for _ in range(copies):
        kind = rng.random()
        if kind < 0.5:
            add(glasses(sample, rng, False), 0, 0)
        elif kind < 0.62:
            add(mask(sample, rng), 0, 0)
        elif kind < 0.72:
            bgr, cover = hand(sample, rng)
            add(bgr, of_eye(cover, -1), of_eye(cover, 1))
        else:
            add(light(sample.bgr.astype(float), rng), 0, 0)
    for _ in range(copies):
        kind = rng.random()
        side = int(rng.choice([-1, 1]))
        if kind < 0.6:
            add(glasses(sample, rng, True), 1, 1)
        elif kind < 0.76:
            bgr, cover = hair(sample, rng, side)
            add(bgr, of_eye(cover, -1), of_eye(cover, 1))
        elif kind < 0.86:
            bgr, cover = hand(sample, rng, EYES[0 if side < 0 else 1])
            add(bgr, of_eye(cover, -1), of_eye(cover, 1))
        else:
            add(patch(sample, rng, side), *((1, 0) if side < 0 else (0, 1)))
    return rows


def lower_rows(sample, rng, copies):
    """Features and truth of the face below the eyes, drawn ``copies`` times."""
    rows = []

    def add(bgr, covered):
        if not np.isnan(covered):
            rows.append((lower_features(change(bgr, rng)), covered))

    if np.isnan(sample.lower):
        return rows
    if sample.lower == 1:
        for _ in range(6 * copies):
            add(sample.bgr, 1)
        return rows
    for _ in range(copies):
        add(sample.bgr, 0)
    for _ in range(copies):
        kind = rng.random()
        if kind < 0.5:
            add(beard(sample, rng), 0)
        elif kind < 0.7:
            add(glasses(sample, rng, bool(rng.random() < 0.5)), 0)
        else:
            add(light(sample.bgr.astype(float), rng), 0)
    for _ in range(copies + copies // 2):
        kind = rng.random()
        if kind < 0.6:
            add(mask(sample, rng), 1)
        elif kind < 0.7:
            add(thing(sample, rng), 1)
        elif kind < 0.85:
            bgr, cover = hand(sample, rng, sample.points[13])
            add(bgr, of_lower(cover, sample.points))
        else:
            bgr, cover = microphone(sample, rng)
            add(bgr, of_lower(cover, sample.points))
    return rows


COPIES = 4
# Small enough that the file stays under 300 kB.
HIDDEN, MEMBERS = 20, 3
ROWS = {"eye": eye_rows, "lower": lower_rows}


def code_mark(*files: Path) -> str:
    """Of what a drawing's features are made of: drawing takes minutes, so nothing else counts."""
    whole = hashlib.sha256()
    for file in (*files, *(Path(each.__file__) for each in (face, aligned, covering))):
        whole.update(file.read_bytes())
    return whole.hexdigest()


def drawn(row: Row, cache: Path, mark: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Features and truths made of one file; the same for the same file and code."""
    content = hashlib.sha256(row.path.read_bytes() + row.name.encode()).hexdigest()[:24]
    path = cache / f"{content}-{mark[:12]}.pkl"
    if path.exists():
        found: dict[str, tuple[np.ndarray, np.ndarray]] = pickle.loads(path.read_bytes())
        return found
    sample = _sample(row)
    made = {}
    for network, rows_of in ROWS.items():
        rng = np.random.default_rng((zlib.crc32(network.encode()), int(content[:12], 16)))
        rows = [] if sample is None else rows_of(sample, rng, COPIES)
        made[network] = (
            np.array([features for features, _ in rows], np.float16),
            np.array([covered for _, covered in rows], int),
        )
    part = path.with_suffix(".part")
    part.write_bytes(pickle.dumps(made))
    part.replace(path)
    return made


def train(
    features: np.ndarray, truths: np.ndarray, hidden: int = HIDDEN, members: int = MEMBERS
) -> dict[str, np.ndarray]:
    """An ensemble of small networks, each on standardised features."""
    from sklearn.neural_network import MLPClassifier

    x = features.astype(np.float32)
    mean, scale = x.mean(axis=0), x.std(axis=0) + 0.05
    x = (x - mean) / scale
    stored = {"mean": mean, "scale": scale}
    for member in range(members):
        net = MLPClassifier(
            (hidden,),
            alpha=3e-2,
            batch_size=256,
            learning_rate_init=7e-4,
            max_iter=16,
            random_state=member,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it stops at max_iter on purpose
            net.fit(x, truths)
        for layer, (w, b) in enumerate(zip(net.coefs_, net.intercepts_, strict=True)):
            stored[f"{member}_w{layer}"], stored[f"{member}_b{layer}"] = w, b
    return stored


# Where half lies on the networks' scale (logits): from scores of people not fitted on, so that
# under 1 % of bare faces exceed half.
ZERO = {"eye": 0.6, "lower": 1.0}


def fit(rows: list[Row], cache: Path) -> dict[str, np.ndarray]:
    """Two ensembles, for an eye and for nose, mouth and chin."""
    cv2.setNumThreads(1)
    mark = code_mark(Path(__file__))
    portraits = [row for row in rows if row.medium == "portraits"]
    tables = [drawn(row, cache, mark) for row in portraits]
    stored: dict[str, np.ndarray] = {}
    for network in ROWS:
        kept = [table[network] for table in tables if len(table[network][1])]
        features, truths = (np.concatenate(each) for each in zip(*kept, strict=True))
        for name, value in train(features, truths).items():
            joint = "" if name[0].isdigit() else "_"
            stored[f"{network}{joint}{name}"] = np.asarray(value, np.float16)
        stored[f"{network}_zero"] = np.float32(ZERO[network])
    known = [truth(row.labels) for row in portraits]
    people = len({row.subject for row in portraits})
    eyes, lower = (sum(each[k] == 1 for each in known) for k in (0, 1))
    stored["note"] = np.array(
        f"{len(portraits)} portraits of {people} people or near-duplicate groups, eyes covered in "
        f"{eyes}, mouth or chin in {lower}; covers drawn on the bare ones, {COPIES} of each kind"
    )
    return stored
