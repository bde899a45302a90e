"""The progress bar."""

from __future__ import annotations

import io

import pytest

from qcheck.cli.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("files", "shown"), [(7, False), (8, True)])
def test_a_terminal_shows_a_bar_for_many_files(
    monkeypatch: pytest.MonkeyPatch, files: int, shown: bool
) -> None:
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    with progress_bar() as progress:
        assert progress is not None
        for done in range(files):
            progress(done + 1, files)
    assert ("checking" in terminal.getvalue()) == shown
    assert ("100%" in terminal.getvalue()) == shown


def test_a_log_shows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", log := io.StringIO())
    with progress_bar() as progress:
        assert progress is None
    assert log.getvalue() == ""
