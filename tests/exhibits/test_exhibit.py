"""What is taken of a file to be shown, and what is missing with its reason."""

from __future__ import annotations

import io
import math
from pathlib import Path

import pytest
from PIL import Image

from qcheck.core.rule import PartLimits
from qcheck.exhibits import declarations as exhibits
from qcheck.exhibits.exhibit import take_exhibit
from qcheck.media.content import Footage, Text
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.probes.portrait import Framing, HeadPose
from qcheck.probes.text import Captions
from qcheck.probes.voice import Loudness, Speech

UNLIMITED = PartLimits(math.inf, math.inf)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("portrait.png", (exhibits.PictureCopy, exhibits.FacePoints, HeadPose, Framing)),
        ("voice.wav", (exhibits.Waveform, exhibits.MelPicture, Loudness, Speech)),
        ("talk.mp4", (exhibits.Stills, Footage)),
        ("captions.srt", (Text, Captions)),
    ],
)
def test_each_medium_shows_what_belongs_to_it(
    fixtures: Path, name: str, shown: tuple[type, ...]
) -> None:
    exhibit = take_exhibit(Evidence(File(name, (fixtures / name).read_bytes())), UNLIMITED)
    assert not exhibit.missing
    assert set(shown) <= set(exhibit.taken)
    for wanted in shown:
        assert exhibit.get(wanted) is exhibit.taken[wanted]


def test_what_cannot_be_taken_is_missing_with_its_reason() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), (120, 130, 140)).save(buffer, "PNG")
    exhibit = take_exhibit(Evidence(File("wall.png", buffer.getvalue())), UNLIMITED)
    assert exhibit.get(exhibits.PictureCopy) is not None
    assert exhibit.get(HeadPose) is None
    assert exhibit.missing[HeadPose] == "no face was found"


def test_of_what_nobody_knows_there_is_nothing_to_show() -> None:
    exhibit = take_exhibit(Evidence(File("a.bin", b"hello")), UNLIMITED)
    assert (exhibit.taken, exhibit.missing) == ({}, {})
