"""Every rule's page shows a good one and a bad one; the pictures are small and carry nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from qcheck.core.rule import RuleStatus
from qcheck.engine.registry import load_rules
from tools import ROOT
from tools.docs import examples

PAGES = ROOT / "docs" / "rules"
PICTURES = sorted((PAGES / "examples").iterdir())
SHOWN = re.compile(r"^!\[([^\]]*)\]\((examples/[\w-]+\.jpg)\)$", re.MULTILINE)
STABLE = sorted(rule.name for rule in load_rules().all if rule.status is RuleStatus.STABLE)

MOST_BYTES, MOST_BYTES_IN_ALL = 25_000, 1_500_000


def section(rule: str) -> str:
    found = re.search(
        r"^## Example\n(.*?)(?=^## )",
        (PAGES / f"{rule}.md").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    return found[1] if found else ""


@pytest.mark.parametrize("rule", STABLE)
def test_a_stable_rule_shows_bad_and_good_and_what_is_said(rule: str) -> None:
    shown = section(rule)
    assert SHOWN.search(shown) or ("\nGood:\n" in shown and "\nBad:\n" in shown), (
        "tools/docs/example_recipes.py says how it is drawn, `python -m tools.docs --pictures "
        f"{rule}` draws it"
    )
    assert re.search(r"^`qcheck .*` says:\n\n> \*\*(error|warning)\*\*: \S", shown, re.MULTILINE)


def test_every_picture_is_shown_by_the_page_of_its_rule_with_words_for_who_cannot_see_it() -> None:
    for path in PICTURES:
        found = SHOWN.search(section(path.stem))
        assert found, path.name
        assert found[2] == f"examples/{path.name}"
        assert re.fullmatch(r"Good: .+\. Bad: .+\.", found[1])


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_the_picture_is_small_and_carries_nothing_else(path: Path) -> None:
    assert path.stat().st_size <= MOST_BYTES
    with Image.open(path) as image:
        assert image.format == "JPEG"
        assert image.width <= 640
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_the_pictures_are_small_together() -> None:
    assert sum(path.stat().st_size for path in PICTURES) <= MOST_BYTES_IN_ALL


def test_no_page_names_a_folder_of_the_machine_that_wrote_it() -> None:
    root = str(PAGES.parent.parent)
    assert [p.name for p in PAGES.glob("*.md") if root in p.read_text("utf-8")] == []


def test_a_fixture_belongs_to_the_longest_rule_that_it_is_named_after() -> None:
    assert [p.name for p in examples.bad_files("loudness")] == ["loudness.mp3"]
    assert [p.name for p in examples.bad_files("exposure")] == [
        "exposure.jpg",
        "exposure-bright.jpg",
    ]


def test_of_captions_two_are_shown_around_the_first_that_differs() -> None:
    good = "1\none\n\n2\ntwo\n\n3\nthree\n\n4\nfour\n"
    assert examples._cues(good, good.replace("three", "THREE")) == (
        "2\ntwo\n\n3\nthree",
        "2\ntwo\n\n3\nTHREE",
    )


def test_a_line_that_is_long_is_cut_off() -> None:
    assert examples._short("a\n" + "b" * 200) == "a\n" + "b" * 95 + "…"


def test_an_example_that_has_come_to_show_nothing_is_refused() -> None:
    with pytest.raises(RuntimeError, match="hum finds nothing"):
        examples.told("hum", Path("fixtures/defects/dc-offset.wav"))
