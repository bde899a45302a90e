"""A video over time: frames, cuts, and where findings are."""

from __future__ import annotations

from collections.abc import Sequence

from qcheck.exhibits.declarations import (
    Stills,
)
from qcheck.exhibits.exhibit import Exhibit
from qcheck.media.content import Footage
from qcheck.probes.video import Cuts
from qcheck.reporters.html.layers import Layer, Shown, figure, layered
from qcheck.reporters.html.markup import el
from qcheck.reporters.html.portrait import stills
from qcheck.reporters.html.spots import Marked
from qcheck.reporters.html.timeline import (
    BADGE_PX,
    SPEECH_PX,
    TIME_PX,
    add_layer,
    badges_of,
    spots_layer,
    tick,
    time_axis,
)

__all__ = ["film"]


def film(exhibit: Exhibit, marked: Sequence[Marked], file: int, name: str) -> Shown | None:
    """The figure of a video: frames, cuts and findings over time."""
    footage = exhibit.get(Footage)
    strip = stills(exhibit)
    if footage is None or footage.seconds <= 0:
        return Shown(figure(file, "film", strip)) if strip else None
    whole_s = footage.seconds
    badges, rows = badges_of(marked, whole_s)
    top = float(rows * BADGE_PX + (4 if rows else 0))
    end_y = top + 2 * SPEECH_PX
    layers: list[Layer] = []
    copies = exhibit.get(Stills)
    seen = [still.at_s for still in copies.stills] if copies else []
    frames = [tick(at_s, top, end_y, whole_s, "frame") for at_s in seen]
    if frames:
        said = f"{len(frames)} of those that were looked at"
        layers.append(Layer("speech", "Frames", said, el("g", frames, class_="layer-speech")))
    cuts = exhibit.get(Cuts)
    if cuts is not None and cuts.times_s:
        drawn = [tick(at_s, top, end_y, whole_s, "cut chosen") for at_s in cuts.times_s]
        said = str(len(cuts.times_s))
        layers.append(Layer("cuts", "Cuts", said, el("g", drawn, class_="layer-cuts")))
    add_layer(layers, spots_layer(marked, badges, end_y, whole_s))
    drawing = el(
        "svg",
        el("rect", x="0", y=top, width="100%", height=end_y - top, class_="lane"),
        time_axis(top, end_y, whole_s),
        (layer.drawn for layer in layers if layer.drawn),
        width="100%",
        height=end_y + TIME_PX,
        class_="timeline",
        role="group",
        aria_label=f"{name}: {whole_s:.1f} s of video, with what was found",
    )
    return layered(file, "film", (strip, drawing), layers)
