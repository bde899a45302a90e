"""Which files the paths that a user typed stand for: folders walked, what is excluded left out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from qcheck.core.errors import UsageFault, printable
from qcheck.core.wording import plural
from qcheck.engine.inputs import STDIN, leads_nowhere
from qcheck.engine.options import Options
from qcheck.engine.setup import settings_at
from qcheck.media.git_lfs import is_pointer
from qcheck.media.sniff import FORMATS, HEAD_BYTES, has_media_extension, sniff

__all__ = ["expand_paths", "looks_like_media"]

_EXTENSIONS = frozenset(name for known in FORMATS.values() for name in known.extensions)


def expand_paths(paths: Sequence[str], options: Options) -> tuple[list[str], list[str]]:
    """The files to check, each once, in order; and a note on what was passed over."""
    files: dict[str, None] = {}
    passed_over = excluded = 0
    for name in paths:
        if name == STDIN:
            files[name] = None
            continue
        path = Path(name)
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            if leads_nowhere(path):
                files[name] = None  # it is there; checking it will say why it is no file
                continue
            missing = isinstance(error, FileNotFoundError)
            reason = "no such file" if missing else getattr(error, "strerror", None) or error
            raise UsageFault(f"{printable(name)}: {reason}") from error
        if stat.S_ISDIR(mode):
            for found in _walk(path, options):
                if settings_at(found.parent, options).is_excluded(found):
                    continue
                if looks_like_media(found):
                    files[str(found)] = None
                else:
                    passed_over += 1
        elif not stat.S_ISREG(mode):
            raise UsageFault(f"{printable(name)}: it is no regular file")
        elif options.force_exclude and settings_at(path.parent, options).is_excluded(path):
            excluded += 1
        else:
            files[name] = None
    notes = []
    if passed_over:
        notes.append(
            f"{plural(passed_over, 'other file')} in folders passed over: "
            "no picture, recording, video or captions"
        )
    if excluded:
        notes.append(f"{plural(excluded, 'file')} excluded by the configuration")
    if not files and not excluded:
        notes.append("no picture, recording, video or captions found: nothing was checked")
    return list(files), notes


def _walk(folder: Path, options: Options) -> Iterator[Path]:
    """Files below ``folder`` in order; hidden ones and links to folders are passed over.

    Raises UsageFault for a folder that cannot be looked into.
    """

    def refuse(error: OSError) -> None:
        raise UsageFault(f"{printable(error.filename)}: {error.strerror}: `exclude` leaves it out")

    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and not _is_left_out(Path(parent, name), options)
        )
        for name in sorted(names):
            path = Path(parent, name)
            if not name.startswith(".") and (path.is_file() or leads_nowhere(path)):
                yield path


def _is_left_out(folder: Path, options: Options) -> bool:
    # By what holds around it: its own configuration is not looked for, nor may it be readable.
    return not folder.is_symlink() and settings_at(folder.parent, options).is_excluded(folder)


def looks_like_media(path: Path) -> bool:
    """Whether a file met on the way is for us: by its content, or by what its name promises.

    A portrait.png of 0 bytes, or one that holds the text of an error, is a portrait that is broken
    and no other file.
    """
    if has_media_extension(path.name):
        return True
    if leads_nowhere(path):
        return False
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            # A pointer in the place of a script is no other file: checking it says what it is.
            pointer = path.suffix.lower().removeprefix(".") in _EXTENSIONS and is_pointer(head)
            return pointer or sniff(head) is not None
    except OSError:
        # It cannot be read: checking it will say why.
        return True
