"""Plugins of a configuration that was found run only if the user trusted them as they are."""

from __future__ import annotations

import os
import py_compile
import sys
from pathlib import Path

import pytest
from shell import qcheck
from trusting import vouch

from qcheck.core.errors import UsageFault
from qcheck.engine.settings import load_settings
from qcheck.engine.trust import distrust, is_trusted, require_trust, trust

MARKER = "ran"
EVIL = f"import pathlib; pathlib.Path({MARKER!r}).touch()\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a stranger sent: a picture, and a configuration with code."""
    theirs = tmp_path / "theirs"
    (theirs / "rules").mkdir(parents=True)
    (theirs / "rules" / "evil.py").write_text(EVIL, "utf-8")
    (theirs / "qcheck.toml").write_text('plugins = ["rules"]\n', "utf-8")
    (theirs / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return theirs


@pytest.mark.parametrize(
    "arguments",
    [
        ["theirs"],
        ["theirs/a.png"],
        ["--changed-since", "HEAD", "theirs"],
        ["fix", "theirs/a.png"],
        ["split", "theirs/a.png"],
        ["rule", "test", "evil"],
        ["job", "--for", "omnihuman-1-5", "theirs/job.json"],
    ],
)
def test_a_strangers_plugin_does_not_run(folder: Path, arguments: list[str]) -> None:
    (folder / "job.json").write_text('{"image": "theirs/a.png"}', "utf-8")
    for cwd, given in (
        (folder.parent, arguments),
        (folder, [a.replace("theirs/", "") for a in arguments]),
    ):
        ran = qcheck(*given, cwd=cwd)
        assert ran.returncode in (1, 2)
        assert not list(folder.parent.rglob(MARKER))
        assert "Traceback" not in ran.stderr


def test_the_refusal_says_what_to_do(folder: Path) -> None:
    ran = qcheck("a.png", cwd=folder)
    assert ran.returncode == 2
    assert "names plugins, which are code, and you have not trusted it" in ran.stderr
    assert "qcheck trust" in ran.stderr
    assert "--config" in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_what_was_trusted_runs_until_its_code_changes(folder: Path) -> None:
    assert qcheck("trust", cwd=folder).stdout.splitlines()[1:] == ["  rules/evil.py"]
    assert qcheck("a.png", cwd=folder).stderr == (
        f"qcheck: the plugin {folder / 'rules'} declares no rule\n"
    )
    assert (folder / MARKER).exists()
    (folder / MARKER).unlink()
    (folder / "rules" / "evil.py").write_text(EVIL + "# more\n", "utf-8")
    ran = qcheck("a.png", cwd=folder)
    assert "they changed since you trusted it" in ran.stderr
    assert not (folder / MARKER).exists()


def test_a_file_that_is_added_is_not_trusted(folder: Path) -> None:
    vouch(folder)
    (folder / "rules" / "more.py").write_text(EVIL, "utf-8")
    assert not is_trusted(load_settings(folder / "qcheck.toml"))


def test_what_a_link_leads_to_is_trusted_only_as_it_was(folder: Path) -> None:
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "__init__.py").write_text("x = 1\n", "utf-8")
    (folder / "rules" / "linked").symlink_to(elsewhere)
    (folder / "rules" / "round").symlink_to(folder / "rules")
    settings = load_settings(folder / "qcheck.toml")
    vouch(folder)
    assert is_trusted(settings)
    (elsewhere / "__init__.py").write_text(EVIL, "utf-8")
    assert not is_trusted(settings)


def test_byte_code_beside_the_source_is_not_run(folder: Path) -> None:
    source = folder / "rules" / "evil.py"
    source.write_text("x = 1\n" + "#" * (len(EVIL) - 7) + "\n", "utf-8")
    assert source.stat().st_size == len(EVIL)
    vouch(folder)
    planted = folder / "rules" / "__pycache__" / f"evil.{sys.implementation.cache_tag}.pyc"
    other = folder.parent / "other.py"
    other.write_text(EVIL, "utf-8")
    os.utime(other, (source.stat().st_mtime, source.stat().st_mtime))
    py_compile.compile(str(other), cfile=str(planted), dfile=str(source))
    qcheck("a.png", cwd=folder)
    assert not (folder / MARKER).exists()


def test_a_configuration_that_is_named_is_vouched_for(folder: Path) -> None:
    qcheck("--config", "qcheck.toml", "a.png", cwd=folder)
    assert (folder / MARKER).exists()


def test_other_settings_may_change(folder: Path) -> None:
    vouch(folder)
    with (folder / "qcheck.toml").open("a") as file:
        file.write("[limits.face-resolution]\nwarn-below-px = 900\n")
    load_settings.cache_clear()
    assert is_trusted(load_settings(folder / "qcheck.toml"))


def test_trust_can_be_taken_back(folder: Path) -> None:
    settings = load_settings(folder / "qcheck.toml")
    trust(settings)
    require_trust(settings)
    distrust(settings)
    with pytest.raises(UsageFault, match="you have not trusted it"):
        require_trust(settings)


def test_nothing_else_needs_trust(tmp_path: Path) -> None:
    (tmp_path / "qcheck.toml").write_text("speakers = 2\n", "utf-8")
    require_trust(load_settings(tmp_path / "qcheck.toml"))


def test_a_store_that_cannot_be_read_is_trust_in_nothing(folder: Path) -> None:
    vouch(folder)
    settings = load_settings(folder / "qcheck.toml")
    store = Path(os.environ["XDG_DATA_HOME"]) / "qcheck" / "trusted.json"
    for text in ("", "[", "[" * 100_000, "[]", '{"a": 1}'):
        store.write_text(text, "utf-8")
        assert not is_trusted(settings)


def test_plugins_that_nobody_trusted_are_not_even_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "qcheck.toml").write_text('plugins = ["/"]\n', "utf-8")
    monkeypatch.setattr("qcheck.engine.trust.files_of", pytest.fail)
    with pytest.raises(UsageFault, match="you have not trusted it"):
        require_trust(load_settings(folder / "qcheck.toml"))


def test_more_code_than_anybody_looks_at_cannot_be_trusted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(folder / "qcheck.toml")
    monkeypatch.setattr("qcheck.engine.trust._MOST_FILES", 1)
    trust(settings)
    (folder / "rules" / "more.py").touch()
    with pytest.raises(UsageFault, match="more code than anybody can have looked at"):
        trust(settings)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_code_that_is_no_file_is_refused_and_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "rules" / "pipe.py")
    with pytest.raises(UsageFault, match=r"pipe\.py: it is a pipe, not a file"):
        trust(load_settings(folder / "qcheck.toml"))
