"""Git LFS pointers: what a clone holds instead of a large file that was not fetched."""

from __future__ import annotations

import re

__all__ = ["NOT_FETCHED", "is_pointer"]

NOT_FETCHED = "it is a Git LFS pointer, the file itself was not fetched: `git lfs pull` brings it"

# The specification of Git LFS, docs/spec.md: the version first, other keys in order, in fewer than
# 1024 bytes; hawser is the address of its pre-release, which is still to be read.
_POINTER = re.compile(
    rb"version https://(?:git-lfs|hawser)\.github\.com/spec/v1\n"
    rb"(?:[a-z0-9.-]+ [^\n]*\n)*oid sha256:[0-9a-f]{64}\n"
)
_BELOW_BYTES = 1024


def is_pointer(data: bytes) -> bool:
    return len(data) < _BELOW_BYTES and _POINTER.match(data) is not None
