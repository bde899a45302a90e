"""The before-and-after picture."""

from __future__ import annotations

from pathlib import Path

from fix_command import fix
from PIL import Image

from qcheck.core.errors import UsageFault


def test_a_before_and_after_picture_is_written_where_it_is_asked_for(shoot: Path) -> None:
    picture = shoot / "both.png"
    assert fix("--diff", "--picture", picture, shoot / "portrait.jpg").exit_code == 0
    with Image.open(picture) as image:
        assert image.width > 600
    again = fix("--diff", "--picture", picture, shoot / "portrait.jpg")
    assert isinstance(again.exception, UsageFault)
