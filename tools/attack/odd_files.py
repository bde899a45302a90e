"""Odd files and names in a tree: links, pipes, devices, giants, escapes; and what payloads name."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tools.attack.processes import Ran, Tree, qcheck, wrongs
from tools.attack.scenarios import Scenario, Skipped
from tools.attack.transcodes import PORTRAIT

__all__ = ["CAPTIONS", "Build", "obeyed", "scenarios", "tree_scenario"]

Build = Callable[[Path, Path], None]
"""Makes a tree in the first folder that would touch the second path if it were obeyed."""

CAPTIONS = (PORTRAIT.parent / "captions.srt").read_bytes()
_CHECK = ("check", ".")
_FORMATS = (
    *("full", "concise", "github", "gitlab", "junit", "sarif", "tap", "csv", "markdown"),
    *("json", "jsonl", "html"),
)


def scenarios() -> Iterator[Scenario]:
    """All of them."""
    for name, build in _LINKS.items():
        yield tree_scenario("links", name, build)
    for name, build in _SPECIAL.items():
        yield tree_scenario("pipes, sockets, devices and giants", name, build)
    for name in ("qcheck.toml", "pyproject.toml", "qcheck-baseline.json", ".git", "a.srt", "a.wav"):
        yield tree_scenario("pipes in the place of files", name, partial(_pipe, name))
    for output_format in _FORMATS:
        run = partial(_names, output_format)
        yield Scenario("names with escapes, commands and line breaks", output_format, run)
    yield tree_scenario("many and deep", "10,000 empty files", _many)
    yield tree_scenario("many and deep", "folders 400 levels deep", _deep)
    for value in _PAYLOAD_VALUES:
        yield Scenario("what payloads and plans name", value, partial(_payload, value))
        yield Scenario("what payloads and plans name", f"plan, {value}", partial(_plan, value))


def tree_scenario(
    kind: str, name: str, build: Build, arguments: tuple[str, ...] = _CHECK
) -> Scenario:
    """A tree with five captions and what ``build`` puts beside them, checked."""
    return Scenario(kind, name, partial(_checked, build, arguments))


def _checked(build: Build, arguments: tuple[str, ...], folder: Path) -> list[str]:
    tree, canary = folder / "tree", folder / "canary"
    tree.mkdir()
    for number in range(5):
        (tree / f"{number}.srt").write_bytes(CAPTIONS)
    build(tree, canary)
    before = Tree.of(tree)
    ran = qcheck(*arguments, cwd=tree)
    return wrongs(ran, before) + obeyed(canary)


def obeyed(canary: Path) -> list[str]:
    return ["it ran what it was to look at"] if canary.exists() else []


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
    b"'\"&<>.srt", b"%0A::error::.srt", b"a" * 250 + b".srt", b" .srt", b"..srt", b"\r::error::",
    "\x85\u2028".encode() + b".srt", b"<script>alert(1)<", b"=cmd|'x'!A1.srt", b"{0}%s.srt", b"-",
)  # fmt: skip


def _names(output_format: str, folder: Path) -> list[str]:
    tree, canary = folder / "tree", folder / "CANARY"
    tree.mkdir()
    for name in _ODD_NAMES:
        (tree / os.fsdecode(name)).write_bytes(CAPTIONS + b"\n99\n")
    before = Tree.of(tree)
    ran = qcheck(*_CHECK, "--output-format", output_format, cwd=tree)
    found = wrongs(ran, before) + obeyed(canary) + obeyed(tree / "CANARY")
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
            Path("deep-folder").mkdir()
            os.chdir("deep-folder")
        Path("a.srt").write_bytes(CAPTIONS)
    finally:
        os.chdir(here)


# -------------------------------------------------------------------- payloads and plans

_PAYLOAD_VALUES = (
    *("/dev/zero", "/dev/stdin", "/proc/self/mem", "pipe", "~nobody/a.png", "~/../..", "."),
    *("file:///etc/passwd", "http://127.0.0.1:9/a.png", "https://[", "//host/share", "\0", ""),
    *("data:image/png;base64,AAAA", "data:,", "\x1b[2J", "a" * 5000, "..", "CANARY; touch CANARY"),
)


def _payload(value: str, folder: Path) -> list[str]:
    os.mkfifo(folder / "pipe")
    payload = {"image": value, "audio": value}
    (folder / "job.json").write_text(json.dumps(payload), "utf-8")
    before = Tree.of(folder)
    ran = qcheck("job", "--for", "omnihuman-1-5", "job.json", cwd=folder)
    found = wrongs(ran, before) + _in_the_terminal(ran, "")
    return [*found, "it let it pass"] if ran.code == 0 else found


def _plan(value: str, folder: Path) -> list[str]:
    os.mkfifo(folder / "pipe")
    text = f'app = "bytedance/omnihuman-1-5"\nportrait = {json.dumps(value)}\n'
    text += f"voice = {json.dumps(value)}\nscript = {json.dumps(value)}\n"
    (folder / "plan.toml").write_text(text, "utf-8")
    before = Tree.of(folder)
    ran = qcheck("job", "plan.toml", cwd=folder)
    found = wrongs(ran, before) + _in_the_terminal(ran, "")
    return [*found, "it let it pass"] if ran.code == 0 else found
