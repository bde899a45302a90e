"""The picture with what was measured drawn on it, in layers that a reader switches."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

from qcheck.core.places import Box
from qcheck.core.units import quantity
from qcheck.core.wording import place
from qcheck.exhibits.declarations import (
    FacePoints,
    LightMap,
    Outline,
    Patch,
    PictureCopy,
    SharpnessMap,
    Stills,
)
from qcheck.exhibits.exhibit import Exhibit
from qcheck.probes.portrait import (
    Covering,
    Detail,
    FaceRegions,
    Framing,
    Gaze,
    HandAtFace,
    HeadPose,
    Light,
)
from qcheck.reporters.html.layers import Layer, Shown, layered
from qcheck.reporters.html.markup import Markup, data_uri, el, joined, svg_number
from qcheck.reporters.html.spots import Marked

__all__ = ["picture", "stills"]

# The framing guide: eyes on the line one third from the top.
_EYE_LINE_SHARE = 1 / 3

# Steps of the light map, in stops against lit skin: -0.5 is not to be seen, -2.5 is heavy shadow.
_LIGHT_STEPS = (-3.5, -2.5, -1.75, -1.0, -0.5, 0.5)
# Steps of the sharpness map, in levels of 255; noise alone makes about one.
_SHARPNESS_STEPS = (1.5, 3.0, 6.0, 12.0)


def picture(exhibit: Exhibit, marked: Sequence[Marked], file: int, name: str) -> Shown | None:
    """The figure of a portrait; None where there is no picture to show."""
    copy = exhibit.get(PictureCopy)
    if copy is None:
        return None
    layers = [layer for make in _LAYERS if (layer := make(exhibit, copy)) is not None]
    if spots := _spots_layer(marked, copy):
        layers.append(spots)
    drawing = el(
        "svg",
        el(
            "image",
            href=data_uri("image/jpeg", copy.jpeg),
            width=copy.width_px,
            height=copy.height_px,
            preserveAspectRatio="none",
        ),
        (layer.drawn for layer in layers if layer.drawn),
        viewBox=f"0 0 {copy.width_px} {copy.height_px}",
        class_="picture" if copy.height_px < 1.4 * copy.width_px else "picture tall",
        role="group",
        aria_label=f"{name}, {copy.width_px} by {copy.height_px} px, with what was measured",
    )
    return layered(file, "portrait", drawing, layers)


# --- layers -----------------------------------------------------------------------------------


def _face(exhibit: Exhibit, copy: PictureCopy) -> Layer | None:
    points, regions = exhibit.get(FacePoints), exhibit.get(FaceRegions)
    if points is None or regions is None:
        return None
    boxes = [_box(box, class_="line") for box in regions.regions]
    side = f"{points.region.side_px:.0f} px across"
    detail, covering = exhibit.get(Detail), exhibit.get(Covering)
    # It is read off the eyes.
    seen = covering is not None and not covering.eyes_covered
    if detail is not None and seen and detail.lost > 0.5:
        side += f", with the detail of {detail.equivalent_px:.0f} px"
    oval = el("path", d=_path(points.oval, closed=True), class_="line thin")
    return Layer("face", "Face region", side, el("g", boxes, oval, class_="layer-face"))


def _frame(exhibit: Exhibit, copy: PictureCopy) -> Layer | None:
    framing, points = exhibit.get(Framing), exhibit.get(FacePoints)
    if framing is None or points is None:
        return None
    width, height = copy.width_px, copy.height_px
    third = height * _EYE_LINE_SHARE
    eyes = framing.eye_height_share * height
    said = (
        f"eyes at {framing.eye_height_share:.0%} from the top, a third is wanted; "
        f"face {abs(framing.offset_share):.0%} {_side(framing.offset_share)} of the middle"
        if abs(framing.offset_share) >= 0.01
        else f"eyes at {framing.eye_height_share:.0%} from the top, a third is wanted; face centred"
    )
    return Layer(
        "frame",
        "Eye line and middle",
        said.replace("%", " %"),
        el(
            "g",
            _line(0, third, width, third, class_="line wanted"),
            _line(width / 2, 0, width / 2, height, class_="line wanted"),
            _line(0, eyes, width, eyes, class_="line"),
            _line(*points.right_eye, *points.left_eye, class_="line bold"),
            class_="layer-frame",
        ),
    )


def _side(share: float) -> str:
    return "right" if share > 0 else "left"


def _axes(exhibit: Exhibit, copy: PictureCopy) -> Layer | None:
    pose, points = exhibit.get(HeadPose), exhibit.get(FacePoints)
    if pose is None or points is None:
        return None
    x, y = points.between_eyes
    reach = 0.55 * points.region.side_px
    arms = [
        _line(x, y, x + reach * dx, y + reach * dy, class_=f"line bold axis-{axis}")
        for axis, (dx, dy) in zip("xyz", _axes_in_picture(pose), strict=True)
    ]
    dot = el("circle", cx=x, cy=y, r=0.012 * points.region.side_px, class_="dot")
    said = (
        f"turned {_angle(pose.yaw_deg, 'left', 'right')}, "
        f"chin {_angle(pose.pitch_deg, 'up', 'down')}, "
        f"tilted {_angle(pose.roll_deg, 'clockwise', 'anticlockwise')}"
    )
    return Layer("axes", "Axes of the head", said, el("g", arms, dot, class_="layer-axes"))


def _axes_in_picture(pose: HeadPose) -> list[tuple[float, float]]:
    """Where the face's own axes (its left, up, ahead) point, in the picture: x right, y down.

    R = Rx Ry Rz, as :mod:`qcheck.probes.pose` takes it apart.
    """
    yaw, pitch, roll = (math.radians(a) for a in (pose.yaw_deg, pose.pitch_deg, pose.roll_deg))
    sy, cy, sp, cp = math.sin(yaw), math.cos(yaw), math.sin(pitch), math.cos(pitch)
    sr, cr = math.sin(roll), math.cos(roll)
    across = (cy * cr, cy * sr, -sy)
    # Second row of Ry Rz is (-sr, cr, 0), its third (sy cr, sy sr, cy); Rx mixes them.
    up = (-cp * sr + sp * sy * cr, cp * cr + sp * sy * sr, sp * cy)
    return [(a, -b) for a, b in zip(across, up, strict=True)]


def _gaze(exhibit: Exhibit, copy: PictureCopy) -> Layer | None:
    gaze, points = exhibit.get(Gaze), exhibit.get(FacePoints)
    if points is None:
        return None
    if gaze is None:
        return Layer("gaze", "Gaze", exhibit.missing.get(Gaze, "it was not measured"), None)
    yaw, pitch = math.radians(gaze.yaw_deg), math.radians(gaze.pitch_deg)
    reach = 0.5 * points.region.side_px
    dx, dy = -math.sin(yaw) * reach, -math.cos(yaw) * math.sin(pitch) * reach
    eye = 0.35 * gaze.eye_width_px
    arms = [
        joined(
            el("circle", cx=x, cy=y, r=eye, class_="line"),
            _line(x, y, x + dx, y + dy, class_="line bold"),
            el("circle", cx=x + dx, cy=y + dy, r=eye / 4, class_="dot"),
        )
        for x, y in (points.right_iris, points.left_iris)
    ]
    said = f"{gaze.off_lens_deg:.0f}° off the lens"
    return Layer("gaze", "Gaze", said, el("g", arms, class_="layer-gaze"))


def _covered(exhibit: Exhibit, copy: PictureCopy) -> Layer | None:
    covering = exhibit.get(Covering)
    if covering is None:
        return None
    parts = (
        ("right eye", covering.right_eye, covering.right_eye_box),
        ("left eye", covering.left_eye, covering.left_eye_box),
        ("lower face", covering.lower_face, covering.lower_face_box),
    )
    boxes = [
        _box(box, class_="line covered" if share > 0.5 else "line bare") for _, share, box in parts
    ]
    found = [f"{name} covered" for name, share, _ in parts if share > 0.5]
    hand = exhibit.get(HandAtFace)
    if hand is not None and hand.hand is not None and hand.reach_share > 0:
        boxes.append(_box(hand.hand, class_="line covered"))
        found.append("a hand at the face")
    said = ", ".join(found) or "nothing is in front of the face"
    return Layer("covered", "Covered regions", said, el("g", boxes, class_="layer-covered"))


def _light(exhibit: Exhibit, copy: PictureCopy) -> Layer | None:
    light, patches = exhibit.get(Light), exhibit.get(LightMap)
    if light is None or patches is None:
        return None
    groups: dict[int, list[Patch]] = {}
    for patch in patches.patches:
        groups.setdefault(_step(patch.stops, _LIGHT_STEPS), []).append(patch)
    drawn = [
        el("path", d="".join(_path(p.corners, closed=True) for p in group), class_=f"light-{step}")
        for step, group in sorted(groups.items())
    ]
    said = (
        f"halves differ by {quantity(abs(light.difference_stops), 'stops')}, "
        f"{light.shadow_share:.0%} in heavy shadow; blue is darker than lit skin"
    )
    said = said.replace("%", " %")
    return Layer("light", "Light map", said, el("g", drawn, class_="layer-light"), on=False)


def _sharpness(exhibit: Exhibit, copy: PictureCopy) -> Layer | None:
    found = exhibit.get(SharpnessMap)
    if found is None:
        return None
    high, wide = copy.height_px / len(found.levels), copy.width_px / len(found.levels[0])
    paths: dict[int, list[str]] = {}
    for row, levels in enumerate(found.levels):
        steps = [_step(level, _SHARPNESS_STEPS) for level in levels]
        column = 0
        # Neighbours of one step in a row are one rectangle.
        for step, run in itertools.groupby(steps):
            length = len(list(run))
            if step:
                start = f"M{svg_number(column * wide)} {svg_number(row * high)}"
                paths.setdefault(step, []).append(
                    f"{start}h{svg_number(length * wide)}v{svg_number(high)}"
                    f"h{svg_number(-length * wide)}z"
                )
            column += length
    drawn = [
        el("path", d="".join(d), class_=f"sharpness-{step}") for step, d in sorted(paths.items())
    ]
    return Layer(
        "sharpness",
        "Sharpness",
        "brighter is finer detail",
        el("g", drawn, class_="layer-sharpness"),
        on=False,
    )


def _outline(exhibit: Exhibit, copy: PictureCopy) -> Layer | None:
    found = exhibit.get(Outline)
    if found is None:
        return None
    drawn = [el("path", d=_path(line, closed=True), class_="line") for line in found.lines]
    return Layer(
        "person",
        "Outline of the person",
        "what is beyond is background",
        el("g", drawn, class_="layer-person"),
        on=False,
    )


_LAYERS = (_sharpness, _light, _outline, _face, _frame, _covered, _axes, _gaze)


def _spots_layer(marked: Sequence[Marked], copy: PictureCopy) -> Layer | None:
    """Boxes of the findings, each with a number that leads to what was found."""
    radius = max(copy.width_px, copy.height_px) / 42
    taken: list[tuple[float, float]] = []
    boxes, pins = [], []
    for each in marked:
        for spot in each.spots:
            if not isinstance(spot.where, Box):
                continue
            box = _within(spot.where, copy)
            x = min(max(box.left_px, radius), copy.width_px - radius)
            y = min(max(box.top_px, radius), copy.height_px - radius)
            while any(math.hypot(x - a, y - b) < 2.1 * radius for a, b in taken):
                x += 2.2 * radius
                if x > copy.width_px - radius:
                    x, y = radius, y + 2.2 * radius
            taken.append((x, y))
            mark = _box(box, class_="mark")
            boxes.append(el("g", mark, id=spot.anchor, class_=f"spot {each.label}"))
            pins.append(_pin(each, spot.said, x, y, radius))
    if not boxes:
        return None
    # Numbers last, so that no box lies on them.
    return Layer("findings", "Findings", "", el("g", boxes, pins, class_="layer-findings"))


def _pin(each: Marked, said: str, x: float, y: float, radius: float) -> Markup:
    return el(
        "a",
        el("circle", cx=x, cy=y, r=radius),
        el("text", str(each.number), x=x, y=y, font_size=1.2 * radius, dy="0.36em"),
        href=f"#{each.anchor}",
        aria_label=f"Finding {each.number}, {each.finding.rule}: {said}",
        class_=f"pin {each.label}",
    )


def _within(box: Box, copy: PictureCopy) -> Box:
    """The part of the box that is in the picture; a sliver of it where it lies outside."""
    left = min(max(box.left_px, 0.0), copy.width_px - 2.0)
    top = min(max(box.top_px, 0.0), copy.height_px - 2.0)
    right, bottom = min(box.right_px, copy.width_px), min(box.bottom_px, copy.height_px)
    return Box(left, top, max(right, left + 2.0), max(bottom, top + 2.0))


# --- videos -----------------------------------------------------------------------------------


def stills(exhibit: Exhibit) -> Markup | None:
    """Frames side by side, with the faces in them."""
    found = exhibit.get(Stills)
    if found is None or not found.stills:
        return None
    frames = []
    for still in found.stills:
        drawing = el(
            "svg",
            el(
                "image",
                href=data_uri("image/jpeg", still.jpeg),
                width=still.width_px,
                height=still.height_px,
                preserveAspectRatio="none",
            ),
            el("g", (_box(box, class_="line") for box in still.faces), class_="layer-face"),
            viewBox=f"0 0 {still.width_px} {still.height_px}",
            role="img",
            aria_label=f"The frame at {still.at_s:.1f} s",
        )
        frames.append(el("li", drawing, el("span", f"{still.at_s:.1f} s")))
    return el("ol", frames, class_="stills", tabindex="0", aria_label="Frames of the video")


# --- geometry ---------------------------------------------------------------------------------


def _angle(value_deg: float, positive: str, negative: str) -> str:
    whole = round(abs(value_deg))
    return f"{whole}°" if whole == 0 else f"{whole}° {positive if value_deg > 0 else negative}"


def _step(value: float, steps: Iterable[float]) -> int:
    return sum(value >= step for step in steps)


def _line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    return el("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def _box(box: Box, class_: str) -> Markup:
    return el(
        "rect",
        el("title", place(box)),
        x=box.left_px,
        y=box.top_px,
        width=max(box.width_px, 0.0),
        height=max(box.height_px, 0.0),
        class_=class_,
    )


def _path(points: Iterable[tuple[float, float]], *, closed: bool) -> str:
    text = "L".join(f"{svg_number(x)} {svg_number(y)}" for x, y in points)
    return f"M{text}{'z' if closed else ''}"
