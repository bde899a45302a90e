"""The time axis that voices and videos share, and the findings on it.

Lanes share a width of 100 %, so that text stays readable at any width and nothing is scaled but
curves.
"""

from __future__ import annotations

from collections.abc import Sequence

from qcheck.core.places import Span
from qcheck.core.wording import place
from qcheck.reporters.html.layers import Layer
from qcheck.reporters.html.markup import Markup, el, joined, svg_number
from qcheck.reporters.html.spots import MOST_LINKED, Marked

__all__ = [
    "BADGE_PX",
    "MOST_DRAWN",
    "SPEECH_PX",
    "TIME_PX",
    "add_layer",
    "badges_of",
    "percent",
    "spots_layer",
    "stretch",
    "tick",
    "time_axis",
]

_BADGE_ROWS, BADGE_PX = 3, 20
SPEECH_PX, TIME_PX = 26, 22

# Steps of the time axis that people count in; the first that gives at most eight marks.
_TIME_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600)
_MOST_TIME_MARKS = 6
MOST_DRAWN = 400


def add_layer(layers: list[Layer], layer: Layer | None) -> None:
    if layer is not None:
        layers.append(layer)


def time_axis(top: float, end_y: float, whole_s: float) -> Markup:
    step = next((s for s in _TIME_STEPS_S if whole_s / s <= _MOST_TIME_MARKS), _TIME_STEPS_S[-1])
    marks = []
    for i in range(int(whole_s / step + 1e-9) + 1):
        at_s = i * step
        x = percent(at_s, whole_s)
        # The last mark would be cut off by the edge.
        anchor = "start" if i == 0 else "end" if at_s > 0.95 * whole_s else "middle"
        marks.append(el("line", x1=x, x2=x, y1=top, y2=end_y, class_="grid"))
        marks.append(
            el("text", _clock(at_s, step), x=x, y=end_y + 16, text_anchor=anchor, class_="tick")
        )
    return joined(marks)


def _clock(at_s: float, step: float) -> str:
    if step < 1:
        return f"{at_s:.1f} s"
    minutes, seconds = divmod(round(at_s), 60)
    return f"{minutes}:{seconds:02d}"


def badges_of(marked: Sequence[Marked], whole_s: float) -> tuple[dict[str, int], int]:
    """The row of each spot's number, so that no two cover each other, and how many rows."""
    ends = [-1.0] * _BADGE_ROWS
    rows: dict[str, int] = {}
    starts = sorted(
        (spot.where.start_s / whole_s, spot.anchor)
        for each in marked
        for spot in each.spots[:MOST_LINKED]
        if isinstance(spot.where, Span)
    )
    for at, anchor in starts:
        row = min(range(_BADGE_ROWS), key=lambda r: (ends[r] > at, r if ends[r] <= at else ends[r]))
        # A number is 20 px wide: 6 % of a phone's width.
        ends[row] = at + 0.06
        rows[anchor] = row
    return rows, max(rows.values(), default=-1) + 1


def spots_layer(
    marked: Sequence[Marked], badges: dict[str, int], end_y: float, whole_s: float
) -> Layer | None:
    bars, pins = [], []
    for each in marked:
        for spot in each.spots[:MOST_DRAWN]:
            if not isinstance(spot.where, Span):
                continue
            top = 0.0
            if spot.anchor in badges:
                top = float(badges[spot.anchor] * BADGE_PX)
                pins.append(_pin(each, spot.said, spot.where, top, whole_s))
            bar = stretch(spot.where, top, end_y - top, whole_s, "mark", spot.said)
            bars.append(el("g", bar, id=spot.anchor, class_=f"spot {each.label}"))
    if not bars:
        return None
    return Layer("findings", "Findings", "", el("g", bars, pins, class_="layer-findings"))


def _pin(each: Marked, said: str, where: Span, y: float, whole_s: float) -> Markup:
    # Within the axis, whatever the width: the nested drawing is moved left by what would stick out.
    share = min(max(where.start_s / whole_s, 0.0), 1.0)
    x = f"{svg_number(100 * share)}%"
    back = -20 * share
    return el(
        "svg",
        el(
            "a",
            el("circle", cx=10 + back, cy=9, r=9),
            el("text", str(each.number), x=10 + back, y=9, font_size=11, dy="0.36em"),
            href=f"#{each.anchor}",
            data_at=where.start_s,
            aria_label=f"Finding {each.number}, {each.finding.rule}: {said}",
            class_=f"pin {each.label}",
        ),
        x=x,
        y=y,
        width="1",
        height=BADGE_PX,
        class_="badge-at",
    )


def percent(at_s: float, whole_s: float) -> str:
    return f"{svg_number(100 * min(max(at_s / whole_s, 0.0), 1.0))}%"


def stretch(span: Span, y: float, height: float, whole_s: float, class_: str, title: str) -> Markup:
    start = min(max(span.start_s, 0.0), whole_s)
    end = min(max(span.end_s, start), whole_s)
    return el(
        "rect",
        el("title", title if title == place(span) else f"{title}, {place(span)}"),
        x=percent(start, whole_s),
        width=percent(end - start, whole_s),
        y=y,
        height=height,
        class_=class_,
    )


def tick(at_s: float, y: float, end_y: float, whole_s: float, class_: str) -> Markup:
    x = percent(at_s, whole_s)
    return el("line", x1=x, x2=x, y1=y, y2=end_y, class_=class_)
