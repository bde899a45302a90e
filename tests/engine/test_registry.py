"""Rules of other people: files named in the configuration, and installed packages."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import command
import pytest
import shell
from hypothesis import given
from hypothesis import strategies as st
from installing import python_with
from PIL import Image
from trusting import vouch

from qcheck.core.errors import UsageFault
from qcheck.core.plugins import Plugged
from qcheck.core.rule import Length, NoLimits, Rule, RuleStatus
from qcheck.engine import registry
from qcheck.engine.registry import Rules, load_rules

ROOT = Path(__file__).resolve().parents[2]

DOCS = (ROOT / "docs" / "writing-a-rule.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The code blocks of the documentation: the examples that people copy are those tested."""
    return re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)


RULE = blocks("python")[0]
PROBE = blocks("python")[1]
CASES, LIMITS, _, PACKAGE = blocks("toml")
CONFIGURATION = 'plugins = ["./our_rules.py"]\n'


def qcheck(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """With the plugins of ``cwd`` trusted as they are now."""
    if (cwd / "qcheck.toml").exists():
        # A plugin that is not there cannot be trusted; what is said of it is what is tested.
        with contextlib.suppress(UsageFault):
            vouch(cwd)
    return command.qcheck(*arguments, cwd=cwd)


def statuses(output: str) -> dict[str, str]:
    return {o["rule"]: o["status"] for o in json.loads(output)["files"][0]["outcomes"]}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "our_rules.py").write_text(RULE, "utf-8")
    (tmp_path / "qcheck.toml").write_text(CONFIGURATION, "utf-8")
    (tmp_path / "a picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    vouch(tmp_path)
    return tmp_path


def test_the_sitting_of_the_documentation_goes_as_it_says(tmp_path: Path, fixtures: Path) -> None:
    shoot = tmp_path / "shoot"
    shoot.mkdir()
    shutil.copy(fixtures / "portrait.png", shoot / "SH010_S1_v02.png")
    shutil.copy(fixtures / "voice.wav", shoot / "take 3.wav")
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "qcheck").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m qcheck "$@"\n')
    (bin_folder / "qcheck").chmod(0o755)
    path = f"{bin_folder}:{os.environ['PATH']}"

    def said(block: str) -> str:
        commands = re.findall(r"^\$ (.*)$", block, re.MULTILINE)
        outputs = []
        for line in commands:
            ran = subprocess.run(
                ["sh", "-c", line],
                cwd=tmp_path,
                env={**os.environ, "PATH": path},
                capture_output=True,
                text=True,
            )
            outputs.append(f"$ {line}\n{ran.stdout}{ran.stderr}")
        return "".join(outputs)

    new, runs, limited = blocks("console")
    assert said(new) == new
    (tmp_path / "qcheck_rules" / "shot_name.py").write_text(RULE, "utf-8")
    (tmp_path / "qcheck_rules" / "cases" / "shot-name.toml").write_text(CASES, "utf-8")
    assert said(runs) == runs
    assert (tmp_path / "qcheck.toml").read_text("utf-8") == 'plugins = ["./qcheck_rules"]\n'
    with (tmp_path / "qcheck.toml").open("a") as config:
        config.write(f"\n{LIMITS}")
    assert said(limited) == limited


def test_a_rule_in_a_file_runs_beside_the_built_in_ones(project: Path) -> None:
    ran = qcheck("--output-format", "json", "a picture.png", cwd=project)
    assert statuses(ran.stdout)["shot-name"] == "fail", ran.stderr
    assert "readable" in statuses(ran.stdout)
    only = qcheck("--select", "TEAM01", "--output-format", "json", "a picture.png", cwd=project)
    assert statuses(only.stdout) == {"shot-name": "fail"}


