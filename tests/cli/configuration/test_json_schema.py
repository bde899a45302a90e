"""The JSON Schema of the configuration, read by somebody else's validator."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import check_jsonschema
import pytest
from click.testing import CliRunner, Result
from command import qcheck

from qcheck.cli.configuration.json_schema import config_schema
from qcheck.cli.configuration.template import config_template
from qcheck.engine.registry import load_rules
from qcheck.engine.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTED = re.findall(
    r"```toml\n(.*?)```", (ROOT / "docs" / "configuration.md").read_text("utf-8"), re.DOTALL
)[0]


def validate(folder: Path, text: str) -> Result:
    (folder / "schema.json").write_text(qcheck("config", "schema", cwd=folder).stdout, "utf-8")
    (folder / "given.toml").write_text(text, "utf-8")
    schema, given = str(folder / "schema.json"), str(folder / "given.toml")
    return CliRunner().invoke(check_jsonschema.main, ["--schemafile", schema, given])


def uncommented() -> str:
    """The file to start from with everything set that it shows."""
    return re.sub(r"^# (?=[a-z-]+ = |\[)", "", config_template(), flags=re.MULTILINE)


def test_it_has_every_key() -> None:
    fields = {f.name.rstrip("_").replace("_", "-") for f in dataclasses.fields(Settings)}
    assert set(config_schema(load_rules())["properties"]) == fields - {"origin"}


@pytest.mark.parametrize("text", [DOCUMENTED, uncommented()], ids=["documented", "init"])
def test_somebody_elses_validator_accepts_our_examples(tmp_path: Path, text: str) -> None:
    ran = validate(tmp_path, text)
    assert ran.exit_code == 0, ran.output
    load_settings.cache_clear()
    assert load_settings(tmp_path / "given.toml").ignores


@pytest.mark.parametrize(
    "text",
    [
        "speekers = 1",
        "speakers = 0",
        'fail-on = "warn"',
        "min-score = 101",
        "[bounds]\ncheck-s = 0",
        "[bounds]\nmemory = 3",
        "select = 'ALL'",
        "[limits.face-resolution]\nwarn-below = 3",
        "[limits.face-resolution]\nwarn-below-px = 'many'",
        "[limits.no-such-rule]\na = 1",
        '[[ignores]]\npath = "a"\nrules = ["P10"]',
        '[[ignores]]\npath = "a"\nrules = ["P10"]\nreason = " "',
        '[[ignores]]\npath = "a"\nrules = ["P10"]\nreason = "x"\nuntil = "soon"',
    ],
)
def test_it_refuses_what_qcheck_refuses(tmp_path: Path, text: str) -> None:
    ran = validate(tmp_path, text)
    assert ran.exit_code == 1, ran.output
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert qcheck("--config", "given.toml", "a.png", cwd=tmp_path).returncode == 2


def test_it_knows_the_rules_of_plugins(tmp_path: Path) -> None:
    assert qcheck("rule", "new", "no-hats", "--medium", "portrait", cwd=tmp_path).returncode == 0
    assert validate(tmp_path, "[limits.no-hats]\nwarn-below-px = 3").exit_code == 0
    assert validate(tmp_path, "[limits.no-hats]\nwarn-below-cm = 3").exit_code == 1
