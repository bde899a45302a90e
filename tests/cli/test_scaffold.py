"""`qcheck rule new`: the outline of a rule, which its author has to fill in."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command import qcheck
from new_rules import fill_in, make_filled_in
from trusting import vouch

from qcheck.core.media import MEDIA
from qcheck.testing import cases

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("medium", MEDIA)
def test_a_new_rule_is_refused_until_it_is_filled_in(tmp_path: Path, medium: str) -> None:
    made = qcheck("rule", "new", "our-rule", "--medium", medium, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    home = tmp_path / "qcheck_rules"
    written = [(home / name).read_text("utf-8") for name in ("our_rule.py", "cases/our-rule.toml")]
    ran = qcheck("rule", "test", "our-rule", cwd=tmp_path)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    *todos, last = ran.stdout.splitlines()
    assert len(todos) == sum(text.count("TODO: ") for text in written) == 12
    assert last == "our-rule: not finished, 12 TODOs left"
    fill_in(home)
    vouch(tmp_path)
    ran = qcheck("rule", "test", "our-rule", cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "our-rule: 2 of 2 cases pass" in ran.stdout
    found = cases(home / "our_rule.py", home / "cases" / "our-rule.toml")
    expected = {case.data["expect"] for case in found}
    assert expected == {"pass", "warning"}


def test_it_is_a_rule_like_any_other(tmp_path: Path, fixtures: Path) -> None:
    (tmp_path / "qcheck.toml").write_text("# ours\npreview = false # yet\n")
    qcheck("rule", "new", "no-hats", "--medium", "portrait", cwd=tmp_path)
    second = qcheck("rule", "new", "long-talk", "--medium", "voice", cwd=tmp_path)
    assert second.returncode == 0, second.stderr
    assert "# ours\npreview = false # yet\n" in (tmp_path / "qcheck.toml").read_text()
    assert 'plugins = ["./qcheck_rules"]' in (tmp_path / "qcheck.toml").read_text()
    listed = qcheck("rule", cwd=tmp_path).stdout
    assert "\nTEAM01  no-hats  " in listed
    assert "\nTEAM02  long-talk  " in listed
    assert len({line.index(line.split()[1]) for line in listed.splitlines()}) == 1
    assert "How to mend it: TODO: " in qcheck("rule", "no-hats", cwd=tmp_path).stdout
    shutil.copy(fixtures / "portrait.png", tmp_path / "a.png")
    only = ("--select", "TEAM", "--output-format", "json", "a.png")
    outcomes = json.loads(qcheck(*only, cwd=tmp_path).stdout)["files"][0]["outcomes"]
    assert [(o["rule"], o["status"]) for o in outcomes] == [("no-hats", "pass")]


def test_of_a_folder_that_was_there_the_file_alone_is_named(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "deploy.py").write_text("raise SystemExit('not a rule')")
    made = qcheck("rule", "new", "no-hats", "--medium", "portrait", "--in", "tools", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "qcheck.toml").read_text() == 'plugins = ["./tools/no_hats.py"]\n'
    fill_in(tmp_path / "tools")
    vouch(tmp_path)
    assert "2 of 2 cases pass" in qcheck("rule", "test", "no-hats", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["No Hats", "--medium", "portrait"], "letters, digits and hyphens"),
        (["face-resolution", "--medium", "portrait"], "there is a rule face-resolution already"),
        (["no-hats", "--medium", "portrait", "--code", "P10"], "there is a rule P10 already"),
        (["no-hats", "--medium", "portrait", "--code", "x"], "capital letters"),
        (["test", "--medium", "portrait"], "choose another name"),
        (["no-hats", "--medium", "smell"], "smell"),
        (["taken", "--medium", "portrait"], "this file is there already"),
    ],
)
def test_what_cannot_be_made_leaves_nothing(
    tmp_path: Path, arguments: list[str], says: str
) -> None:
    (tmp_path / "qcheck_rules").mkdir()
    (tmp_path / "qcheck_rules" / "taken.py").write_text("mine")
    ran = qcheck("rule", "new", *arguments, cwd=tmp_path)
    assert ran.returncode == 2
    assert says in ran.stderr
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.read_text() for path in files] == ["mine"]


def test_plugin_authors_have_cases_in_their_own_tests(tmp_path: Path) -> None:
    home = make_filled_in("no-hats", "portrait", tmp_path)
    found = cases(home / "no_hats.py", home / "cases" / "no-hats.toml")
    assert [str(case) for case in found] == [
        "no-hats: a file that is fine, right at the limit",
        "no-hats: a file that breaks the rule, just beyond the limit",
    ]
    for case in found:
        case.check()


def test_in_our_own_tree_it_goes_where_our_rules_are(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for name in ("qcheck", "rules"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    code = (
        "import sys; sys.path.insert(0, '.'); import importlib.util as u; "
        "s = u.spec_from_file_location('qcheck.rules', 'rules/__init__.py', "
        "submodule_search_locations=['rules']); m = u.module_from_spec(s); "
        "sys.modules['qcheck.rules'] = m; s.loader.exec_module(m); "
        "from qcheck.__main__ import main; main()"
    )

    def own(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code, *arguments], cwd=tree, capture_output=True, text=True
        )

    made = own("rule", "new", "no-hats", "--medium", "voice")
    assert made.returncode == 0, made.stderr
    assert "python -m tools.docs       writes its page" in made.stdout
    rule = tree / "rules" / "voice" / "no_hats.py"
    assert "status=RuleStatus.PREVIEW" in rule.read_text("utf-8")
    assert (tree / "tests" / "cases" / "no-hats.toml").is_file()
    assert not (tree / "qcheck.toml").exists()
    fill_in(tree / "rules" / "voice")
    fill_in(tree / "tests" / "cases")
    ran = own("rule", "test", "no-hats")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    long = "a-name-that-is-as-long-as-names-may-well-be"
    assert own("rule", "new", long, "--medium", "portrait").returncode == 0
    assert max(map(len, (tree / f"rules/portrait/{long.replace('-', '_')}.py").open())) <= 101


def test_what_is_written_is_formatted_as_ours_is(tmp_path: Path) -> None:
    for medium in MEDIA:
        qcheck("rule", "new", f"our-{medium}", "--medium", medium, cwd=tmp_path)
    for command in (["check"], ["format", "--check"]):
        ran = subprocess.run(
            [
                sys.executable,
                "-m",
                "ruff",
                *command,
                "--config",
                ROOT / "pyproject.toml",
                "qcheck_rules",
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stdout
