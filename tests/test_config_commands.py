"""`qcheck init` and `qcheck config`: the file to start from, the schema, what holds and why."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from shell import qcheck

from qcheck.core.typed import toml_value
from qcheck.engine.config_docs import KEYS, example, keys, schema
from qcheck.engine.registry import load_rules
from qcheck.engine.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTED = re.findall(
    r"```toml\n(.*?)```", (ROOT / "docs" / "configuration.md").read_text("utf-8"), re.DOTALL
)[0]


def validate(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "schema.json").write_text(qcheck("config", "schema", cwd=folder).stdout, "utf-8")
    (folder / "given.toml").write_text(text, "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--schemafile", "schema.json", "given.toml"],
        cwd=folder,
        capture_output=True,
        text=True,
    )


def uncommented() -> str:
    """The file to start from with everything set that it shows."""
    return re.sub(r"^# (?=[a-z-]+ = |\[)", "", example(), flags=re.MULTILINE)


def test_every_key_is_in_the_file_to_start_from() -> None:
    assert {key for key, _ in keys()} == set(KEYS)
    fields = {f.name.rstrip("_").replace("_", "-") for f in dataclasses.fields(Settings)}
    assert set(tomllib.loads(uncommented())) == fields - {"origin"}
    assert fields - {"origin"} == set(schema(load_rules())["properties"])


def test_init_writes_what_changes_nothing(tmp_path: Path) -> None:
    ran = qcheck("init", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    written = load_settings(tmp_path / "qcheck.toml")
    assert dataclasses.replace(written, origin=None) == Settings()


def test_init_sets_the_app(tmp_path: Path) -> None:
    assert qcheck("init", "--for", "omnihuman-1-5", cwd=tmp_path).returncode == 0
    assert load_settings(tmp_path / "qcheck.toml").for_ == "bytedance/omnihuman-1-5"
    assert qcheck("init", "--for", "no-such-app", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [("qcheck.toml", "# mine\n"), ("pyproject.toml", "[tool.qcheck]\npreview = true\n")],
)
def test_init_replaces_nothing(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    ran = qcheck("init", cwd=tmp_path)
    assert ran.returncode == 2
    assert "there is a configuration already" in ran.stderr
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [(name, text)]


@pytest.mark.parametrize("text", [DOCUMENTED, uncommented()], ids=["documented", "init"])
def test_somebody_elses_validator_accepts_our_examples(tmp_path: Path, text: str) -> None:
    ran = validate(tmp_path, text)
    assert ran.returncode == 0, ran.stdout
    load_settings.cache_clear()
    assert load_settings(tmp_path / "given.toml").ignores


@pytest.mark.parametrize(
    "text",
    [
        "speekers = 1",
        "speakers = 0",
        'fail-on = "warn"',
        "min-score = 101",
        "select = 'ALL'",
        "[limits.face-resolution]\nwarn-below = 3",
        "[limits.face-resolution]\nwarn-below-px = 'many'",
        "[limits.no-such-rule]\na = 1",
        '[[ignores]]\npath = "a"\nrules = ["P10"]',
        '[[ignores]]\npath = "a"\nrules = ["P10"]\nreason = " "',
        '[[ignores]]\npath = "a"\nrules = ["P10"]\nreason = "x"\nuntil = "soon"',
    ],
)
def test_and_refuses_what_qcheck_refuses(tmp_path: Path, text: str) -> None:
    ran = validate(tmp_path, text)
    assert ran.returncode == 1, ran.stdout
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert qcheck("--config", "given.toml", "a.png", cwd=tmp_path).returncode == 2


def test_the_schema_knows_the_rules_of_plugins(tmp_path: Path) -> None:
    assert qcheck("rule", "new", "no-hats", "--medium", "portrait", cwd=tmp_path).returncode == 0
    assert validate(tmp_path, "[limits.no-hats]\nwarn-below-px = 3").returncode == 0
    assert validate(tmp_path, "[limits.no-hats]\nwarn-below-cm = 3").returncode == 1


def shown(folder: Path, *arguments: str) -> dict[str, tuple[str, str]]:
    ran = qcheck("config", "show", "--json", *arguments, cwd=folder)
    assert ran.returncode == 0, ran.stderr
    return {row["key"]: (row["value"], row["origin"]) for row in json.loads(ran.stdout)}


def test_show_says_where_each_value_comes_from(tmp_path: Path) -> None:
    (tmp_path / "qcheck.toml").write_text(
        '# ours\nfor = "omnihuman-1-5"\nfail-on = "warning"\n\n'
        "[limits.duration]\nwarn-above-s = 9 # short\n\n"
        '[[ignores]]\npath = "a"\nrules = ["P10"]\nreason = "first"\n\n'
        '[[ignores]]\npath = "b"\nrules = ["V"]\nreason = "second"\nuntil = 2001-01-01\n'
    )
    (tmp_path / "near").mkdir()
    (tmp_path / "near" / "pyproject.toml").write_text("[tool.qcheck]\npreview = true\n")
    here = shown(tmp_path)
    assert here["for"] == ('"omnihuman-1-5"', "qcheck.toml:2")
    assert here["fail-on"] == ('"warning"', "qcheck.toml:3")
    assert here["preview"] == ("false", "default")
    assert here["limits.duration.warn-above-s"] == ("9", "qcheck.toml:6")
    assert here["limits.duration.fail-above-s"] == ("30", "contract of bytedance/omnihuman-1-5")
    assert here["ignores[0]"] == ("P10 in a: first", "qcheck.toml:9")
    assert here["ignores[1]"] == ("V in b until 2001-01-01 (expired): second", "qcheck.toml:14")
    assert "limits.face-resolution.warn-below-px" not in here
    assert shown(tmp_path, "--all")["limits.face-resolution.warn-below-px"][1] == "default"
    near = shown(tmp_path, "near")
    assert near["preview"] == ("true", "near/pyproject.toml:2")
    assert near["for"] == ("not set", "default")
    # The run as a whole follows the working directory.
    assert near["fail-on"] == ('"warning"', "qcheck.toml:3")
    assert shown(tmp_path, "--for", "fabric-1-0")["for"] == ('"fabric-1-0"', "--for")
    assert shown(tmp_path, "--isolated")["fail-on"] == ('"error"', "default")


def test_show_is_read_by_people_too(tmp_path: Path) -> None:
    (tmp_path / "qcheck.toml").write_text("preview = true\n")
    text = qcheck("config", "show", cwd=tmp_path).stdout
    assert re.search(r"^preview +true +qcheck\.toml:1$", text, re.M), text


@pytest.mark.parametrize("value", [r"SH\d{3}", 'say "no"', r"it's \d", "a\tb\n", "plain", "größer"])
def test_text_is_shown_as_toml_spells_it(value: str) -> None:
    assert tomllib.loads(f"key = {toml_value(value)}") == {"key": value}
