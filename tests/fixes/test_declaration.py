"""How a repair is declared, and what it may ask of the rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from repairs import wish

import qcheck.fixes
from qcheck.core.errors import UsageFault
from qcheck.engine.registry import load_rules
from qcheck.fixes.declaration import Encoded, Wish, fix, named_rightly
from qcheck.media.file import File


def limits_asked_for() -> Iterator[tuple[str, str, str]]:
    """(file, rule, limit) of every limit that a repair of ours asks for."""
    for path in sorted(Path(qcheck.fixes.__path__[0]).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr == "limit":
                rule, name = (ast.literal_eval(argument) for argument in node.args)
                yield path.name, rule, name


def test_every_limit_that_a_repair_asks_for_is_one_that_its_rule_has() -> None:
    rules = {rule.name: {each.name for each in fields(rule.limits)} for rule in load_rules().all}
    asked = list(limits_asked_for())
    assert len(asked) > 15
    assert [each for each in asked if each[2] not in rules.get(each[1], ())] == []


@pytest.mark.parametrize(
    ("rule", "name"), [("loudness", "warn_above"), ("loudnes", "warn_above_lufs")]
)
def test_a_limit_that_there_is_not_is_named(rule: str, name: str) -> None:
    assert wish().limit("loudness", "warn_above_lufs") < 0
    with pytest.raises(UsageFault, match=f"asks for {name} of the rule {rule}"):
        wish().limit(rule, name)


def test_without_rules_there_are_no_limits() -> None:
    with pytest.raises(UsageFault, match="which has none"):
        Wish().limit("loudness", "warn_above_lufs")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"name": "Turn", "medium": "portrait"}, "not kebab-case"),
        ({"name": "turn", "medium": "video"}, "unknown medium video"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        fix(**given, turn=1)


def test_a_repair_without_a_docstring_is_refused() -> None:
    def bare() -> None:
        return None

    with pytest.raises(ValueError, match="needs a docstring"):
        fix("turn", medium="portrait", turn=1)(bare)


def test_a_name_that_belongs_to_other_content_is_put_right(fixtures: Path) -> None:
    data = (fixtures / "portrait.png").read_bytes()
    assert named_rightly(File("portrait.png", data)) is None
    made = named_rightly(File("portrait.jpg", data))
    assert made is not None
    assert made.values == (Encoded(data, "PNG"),)
    assert named_rightly(File("portrait.jpg", b"no picture")) is None
