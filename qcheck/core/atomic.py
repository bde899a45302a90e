"""Files that are written whole or not at all, whatever happens on the way.

What is written lies under a hidden name beside its place until it is whole. A process that is
killed leaves that hidden file behind; whoever next writes into the folder removes it. Its name says
which process made it, with a check digit over all of it, so that no other file is taken for one,
and it is removed only when that process is surely gone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

from qcheck.core.machine import ProcessIdentity, has_ended, this_process

__all__ = [
    "hidden_beside",
    "holds_leftovers",
    "place_new",
    "remove_parts",
    "sync_folder",
    "whole",
    "write_new",
    "write_whole",
]

_PART = re.compile(
    r"\.qcheck-(?P<machine>[0-9a-f]{8})-(?P<boot>[0-9a-f]{8})-(?P<pid>\d{1,10})-(?P<start>\d{1,20})"
    r"-(?P<random>[0-9a-f]{16})-(?P<check>[0-9a-f]{8})\.part"
)


@contextmanager
def hidden_beside(
    target: Path, *, maker: ProcessIdentity | None = None, durable: bool = False
) -> Iterator[IO[bytes]]:
    """A hidden file in the folder of ``target``, with the permissions that a new file gets.

    It is there when the block has ended, under its ``name``, and gone if the block raised.
    ``maker`` is the process that answers for it, where that is not this one. ``durable``: what was
    written survives a power failure.
    """
    _remove_leftovers(os.path.realpath(target.parent))
    path = target.parent / _part_name(maker or this_process())
    with open(path, "xb", opener=_owners_alone) as file:
        try:
            yield file
            file.flush()
            path.chmod(_mode(target))
            if durable:
                os.fsync(file.fileno())
        except BaseException:
            with contextlib.suppress(OSError):
                path.unlink()
            raise


@contextmanager
def whole(target: Path, *, follow: bool = True, durable: bool = False) -> Iterator[IO[bytes]]:
    """A file that takes the place of ``target`` when the block has ended without an error.

    A link stays one: what it points to is written. Where strangers may have put the link, do not
    ``follow`` it: then it is replaced.
    """
    real = Path(os.path.realpath(target)) if follow else target
    with hidden_beside(real, durable=durable) as file:
        yield file
    with _gone_if_it_fails(Path(file.name)):
        Path(file.name).replace(real)
        if durable:
            sync_folder(real.parent)


def write_whole(
    target: Path, content: str | bytes, *, follow: bool = True, durable: bool = False
) -> None:
    """Write ``content``; what no encoding holds is escaped. Raises OSError."""
    with whole(target, follow=follow, durable=durable) as file:
        file.write(_bytes_of(content))


def write_new(target: Path, content: str | bytes, *, durable: bool = False) -> None:
    """As :func:`write_whole`, but raises FileExistsError where anything is at ``target``."""
    with hidden_beside(target, durable=durable) as file:
        file.write(_bytes_of(content))
    place_new(Path(file.name), target)
    if durable:
        sync_folder(target.parent)


def place_new(part: Path, target: Path) -> None:
    """Let a whole file take its place if nothing is there; it is gone from ``part`` either way.

    Raises FileExistsError where something is, a link to nowhere too, and OSError.
    """
    with _gone_if_it_fails(part):
        try:
            os.link(part, target)
        except FileExistsError:
            raise
        except OSError:
            # No hard links on this file system: the name is taken first, then filled.
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            try:
                part.replace(target)
            except BaseException:
                target.unlink()
                raise
        else:
            part.unlink()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power failure, where the system can."""
    with contextlib.suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def remove_parts(folder: Path, maker: ProcessIdentity) -> None:
    """Remove the hidden files that ``maker`` answers for and has no more use of."""
    for path, made_by in _parts_in(folder):
        if made_by == maker:
            with contextlib.suppress(OSError):
                path.unlink()


def holds_leftovers(folder: Path) -> bool:
    """Whether a process was killed while it wrote into the folder, and nobody did since."""
    return any(has_ended(made_by) for _, made_by in _parts_in(folder))


@cache
def _remove_leftovers(folder: str) -> None:
    """Remove what killed processes left in the folder; once, as a folder may hold many files."""
    for path, made_by in _parts_in(Path(folder)):
        if has_ended(made_by):
            with contextlib.suppress(OSError):
                path.unlink()


def _parts_in(folder: Path) -> list[tuple[Path, ProcessIdentity]]:
    """The user's own hidden files in the folder, each with the process that made it."""
    found = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            maker = _maker_of(entry.name)
            if maker is not None and _is_own_file(entry):
                found.append((folder / entry.name, maker))
    return found


def _is_own_file(entry: os.DirEntry[str]) -> bool:
    try:
        state = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    # Windows knows no such owner; there a file that is open cannot be removed anyway.
    own = not hasattr(os, "geteuid") or state.st_uid == os.geteuid()
    return own and stat.S_ISREG(state.st_mode)


def _part_name(maker: ProcessIdentity) -> str:
    words = (maker.machine, maker.boot, str(maker.pid), str(maker.start_ticks))
    body = "-".join((*words, secrets.token_hex(8)))
    return f".qcheck-{body}-{_check_of(body)}.part"


def _maker_of(name: str) -> ProcessIdentity | None:
    """The process that made the hidden file of this name; None for any other name."""
    found = _PART.fullmatch(name)
    if found is None:
        return None
    machine, boot, pid, start, random, check = found.groups()
    if check != _check_of(f"{machine}-{boot}-{pid}-{start}-{random}"):
        return None
    return ProcessIdentity(machine, boot, int(pid), int(start))


def _check_of(body: str) -> str:
    return hashlib.sha256(f"a part of qcheck's: {body}".encode()).hexdigest()[:8]


def _owners_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def _gone_if_it_fails(part: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _bytes_of(content: str | bytes) -> bytes:
    return content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content


def _mode(target: Path) -> int:
    """The permissions of ``target``, or those that a new file gets here."""
    with contextlib.suppress(OSError):
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
