"""`qcheck trust`: what it says, and what it refuses."""

from __future__ import annotations

from pathlib import Path

from shell import qcheck


def test_what_may_run_is_listed(tmp_path: Path) -> None:
    (tmp_path / "ours.py").write_text("x = 1\n", "utf-8")
    (tmp_path / "qcheck.toml").write_text('plugins = ["ours.py"]\n', "utf-8")
    (tmp_path / "deep").mkdir()
    ran = qcheck("trust", "deep", cwd=tmp_path)
    assert (ran.stdout, ran.returncode) == ("qcheck.toml is trusted to run\n  ours.py\n", 0)
    assert qcheck("trust", "qcheck.toml", cwd=tmp_path).stdout == ran.stdout
    forgotten = qcheck("trust", "--forget", cwd=tmp_path)
    assert forgotten.stdout == "qcheck.toml is no longer trusted\n"


def test_nothing_to_trust_is_one_line(tmp_path: Path) -> None:
    none = qcheck("trust", "--", str(tmp_path), cwd=Path("/"))
    assert none.returncode == 2
    assert "there is no configuration" in none.stderr
    (tmp_path / "qcheck.toml").write_text("speakers = 2\n", "utf-8")
    empty = qcheck("trust", cwd=tmp_path)
    assert empty.returncode == 2
    assert "names no plugins" in empty.stderr
    (tmp_path / "qcheck.toml").write_text('plugins = ["gone.py"]\n', "utf-8")
    gone = qcheck("trust", cwd=tmp_path)
    assert gone.returncode == 2
    assert "gone.py" in gone.stderr
    assert none.stderr.count("\n") == empty.stderr.count("\n") == gone.stderr.count("\n") == 1
