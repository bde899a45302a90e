"""Things put before a bare face, and clear glasses, which cover nothing.

Other drawings than those that the networks were fitted with: they are drawn on the picture itself,
so that the landmarks are found again under them.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.helpers.aligned_face import ALIGNED_SIZE_PX, to_aligned
from qcheck.probes.portrait import Face
from tools.accuracy.makers import Made, makes

Picture = NDArray[np.uint8]
# The cover is drawn in the aligned copy's coordinates, so much finer, and laid onto the picture.
FINE = 4
SIZE = (ALIGNED_SIZE_PX[0] * FINE, ALIGNED_SIZE_PX[1] * FINE)


class Sheet:
    """A sheet over the face to draw on: colour and opacity."""

    def __init__(self, picture: Picture) -> None:
        _, coded = cv2.imencode(".png", picture)
        face = Evidence(File("made.png", coded.tobytes())).get(Face)
        self.picture = picture
        self.matrix = to_aligned(face.landmarks_px)
        at = cv2.transform(face.landmarks_px[None, :, :2].astype(np.float64), self.matrix)[0]
        self.points = np.asarray(at)
        self.colour = np.zeros((SIZE[1], SIZE[0], 3), np.float32)
        self.cover = np.zeros((SIZE[1], SIZE[0]), np.float32)
        copy = cv2.warpAffine(picture, self.matrix, ALIGNED_SIZE_PX).astype(np.float32)
        self.skin = np.median(copy[84:96, 40:88].reshape(-1, 3), axis=0)

    def put(
        self, shape: NDArray[np.uint8], colour: NDArray[np.float32], opacity: float = 1.0
    ) -> None:
        mask = cv2.GaussianBlur(shape.astype(np.float32) / 255, (0, 0), FINE * 0.25) * opacity
        self.colour = self.colour * (1 - mask[..., None]) + colour * mask[..., None]
        self.cover = 1 - (1 - self.cover) * (1 - mask)

    def polygon(self, points: NDArray[np.float64]) -> NDArray[np.uint8]:
        shape = np.zeros((SIZE[1], SIZE[0]), np.uint8)
        return np.asarray(cv2.fillPoly(shape, [np.round(points * FINE).astype(int)], 255), np.uint8)

    def path(self, points: NDArray[np.float64], thick: float) -> NDArray[np.uint8]:
        shape = np.zeros((SIZE[1], SIZE[0]), np.uint8)
        nodes = [np.round(points * FINE).astype(int)]
        return np.asarray(
            cv2.polylines(shape, nodes, False, 255, max(1, round(thick * FINE))), np.uint8
        )

    def ellipse(self, centre: NDArray[np.float64], half: tuple[float, float]) -> NDArray[np.uint8]:
        turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
        return self.polygon(centre + np.c_[np.cos(turn), np.sin(turn)] * half)

    def made(self) -> Made:
        back = self.matrix @ np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1.0]])
        back = cv2.invertAffineTransform(back)
        back[:, :2] /= FINE
        size = (self.picture.shape[1], self.picture.shape[0])
        # Opacity is laid on with its colour multiplied in, so that no dark rim appears.
        laid = cv2.warpAffine(self.cover, back, size, flags=cv2.INTER_AREA)
        paint = cv2.warpAffine(self.colour, back, size, flags=cv2.INTER_AREA)
        # Covers have the grain of the picture they were put into.
        grain = np.random.default_rng(0).normal(0, 1.5, (size[1], size[0], 1))
        rest = self.picture * (1 - laid[..., None])
        out = rest + paint + grain * laid[..., None]
        _, coded = cv2.imencode(
            ".jpg", np.clip(out, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 93]
        )
        return Made(coded.tobytes(), ".jpg")


def _lenses(sheet: Sheet, style: str) -> list[NDArray[np.float64]]:
    """Outlines of the two lenses, picture's left first."""
    shapes = {
        "aviator": [(-15, -8), (13, -9), (12, 2), (3, 14), (-9, 13), (-16, 3)],
        "wayfarer": [(-18, -9), (14, -8), (12, 9), (-12, 11)],
        "round": [(14 * np.cos(a), 14 * np.sin(a)) for a in np.linspace(0, 6.1, 30)],
        "narrow": [(-17, -5), (14, -6), (13, 5), (-3, 7), (-15, 4)],
    }
    lens = np.add(shapes[style], (0, 2))
    right, left = sheet.points[[33, 133]].mean(axis=0), sheet.points[[362, 263]].mean(axis=0)
    return [right + lens, left + lens * (-1, 1)]


