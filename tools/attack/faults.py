"""Real faults: too little memory, disk and handles; kills; closed streams; folders that change."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import soundfile

from tools.attack.disks import read_only, small_disk
from tools.attack.processes import Ran, Tree, qcheck, wrongs
from tools.attack.scenarios import Scenario, Skipped
from tools.attack.transcodes import PORTRAIT, VOICE

__all__ = ["scenarios"]

_DEFECTS = PORTRAIT.parent / "defects"
_MB = 1_000_000

# What is run under each fault, and what names it may write begin with.
_CHECK = (("check", "--isolated", "--output-format", "json", "portrait.jpg", "voice.wav"), ())
_JOBS = (
    _CHECK,
    (("check", "--isolated", "--output-format", "json=out.json", "voice.wav"), ("out.json",)),
    (("fix", "--isolated", "voice.mp3"), ("fixed",)),
    (("split", "--isolated", "--longest", "6", "voice.wav"), ("voice-segments",)),
    (("baseline", "update", "--isolated", "."), ("qcheck-baseline.json",)),
)


def scenarios(chance: random.Random, rounds: int = 1) -> Iterator[Scenario]:
    """All of them, ``rounds`` times, with other numbers each time."""
    for _ in range(rounds):
        for arguments, expected in _JOBS:
            yield from _limits(chance, arguments, expected)
            yield from _kills(chance, arguments, expected)
        yield from _streams()
        yield from _small_disks(chance)
        yield from _unwritable()
        yield from _surroundings()
        yield from _swapped(chance)


def _material(folder: Path) -> Tree:
    from PIL import Image

    with Image.open(PORTRAIT) as opened:
        opened.convert("RGB").resize((512, 640)).save(folder / "portrait.jpg")
    shutil.copy(VOICE, folder / "voice.wav")
    shutil.copy(_DEFECTS / "loudness.mp3", folder / "voice.mp3")
    return Tree.of(folder)


@cache
def _verdict() -> str:
    """What a run says to which nothing happens."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        _material(Path(folder))
        return _plain(qcheck(*_CHECK[0], cwd=Path(folder)).output)


def _plain(output: str) -> str:
    """A JSON report without what differs from run to run."""
    report = json.loads(output)
    kept = {
        each["file"]: [(o["rule"], o["status"]) for o in each["outcomes"]]
        for each in report["files"]
    }
    return json.dumps(kept, sort_keys=True)


def _holds(ran: Ran, before: Tree, expected: tuple[str, ...], **options: bool) -> list[str]:
    found = wrongs(ran, before, expected, **options)
    if ran.code == 0 and ran.arguments == _CHECK[0] and ran.output:
        try:
            said = _plain(ran.output)
        except (ValueError, KeyError, TypeError):
            return [*found, "it ended with 0 and said half a report"]
        if said != _verdict():
            found.append("it ended with 0, and not everything was checked")
    return found


# ------------------------------------------------------------------ limits of the system


def _limits(
    chance: random.Random, arguments: tuple[str, ...], expected: tuple[str, ...]
) -> Iterator[Scenario]:
    memory = [150, 250, 400, 700, 1200, 2500, chance.randrange(120, 2000)]
    files = [3, 6, 9, 12, 16, 24, 40, chance.randrange(3, 60)]
    sizes = [0, 1, 1000, 20_000, 200_000, chance.randrange(1, 500_000)]
    shown = " ".join(arguments[:1])
    for kind, limit, values in (
        ("too little memory (ulimit -v)", resource.RLIMIT_AS, [mb * _MB for mb in memory]),
        ("too few open files (ulimit -n)", resource.RLIMIT_NOFILE, files),
        ("too small files (ulimit -f)", resource.RLIMIT_FSIZE, sizes),
    ):
        for value in values:
            run = partial(_limited, arguments, expected, limit, value)
            yield Scenario(kind, f"{shown}, {value:,}", run)


def _limited(
    arguments: tuple[str, ...], expected: tuple[str, ...], limit: int, value: int, folder: Path
) -> list[str]:
    before = _material(folder)

    def lower() -> None:
        resource.setrlimit(limit, (value, value))

    ran = qcheck(*arguments, cwd=folder, before=lower)
    if ran.code not in (0, 2) and not ran.output and "qcheck" not in ran.errors:
        # Python itself did not start: nothing of ours ran, and nobody is told that all is well.
        return []
    found = _holds(ran, before, expected)
    if limit == resource.RLIMIT_AS:
        # Libraries that get no memory fail in every way there is: one line and no verdict is all
        # that can be asked of them.
        found = [each for each in found if not each.startswith("it said 'internal error")]
    return found


