"""Kills productions at random moments, lets clocks jump, and counts what each job was paid.

A production is carried out by `qcheck run --yes` against the stand-in of the platform's command
line (`tests/standin/infsh`). Again and again the whole process group is killed, often just after a
state file was written or a job was accepted; sometimes the program that waits for the paid job is
killed, too. Meanwhile the clock that Python tells jumps by years, within a run as well. (Under
libfaketime, which would do it for native code too, a wait of Python 3.11 fails or never ends.)

Where qcheck says that it cannot know whether a job was sent, the campaign does what the message
tells the user to do: look at the platform's tasks, and take the answer or send the job again.

Every job must be paid exactly once, and every production come to its end.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

__all__ = ["TITLE", "Payments", "campaign", "line", "paid"]

TITLE = (
    "| productions | jobs | kills | of the program too | clock jumps | doubts | paid twice "
    "| not paid | unfinished | tracebacks |",
    "|---|---|---|---|---|---|---|---|---|---|",
)

_ROOT = Path(__file__).resolve().parents[2]
_FIXTURES = _ROOT / "fixtures"
_STANDIN = _ROOT / "tests" / "standin" / "infsh"
_PRODUCTIONS = 10
_LONGEST_RUN_S = 300
_MOST_ENDINGS = 20
_CHILD_TOO = 0.3
_JUMP_DAYS = 4000
_SECONDS_A_DAY = 86_400
_JUMPING = 0.01
_DOUBT = re.compile(r"qcheck: (\S+) was cut off before its answer came; whether")

# Rules that cost nothing: what is attacked is the sending, hundreds of times.
_CONFIG = 'select = ["payload-keys", "readable"]\n[limits.duration]\nfail-above-s = 6\n'
_HEAD = 'app = "bytedance/omnihuman-1-5"\nportrait = "portrait.png"\n'
_PLANS = {
    "cut and merged": 'voice = "voice.wav"\ncaptions = false\n',
    "a dialogue": 'captions = false\n[[turn]]\nspeaker = "A"\nvoice = "short.wav"\n'
    '[[turn]]\nspeaker = "B"\nvoice = "shorter.wav"\n[speakers.B]\nportrait = "other.png"\n',
    "with captions": 'voice = "short.wav"\ncaptions = "captions.srt"\n',
}


@dataclass(frozen=True)
class Payments:
    """What came of a campaign."""

    productions: int = 0
    jobs: int = 0
    """That the platform accepted."""
    kills: int = 0
    children_killed: int = 0
    """Kills in which the program that waited for the job was killed, too."""
    jumps: int = 0
    doubts: int = 0
    """How often qcheck said that it cannot know, and the user had to look."""
    paid_twice: int = 0
    not_paid: int = 0
    unfinished: int = 0
    tracebacks: int = 0

    @property
    def holds(self) -> bool:
        """Whether every job was paid exactly once and every production came to its end."""
        return not (self.paid_twice or self.not_paid or self.unfinished or self.tracebacks)

    def __add__(self, other: Payments) -> Payments:
        mine, its = dataclasses.astuple(self), dataclasses.astuple(other)
        return Payments(*(a + b for a, b in zip(mine, its, strict=True)))


def line(found: Payments) -> str:
    """One row of the table."""
    return "| " + " | ".join(str(each) for each in dataclasses.astuple(found)) + " |"


def campaign(kills: int, seed: int, productions: int = _PRODUCTIONS) -> Payments:
    """Make productions, at least so many, until there were so many kills."""
    chance = random.Random(seed)
    share = max(1, kills // productions)
    found = Payments()
    with tempfile.TemporaryDirectory(prefix="qcheck-payments-") as folder:
        kinds = list(_PLANS.values())
        while found.productions < productions or found.kills < kills:
            place = Path(folder, f"{found.productions:03d}")
            plan = kinds[found.productions % len(kinds)]
            with _platform(place) as environment:
                most = min(share, max(0, kills - found.kills))
                found += _Production(place, environment, chance, plan).attacked(most)
            shutil.rmtree(place)
    return found


def paid(log: list[dict[str, Any]], stages: list[str]) -> tuple[int, int]:
    """How many jobs were paid more than once, and how many of ``stages`` never were.

    A job is an app with a payload; every stage of a production has its own.
    """
    counted = Counter(json.dumps(job, sort_keys=True) for job in log)
    twice = sum(count - 1 for count in counted.values())
    return twice, max(0, len(stages) - len(counted))


class _Production:
    """One production in a folder of its own, which it is made in again and again."""

    def __init__(
        self, folder: Path, environment: dict[str, str], chance: random.Random, plan: str
    ) -> None:
        self.folder = folder
        self.environment = environment
        self.chance = chance
        self.log = Path(environment["STANDIN_LOG"])
        self.state = folder / "talk-run" / "state"
        self.clock = _Clock(folder / "clock", chance)
        self.counts: Counter[str] = Counter()
        _write_inputs(folder, plan)

    def attacked(self, most_kills: int) -> Payments:
        """Kill the production until it was killed so often, or is done; then let it end."""
        code: int | None = None
        while code != 0 and self.counts["kills"] < most_kills:
            code = self._run(kill=True)
        for _ in range(_MOST_ENDINGS):
            if code == 0:
                break
            code = self._run(kill=False)
        log = [json.loads(each) for each in _lines(self.log)]
        # As the last run noted them: one file for each job that is paid.
        stages = [path.name for path in self.state.glob("*.input.json")]
        twice, never = paid(log, stages)
        return Payments(
            *(1, len(log), self.counts["kills"], self.counts["children"], self.clock.jumps),
            *(self.counts["doubts"], twice, never),
            unfinished=int(code != 0 or not (self.folder / "talk.mp4").exists()),
            tracebacks=self.counts["tracebacks"],
        )

    def _run(self, *, kill: bool, again: tuple[str, ...] = ()) -> int | None:
        """Carry the plan out; the exit code, or None where it was killed."""
        more = [word for name in again for word in ("--send-again", name)]
        slow_s = self.chance.choice((0.0, 0.2, 1.0))
        with (self.folder / "said").open("wb") as said:
            made = subprocess.Popen(
                [sys.executable, "-m", "qcheck", "run", "talk.toml", "--yes", *_OPTIONS, *more],
                cwd=self.folder,
                env=self.environment | self.clock.environment | {"STANDIN_SLOW_S": str(slow_s)},
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            if kill and self._kill_at_some_moment(made, slow_s):
                return None
            code = made.wait(_LONGEST_RUN_S)
        text = (self.folder / "said").read_text("utf-8", "replace")
        self.counts["tracebacks"] += "Traceback" in text or "internal error" in text
        if doubt := _DOUBT.search(text):
            return self._settle(doubt[1], kill=kill)
        return code

    def _settle(self, stage: str, *, kill: bool) -> int | None:
        """Do what a doubt tells the user to do."""
        self.counts["doubts"] += 1
        payload = json.loads((self.state / f"{stage}.input.json").read_text())
        for path in Path(self.environment["STANDIN_STORE"]).glob("*.task.json"):
            task = json.loads(path.read_text())
            if task["payload"] == payload:
                with (self.state / f"{stage}.answer.json").open("wb") as answer:
                    subprocess.run(
                        ["infsh", "task", "get", task["id"], "--json"],
                        env=self.environment,
                        stdout=answer,
                        check=True,
                    )
                return None
        return self._run(kill=kill, again=(stage,))

    def _kill_at_some_moment(self, made: subprocess.Popen[bytes], slow_s: float) -> bool:
        """Kill the process group; False where it ended before."""
        moment = self.chance.choice(("any", "noted", "noted", "accepted"))
        if moment == "any":
            wait_s = self.chance.uniform(0, 4)
        else:
            seen = self._seen(moment)
            # Several happen in a run: any of them.
            for _ in range(self.chance.choice((1, 1, 2, 3, 5))):
                while self._seen(moment) == seen and made.poll() is None:
                    self.clock.may_jump()
                    time.sleep(0.001)
                seen = self._seen(moment)
            wait_s = self.chance.choice((0, self.chance.uniform(0, 0.02), slow_s))
        until_s = time.monotonic() + wait_s
        while time.monotonic() < until_s and made.poll() is None:
            self.clock.may_jump()
            time.sleep(min(0.01, max(0.0, until_s - time.monotonic())))
        if made.poll() is not None:
            return False
        children = _senders_in(self.folder) if self.chance.random() < _CHILD_TOO else []
        os.killpg(made.pid, signal.SIGKILL)
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        made.wait()
        self.counts["kills"] += 1
        self.counts["children"] += bool(children)
        return True

    def _seen(self, moment: str) -> object:
        """Something that changes when a state is noted, or a job accepted."""
        if moment == "accepted":
            return len(_lines(self.log))
        try:
            return sorted((each.name, each.stat().st_mtime_ns) for each in self.state.iterdir())
        except OSError:
            return None


# Python imports it at its start, in every process of a production.
_WRONG_CLOCK = """
import os, time
_seconds = time.time
def _off_s():
    with open(os.environ["WRONG_CLOCK"]) as file:
        return float(file.read())
