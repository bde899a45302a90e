"""Models as a person reads them."""

from __future__ import annotations

from pathlib import Path

from qcheck.cli.text.models import model_list
from qcheck.models.locate import MODELS, Located

MODEL = next(iter(MODELS.values()))


def test_a_model_is_shown_with_its_place_and_what_was_not_used() -> None:
    text = model_list([Located(MODEL, Path("/a/b.task"), ((Path("/c.task"), "it is damaged"),))])
    first, rejected, about = text.splitlines()
    assert first.split() == [MODEL.name, "/a/b.task"]
    assert rejected.strip() == "not used: /c.task (it is damaged)"
    assert MODEL.licence in about


def test_a_model_that_is_missing_says_how_to_get_it() -> None:
    text = model_list([Located(MODEL, None, ())])
    assert text.splitlines()[0].split() == [MODEL.name, "missing"]
    assert "`qcheck models fetch`" in text.splitlines()[-1]
