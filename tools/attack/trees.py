"""Hostile trees and configurations: nothing in them is run, followed, overwritten or waited for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tools.attack import odd_files
from tools.attack.odd_files import CAPTIONS, Build, tree_scenario
from tools.attack.processes import Tree, qcheck, wrongs
from tools.attack.scenarios import Scenario, Skipped

__all__ = ["scenarios"]


def scenarios() -> Iterator[Scenario]:
    """All of them."""
    for module in _MODULES:
        yield tree_scenario("modules beside the files", module, partial(_module, module))
    for name, build in _PLUGINS.items():
        yield tree_scenario("plugins of a configuration that was found", name, build)
    for name, text in _CONFIGURATIONS.items():
        yield tree_scenario("configurations that were found", name, partial(_configured, text))
    for name, text in _OUTPUTS.items():
        yield Scenario("outputs named by a configuration", name, partial(_outputs, text))
    yield tree_scenario("what a repository configures", "git", _repository, _CHANGED)
    yield tree_scenario("what a repository configures", "a .git file", _git_file, _CHANGED)
    yield from odd_files.scenarios()


_CHANGED = ("check", "--changed-since", "HEAD", ".")


def _code(canary: Path) -> str:
    return f"import pathlib\npathlib.Path({str(canary)!r}).touch()\n"


# ------------------------------------------------------------------------------- modules

_MODULES = (
    *("struct", "json", "pickle", "random", "numpy", "click", "cv2", "PIL", "av", "soundfile"),
    *("sitecustomize", "usercustomize", "encodings", "mediapipe", "webvtt", "psutil", "_bootstrap"),
    *("qcheck", "qcheck.rules", "qcheck.engine", "rules", "typing", "subprocess", "importlib"),
)


def _module(name: str, tree: Path, canary: Path) -> None:
    """As a module, as a package, as byte code, and as what a site would load."""
    parts = name.split(".")
    package = tree.joinpath(*parts)
    package.mkdir(parents=True)
    for path in (tree / f"{parts[0]}.py", package / "__init__.py", package / "__main__.py"):
        path.write_text(_code(canary), "utf-8")
    cache = tree / "__pycache__"
    cache.mkdir()
    (cache / f"{parts[0]}.cpython-311.pyc").write_bytes(b"\xa7\r\r\n" + bytes(12))
    (tree / "evil.pth").write_text(f"import pathlib; pathlib.Path({str(canary)!r}).touch()\n")
    (tree / "pyvenv.cfg").write_text("home = .\ninclude-system-site-packages = true\n")
    (tree / "conftest.py").write_text(_code(canary), "utf-8")


# ------------------------------------------------------------------------------- plugins


def _plugin(name: str, text: str, tree: Path, canary: Path) -> None:
    (tree / name).parent.mkdir(parents=True, exist_ok=True)
    (tree / name).write_text(text, "utf-8")
    for place in (tree, (tree / name).parent):
        (place / "evil.py").write_text(_code(canary), "utf-8")
        (place / "evil").mkdir(exist_ok=True)
        (place / "evil" / "__init__.py").write_text(_code(canary), "utf-8")


_PLUGINS: dict[str, Build] = {
    "qcheck.toml": partial(_plugin, "qcheck.toml", 'plugins = ["evil.py"]\n'),
    "a folder": partial(_plugin, "qcheck.toml", 'plugins = ["evil"]\n'),
    "a folder with a slash": partial(_plugin, "qcheck.toml", 'plugins = ["./evil/"]\n'),
    "pyproject.toml": partial(_plugin, "pyproject.toml", '[tool.qcheck]\nplugins = ["evil.py"]\n'),
    "in a folder below": partial(_plugin, "below/qcheck.toml", 'plugins = ["evil.py"]\n'),
}


# ------------------------------------------------------------------------ configurations

_CONFIGURATIONS = {
    "never": 'fail-on = "never"\n',
    "nothing selected": "select = []\n",
    "everything ignored": '[[ignores]]\npath = "**"\nrules = ["ALL"]\nreason = "x"\n',
    "a long dotted key": "a." * 10_000 + "a = 1\n",
    "deep nesting": "a = " + "[" * 5000 + "]" * 5000 + "\n",
    "a large number": "min-score = " + "9" * 5000 + "\n",
    "a pattern that backtracks": f'exclude = ["{"**/*" * 40}x"]\n',
    "bytes": "\x00\x01\x02",
    "a baseline elsewhere": 'baseline = "/etc/passwd"\n',
    "a baseline that never ends": 'baseline = "/dev/zero"\n',
    "bounds": "[bounds]\nmemory-mb = 1e300\ncheck-s = 1e300\nfile-mb = 1e300\n",
    "bounds of nothing": "[bounds]\nmemory-mb = 0\ncheck-s = 0\n",
    "bounds that are no numbers": "[bounds]\nmemory-mb = nan\ncheck-s = -1\n",
}


def _configured(text: str, tree: Path, canary: Path) -> None:
    del canary
    (tree / "qcheck.toml").write_text(text, "utf-8")


_OUTPUTS = {
    "a file outside": 'output-format = ["json=../victim.txt"]\n',
    "a file outside, by its path": 'output-format = ["json={folder}/victim.txt"]\n',
    "a file of somebody's": 'output-format = ["json=mine.txt"]\n',
    "a link that leads outside": 'output-format = ["json=link.txt"]\n',
    "a folder that leads outside": 'output-format = ["json=away/victim.txt"]\n',
    "a device": 'output-format = ["json=/dev/full"]\n',
    "the input": 'output-format = ["json=0.srt"]\n',
    "the configuration": 'output-format = ["json=qcheck.toml"]\n',
    "a hook": 'output-format = ["concise=.git/hooks/pre-commit"]\n',
}


def _outputs(text: str, folder: Path) -> list[str]:
    """No file is overwritten, or made outside, because a configuration says so."""
    (folder / "victim.txt").write_text("somebody's", "utf-8")
    tree = folder / "tree"
    (tree / ".git" / "hooks").mkdir(parents=True)
    (tree / "mine.txt").write_text("somebody's", "utf-8")
    (tree / "0.srt").write_bytes(CAPTIONS)
    (tree / "link.txt").symlink_to(folder / "victim.txt")
    (tree / "away").symlink_to(folder)
    (tree / "qcheck.toml").write_text(text.replace("{folder}", str(folder)), "utf-8")
    before = Tree.of(folder)
    return wrongs(qcheck("check", ".", cwd=tree), before)


# ------------------------------------------------------------------------------------ git


def _git(*arguments: str, cwd: Path) -> None:
    if shutil.which("git") is None:
        raise Skipped("git is not here")
    who = ("-c", "user.name=x", "-c", "user.email=x@x")
    subprocess.run(["git", *who, *arguments], cwd=cwd, check=True, capture_output=True)


def _repository(tree: Path, canary: Path) -> None:
    _git("init", "-q", cwd=tree)
    (tree / ".gitattributes").write_text("*.srt filter=theirs diff=theirs merge=theirs\n")
    _git("add", ".", cwd=tree)
    _git("commit", "-qm", "first", cwd=tree)
    script = tree / ".git" / "theirs"
    script.write_text(f"#!/bin/sh\ntouch '{canary}'\ncat\n", "utf-8")
    script.chmod(0o755)
    for name in ("post-index-change", "fsmonitor-watchman", "post-checkout", "pre-auto-gc"):
        hook = tree / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_bytes(script.read_bytes())
        hook.chmod(0o755)
    for key in (
        *("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass"),
        *("core.alternateRefsCommand", "gpg.program", "credential.helper", "diff.external"),
        *("filter.theirs.clean", "filter.theirs.smudge", "filter.theirs.process"),
        *("diff.theirs.command", "diff.theirs.textconv", "merge.theirs.driver"),
        *("uploadpack.packObjectsHook", "pager.diff", "pager.status", "interactive.diffFilter"),
    ):
        _git("config", key, str(script), cwd=tree)
    for word in ("diff", "rev-parse", "ls-files", "status"):
        _git("config", f"alias.{word}", f"!{script}", cwd=tree)
    (tree / "0.srt").write_bytes(CAPTIONS + b"\n")
    os.utime(tree / "1.srt", (1, 1))
    canary.unlink(missing_ok=True)


def _git_file(tree: Path, canary: Path) -> None:
    elsewhere = tree / "below"
    elsewhere.mkdir()
    for number in range(2):
        (elsewhere / f"{number}.srt").write_bytes(CAPTIONS)
    _repository(elsewhere, canary)
    (tree / ".git").write_text("gitdir: below/.git\n")
    canary.unlink(missing_ok=True)