def _frame(sheet: Sheet, lenses: list[NDArray[np.float64]], thick: float, tone: float) -> None:
    colour = np.full(3, tone, np.float32)
    for lens in lenses:
        sheet.put(sheet.path(np.vstack([lens, lens[:1]]), thick), colour)
    inner = lenses[0][:, 0].max(), lenses[1][:, 0].min()
    y = lenses[0][:, 1].min() + 4
    sheet.put(sheet.path(np.array([(inner[0], y), (inner[1], y)]), thick), colour)
    for x, way in ((lenses[0][:, 0].min(), -1), (lenses[1][:, 0].max(), 1)):
        sheet.put(sheet.path(np.array([(x, y), (x + way * 14, y - 2)]), thick), colour)


@makes("portrait")
def sunglasses(picture: Picture, rng: np.random.Generator, style: str, light: float = 0.12) -> Made:
    """Tinted glasses that let the share ``light`` through, darker at the top, with a reflection."""
    sheet = Sheet(picture)
    lenses = _lenses(sheet, style)
    tint = rng.uniform(0, 45, 3).astype(np.float32)
    for lens in lenses:
        shape = sheet.polygon(lens)
        sheet.put(shape, tint, 1 - light)
        x, y = np.add(lens.mean(axis=0), (rng.uniform(-5, 5), -3))
        streak = sheet.path(np.array([(x - 4, y + 5), (x + 3, y - 5)]), rng.uniform(1, 3))
        sheet.put(np.minimum(streak, shape), np.full(3, 235, np.float32), rng.uniform(0.1, 0.5))
    _frame(sheet, lenses, rng.uniform(0.5, 2.2), rng.uniform(10, 90))
    return sheet.made()


@makes("portrait")
def clear_glasses(picture: Picture, rng: np.random.Generator, style: str) -> Made:
    """Glasses with clear lenses and a small reflection of a lamp."""
    sheet = Sheet(picture)
    lenses = _lenses(sheet, style)
    for lens in lenses:
        sheet.put(sheet.polygon(lens), np.full(3, 200, np.float32), rng.uniform(0, 0.06))
        spot = lens.mean(axis=0) + rng.uniform(-8, 8, 2) + (0, -3)
        sheet.put(sheet.ellipse(spot, (1.5, 1.0)), np.full(3, 245, np.float32), 0.8)
    _frame(sheet, lenses, rng.uniform(0.5, 2.6), rng.uniform(10, 130))
    return sheet.made()


@makes("portrait")
def masked(picture: Picture, rng: np.random.Generator, colour: str) -> Made:
    """A pleated mask from the bridge of the nose to under the chin."""
    sheet = Sheet(picture)
    p = sheet.points
    ring = [93, 132, 58, 172, 136, 150, 149, 176, 148, 152]
    ring += [377, 400, 378, 379, 365, 397, 288, 361, 323]
    nose = p[195] + (0, rng.uniform(-3, 6))
    outline = np.vstack([p[ring], p[323] * 0.4 + nose * 0.6, nose, p[93] * 0.4 + nose * 0.6])
    tones = {"blue": (205, 180, 130), "white": (232, 232, 230), "black": (32, 30, 30)}
    base = np.array(tones[colour], np.float32)
    x = np.linspace(0, ALIGNED_SIZE_PX[0], SIZE[0], dtype=np.float32)[None, :, None]
    round_off = 1 - 0.35 * ((x - 64) / 48) ** 2
    shape = sheet.polygon(outline)
    sheet.put(
        shape, np.asarray(np.clip(base * round_off, 0, 255) * np.ones((SIZE[1], 1, 1)), np.float32)
    )
    for y in np.linspace(nose[1] + 14, p[152][1] - 6, 4):
        bow = np.array([(p[132][0], y - 4), (64, y + 3), (p[361][0], y - 4)])
        sheet.put(np.minimum(sheet.path(bow, 0.8), shape), base * 0.7, 0.7)
    for edge, ear in ((p[93], p[127]), (p[323], p[356])):
        sheet.put(sheet.path(np.array([edge, ear]), 0.9), base)
    return sheet.made()