def test_a_probe_of_their_own_is_measured_for_a_rule(project: Path) -> None:
    asks = """
@rule("landscape", code="TEAM02", medium="portrait")
def landscape(aspect: Aspect) -> Judgement:
    return at_most(aspect.width_to_height, fail=1, says="It is {measured} times as wide as high.")
"""
    text = RULE.replace("failed", "failed, at_most", 1)
    (project / "our_rules.py").write_text(text + PROBE + asks, "utf-8")
    Image.new("RGB", (300, 200)).save(project / "wide.png")
    ran = qcheck("--select", "landscape", "wide.png", cwd=project)
    assert "It is 1.50 times as wide as high." in ran.stdout, ran.stderr


def test_a_folder_of_rules_is_a_package_whose_files_share_probes(project: Path) -> None:
    home = project / "ours"
    home.mkdir()
    (home / "aspect.py").write_text(PROBE, "utf-8")
    asks = """
from .aspect import Aspect

@rule("{name}", code="{code}", medium="portrait")
def landscape(aspect: Aspect) -> Judgement:
    return at_most(aspect.width_to_height, fail=1, says="It is {measured} times as wide as high.")
"""
    for name, code in (("landscape", "TEAM02"), ("wide", "TEAM03")):
        text = RULE.partition("@dataclass")[0].replace("failed", "at_most")
        own = asks.replace("{name}", name).replace("{code}", code)
        (home / f"{name}.py").write_text(text + own, "utf-8")
    # One of its files may be named as well.
    (project / "qcheck.toml").write_text('plugins = ["ours", "./ours/wide.py"]')
    Image.new("RGB", (300, 200)).save(project / "wide.png")
    ran = qcheck("--select", "TEAM", "--timings", "wide.png", cwd=project)
    assert ran.stdout.count("It is 1.50 times as wide as high.") == 2, ran.stderr
    # What is kept is not believed when a file beside the rules changed.
    kept = ("--select", "TEAM", "--cache", "kept", "wide.png")
    assert "It is 1.50 times" in qcheck(*kept, cwd=project).stdout
    (home / "aspect.py").write_text(PROBE.replace("picture.width_px /", "3 * 300 /"), "utf-8")
    assert "It is 4.50 times" in qcheck(*kept, cwd=project).stdout
    (home / "aspect.py").write_text("x = 1\nnowhere()", "utf-8")
    broken = qcheck("wide.png", cwd=project)
    assert broken.stderr.endswith("name 'nowhere' is not defined (aspect.py, line 2)\n")


def test_the_same_rule_is_explained_like_any_other(project: Path) -> None:
    assert "Rename the file to shot" in qcheck("rule", "shot-name", cwd=project).stdout


def test_plugins_of_a_nearer_configuration_run_for_its_files(project: Path) -> None:
    ran = qcheck("--output-format", "json", str(project / "a picture.png"), cwd=project.parent)
    assert statuses(ran.stdout)["shot-name"] == "fail"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import nowhere_to_be_found", "ModuleNotFoundError"),
        ("def f(:", "SyntaxError"),
        (RULE.replace("shot-name", "Shot Name"), "not kebab-case"),
        (RULE.replace("How to mend it:", ""), "How to mend it"),
        (RULE.replace('"shot-name", code="TEAM01"', '"readable", code="TEAM01"'), "two rules"),
        (RULE.replace("TEAM01", "F01"), "two rules are called F01"),
    ],
)
def test_a_broken_plugin_is_one_line_and_exit_code_2(project: Path, text: str, says: str) -> None:
    (project / "our_rules.py").write_text(text, "utf-8")
    ran = qcheck("a picture.png", cwd=project)
    assert ran.returncode == 2
    assert says in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_plugin_that_is_not_there_is_one_line_and_exit_code_2(project: Path) -> None:
    (project / "our_rules.py").unlink()
    ran = qcheck("a picture.png", cwd=project)
    assert ran.returncode == 2
    assert "our_rules.py" in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_an_installed_package_brings_its_rules(project: Path, tmp_path: Path) -> None:
    package = tmp_path / "package"
    home = package / "qcheck_rules"
    (home / "cases").mkdir(parents=True)
    (home / "shot_name.py").write_text(RULE, "utf-8")
    (home / "cases" / "shot-name.toml").write_text(CASES, "utf-8")
    (package / "pyproject.toml").write_text(PACKAGE, "utf-8")
    (project / "our_rules.py").unlink()
    (project / "qcheck.toml").unlink()
    python = python_with(package, tmp_path)
    ran = shell.qcheck("--output-format", "json", "a picture.png", cwd=project, python=python)
    assert statuses(ran.stdout)["shot-name"] == "fail", ran.stderr
    tested = shell.qcheck("rule", "test", "shot-name", cwd=project, python=python)
    assert "3 of 3 cases pass" in tested.stdout, tested.stderr


