"""Which files changed since a revision, as git says."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from qcheck.core.errors import UsageFault

__all__ = ["changed_since"]


def changed_since(revision: str) -> Callable[[Path], bool]:
    """Return what says of a file whether it is to be looked at.

    It is where it differs from the commit at which the current branch parted from ``revision``:
    committed, staged, changed or not yet known to git. What lies beside such a file under the same
    name goes with it: captions are held against their recording. Raises UsageFault.
    """
    if not _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"):
        raise UsageFault(
            f"--changed-since {revision}: git knows no such revision here "
            "(a shallow clone lacks it: fetch-depth: 0)"
        )
    top = Path(_must("rev-parse", "--show-toplevel").rstrip("\n"))
    parted = _must("merge-base", "--end-of-options", revision, "HEAD").strip()
    differs = ("diff", "--name-only", "-z", "--no-ext-diff", "--no-textconv", "--no-renames")
    names = _must(*differs, "--diff-filter=d", parted, "--", cwd=top).split("\0")
    names += _must("ls-files", "--others", "--exclude-standard", "-z", cwd=top).split("\0")
    stems = {_stem(top / name) for name in names if name}
    return lambda path: _stem(path) in stems


def _stem(path: Path) -> Path:
    # pathlib's resolve() refuses links that go round in circles.
    return Path(os.path.realpath(path)).with_suffix("")


def _must(*arguments: str, cwd: Path | None = None) -> str:
    said = _git(*arguments, cwd=cwd)
    if said is None:
        raise UsageFault(
            f"--changed-since: git {arguments[0]} failed "
            "(a shallow clone does not know where a branch parted: fetch-depth: 0)"
        )
    return said


def _git(*arguments: str, cwd: Path | None = None) -> str | None:
    """What git prints; None where it fails."""
    return _ran((*_nothing_runs(cwd), *arguments), cwd)


@cache
def _nothing_runs(cwd: Path | None) -> tuple[str, ...]:
    """Options under which git starts no program that the repository's configuration names.

    A repository that came as an archive brings a configuration of its own: monitors, hooks and
    filters of content are commands in it (git-config(1), gitattributes(5)). Without a filter a file
    may count as changed that is not: it is checked, and nothing is lost.
    """
    off = ["core.fsmonitor=false", f"core.hooksPath={os.devnull}", "core.sshCommand=false"]
    listed = _ran(("config", "--list", "--name-only", "-z"), cwd) or ""
    for key in dict.fromkeys(listed.split("\0")):
        if key.startswith("filter.") and key.endswith((".clean", ".smudge", ".process")):
            off.append(f"{key}=")
        if key.startswith("filter.") and key.endswith(".required"):
            off.append(f"{key}=false")
    return tuple(word for setting in off for word in ("-c", setting))


def _ran(arguments: Sequence[str], cwd: Path | None) -> str | None:
    # Objects that a partial clone lacks would be fetched, by a command that the repository names.
    environment = {**os.environ, "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
    try:
        ran = subprocess.run(
            ["git", *arguments], cwd=cwd, capture_output=True, check=False, env=environment
        )
    except OSError as error:
        raise UsageFault(f"--changed-since: git does not run: {error.strerror}") from error
    # File names are bytes: as Python keeps them elsewhere.
    return ran.stdout.decode("utf-8", "surrogateescape") if ran.returncode == 0 else None