def _fingers(sheet: Sheet, rng: np.random.Generator, tip: NDArray[np.float64], lean: float) -> None:
    along = np.array([np.sin(lean), -np.cos(lean)])
    across = np.array([-along[1], along[0]])
    skin = np.asarray(sheet.skin * rng.uniform(0.8, 1.1), np.float32)
    back = tip - along * 34
    block = [across * 17, across * 15 - along * 60, across * -15 - along * 60, across * -17]
    sheet.put(sheet.polygon(back + np.array(block)), skin * 0.95)
    for index in range(4):
        start = back + across * (index - 1.5) * 8.5
        end = tip + across * (index - 1.5) * 8 - along * abs(index - 1.4) * 4
        sheet.put(sheet.path(np.array([start, end]), 9.6), skin * 0.55)
        sheet.put(sheet.path(np.array([start, end]), 8.2), skin)
        sheet.put(sheet.path(np.array([start, end]) - along * 0.5 - across, 3.5), skin * 1.08, 0.6)


@makes("portrait")
def hand_before(picture: Picture, rng: np.random.Generator, where: str) -> Made:
    """Four fingers and the back of a hand: over the mouth, on the chin, on a cheek, on an eye."""
    sheet = Sheet(picture)
    p = sheet.points
    places = {"mouth": p[2] + (0, 2), "chin": p[17] + (0, 2), "cheek": p[205], "eye": p[105]}
    _fingers(sheet, rng, places[where] + rng.normal(0, 2, 2), rng.normal(0, 0.6))
    return sheet.made()


@makes("portrait")
def microphone_before(picture: Picture, rng: np.random.Generator, lean: float) -> Made:
    """A stage microphone before the mouth, its handle leaning by ``lean`` radians."""
    sheet = Sheet(picture)
    mouth = sheet.points[[14, 17]].mean(axis=0) + rng.normal(0, 2, 2)
    down = np.array([np.sin(lean), np.cos(lean)])
    steel = np.full(3, rng.uniform(25, 70), np.float32)
    sheet.put(sheet.path(np.array([mouth, mouth + down * 100]), 13), steel)
    ball = sheet.ellipse(mouth, (13, 13))
    y, x = np.mgrid[: SIZE[1], : SIZE[0]].astype(np.float32) / FINE
    mesh = 70 + 45 * np.sign(np.sin((x + y) * 2.6) * np.sin((x - y) * 2.6))
    bulge = np.clip(1.3 - np.hypot(x - mouth[0] + 4, y - mouth[1] + 4) / 16, 0.25, 1.3)
    sheet.put(ball, np.repeat((mesh * bulge)[..., None], 3, axis=2))
    ring = mouth + down * 13 + np.array([[down[1], -down[0]], [-down[1], down[0]]]) * 11
    sheet.put(sheet.path(ring, 3), np.full(3, 150, np.float32))
    return sheet.made()


@makes("portrait")
def hair_before(picture: Picture, rng: np.random.Generator, tone: int) -> Made:
    """A closed fringe that falls over one eye to the cheek."""
    sheet = Sheet(picture)
    eye = sheet.points[[33, 133]].mean(axis=0)
    for _ in range(6):  # layers of strands, each of one tone
        layer = np.zeros((SIZE[1], SIZE[0]), np.uint8)
        for t in rng.uniform(0, 1, 28):
            x = eye[0] - 18 + 34 * t
            end = (x - 6 + rng.normal(0, 2), eye[1] + 30 - 18 * t + rng.normal(0, 4))
            strand = np.array([(x + 14, eye[1] - 55), (x + 3, eye[1] - 15), end])
            layer = np.maximum(layer, sheet.path(strand, 1.3))
        colour = np.full(3, np.clip(tone + rng.normal(0, 14), 0, 255), np.float32)
        sheet.put(layer, colour * np.array((0.9, 0.95, 1.0), np.float32), 0.9)
    return sheet.made()
