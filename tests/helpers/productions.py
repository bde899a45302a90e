"""Plans to check and to carry out, and a stand-in for the platform that they are sent to."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from qcheck.engine.options import Options
from qcheck.jobs.plan import Plan, expand_plan, read_plan

ALONE = Options(isolated=True)
# A payload that is sound, of what `here` holds.
GOOD = {"image": "portrait.png", "audio": "voice.wav"}
ONE = """
app = "bytedance/omnihuman-1-5"
portrait = "portrait.png"
voice = "voice.wav"
captions = false
"""
DIALOGUE = """
app = "bytedance/omnihuman-1-5"
portrait = "both.jpg"
captions = false
[[turn]]
speaker = "Anna"
voice = "voice.wav"
[[turn]]
speaker = "Ben"
voice = "other.wav"
"""
SPOKEN = """
app = "falai/fabric-1-0"
script = "script.txt"
captions = "script"
output = "finished.mp4"
[portrait]
prompt = "a person at a desk, head and shoulders, looking into the lens"
remove-background = true
"""
SIX_SECONDS = "[limits.duration]\nwarn-above-s = 6\nfail-above-s = 6\n"


def write(text: str, name: str = "talk.toml") -> str:
    Path(name).write_text(text, "utf-8")
    return name


def write_long_voice(path: Path, fixtures: Path) -> int:
    """A recording of 95 s with pauses; returns its samples."""
    samples, rate_hz = soundfile.read(fixtures / "voice.wav", dtype="float32")
    noise = np.random.default_rng(1).standard_normal(int(0.35 * rate_hz)) * 10 ** (-62 / 20)
    parts = [part for _ in range(9) for part in (samples, noise.astype(np.float32))]
    whole = np.concatenate([*parts, samples])[: int(95 * rate_hz)]
    soundfile.write(path, whole, rate_hz)
    return len(whole)


def later(line: str, by_s: float) -> str:
    """A line of SRT, moved in time if it has one."""

    def moved(found: re.Match[str]) -> str:
        hours, minutes, seconds, thousandths = map(int, found.groups())
        ms = ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths + round(by_s * 1000)
        return f"{ms // 3600000:02d}:{ms // 60000 % 60:02d}:{ms // 1000 % 60:02d},{ms % 1000:03d}"

    return re.sub(r"(\d\d):(\d\d):(\d\d),(\d{3})", moved, line)


class Platform:
    """The stand-in for infsh on the PATH, and the server that hands out what it makes."""

    def __init__(self, folder: Path, fixtures: Path) -> None:
        store = folder / "store"
        store.mkdir()
        (folder / "bin").mkdir()
        program = folder / "bin" / "infsh"
        standin = Path(__file__).parents[1] / "standin" / "infsh"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{standin}" "$@"\n')
        program.chmod(0o755)

        class Quiet(SimpleHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(store)))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.log = folder / "log.jsonl"
        self.environment = {
            **os.environ,
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "STANDIN_STORE": str(store),
            "STANDIN_URL": f"http://127.0.0.1:{self.server.server_port}",
            "QCHECK_LOOPBACK_ORIGIN": f"http://127.0.0.1:{self.server.server_port}",
            "STANDIN_LOG": str(self.log),
            "STANDIN_SCHEMAS": str(fixtures.parent.parent / "shared" / "apps"),
        }

    @property
    def jobs(self) -> list[dict[str, Any]]:
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    @property
    def apps(self) -> list[str]:
        return [job["app"].partition("/")[2] for job in self.jobs]

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "qcheck", *arguments],
            env={**self.environment, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def qcheck(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        child = self.start(*arguments, **more)
        out, err = child.communicate(timeout=300)
        return subprocess.CompletedProcess(arguments, child.returncode, out, err)

    def run(self, plan: str, **more: str) -> subprocess.CompletedProcess[str]:
        return self.qcheck("run", "--isolated", plan, "--yes", **more)


def sound_of(path: str) -> tuple[NDArray[np.float32], int]:
    import av

    with av.open(path) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler("flt", "mono", stream.rate)
        parts = [
            out.to_ndarray()[0]
            for frame in [*container.decode(stream), None]
            for out in resampler.resample(frame)
        ]
        return np.concatenate(parts), stream.rate


def plan_of(text: str, options: Options = ALONE) -> Plan:
    """The plan taken apart."""
    name = write(text)
    return expand_plan(name, read_plan(name), options)
