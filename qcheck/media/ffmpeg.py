"""What sound and video have in common when FFmpeg (PyAV) reads them.

The demuxer is always named, so that no file can pick one: playlists would open other files.
"""

from __future__ import annotations

from typing import Any

__all__ = ["DEMUXERS", "claimed_s"]

DEMUXERS = {
    "MP3": "mp3",
    "Ogg": "ogg",
    "M4A": "mov",
    "AAC": "aac",
    "WebM audio": "matroska",
    "WAV": "wav",
    "MP4": "mov",
    "MOV": "mov",
    "WebM": "matroska",
    "Matroska": "matroska",
    "AVI": "avi",
}
"""By the name of the format, as :mod:`qcheck.media.sniff` gives it."""


def claimed_s(media: Any) -> float:
    """The length that the container claims, 0 where it does not say (FFmpeg counts in µs)."""
    return max(0.0, float(media.duration or 0) / 1e6)
