"""Which files changed since a revision, as git says."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
    # A repository within has a configuration of its own, with filters that were not listed here.
    within = "--ignore-submodules=all"
    differs = ("diff", "--name-only", "-z", "--no-ext-diff", "--no-textconv", "--no-renames")
    with _index_of_our_own(top) as index:
        found = _must(*differs, within, "--diff-filter=d", parted, "--", cwd=top, environment=index)
    names = found.split("\0")
    names += _must("ls-files", "--others", "--exclude-standard", "-z", cwd=top).split("\0")
    stems = {_stem(top / name) for name in names if name}
    return lambda path: _stem(path) in stems


@contextmanager
def _index_of_our_own(top: Path) -> Iterator[Mapping[str, str]]:
    """A copy of the repository's index: `git diff` writes what it learns of times into it."""
    index = top / _must("rev-parse", "--git-path", "index", cwd=top).rstrip("\n")
    with tempfile.TemporaryDirectory() as folder:
        try:
            # With its time, by which git knows files that changed in the same moment.
            copy = shutil.copy2(index, Path(folder, "index"))
        except OSError:
            yield {}  # Nothing was ever added.
            return
        yield {"GIT_INDEX_FILE": str(copy)}


def _stem(path: Path) -> Path:
    # pathlib's resolve() refuses links that go round in circles.
    return Path(os.path.realpath(path)).with_suffix("")


def _must(
    *arguments: str, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> str:
    said = _git(*arguments, cwd=cwd, environment=environment)
    if said is None:
        raise UsageFault(
            f"--changed-since: git {arguments[0]} failed "
            "(a shallow clone does not know where a branch parted: fetch-depth: 0)"
        )
    return said


def _git(
    *arguments: str, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> str | None:
    """What git prints; None where it fails."""
    cwd = (cwd or Path.cwd()).resolve()
    return _ran(arguments, cwd, {**_nothing_runs(cwd), **(environment or {})})


@cache
def _nothing_runs(cwd: Path) -> Mapping[str, str]:
    """An environment in which git starts no program that the repository's configuration names.

    A repository that came as an archive brings a configuration of its own: monitors, hooks and
    filters of content are commands in it (git-config(1), gitattributes(5)). Without a filter a file
    may count as changed that is not: it is checked, and nothing is lost.
    """
    off = {"core.fsmonitor": "false", "core.hooksPath": os.devnull, "core.sshCommand": "false"}
    for key in (_ran(("config", "--list", "--name-only", "-z"), cwd, {}) or "").split("\0"):
        if key.startswith("filter.") and key.endswith((".clean", ".smudge", ".process")):
            off[key] = ""
        if key.startswith("filter.") and key.endswith(".required"):
            off[key] = "false"
    # Not `-c KEY=VALUE`: of a key with an equals sign in it, git would read another one.
    given = {"GIT_CONFIG_COUNT": str(len(off))}
    for i, (key, value) in enumerate(off.items()):
        given |= {f"GIT_CONFIG_KEY_{i}": key, f"GIT_CONFIG_VALUE_{i}": value}
    return given


def _ran(arguments: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> str | None:
    # Objects that a partial clone lacks would be fetched, by a command that the repository names;
    # and looking at a repository changes nothing in it.
    own = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        ran = subprocess.run(
            ["git", *arguments],
            cwd=cwd,
            capture_output=True,
            check=False,
            env={**os.environ, **own, **environment},
        )
    except OSError as error:
        raise UsageFault(f"--changed-since: git does not run: {error.strerror}") from error
    # File names are bytes: as Python keeps them elsewhere.
    return ran.stdout.decode("utf-8", "surrogateescape") if ran.returncode == 0 else None
