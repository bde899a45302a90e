"""From a file to its content: the one place that chooses a decoder."""

from __future__ import annotations

from qcheck.media.content import Decoding, Undecodable
from qcheck.media.file import File
from qcheck.media.git_lfs import NOT_FETCHED, is_pointer

__all__ = ["TEXTS", "decode"]

TEXTS = ("script", "captions", "payload", "plan")


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
