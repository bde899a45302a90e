"""The working directory off the module path: what lies there is looked at, and never run.

Light beyond measure: this is imported first, while a file json.py there could still be taken for
Python's own.
"""

import os
import sys

__all__ = ["leave_working_directory", "started_as_module"]


def leave_working_directory() -> None:
    """Take the working directory off the path, where Python put it first."""
    if not sys.flags.safe_path and sys.path and _is_working_directory(sys.path[0]):
        del sys.path[0]


def started_as_module(name: str) -> bool:
    """Whether Python is just looking for the package that ``python -m NAME`` runs.

    While it looks, ``-m`` stands where the program's name will be; the module's own name stands in
    front of its arguments.
    """
    return sys.argv[:1] == ["-m"] and sys.orig_argv[-len(sys.argv)].removeprefix("-m") == name


def _is_working_directory(entry: str) -> bool:
    try:
        # pathlib imports what could be shadowed.
        return entry in ("", os.getcwd())  # noqa: PTH109
    except OSError:
        return False  # It is gone, and nothing can be imported from it.
