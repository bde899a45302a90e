"""The kinds of input that a job takes."""

from __future__ import annotations

__all__ = ["MEDIA", "UNKNOWN"]

MEDIA = ("portrait", "voice", "picture", "video", "script", "captions", "payload", "plan")

UNKNOWN = "unknown"
"""The medium of a file whose content is nothing that qcheck knows."""
