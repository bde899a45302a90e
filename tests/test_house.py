"""A newcomer finds the way: modules are short, and each has a test of its name."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 60

LONGER: dict[str, str] = {}
"""Modules and functions (``path:function``) that may be longer, each with its reason."""

TESTED_ELSEWHERE = {
    "qcheck/reporters": "every format is held to the same material in test_formats.py",
    "qcheck/reporters/html": "a page is tested whole, in a browser, in test_html.py",
    "rules": "rules are tested by their cases, tests/cases/NAME.toml, in test_rule_cases.py",
    "qcheck/core/media.py": "names only",
    "qcheck/core/version.py": "a number only",
}
"""Modules without a test of their name, or folders of them, and what tests them."""


SUBJECTS = {"tests/reporters": "formats are held to the same material, and read by validators"}
"""Folders whose tests are called after what they prove."""


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("folder", ["qcheck", "rules", "tools", "fixtures"])
def test_no_module_and_no_function_is_too_long(folder: str) -> None:
    long = {}
    for path in modules(folder):
        text = path.read_text("utf-8")
        if (lines := len(text.splitlines())) > MOST_LINES_OF_A_MODULE:
            long[shown(path)] = lines
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > MOST_LINES_OF_A_FUNCTION:
                    long[f"{shown(path)}:{node.name}"] = lines
    assert {name: lines for name, lines in long.items() if name not in LONGER} == {}


def test_what_may_be_longer_is_there_and_is_longer() -> None:
    for name in LONGER:
        path, _, function = name.partition(":")
        text = (ROOT / path).read_text("utf-8")
        assert function or len(text.splitlines()) > MOST_LINES_OF_A_MODULE


def test_every_module_has_a_test_of_its_name() -> None:
    lacking = []
    for path in modules("qcheck"):
        name = shown(path)
        declares = path.stem.startswith("_") or not any(
            isinstance(node, ast.FunctionDef) for node in ast.parse(path.read_text("utf-8")).body
        )
        excused = name in TESTED_ELSEWHERE or shown(path.parent) in TESTED_ELSEWHERE
        inside = path.relative_to(ROOT / "qcheck")
        test = ROOT / "tests" / inside.parent / f"test_{path.stem}.py"
        if not (declares or excused or test.exists()):
            lacking.append(name)
    assert lacking == []


def test_every_test_is_named_after_something() -> None:
    """A module, or a part of it: ``test_check_videos`` tests what ``check`` does of videos."""
    strangers = []
    for path in modules("tests"):
        inside = path.relative_to(ROOT / "tests")
        room = ROOT / "qcheck" / inside.parent
        if len(inside.parts) == 1 or inside.parts[0] == "tools" or inside.stem[:5] != "test_":
            continue
        words = inside.stem.removeprefix("test_").split("_")
        names = ["_".join(words[:n]) for n in range(1, len(words) + 1)]
        known = any((room / f"{name}.py").exists() or (room / name).is_dir() for name in names)
        if not known and shown(path.parent) not in SUBJECTS:
            strangers.append(shown(path))
    assert strangers == []


def test_excuses_are_needed() -> None:
    for name in TESTED_ELSEWHERE:
        assert (ROOT / name).exists(), name


def test_the_contracts_name_every_measurer_and_every_format() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = {each["id"]: each for each in project["tool"]["importlinter"]["contracts"]}
    declarations = {"evidence", "plan", "text", "video"}
    measurers = {path.stem for path in (ROOT / "qcheck" / "probes").glob("[!_]*.py")}
    assert set(contracts["measurers"]["modules"]) == {
        f"qcheck.probes.{name}" for name in measurers - declarations
    }
    reporters = (ROOT / "qcheck" / "reporters").glob("[!_]*")
    assert set(contracts["formats"]["modules"]) == {
        f"qcheck.reporters.{path.stem}" for path in reporters if path.suffix in (".py", "")
    }