# ---------------------------------------------------------------------------------- kills


def _kills(
    chance: random.Random, arguments: tuple[str, ...], expected: tuple[str, ...]
) -> Iterator[Scenario]:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        for _ in range(2):
            after_s = chance.random() * 3
            run = partial(_killed, arguments, expected, number, after_s)
            yield Scenario(
                f"killed at a random moment ({number.name})",
                f"{arguments[0]}, {number.name} after {after_s:.2f} s",
                run,
            )


def _killed(
    arguments: tuple[str, ...],
    expected: tuple[str, ...],
    number: signal.Signals,
    after_s: float,
    folder: Path,
) -> list[str]:
    before = _material(folder)

    def kill(process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(after_s)
        if process.poll() is None:
            process.send_signal(number)

    ran = qcheck(*arguments, cwd=folder, during=kill)
    # Before our own code runs, a signal ends it as it ends any program of Python's.
    early = ran.code == -number and not ran.output and "/cli/" not in ran.errors
    found = _holds(ran, before, expected, parts=early or number is signal.SIGKILL)
    if early:
        found = [each for each in found if not each.startswith("it said")]
    # What the killed run left behind must not keep the next one from its work.
    again = qcheck(*arguments, cwd=folder)
    if again.code not in (0, 1) and not _is_cut(folder):
        found.append(f"the next run ended with {again.code}: {again.errors[-200:]}")
    return found + wrongs(again, before, expected)


def _is_cut(folder: Path) -> bool:
    """Whether the voice lies there in whole segments: then the next run rightly leaves them."""
    try:
        manifest = json.loads((folder / "voice-segments" / "manifest.json").read_text("utf-8"))
        files = [folder / "voice-segments" / each["file"] for each in manifest["segments"]]
        return all(soundfile.info(file).frames > 0 for file in files) and len(files) > 1
    except (OSError, ValueError, KeyError, soundfile.LibsndfileError):
        return False


# -------------------------------------------------------------------------------- streams


def _streams() -> Iterator[Scenario]:
    arguments = _CHECK[0]
    full = ("check", "--isolated", "portrait.jpg")
    for name, run in (
        ("standard output closed", partial(_closed, 1)),
        ("standard error closed", partial(_closed, 2)),
        ("standard input closed", partial(_closed, 0)),
        ("all three closed", partial(_closed, 0, 1, 2)),
    ):
        for given in (arguments, full):
            yield Scenario(
                "streams closed before it starts", f"{name}, {given[2]}", partial(run, given)
            )
    for words in (arguments, full, ("rule",), ("--help",), ("formats", "--schema", "json")):
        yield Scenario("a reader that goes away", " ".join(words[:2]), partial(_broken_pipe, words))
        yield Scenario("a full disk behind a stream", " ".join(words[:2]), partial(_full, words))


def _closed(*numbers_and_given: Any) -> list[str]:
    *numbers, given, folder = numbers_and_given
    before = _material(folder)

    def close() -> None:
        for number in numbers:
            os.close(number)

    streams = {} if 0 not in numbers else {"stdin": None}
    ran = qcheck(*given, cwd=folder, before=close, **streams)
    return _holds(ran, before, ())


def _broken_pipe(given: tuple[str, ...], folder: Path) -> list[str]:
    before = _material(folder)
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        ran = qcheck(*given, cwd=folder, stdout=pipe)
    # docs/configuration.md, Exit codes: it changes nothing, and the code is the verdict's.
    return _holds(ran, before, ())


def _full(given: tuple[str, ...], folder: Path) -> list[str]:
    if not Path("/dev/full").exists():
        raise Skipped("/dev/full is not here")
    before = _material(folder)
    with Path("/dev/full").open("wb") as full:
        ran = qcheck(*given, cwd=folder, stdout=full)
    clean = ["it ended with 0, and nothing of it was written"] if ran.code == 0 else []
    return _holds(ran, before, ()) + clean


# ---------------------------------------------------------------------------------- disks


def _small_disks(chance: random.Random) -> Iterator[Scenario]:
    for arguments, expected in _JOBS[1:]:
        for kilobytes in (0, 4, 64, 300, chance.randrange(1, 1000)):
            run = partial(_on_small_disk, arguments, expected, kilobytes)
            yield Scenario("a small tmpfs", f"{arguments[0]}, {kilobytes} kB free", run)


def _on_small_disk(
    arguments: tuple[str, ...], expected: tuple[str, ...], kilobytes: int, folder: Path
) -> list[str]:
    with small_disk(folder / "disk") as disk:
        before = _material(disk.path)
        disk.leave(kilobytes)
        found = _holds(qcheck(*arguments, cwd=disk.path), before, expected)
        disk.leave(100_000)
        again = qcheck(*arguments, cwd=disk.path)
        if again.code not in (0, 1):
            found.append(f"with room again it ended with {again.code}: {again.errors[-200:]}")
        return found + wrongs(again, before, expected)


def _unwritable() -> Iterator[Scenario]:
    for arguments, _ in _JOBS:
        run = partial(_in_read_only_folder, arguments)
        yield Scenario("a read-only folder", arguments[0], run)


def _in_read_only_folder(arguments: tuple[str, ...], folder: Path) -> list[str]:
    inside = folder / "inside"
    inside.mkdir()
    before = _material(inside)
    with read_only(inside):
        # Neither may anything be kept for later, in the user's own folders.
        environment = {"HOME": str(inside), "XDG_CACHE_HOME": "", "XDG_DATA_HOME": ""}
        ran = qcheck(*arguments, cwd=inside, environment=environment)
        return _holds(ran, before, ())


# --------------------------------------------------------------------------- surroundings


def _surroundings() -> Iterator[Scenario]:
    odd: tuple[dict[str, str], ...] = (
        {"HOME": "/nonexistent"},
        {"HOME": ""},
        {"TMPDIR": "/nonexistent"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
        {"XDG_CACHE_HOME": "/dev/null", "XDG_DATA_HOME": "/dev/null"},
        {"PATH": ""},
        {"COLUMNS": "1"},
        {"COLUMNS": "abc", "TERM": "\x1b[31m", "NO_COLOR": "\x07"},
        {"PYTHONWARNINGS": "error"},
        {"PYTHONMALLOC": "malloc", "MALLOC_PERTURB_": "165"},
        {"TZ": "nowhere"},
    )
    for environment in odd:
        shown = ", ".join(f"{key}={value!r}" for key, value in environment.items())
        yield Scenario("odd environments", shown, partial(_with_environment, environment))
    yield Scenario("a working directory that is gone", "removed", _without_folder)


def _with_environment(environment: dict[str, str], folder: Path) -> list[str]:
    before = _material(folder)
    ran = qcheck(*_CHECK[0], cwd=folder, environment=environment)
    return _holds(ran, before, ())


def _without_folder(folder: Path) -> list[str]:
    before = _material(folder)
    gone = folder.with_name(folder.name + "-gone")
    gone.mkdir()
    arguments = [str(folder / each) if "." in each else each for each in _CHECK[0]]
    ran = qcheck(*arguments, cwd=gone, before=gone.rmdir)
    return _holds(ran, before, ())


# ------------------------------------------------------------------------- swapped files


def _swapped(chance: random.Random) -> Iterator[Scenario]:
    for name, other in (
        ("voice.wav", _DEFECTS / "clipping.wav"),
        ("portrait.jpg", _DEFECTS / "sharpness.jpg"),
        ("voice.wav", None),
        ("portrait.jpg", None),
    ):
        pauses = [chance.random() * 0.2 for _ in range(40)]
        shown = other.name if other else "nothing, a pipe, a folder"
        run = partial(_while_swapped, name, other, pauses)
        yield Scenario("files swapped while they are checked", f"{name} and {shown}", run)


def _while_swapped(name: str, other: Path | None, pauses: list[float], folder: Path) -> list[str]:
    """The file is another one every moment; it must be judged as one of them, or not at all."""
    before = _material(folder)
    original = (folder / name).read_bytes()
    stop = threading.Event()

    def swap() -> None:
        for i in range(10_000):
            _put(
                folder / name, original if i % 2 == 0 else other.read_bytes() if other else None, i
            )
            if stop.wait(pauses[i % len(pauses)]):
                break
        _put(folder / name, original, 0)

    thread = threading.Thread(target=swap)

    def during(_: subprocess.Popen[bytes]) -> None:
        thread.start()

    try:
        ran = qcheck(*_CHECK[0], cwd=folder, during=during)
    finally:
        stop.set()
        thread.join()
    return wrongs(ran, before, (".swap",))


def _put(path: Path, content: bytes | None, turn: int) -> None:
    """Another file in the place of ``path``, at once; None: something that is no file."""
    fresh = path.with_name(f".swap-{path.name}")
    with contextlib.suppress(OSError):
        if path.is_dir():
            path.rmdir()
    if content is not None:
        fresh.write_bytes(content)
        fresh.replace(path)
        return
    path.unlink(missing_ok=True)
    if turn % 3 == 1:
        os.mkfifo(path)
    elif turn % 3 == 2:
        path.mkdir()
