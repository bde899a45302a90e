"""Decoding, once a file: every rule that looks into a file asks for what is made here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qcheck.core.probe import Unmeasurable, probe
from qcheck.media.file import File
from qcheck.media.lfs import NOT_FETCHED, is_pointer

if TYPE_CHECKING:
    from qcheck.probes.portrait import Picture
    from qcheck.probes.text import Text
    from qcheck.probes.video import Video
    from qcheck.probes.voice import Recording

__all__ = ["TEXTS", "Decoding", "Undecodable", "decode", "picture", "recording", "text", "video"]

TEXTS = ("script", "captions", "payload", "plan")


class Undecodable(Exception):
    """A decoder's refusal, in words for a person."""


@probe("qcheck.media.decode:decode")
@dataclass(frozen=True)
class Decoding:
    """What became of decoding: the content, or why there is none.

    ``fault`` with content means that only a part could be read (a truncated file).
    """

    content: Picture | Recording | Text | Video | None
    fault: str | None = None


def decode(file: File) -> Decoding:
    """Decode whatever ``file`` is. Raises nothing for bad input: that is the finding."""
    if file.fault is not None:
        return Decoding(None, file.fault)
    if is_pointer(file.data):
        return Decoding(None, NOT_FETCHED)
    try:
        if file.medium in TEXTS:
            from qcheck.media.text import decode_text

            return decode_text(file)
        if file.format is None:
            empty = not file.data
            return Decoding(None, "it is empty" if empty else "it is nothing that qcheck knows")
        wanted = "portrait" if file.medium == "picture" else file.medium
        # A video's sound is a recording like any other.
        sound = wanted == "voice" and file.format.medium == "video"
        if file.format.medium != wanted and not sound:
            return Decoding(None, f"a {file.medium} is wanted here, and it is {file.format.name}")
        if wanted == "portrait":
            from qcheck.media.picture import decode_picture

            return decode_picture(file)
        if wanted == "video":
            from qcheck.media.video import decode_video

            return decode_video(file)
        from qcheck.media.recording import decode_recording

        return decode_recording(file)
    except Undecodable as refusal:
        return Decoding(None, str(refusal))


def picture(decoding: Decoding) -> Picture:
    """The picture for the probes that look into it."""
    return _content(decoding, "picture")  # type: ignore[return-value]


def recording(decoding: Decoding) -> Recording:
    """The recording for the probes that listen to it."""
    return _content(decoding, "recording")  # type: ignore[return-value]


def video(decoding: Decoding) -> Video:
    """The video for the probes that watch it."""
    return _content(decoding, "video")  # type: ignore[return-value]


def text(decoding: Decoding) -> Text:
    """The text for the probes that read it."""
    return _content(decoding, "text")  # type: ignore[return-value]


def _content(decoding: Decoding, what: str) -> object:
    if decoding.content is None:
        raise Unmeasurable(f"the {what} could not be decoded")
    return decoding.content
