"""Changes to a configuration lose nothing that is in it."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path

import pytest
from command import qcheck
from sized_files import PNG

from qcheck.cli.configuration.edits import add_ignore, add_plugin, config_to_edit, path_from_here
from qcheck.core.errors import UsageFault
from qcheck.engine.settings import load_settings
from qcheck.engine.trust import trust

BEFORE = """# Ours.
select = ["size"]  # the only one
plugins = ["rules.py"]

[limits.size]
# Larger than usual.
fail-above-bytes = 200
"""


@pytest.mark.parametrize("name", ["qcheck.toml", "pyproject.toml"])
def test_an_ignore_is_added_and_nothing_is_lost(folder: Path, name: str) -> None:
    (folder / "qcheck.toml").unlink()
    before = BEFORE
    if name == "pyproject.toml":
        before = BEFORE.replace("[limits", "[tool.qcheck.limits")
        before = f"[tool.qcheck]\n{before}\n[tool.other]\nkept = true\n"
    (folder / name).write_text(before, "utf-8")
    load_settings.cache_clear()
    trust(load_settings(folder / name))
    until = (datetime.date.today() + datetime.timedelta(days=9)).isoformat()
    for path in ("bad.png", "archive/**"):
        why = ("--reason", 'scans of "prints"', "--until", until)
        ran = qcheck("ignore", "add", "T01", path, *why, cwd=folder)
        assert ran.returncode == 0, ran.stderr
    after = (folder / name).read_text("utf-8")
    assert set(before.splitlines()) <= set(after.splitlines())
    load_settings.cache_clear()
    entries = load_settings(folder / name).ignores
    assert [entry.path for entry in entries] == ["/bad.png", "archive/**"]
    assert entries[0].reason == 'scans of "prints"'
    assert entries[0].until is not None
    assert qcheck("bad.png", cwd=folder).returncode == 0
    (folder / "sub").mkdir()
    (folder / "sub" / "bad.png").write_bytes(PNG.ljust(500))
    assert qcheck("sub/bad.png", cwd=folder).returncode == 1


def test_a_plugin_is_named_once(tmp_path: Path) -> None:
    config = tmp_path / "qcheck.toml"
    add_plugin(config, "./ours")
    add_plugin(config, "./theirs")
    add_plugin(config, "./ours")
    assert config.read_text("utf-8") == 'plugins = ["./ours", "./theirs"]\n'


def test_what_qcheck_would_refuse_is_not_touched(tmp_path: Path) -> None:
    config = tmp_path / "qcheck.toml"
    config.write_text("no-such-key = 1\n")
    with pytest.raises(UsageFault, match="no such key"):
        add_plugin(config, "./ours")
    assert config.read_text() == "no-such-key = 1\n"


def test_the_configuration_to_change_is_the_one_named_or_the_closest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert config_to_edit(None) == tmp_path / "qcheck.toml"
    (tmp_path / "pyproject.toml").write_text("[tool.qcheck]\n")
    assert config_to_edit(None) == tmp_path / "pyproject.toml"
    assert config_to_edit(Path("other.toml")) == Path("other.toml")


def test_a_path_is_shown_as_a_person_who_is_here_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert path_from_here(tmp_path / "a" / "b.toml") == "a/b.toml"
    assert path_from_here(tmp_path.parent / "b.toml") == str(tmp_path.parent / "b.toml")


OUT_OF_ORDER = "[tool.qcheck]\npreview = true\n[tool.other]\na = 1\n[tool.qcheck.limits]\n"


@pytest.mark.parametrize("text", [OUT_OF_ORDER, "[tool]\nqcheck.preview = true\n"])
def test_a_plugin_is_added_whatever_the_layout(tmp_path: Path, text: str) -> None:
    config = tmp_path / "pyproject.toml"
    config.write_text(text)
    before = tomllib.loads(text)
    add_plugin(config, "./ours")
    after = tomllib.loads(config.read_text("utf-8"))
    assert after["tool"]["qcheck"].pop("plugins") == ["./ours"]
    assert after == before


def test_an_ignore_is_added_to_tables_out_of_order(tmp_path: Path) -> None:
    config = tmp_path / "pyproject.toml"
    config.write_text(OUT_OF_ORDER)
    add_ignore(config, "a", ["P10"], "why", None)
    added = tomllib.loads(config.read_text("utf-8"))["tool"]["qcheck"]["ignores"]
    assert added == [{"path": "a", "rules": ["P10"], "reason": "why"}]


@pytest.mark.parametrize(
    "text", ["[tool]\nqcheck.preview = true\n", "[tool]\nqcheck = { preview = true }\n"]
)
def test_a_layout_that_cannot_be_changed_safely_is_left_alone(tmp_path: Path, text: str) -> None:
    config = tmp_path / "pyproject.toml"
    config.write_text(text)
    with pytest.raises(UsageFault, match="cannot be changed safely"):
        add_ignore(config, "a", ["P10"], "why", None)
    assert config.read_text() == text
