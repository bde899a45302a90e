"""Scenarios: what went wrong is told, what could not be tried too; and processes are watched."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools.attack import answers, faults, pages, trees
from tools.attack.processes import Ran, Tree, qcheck, wrongs
from tools.attack.scenarios import Scenario, Skipped, run_all, table


def came_of(run: object) -> str:
    return "\n".join(table(list(run_all(iter([Scenario("a kind", "a name", run)])))))


def skip(folder: Path) -> list[str]:
    raise Skipped("it takes root")


def break_(folder: Path) -> list[str]:
    raise ValueError("broken")


def test_what_came_of_a_scenario_is_a_row_and_its_reasons() -> None:
    assert "| a kind | 1 | 1 | 0 | 0 |" in came_of(lambda folder: [])
    wrong = came_of(lambda folder: ["it hung"])
    assert "| a kind | 1 | 0 | 1 | 0 |" in wrong
    assert "a name: it hung" in wrong
    skipped = came_of(skip)
    assert "| a kind | 0 | 0 | 0 | 1 |" in skipped
    assert "not tried: it takes root" in skipped
    # An attack that fails itself has shown nothing: that must not look like a defence.
    assert "ValueError: broken" in came_of(break_)


def test_a_tree_knows_what_became_of_it(tmp_path: Path) -> None:
    (tmp_path / "same").write_text("x")
    (tmp_path / "changed").write_text("x")
    (tmp_path / "link").symlink_to("same")
    before = Tree.of(tmp_path)
    (tmp_path / "changed").write_text("y")
    (tmp_path / "link").unlink()
    (tmp_path / "new").mkdir()
    now = Tree.of(tmp_path)
    assert set(before.changed(now)) == {"changed", "link"}
    assert before.new(now) == ["new"]


def ran(code: int, output: str = "", errors: str = "") -> Ran:
    return Ran((), code, output, errors, 0.1)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (ran(3), "it ended with 3"),
        (ran(-11), "it ended with -11"),
        (ran(2, errors="Traceback (most recent call last):\n"), "it said 'Traceback"),
        (ran(2, errors="qcheck: internal error: x\n"), "it said 'internal error"),
        (Ran((), -9, "", "", 120.0, hung=True), "it hung"),
        (Ran((), 0, "", "", 1.0, left_running=("python",)), "it left running"),
    ],
)
def test_what_must_not_be_is_told(tmp_path: Path, given: Ran, says: str) -> None:
    (found,) = wrongs(given, Tree.of(tmp_path))
    assert found.startswith(says)


def test_what_is_written_is_expected_or_told(tmp_path: Path) -> None:
    before = Tree.of(tmp_path)
    for name in ("out.json", "other", ".qcheck-x.part"):
        (tmp_path / name).touch()
    found = wrongs(ran(0), before, ("out.json",))
    assert found == ["it left .qcheck-x.part", "it wrote other"] or found == [
        "it wrote other",
        "it left .qcheck-x.part",
    ]
    assert wrongs(ran(-9), before, ("out.json", "other"), parts=True) == []


def test_a_process_is_run_and_its_workers_are_found(tmp_path: Path) -> None:
    version = qcheck("version", cwd=tmp_path)
    assert (version.code, version.left_running, version.hung) == (0, (), False)
    assert "qcheck" in version.output


@pytest.mark.skipif(sys.platform == "win32", reason="signals and limits are those of POSIX")
@pytest.mark.parametrize(
    ("every", "name"),
    [
        (trees.scenarios, "qcheck.rules"),
        (trees.scenarios, "a file outside, by its path"),
        (answers.scenarios, "in chunks"),
        (answers.scenarios, "a short body"),
        (answers.scenarios, "'file://{secret}'"),
    ],
)
def test_one_scenario_of_each_kind_holds(every: object, name: str) -> None:
    (wanted,) = [each for each in every() if each.name == name]
    (came,) = run_all(iter([wanted]))
    assert (came.wrong, came.skipped) == ((), None)


def test_faults_are_many_and_named() -> None:
    import random

    kinds = {each.kind for each in faults.scenarios(random.Random(1))}
    assert len(kinds) == 14


def test_a_page_gets_what_stands_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- attack: x -->\nold\n<!-- /attack: x -->\nb\n")
    pages.write_into(page, "x", ["new"])
    text = page.read_text()
    assert text == "a\n<!-- attack: x -->\n\nnew\n\n<!-- /attack: x -->\nb\n"
    with pytest.raises(ValueError, match="are not in it"):
        pages.write_into(page, "y", ["new"])
    assert page.read_text() == text


def test_where_figures_come_from_is_said_without_places_on_the_machine() -> None:
    said = pages.provenance(["media", "--count", "9"])
    assert said.startswith("`python -m tools.attack media --count 9`, 20")
    assert str(Path.cwd()) not in said
    assert str(Path.home()) not in said
