"""Lines from commands."""

from __future__ import annotations

import pytest

from qcheck.cli.saying import say


def test_a_line_is_one_line_on_the_stream_that_is_meant(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\n::error::b\x1b[1m")
    say("https://u:p@a.b/c?token=t", err=True)
    say(err=True)
    out, err = capsys.readouterr()
    assert out == "a\\n::error::b\\x1b[1m\n"
    assert err == "https://a.b/c?…\n\n"
