"""Thousands of checks by one process: its memory and handles, and its worker's, must stay flat.

The checks go round: a portrait, a voice, captions, a script, a payload for an app, a damaged
picture and a damaged recording, so that what is done for findings and faults is repeated too.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from tools.attack.transcodes import PORTRAIT, VOICE

__all__ = ["Reading", "Soak", "flat", "soak"]

APP = "bytedance/omnihuman-1-5"
_SAMPLES = 40
# What is loaded once, and what an allocator keeps back, is there after the first tenth.
_WARM_UP_SHARE = 0.1
# Flat is what grows by less than this, by the straight line of least squares through all readings
# after the warm-up: a kilobyte a check, less than any picture or report that was forgotten.
_FLAT_MB_PER_1000 = 1.0
_SIDES_PX = (384, 512)
_VOICE_S = 2.0


@dataclass(frozen=True)
class Reading:
    """A process and its workers after so many checks."""

    checks: int
    memory_mb: float
    """Resident, of this process and its workers together."""
    files: int
    threads: int
    processes: int
    seconds: float


@dataclass(frozen=True)
class Soak:
    """What came of it."""

    readings: tuple[Reading, ...]
    verdicts: int
    """How many different verdicts one file got; each must have one."""

    @property
    def warm(self) -> tuple[Reading, ...]:
        least = _WARM_UP_SHARE * self.readings[-1].checks
        return tuple(each for each in self.readings if each.checks >= least)

    @property
    def mb_per_1000(self) -> float:
        """The slope of memory after the warm-up."""
        checks = np.array([each.checks for each in self.warm], float)
        memory = np.array([each.memory_mb for each in self.warm])
        return float(np.polyfit(checks, memory, 1)[0] * 1000)

    def lines(self) -> Iterator[str]:
        yield "| checks | memory | open files | threads | processes | seconds |"
        yield "|--:|--:|--:|--:|--:|--:|"
        for each in self.readings:
            yield (
                f"| {each.checks:,} | {each.memory_mb:.0f} MB | {each.files} | {each.threads} "
                f"| {each.processes} | {each.seconds:.0f} |"
            )
        yield ""
        yield (
            f"After the first tenth memory grew by {self.mb_per_1000:+.2f} MB in 1,000 checks "
            f"(flat: less than {_FLAT_MB_PER_1000:g} MB); open files, threads and processes "
            f"{'stayed the same' if _same(self.warm) else 'did not stay the same'}; "
            f"{self.verdicts} files got more than one verdict."
        )


def flat(found: Soak) -> bool:
    """Whether nothing grew, and every check of a file said the same."""
    return found.mb_per_1000 < _FLAT_MB_PER_1000 and _same(found.warm) and not found.verdicts


def _same(readings: Sequence[Reading]) -> bool:
    return len({(each.files, each.threads, each.processes) for each in readings}) == 1


def soak(checks: int, folder: Path) -> Soak:
    """Check the same few files ``checks`` times; they are made in ``folder``."""
    import qcheck
    from qcheck.engine.options import Options
    from qcheck.jobs.check import check_job

    files = _files(folder)
    payload = json.dumps({"image": str(files[0]), "audio": str(files[1])})
    said: dict[str, set[tuple[object, ...]]] = {}
    readings = []
    begun = time.monotonic()
    # Always at the end of a round: a portrait leaves more in memory than a script.
    round_ = len(files) + 1
    every = max(1, checks // _SAMPLES // round_) * round_
    for number in range(checks):
        turn = number % (len(files) + 1)
        if turn == len(files):
            report = check_job(APP, payload, Options(isolated=True, jobs=1))
        else:
            report = qcheck.check(files[turn], isolated=True)
        verdict = tuple(
            (outcome.rule, outcome.status, outcome.judgements)
            for file in report.files
            for outcome in file.outcomes
        )
        said.setdefault(str(turn), set()).add((verdict, report.exit_code))
        if (number + 1) % every == 0:
            readings.append(_reading(number + 1, time.monotonic() - begun))
            print(f"{readings[-1]}", file=sys.stderr, flush=True)
    return Soak(tuple(readings), sum(len(each) > 1 for each in said.values()))


def _reading(checks: int, seconds: float) -> Reading:
    here = psutil.Process()
    processes = [here, *here.children(recursive=True)]
    return Reading(
        checks,
        sum(each.memory_info().rss for each in processes) / 1e6,
        sum(each.num_fds() for each in processes),
        sum(each.num_threads() for each in processes),
        len(processes),
        seconds,
    )


def _files(folder: Path) -> list[Path]:
    """A sound and a damaged file of each kind, as small as rules still measure them."""
    import soundfile
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    with Image.open(PORTRAIT) as opened:
        opened.convert("RGB").resize(_SIDES_PX).save(folder / "portrait.jpg")
    sound, rate_hz = soundfile.read(VOICE)
    soundfile.write(folder / "voice.wav", sound[: int(_VOICE_S * rate_hz)], rate_hz)
    fixtures = PORTRAIT.parent
    for name in ("captions.srt", "script.txt"):
        shutil.copy(fixtures / name, folder / name)
    for name in ("portrait.jpg", "voice.wav"):
        data = (folder / name).read_bytes()
        (folder / f"cut-{name}").write_bytes(data[: len(data) // 2])
    (folder / "nothing.png").write_bytes(os.urandom(64))
    names = ("portrait.jpg", "voice.wav", "captions.srt", "script.txt")
    return [folder / name for name in (*names, "cut-portrait.jpg", "cut-voice.wav", "nothing.png")]
