"""Pointers of Git LFS, and what only looks like one."""

from __future__ import annotations

import pytest

from qcheck.media.git_lfs import is_pointer

OID = b"oid sha256:" + b"4d7a2146" * 8 + b"\n"
POINTER = b"version https://git-lfs.github.com/spec/v1\n" + OID + b"size 12345\n"


@pytest.mark.parametrize(
    "data",
    [
        POINTER,
        POINTER.replace(b"git-lfs", b"hawser"),
        POINTER.replace(OID, b"ext-0-foo sha256:" + b"0" * 64 + b"\n" + OID),
    ],
)
def test_a_pointer_is_told_by_its_version_and_its_digest(data: bytes) -> None:
    assert is_pointer(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        POINTER.replace(OID, b""),
        POINTER.replace(b"v1", b"v2"),
        b"see: " + POINTER,
        POINTER.ljust(1024, b"\n"),
    ],
)
def test_what_only_looks_like_one_is_none(data: bytes) -> None:
    assert not is_pointer(data)
