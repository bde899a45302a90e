"""What a file is, from its bytes."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from made_videos import drifting, made

from qcheck.media import sniff as sniff_module
from qcheck.media.sniff import FORMATS, HEAD_BYTES, format_of_file, sniff


@pytest.mark.parametrize("container", ["mp4", "mov", "matroska", "webm", "ipod"])
def test_sound_in_the_same_containers_is_no_video(container: str) -> None:
    import av

    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as out:
        stream = out.add_stream("libopus" if container == "webm" else "aac", rate=48_000)
        heard = av.AudioFrame.from_ndarray(np.zeros((2, 48_000), np.float32), "fltp", "stereo")
        heard.sample_rate = 48_000
        for packet in (*stream.encode(heard), *stream.encode(None)):
            out.mux(packet)
    found = sniff(buffer.getvalue())
    assert found is not None
    assert found.medium == "voice"


def signed(name: str) -> bytes:
    """A file of 64 kB that begins as ``name`` does."""
    heads = {
        "PNG": b"\x89PNG\r\n\x1a\n",
        "JPEG": b"\xff\xd8\xff\xe0",
        "WebP": b"RIFF\0\0\0\0WEBP",
        "WAV": b"RIFF\0\0\0\0WAVE",
        "AVI": b"RIFF\0\0\0\0AVI ",
        "AIFF": b"FORM\0\0\0\0AIFF",
        "Ogg": b"OggS",
        "FLAC": b"fLaC",
        "AVIF": b"\0\0\0\x18ftypavif",
        "HEIC": b"\0\0\0\x18ftypheic",
    }
    return heads[name].ljust(65_536, b"\x01")


@pytest.mark.parametrize(
    "name", ["PNG", "JPEG", "WebP", "WAV", "AVI", "AIFF", "Ogg", "FLAC", "AVIF", "HEIC"]
)
def test_a_signature_says_what_a_file_is(name: str, tmp_path: Path) -> None:
    found = sniff(signed(name))
    assert found is not None
    assert found.name == name
    # Its extension says something else.
    path = tmp_path / "a.mp3"
    path.write_bytes(signed(name))
    assert format_of_file(path) == found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b"WEBVTT\n\n", "WebVTT"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nHi.\n", "SRT"),
        (b'[{"start": 0, "end": 1, "text": "Hi."}]', "caption segments"),
        (b"[S1] Hi. [S2] Hello.", "script"),
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_texts_of_a_job_are_told_by_what_only_they_have(
    text: bytes, name: str, mark: bytes
) -> None:
    found = sniff(mark + text)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("data", [b"", b"BM", b"BMW is a car", b"ID", b"Hello, [S3] is nobody."])
def test_what_only_begins_alike_is_nothing(data: bytes, tmp_path: Path) -> None:
    assert sniff(data) is None
    (tmp_path / "a.png").write_bytes(data)
    assert format_of_file(tmp_path / "a.png") is None


def test_tracks_decide_wherever_they_stand_in_a_file(tmp_path: Path) -> None:
    data = made(drifting(50), sound_s=2.0)
    # Past the head of the file, where only reading all of it finds them.
    assert data.index(b"moov") > HEAD_BYTES
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    assert format_of_file(path) == FORMATS["MP4"]
    silent = data.replace(b"vide", b"soun")
    path.write_bytes(silent)
    assert format_of_file(path) == FORMATS["M4A"]


def test_a_picture_is_known_without_reading_it_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(signed("PNG"))
    read: list[int] = []

    class Counted(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            data = super().read(size)
            read.append(len(data))
            return data

    monkeypatch.setattr(sniff_module, "open_regular", lambda _: Counted(signed("PNG")))
    assert format_of_file(path) == FORMATS["PNG"]
    assert sum(read) == HEAD_BYTES


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        format_of_file(tmp_path / "none.png")
