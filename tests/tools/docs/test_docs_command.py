"""`python -m tools.docs`: what is stale is named and written, what is left over is removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.docs import __main__ as command


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Documentation of one fresh page, one stale, one left over, and its picture."""
    rules = tmp_path / "docs" / "rules"
    (rules / "examples").mkdir(parents=True)
    (rules / "examples" / "hum.jpg").write_bytes(b"drawn")
    (rules / "fresh.md").write_text("fresh")
    (rules / "hum.md").write_text("old")
    (rules / "gone.md").write_text("of no rule")
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "DOCS", tmp_path / "docs")
    monkeypatch.setattr(command, "RECIPES", {"hum": None})
    monkeypatch.setattr(
        command, "pages", lambda: [(rules / "fresh.md", "fresh"), (rules / "hum.md", "new")]
    )
    return rules


def ran(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["tools.docs", *words])
    return command.main()


def test_check_names_what_is_stale_and_writes_nothing(
    docs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran(monkeypatch, "--check") == 1
    assert capsys.readouterr().out.split() == ["docs/rules/gone.md", "docs/rules/hum.md"]
    assert (docs / "hum.md").read_text() == "old"
    assert (docs / "gone.md").exists()


def test_pages_are_written_and_those_of_no_rule_removed(
    docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ran(monkeypatch) == 0
    assert (docs / "hum.md").read_text() == "new"
    assert not (docs / "gone.md").exists()
    assert ran(monkeypatch, "--check") == 0


def test_a_picture_that_is_missing_has_to_be_drawn(
    docs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran(monkeypatch)
    (docs / "examples" / "hum.jpg").unlink()
    assert ran(monkeypatch, "--check") == 1
    assert capsys.readouterr().out.split()[-1] == "docs/rules/examples/hum.jpg"
    monkeypatch.setattr("tools.docs.pictures.draw", lambda name: name.encode())
    assert ran(monkeypatch, "--pictures") == 0
    assert (docs / "examples" / "hum.jpg").read_bytes() == b"hum"
