"""Hostile trees and configurations: nothing in them is run, followed, overwritten or waited for."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tools.attack.processes import Ran, Tree, qcheck, wrongs
from tools.attack.scenarios import Scenario, Skipped
from tools.attack.transcodes import PORTRAIT

__all__ = ["scenarios"]

Build = Callable[[Path, Path], None]
"""Makes a tree in the first folder that would touch the second path if it were obeyed."""

_CAPTIONS = (PORTRAIT.parent / "captions.srt").read_bytes()
_CHECK = ("check", ".")
_FORMATS = (
    *("full", "concise", "github", "gitlab", "junit", "sarif", "tap", "csv", "markdown"),
    *("json", "jsonl", "html"),
)


def scenarios() -> Iterator[Scenario]:
    """All of them."""
    for module in _MODULES:
        yield _scenario("modules beside the files", module, partial(_module, module))
    for name, build in _PLUGINS.items():
        yield _scenario("plugins of a configuration that was found", name, build)
    for name, text in _CONFIGURATIONS.items():
        yield _scenario("configurations that were found", name, partial(_configured, text))
    for name, text in _OUTPUTS.items():
        yield Scenario("outputs named by a configuration", name, partial(_outputs, text))
    yield _scenario("what a repository configures", "git", _repository, _CHANGED)
    yield _scenario("what a repository configures", "a .git file", _git_file, _CHANGED)
    for name, build in _LINKS.items():
        yield _scenario("links", name, build)
    for name, build in _SPECIAL.items():
        yield _scenario("pipes, sockets, devices and giants", name, build)
    for name in ("qcheck.toml", "pyproject.toml", "qcheck-baseline.json", ".git", "a.srt", "a.wav"):
        yield _scenario("pipes in the place of files", name, partial(_pipe, name))
    for output_format in _FORMATS:
        run = partial(_names, output_format)
        yield Scenario("names with escapes, commands and line breaks", output_format, run)
    yield _scenario("many and deep", "10,000 empty files", _many)
    yield _scenario("many and deep", "folders 400 levels deep", _deep)
    for value in _PAYLOAD_VALUES:
        yield Scenario("what payloads and plans name", value, partial(_payload, value))
        yield Scenario("what payloads and plans name", f"plan, {value}", partial(_plan, value))


_CHANGED = ("check", "--changed-since", "HEAD", ".")


def _scenario(kind: str, name: str, build: Build, arguments: tuple[str, ...] = _CHECK) -> Scenario:
    return Scenario(kind, name, partial(_checked, build, arguments))


def _checked(build: Build, arguments: tuple[str, ...], folder: Path) -> list[str]:
    tree, canary = folder / "tree", folder / "canary"
    tree.mkdir()
    for number in range(5):
        (tree / f"{number}.srt").write_bytes(_CAPTIONS)
    build(tree, canary)
    before = Tree.of(tree)
    ran = qcheck(*arguments, cwd=tree)
    return wrongs(ran, before) + _obeyed(canary)


def _obeyed(canary: Path) -> list[str]:
    return ["it ran what it was to look at"] if canary.exists() else []


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
    (tree / "0.srt").write_bytes(_CAPTIONS)
    (tree / "link.txt").symlink_to(folder / "victim.txt")
    (tree / "away").symlink_to(folder)
    (tree / "qcheck.toml").write_text(text.replace("{folder}", str(folder)), "utf-8")
    before = Tree.of(folder)
    return wrongs(qcheck(*_CHECK, cwd=tree), before)


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
    (tree / "0.srt").write_bytes(_CAPTIONS + b"\n")
    os.utime(tree / "1.srt", (1, 1))
    canary.unlink(missing_ok=True)


def _git_file(tree: Path, canary: Path) -> None:
    elsewhere = tree / "below"
    elsewhere.mkdir()
    for number in range(2):
        (elsewhere / f"{number}.srt").write_bytes(_CAPTIONS)
    _repository(elsewhere, canary)
    (tree / ".git").write_text("gitdir: below/.git\n")
    canary.unlink(missing_ok=True)


# ---------------------------------------------------------------------------------- links


def _circle(tree: Path, canary: Path) -> None:
    del canary
    (tree / "a.png").symlink_to(tree / "b.png")
    (tree / "b.png").symlink_to(tree / "a.png")
    (tree / "self.wav").symlink_to("self.wav")
    (tree / "round").symlink_to(tree)
    (tree / "up").symlink_to("..")


def _links_to(tree: Path, canary: Path) -> None:
    for i, target in enumerate(
        (
            "/dev/zero",
            "/dev/stdin",
            "/dev/tty",
            "/proc/self/mem",
            "/proc/self/fd/0",
            "/etc",
            str(canary),
        )
    ):
        (tree / f"link{i}.png").symlink_to(target)
        (tree / f"link{i}.srt").symlink_to(target)


def _chain(tree: Path, canary: Path) -> None:
    del canary
    target = tree / "0.srt"
    for number in range(60):
        link = tree / f"chain{number}.srt"
        link.symlink_to(target.name)
        target = link


_LINKS: dict[str, Build] = {"in circles": _circle, "to devices": _links_to, "in a chain": _chain}


# ------------------------------------------------------------------- special files, giants


def _sparse(tree: Path, canary: Path) -> None:
    del canary
    for name in ("giant.png", "giant.wav", "giant.srt", "giant.mp4"):
        with (tree / name).open("wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n" if name.endswith("png") else b"RIFF\0\0\0\0WAVE")
            file.truncate(1 << 40)


def _kinds(tree: Path, canary: Path) -> None:
    del canary
    os.mkfifo(tree / "pipe.png")
    os.mkfifo(tree / "pipe.srt")
    (tree / "folder.png").mkdir()
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as listening:
        # A path of a socket has no more than 107 bytes.
        os.chdir(tree)
        try:
            listening.bind("socket.wav")
        finally:
            os.chdir(here)


def _devices(tree: Path, canary: Path) -> None:
    del canary
    if os.geteuid() != 0:
        raise Skipped("devices take root")
    for name, minor in (("null.png", 3), ("zero.wav", 5), ("full.srt", 7), ("random.mp4", 8)):
        os.mknod(tree / name, 0o020666, os.makedev(1, minor))


_SPECIAL: dict[str, Build] = {
    "sparse files of a terabyte": _sparse,
    "pipes and sockets": _kinds,
    "devices": _devices,
}


def _pipe(name: str, tree: Path, canary: Path) -> None:
    del canary
    os.mkfifo(tree / name)
    if name == "qcheck-baseline.json":
        (tree / "qcheck.toml").write_text(f'baseline = "{name}"\n')


# ---------------------------------------------------------------------------------- names

_ODD_NAMES = (
    b"a\nb.srt", b"\x1b[2J\x1b]0;owned\x07.srt", b"::error::x.srt", b"##vso[task.x]y.srt",
    b"-o.srt", b"--help", b"--output-format=json.srt", b"\xff\xfe.srt", "\u202egnp.srt".encode(),
    b"$(touch CANARY).srt", b"`touch CANARY`.srt", b"a;touch CANARY;.srt", b"|touch CANARY.srt",
    b"'\"&<>.srt", b"%0A::error::.srt", b"a" * 250 + b".srt", b" .srt", b"..srt", b"\r::error::.srt",
    "\x85\u2028".encode() + b".srt", b"<script>alert(1)<", b"=cmd|'x'!A1.srt", b"{0}%s.srt", b"-",
)  # fmt: skip


def _names(output_format: str, folder: Path) -> list[str]:
    tree, canary = folder / "tree", folder / "CANARY"
    tree.mkdir()
    for name in _ODD_NAMES:
        (tree / os.fsdecode(name)).write_bytes(_CAPTIONS + b"\n99\n")
    before = Tree.of(tree)
    ran = qcheck(*_CHECK, "--output-format", output_format, cwd=tree)
    found = wrongs(ran, before) + _obeyed(canary) + _obeyed(tree / "CANARY")
    return found + _in_the_terminal(ran, output_format)


def _in_the_terminal(ran: Ran, output_format: str) -> list[str]:
    # CSV ends its lines as RFC 4180 has it.
    text = (ran.output + ran.errors).replace("\r\n", "\n")
    found = []
    if odd := {c for c in text if not c.isprintable() and c not in "\n\t"}:
        found.append(f"it wrote {sorted(odd)[:5]} to the terminal")
    commands = ("::", "##vso", "##[")
    if output_format != "github" and any(
        line.lstrip().startswith(commands) for line in text.split("\n")
    ):
        found.append("a line begins with a command for a CI")
    return found


# --------------------------------------------------------------------------- many and deep


def _many(tree: Path, canary: Path) -> None:
    del canary
    for number in range(10_000):
        (tree / f"{number}.png").touch()


def _deep(tree: Path, canary: Path) -> None:
    del canary
    here = Path.cwd()
    os.chdir(tree)
    try:
        for _ in range(400):
            os.mkdir("deep-folder")
            os.chdir("deep-folder")
        Path("a.srt").write_bytes(_CAPTIONS)
    finally:
        os.chdir(here)


# -------------------------------------------------------------------- payloads and plans

_PAYLOAD_VALUES = (
    *("/dev/zero", "/dev/stdin", "/proc/self/mem", "pipe", "~nobody/a.png", "~/../..", "."),
    *("file:///etc/passwd", "http://127.0.0.1:9/a.png", "https://[", "//host/share", "\0", ""),
    *("data:image/png;base64,AAAA", "data:,", "\x1b[2J", "a" * 5000, "..", "CANARY; touch CANARY"),
)


def _payload(value: str, folder: Path) -> list[str]:
    import json

    os.mkfifo(folder / "pipe")
    payload = {"image": value, "audio": value}
    (folder / "job.json").write_text(json.dumps(payload), "utf-8")
    before = Tree.of(folder)
    ran = qcheck("job", "--for", "omnihuman-1-5", "job.json", cwd=folder)
    found = wrongs(ran, before) + _in_the_terminal(ran, "")
    return [*found, "it let it pass"] if ran.code == 0 else found


def _plan(value: str, folder: Path) -> list[str]:
    import json

    os.mkfifo(folder / "pipe")
    text = f'app = "bytedance/omnihuman-1-5"\nportrait = {json.dumps(value)}\n'
    text += f"voice = {json.dumps(value)}\nscript = {json.dumps(value)}\n"
    (folder / "plan.toml").write_text(text, "utf-8")
    before = Tree.of(folder)
    ran = qcheck("job", "plan.toml", cwd=folder)
    found = wrongs(ran, before) + _in_the_terminal(ran, "")
    return [*found, "it let it pass"] if ran.code == 0 else found
