"""Draws the pictures of the examples, from the same exhibits that the HTML report draws.

Run by ``python -m tools.docs --pictures``. JPEG without metadata, small enough for a page of
documentation.
"""

from __future__ import annotations

import io

from PIL import Image

from tools.docs.example_recipes import RECIPES, Portrait, Voice
from tools.docs.examples import GOOD, MEDIA, shown_files, told
from tools.docs.pictures.films import draw_films
from tools.docs.pictures.portraits import draw_portraits
from tools.docs.pictures.voices import draw_voices

__all__ = ["MOST_BYTES", "draw"]

MOST_BYTES = 25_000
_QUALITIES = (84, 78, 72, 66, 60, 54, 48, 42)


def draw(rule: str) -> bytes:
    """The rule's picture, as a JPEG."""
    recipe = RECIPES[rule]
    bad = shown_files(rule)
    good = GOOD[MEDIA[bad[0].suffix]]
    where = [
        [spot for finding in told(rule, path)[1] for spot in finding.judgement.where]
        for path in bad
    ]
    files = [(good, []), *zip(bad, where, strict=True)]
    if isinstance(recipe, Portrait):
        image = draw_portraits(recipe, files)
    elif isinstance(recipe, Voice):
        image = draw_voices(recipe, files)
    else:
        image = draw_films(recipe, files)
    return _encoded(image)


def _encoded(image: Image.Image) -> bytes:
    for quality in _QUALITIES:
        target = io.BytesIO()
        image.save(target, "JPEG", quality=quality, optimize=True)
        if target.tell() <= MOST_BYTES:
            return target.getvalue()
    raise RuntimeError(f"{target.tell()} bytes are too many")
