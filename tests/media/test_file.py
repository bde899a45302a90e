"""What a file says of itself: its content before its name, its place before both."""

from __future__ import annotations

import pytest

from qcheck.core.media import UNKNOWN
from qcheck.media.file import File

PNG = b"\x89PNG\r\n\x1a\n"


def test_the_content_decides_and_not_the_name() -> None:
    file = File("voice.mp3", PNG)
    assert file.format is not None
    assert (file.format.name, file.medium) == ("PNG", "portrait")


def test_the_place_in_a_job_decides_before_the_content() -> None:
    assert File("a", PNG, role="payload").medium == "payload"


def test_what_nobody_knows_has_no_medium() -> None:
    assert File("a.png", b"hello").medium == UNKNOWN


@pytest.mark.parametrize(
    ("name", "extension"),
    [("a.PNG", "png"), ("b/c.tar.gz", "gz"), ("-", ""), ("portrait", ""), (".png", "")],
)
def test_the_extension_is_the_last_one_in_lower_case(name: str, extension: str) -> None:
    assert File(name, b"").extension == extension