def test_a_package_may_bring_one_rule_by_its_function(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "studios_rule.py").write_text(RULE, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "studios_rule", raising=False)
    name = re.findall(r"^def (\w+)", RULE, re.MULTILINE)[-1]
    point = EntryPoint("studios", f"studios_rule:{name}", registry.RULES_GROUP)
    monkeypatch.setattr(registry, "plugged_in", lambda group: (Plugged(point),))
    assert [rule.name for rule in load_rules.__wrapped__().all] == ["shot-name"]


@pytest.mark.parametrize(
    ("point", "says"),
    [
        ("json:dumps", r"^the rules of 'json:dumps' .*: it is neither a rule nor a module"),
        (
            "nowhere_at_all",
            r"^the rules of 'nowhere_at_all' \(unknown package\) do not load: Modul",
        ),
        ("json", "^no rules are installed"),
    ],
)
def test_what_brings_no_rule_is_one_line(
    point: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugged = (Plugged(EntryPoint("odd", point, registry.RULES_GROUP)),)
    monkeypatch.setattr(registry, "plugged_in", lambda group: plugged)
    with pytest.raises(UsageFault, match=says):
        load_rules.__wrapped__()


def test_a_plugin_that_is_no_code_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rules.txt").touch()
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageFault, match=r"rules\.txt is no Python file and no folder"):
        load_rules((tmp_path / "rules.txt",))
    with pytest.raises(UsageFault, match="empty declares no rule"):
        load_rules((tmp_path / "empty",))


def made(name: str, code: str, *media: str, **changes: Any) -> Rule:
    rule = Rule(name, code, media, NoLimits, made, RuleStatus.STABLE, "")
    return dataclasses.replace(rule, **changes)


SOME = Rules(
    [
        made("voice-two", "V20", "voice"),
        made("face", "P10", "portrait"),
        made("face-new", "P11", "portrait", "video", status=RuleStatus.PREVIEW),
        made("lasting", "V30", "voice", "video", length=Length("longest_s")),
        made("lasting-text", "S30", "script", length=Length("longest_s")),
        made("made-later", "J10", "payload", needs_files=True),
    ]
)


def names(rules: Iterable[Rule]) -> list[str]:
    return [rule.name for rule in rules]


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("ALL", ["made-later", "face", "face-new", "lasting-text", "voice-two", "lasting"]),
        ("all", ["made-later", "face", "face-new", "lasting-text", "voice-two", "lasting"]),
        ("voice", ["voice-two", "lasting"]),
        ("video", ["face-new", "lasting"]),
        ("captions", []),
        ("face", ["face"]),
        ("P10", ["face"]),
        ("p10", ["face"]),
        ("P", ["face", "face-new"]),
        ("P1", ["face", "face-new"]),
        ("V2", ["voice-two"]),
    ],
)
def test_selectors(selector: str, found: list[str]) -> None:
    assert names(SOME.matching(selector)) == found