time.time = lambda: _seconds() + _off_s()
time.time_ns = lambda: int(time.time() * 1e9)
"""


class _Clock:
    """The clock of a production, which jumps to any day; the time that merely passes is real."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(_WRONG_CLOCK)
        self.file = folder / "off"
        self.chance = chance
        self.jumps = 0
        self.environment = {
            "PYTHONPATH": os.pathsep.join((str(folder), str(_ROOT))),
            "WRONG_CLOCK": str(self.file),
        }
        self._jump()

    def may_jump(self) -> None:
        if self.chance.random() < _JUMPING:
            self._jump()

    def _jump(self) -> None:
        self.jumps += 1
        days = self.chance.randint(-_JUMP_DAYS, _JUMP_DAYS)
        beside = self.file.with_suffix(".new")
        beside.write_text(str(days * _SECONDS_A_DAY))
        beside.replace(self.file)


_OPTIONS = ("--config", "rules.toml")


def _write_inputs(folder: Path, plan: str) -> None:
    import numpy as np
    import soundfile
    from PIL import Image

    (folder / "talk.toml").write_text(_HEAD + plan)
    (folder / "rules.toml").write_text(_CONFIG)
    for name in ("portrait.png", "voice.wav", "captions.srt"):
        shutil.copy(_FIXTURES / name, folder / name)
    Image.open(folder / "portrait.png").transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(
        folder / "other.png"
    )
    samples, rate_hz = soundfile.read(folder / "voice.wav", dtype="int16")
    for name, seconds in (("short.wav", 5.5), ("shorter.wav", 5.0)):
        soundfile.write(folder / name, np.asarray(samples)[: int(seconds * rate_hz)], rate_hz)


@contextmanager
def _platform(folder: Path) -> Iterator[dict[str, str]]:
    """The stand-in of the platform, as the environment in which it is found."""
    store, programs = folder / "store", folder / "bin"
    for each in (store, programs):
        each.mkdir(parents=True)
    program = programs / "infsh"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{_STANDIN}" "$@"\n')
    program.chmod(0o755)
    server = _Server(("127.0.0.1", 0), partial(_Quiet, directory=str(store)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"
    try:
        yield {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "STANDIN_STORE": str(store),
            "STANDIN_URL": origin,
            "STANDIN_LOG": str(folder / "log"),
            "STANDIN_CLIP": str(_FIXTURES / "talk.mp4"),
            "QCHECK_LOOPBACK_ORIGIN": origin,
        }
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked was killed."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def _senders_in(folder: Path) -> list[int]:
    """The programs that wait for a job of the production; found on Linux only."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (path / "cmdline").read_bytes().split(b"\0")
            if os.fsencode(_STANDIN) in words and (path / "cwd").readlink() == folder:
                found.append(int(path.name))
    return found
