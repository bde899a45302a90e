"""A figure whose layers are switched by checkboxes, in the style sheet alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qcheck.reporters.html.markup import Content, Markup, el

__all__ = ["Layer", "figure"]


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


def figure(file: int, kind: str, drawing: Content, layers: Sequence[Layer]) -> Markup:
    return el(
        "figure",
        el("div", drawing, class_="drawing"),
        el(
            "fieldset",
            el("legend", "Layers"),
            [_switch(file, layer) for layer in layers if layer.drawn is None or layer.drawn],
            class_="layers",
        ),
        id=f"exhibit-{file}",
        class_=f"exhibit {kind}",
        tabindex="-1",
    )


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
