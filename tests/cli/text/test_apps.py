"""Apps as a person reads them."""

from __future__ import annotations

import pytest

from qcheck.cli.text.apps import app_list, input_lines, one_app, price_lines
from qcheck.targets.catalogue import all_targets, find_target
from qcheck.targets.contract import Target


def test_the_list_has_a_line_for_each() -> None:
    lines = app_list(all_targets()).splitlines()
    assert [line.split()[0] for line in lines] == [target.app for target in all_targets()]


@pytest.mark.parametrize("target", all_targets(), ids=lambda target: target.app)
def test_an_app_is_shown_with_every_input_price_limit_and_source(target: Target) -> None:
    text = one_app(target)
    for line in (*input_lines(target), *price_lines(target)):
        assert line in text
    for rule, limits in target.limits.items():
        for key in limits:
            assert f"{rule}: {key} = " in text
    assert text.count("source     ") == len(target.sources)


def test_an_input_says_whether_it_is_needed_and_what_it_takes() -> None:
    fabric = find_target("fabric-1-0")
    assert fabric is not None
    assert set(input_lines(fabric)) >= {
        "audio: needed, voice",
        "image: needed, portrait",
    }
