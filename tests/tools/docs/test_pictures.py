"""Pictures of examples: drawn for every kind, small, and laid out as they say."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tools.docs.example_recipes import RECIPES
from tools.docs.examples import shown_files
from tools.docs.pictures import MOST_BYTES, draw, layout


@pytest.mark.parametrize("rule", ["head-roll", "dc-offset", "video-size"])
def test_each_kind_of_example_is_drawn(rule: str) -> None:
    coded = draw(rule)
    assert len(coded) <= MOST_BYTES
    with Image.open(io.BytesIO(coded)) as image:
        assert image.format == "JPEG"
        assert image.width <= layout.WIDTH
        assert len(image.convert("RGB").getcolors(1 << 20) or []) > 100


def test_every_recipe_captions_each_fixture_that_it_shows() -> None:
    for rule, recipe in RECIPES.items():
        assert len(shown_files(rule)) == len(recipe.bad), rule


def test_a_long_caption_goes_on_in_the_next_line() -> None:
    short, long = (layout.caption("bad", text, 200) for text in ("dark", "far too dark " * 9))
    assert short.width == long.width == 200
    assert long.height >= short.height + 2 * layout.LINE_PX


def test_pictures_are_stacked_and_put_beside_each_other() -> None:
    black, white = (0, 0, 0), (255, 255, 255)
    parts = [Image.new("RGB", size, black) for size in ((30, 10), (50, 20))]
    below, right = layout.stacked(parts, gap=4), layout.beside(parts)
    assert below.size == (50, 34)
    assert [below.getpixel((0, y)) for y in (9, 10, 13, 14)] == [black, white, white, black]
    assert right.size == (80 + layout.GAP, 20)
    edges = (29, 30, 29 + layout.GAP, 30 + layout.GAP)
    assert [right.getpixel((x, 0)) for x in edges] == [black, white, white, black]
