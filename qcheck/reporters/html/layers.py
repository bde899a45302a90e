"""A figure whose layers are switched by checkboxes, by the style sheet alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qcheck.reporters.html.markup import Child, Markup, el

__all__ = ["Layer", "Shown", "figure", "layered"]


@dataclass(frozen=True)
class Layer:
    """One thing that was measured, drawn."""

    name: str
    """``layer-NAME`` is its class in the style sheet."""
    title: str
    said: str
    """The measured value, for a person."""
    drawn: Markup | None
    """None where it could not be measured: ``said`` is the reason then."""
    on: bool = True


@dataclass(frozen=True)
class Shown:
    """What there is to see of a file, and the switches of its layers."""

    figure: Markup
    switches: Markup | None = None


def layered(file: int, kind: str, drawing: Child, layers: Sequence[Layer]) -> Shown:
    switches = [_switch(file, layer) for layer in layers]
    return Shown(
        figure(file, kind, drawing),
        el("fieldset", el("legend", "Layers"), switches, class_="layers"),
    )


def figure(file: int, kind: str, drawing: Child) -> Markup:
    """Findings that are about all of a file link to it."""
    return el("figure", drawing, id=f"exhibit-{file}", class_=f"exhibit {kind}", tabindex="-1")


def _switch(file: int, layer: Layer) -> Markup:
    switch = f"layer-{file}-{layer.name}"
    return el(
        "label",
        el(
            "input",
            type="checkbox",
            id=switch,
            data_layer=layer.name,
            checked=layer.on and layer.drawn is not None,
            disabled=layer.drawn is None,
            autocomplete="off",
        ),
        el("span", class_=f"swatch swatch-{layer.name}", aria_hidden="true"),
        el("span", el("b", layer.title), f": {layer.said}" if layer.said else None),
        for_=switch,
    )
