"""Which decoder a file goes to, and what is said where none takes it."""

from __future__ import annotations

import io

import pytest
from made_recordings import stored, tones
from made_videos import drifting, made
from PIL import Image

from qcheck.media.content import Picture, Recording, Text, Video
from qcheck.media.decode import decode
from qcheck.media.file import File


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    return buffer.getvalue()


def test_each_medium_becomes_its_content() -> None:
    for data, role, content in (
        (png(), None, Picture),
        (png(), "picture", Picture),
        (stored(tones(0.1), "WAV", "PCM_16"), None, Recording),
        (made(drifting(5)), None, Video),
        (b"[S1] Hello.", None, Text),
        (b"{}", "payload", Text),
    ):
        decoding = decode(File("a", data, role=role))
        assert decoding.fault is None
        assert isinstance(decoding.content, content)


def test_the_sound_of_a_video_is_a_voice_where_one_is_wanted() -> None:
    data = made(drifting(25), sound_s=1.0)
    decoding = decode(File("a", data, role="voice"))
    assert isinstance(decoding.content, Recording)
    assert decoding.content.codec == "AAC"


POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 1\n"


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (File("a", b""), "it is empty"),
        (File("a", b"hello"), "it is nothing that qcheck knows"),
        (File("a", png(), role="voice"), "a voice is wanted here, and it is PNG"),
        (File("a", b"fLaC", role="picture"), "a picture is wanted here, and it is FLAC"),
        (File("a", b"", fault="it cannot be read: a fault"), "it cannot be read: a fault"),
        (File("a.png", POINTER), "it is a Git LFS pointer"),
    ],
)
def test_what_no_decoder_takes_is_said_in_a_clause(file: File, says: str) -> None:
    decoding = decode(file)
    assert decoding.content is None
    assert decoding.fault is not None
    assert says in decoding.fault
