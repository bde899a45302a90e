"""Puts what is transparent on a colour of the user's choice.

A hole in the face is no background: colour would only hide it, so that finding is left alone.
"""

from __future__ import annotations

import dataclasses

from qcheck.core.results import Judgement, Severity
from qcheck.fixes.declaration import Repaired, Wish, fix
from qcheck.fixes.helpers.shrinking import on_colour
from qcheck.media.content import Picture


def _is_no_hole(judgement: Judgement) -> bool:
    return judgement.severity is not Severity.ERROR


def _wished(wish: Wish) -> bool:
    return wish.background is not None


@fix(
    "flatten",
    medium="portrait",
    turn=60,
    answers=("transparency",),
    mends=_is_no_hole,
    wished=_wished,
    hides=("transparency",),
)
def flatten(picture: Picture, wish: Wish) -> Repaired | None:
    """Put what is transparent on a plain colour."""
    if picture.alpha is None:
        return None
    seen_through = float((picture.alpha < 255).mean())
    colour = wish.background or (255, 255, 255)
    name = "#{:02x}{:02x}{:02x}".format(*colour)
    flat = dataclasses.replace(picture, bgr=on_colour(picture, colour), alpha=None)
    return Repaired((flat,), f"{seen_through:.0%} that was transparent is put on {name}")
