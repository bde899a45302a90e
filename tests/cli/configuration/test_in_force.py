"""Which settings are in force, and where each is set."""

from __future__ import annotations

import json
import re
from pathlib import Path

from command import qcheck


def in_force(folder: Path, *arguments: str) -> dict[str, tuple[str, str]]:
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
    here = in_force(tmp_path)
    assert here["for"] == ('"omnihuman-1-5"', "qcheck.toml:2")
    assert here["fail-on"] == ('"warning"', "qcheck.toml:3")
    assert here["preview"] == ("false", "default")
    assert here["limits.duration.warn-above-s"] == ("9", "qcheck.toml:6")
    assert here["limits.duration.fail-above-s"] == ("30", "contract of bytedance/omnihuman-1-5")
    assert here["ignores[0]"] == ("P10 in a: first", "qcheck.toml:9")
    assert here["ignores[1]"] == ("V in b until 2001-01-01 (expired): second", "qcheck.toml:14")
    assert "limits.face-resolution.warn-below-px" not in here
    assert in_force(tmp_path, "--all")["limits.face-resolution.warn-below-px"][1] == "default"
    near = in_force(tmp_path, "near")
    assert near["preview"] == ("true", "near/pyproject.toml:2")
    assert near["for"] == ("not set", "default")
    # The run as a whole follows the working directory.
    assert near["fail-on"] == ('"warning"', "qcheck.toml:3")
    assert in_force(tmp_path, "--for", "fabric-1-0")["for"] == ('"fabric-1-0"', "--for")
    assert in_force(tmp_path, "--isolated")["fail-on"] == ('"error"', "default")


def test_bounds_are_shown_as_they_count(tmp_path: Path) -> None:
    (tmp_path / "qcheck.toml").write_text("[bounds]\ncheck-s = 60\nmemory-mb = 9000\n")
    found = in_force(tmp_path)
    assert found["bounds.check-s"] == ("60", "qcheck.toml:2")
    assert "bounds.memory-mb" not in found
    everything = in_force(tmp_path, "--all")
    assert everything["bounds.memory-mb"] == ("4000", "default")
    assert everything["bounds.file-mb"] == ("1100", "default")
    named = in_force(tmp_path, "--config", "qcheck.toml")
    assert named["bounds.memory-mb"] == ("9000", "qcheck.toml:3")


def test_people_read_a_table(tmp_path: Path) -> None:
    (tmp_path / "qcheck.toml").write_text("preview = true\n")
    text = qcheck("config", "show", cwd=tmp_path).stdout
    assert re.search(r"^preview +true +qcheck\.toml:1$", text, re.M), text
