"""An ignore is written into a configuration, and nothing else in it is lost."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from shell import qcheck
from sized_files import PNG

from qcheck.engine.settings import load_settings

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


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["sise", "bad.png", "--reason", "x"], "did you mean size"),
        (["size", "nowhere.png", "--reason", "x"], "no such file"),
        (["size", "bad.png", "--reason", " "], "reason"),
        (["size", "bad.png", "--reason", "x", "--until", "2001-01-01"], "has passed"),
        (["size", "bad.png", "--reason", "x", "--until", "soon"], "a day"),
        (["size", "../elsewhere.png", "--reason", "x"], "not below"),
    ],
)
def test_an_ignore_that_cannot_hold_is_refused(
    folder: Path, arguments: list[str], says: str
) -> None:
    (folder.parent / "elsewhere.png").write_bytes(PNG)
    before = (folder / "qcheck.toml").read_bytes()
    ran = qcheck("ignore", "add", *arguments, cwd=folder)
    assert ran.returncode == 2
    assert says in ran.stderr
    assert (folder / "qcheck.toml").read_bytes() == before