@pytest.mark.parametrize(
    ("selector", "says"),
    [
        ("fase", "no rule matches 'fase'; did you mean face?"),
        ("FACE", "no rule matches 'FACE'; did you mean face?"),
        ("p", "no rule matches 'p'; `qcheck rule` lists them"),
        ("X", "no rule matches 'X'; `qcheck rule` lists them"),
        ("", "no rule matches ''; `qcheck rule` lists them"),
    ],
)
def test_a_selector_that_selects_nothing_is_refused(selector: str, says: str) -> None:
    with pytest.raises(UsageFault) as refused:
        SOME.matching(selector)
    assert str(refused.value) == says


def test_one_rule_is_found_by_its_name_or_its_code() -> None:
    assert SOME.get("face") is SOME.get("P10") is SOME.get("p10")
    with pytest.raises(UsageFault, match="there is no rule 'P'; `qcheck rule` lists them"):
        SOME.get("P")
    with pytest.raises(UsageFault, match="there is no rule 'fase'; did you mean face"):
        SOME.get("fase")


@pytest.mark.parametrize(
    ("select", "extend", "ignore", "preview", "selected"),
    [
        (["portrait"], [], [], False, ["face"]),
        (["portrait"], [], [], True, ["face", "face-new"]),
        (["P"], [], [], False, ["face"]),
        (["face-new"], [], [], False, ["face-new"]),
        (["P11"], [], [], False, ["face-new"]),
        (["p11"], [], [], False, ["face-new"]),
        (["P"], ["V20"], [], False, ["face", "voice-two"]),
        (["P"], ["face-new"], [], False, ["face", "face-new"]),
        (["P", "V"], [], ["voice"], False, ["face"]),
        (["P10"], ["V20"], ["face", "V2"], False, []),
        ([], ["V20"], [], False, ["voice-two"]),
        (["V20", "P10", "P10"], [], [], False, ["face", "voice-two"]),
        (["ALL"], [], ["P", "V", "S"], True, ["made-later"]),
        ([], [], ["ALL"], True, []),
    ],
)
def test_what_is_selected_and_not_ignored_runs(
    select: list[str], extend: list[str], ignore: list[str], preview: bool, selected: list[str]
) -> None:
    """A preview rule only where it is called by name, or all of them are asked for."""
    assert names(SOME.select(select, extend, ignore, preview)) == selected


def test_a_typo_is_refused_wherever_it_stands() -> None:
    for chosen in ((["fase"], [], []), ([], ["fase"], []), ([], [], ["fase"])):
        with pytest.raises(UsageFault, match="did you mean face"):
            SOME.select(*chosen, preview=False)


selectors = st.lists(st.sampled_from(["ALL", "voice", "portrait", "P", "V2", "P11", "lasting"]))


@given(selectors, selectors, selectors, st.booleans())
def test_nothing_that_is_ignored_runs_and_more_selectors_select_no_less(
    select: list[str], extend: list[str], ignore: list[str], preview: bool
) -> None:
    chosen = set(names(SOME.select(select, extend, ignore, preview)))
    ignored = {rule.name for selector in ignore for rule in SOME.matching(selector)}
    assert chosen & ignored == set()
    assert set(names(SOME.select(select, [], ignore, preview))) <= chosen
    assert chosen <= set(names(SOME.select(select, extend, [], preview)))
    assert chosen <= set(names(SOME.select(select, extend, ignore, preview=True)))


def test_what_is_special_about_rules_is_what_they_declare() -> None:
    assert SOME.judging_length("voice") == ("lasting",)
    assert SOME.judging_length("video") == ("lasting",)
    assert SOME.judging_length("script") == ("lasting-text",)
    assert SOME.judging_length("portrait") == ()
    assert SOME.needing_files() == ("made-later",)


def test_codes_and_names_are_unique() -> None:
    face = made("face", "P10", "portrait")
    for twin in (made("other", "P10", "voice"), made("face", "P99", "voice")):
        with pytest.raises(UsageFault, match=r"^two rules are called (P10|face): in .* and in "):
            Rules([face, twin])
