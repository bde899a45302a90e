"""What decoders themselves say of a file, past qcheck: nothing that they say may be lost."""

from __future__ import annotations

import io
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from qcheck.media.ffmpeg import DEMUXERS, other_codecs
from qcheck.media.sniff import Format

__all__ = ["complaint"]


def complaint(data: bytes, known: Format | None) -> str:
    """The errors that FFmpeg logs, and what native code writes to standard error; else empty.

    WAVs are left out, which FFmpeg reads in qcheck behind a header whose sizes are true.
    """
    if known is None:
        return ""
    with tempfile.TemporaryFile() as taken:
        with _instead_of(2, taken):
            if known.medium == "portrait":
                said = _picture(data)
            elif known.name in DEMUXERS and known.name != "WAV":
                said = _sound_or_video(data, known)
            else:
                said = []
        taken.seek(0)
        written = taken.read().decode("utf-8", "replace").splitlines()
    return " / ".join(line.strip() for line in (*said, *written) if line.strip())


def _picture(data: bytes) -> list[str]:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data)) as image:
            image.load()
    except UnidentifiedImageError:
        return []  # Floating point, which OpenCV reads.
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]
    return []


def _sound_or_video(data: bytes, known: Format) -> list[str]:
    import av
    import av.logging

    others: frozenset[str] = frozenset()
    level, skips = av.logging.get_level(), av.logging.get_skip_repeated()
    av.logging.set_level(av.logging.ERROR)
    av.logging.set_skip_repeated(False)
    try:
        with av.logging.Capture(local=False) as logged:
            try:
                opened: Any = av.open(
                    io.BytesIO(data), format=DEMUXERS[known.name], metadata_errors="ignore"
                )
                with opened as media:
                    streams = [*media.streams.audio[:1]]
                    if known.medium == "video":
                        streams += media.streams.video[:1]
                    streams = [each for each in streams if each.codec_context is not None]
                    others = other_codecs(media, *streams)
                    for stream in streams:
                        stream.codec_context.thread_count = 1
                    for packet in media.demux(streams):
                        packet.decode()
            except (av.error.FFmpegError, ValueError, IndexError, AttributeError) as error:
                return [f"{type(error).__name__}: {error}"]
    finally:
        av.logging.set_level(level)
        av.logging.set_skip_repeated(skips)
    return [message for _, who, message in logged if who not in others]


@contextmanager
def _instead_of(number: int, file: IO[bytes]) -> Iterator[None]:
    before = os.dup(number)
    os.dup2(file.fileno(), number)
    try:
        yield
    finally:
        os.dup2(before, number)
        os.close(before)
