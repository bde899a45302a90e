"""The version, for whoever must not import the package as a whole."""

from __future__ import annotations

__all__ = ["VERSION"]

VERSION = "0.1.0"
