"""Coverage-guided fuzzing of qcheck's own readers, with Atheris (libFuzzer) where it is installed.

Atheris sees the branches of Python only, so what decoders do is left to :mod:`tools.attack.media`.
It takes a process over and never gives it back: each reader gets one, started by this module's
name.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

__all__ = ["KINDS", "Guided", "fuzz", "is_there"]

RUNS = "inputs"
FOUND = "kept for new branches"
KINDS = (RUNS, FOUND)

_LONGEST_INPUT_BYTES = 20_000
_TIME_OUT_S = 10
_MEMORY_MB = 2000
# libFuzzer names what it stopped at after the reason.
_ARTIFACT = re.compile(r"^(timeout|oom|crash|leak)-")
_EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_ADDED = re.compile(r"stat::new_units_added:\s*(\d+)")


def is_there() -> bool:
    """Whether Atheris is installed: it has no wheels for some systems, and is no dependency."""
    return importlib.util.find_spec("atheris") is not None


@dataclass(frozen=True)
class Guided:
    """What came of one reader."""

    name: str
    runs: int
    added: int
    faults: tuple[str, ...]
    """Names of the inputs that showed one, in the folder of findings."""


def fuzz(name: str, seconds: int, seed: int, findings: Path) -> Guided:
    """Fuzz the reader of that name for so long; inputs that show a fault go into ``findings``."""
    findings.mkdir(parents=True, exist_ok=True)
    before = set(findings.iterdir())
    with tempfile.TemporaryDirectory() as corpus:
        command = [sys.executable, "-m", __name__, name, str(seconds), str(seed), corpus]
        ran = subprocess.run(
            [*command, str(findings)], capture_output=True, text=True, check=False, errors="replace"
        )
    executed, added = _EXECUTED.search(ran.stderr), _ADDED.search(ran.stderr)
    new = sorted(path.name for path in set(findings.iterdir()) - before)
    if executed is None and not new:
        new = [f"it did not run: {ran.stderr[-500:]}"]
    return Guided(
        name,
        int(executed[1]) if executed else 0,
        int(added[1]) if added else 0,
        tuple(new),
    )


def _be_fuzzer(name: str, seconds: int, seed: int, corpus: Path, findings: Path) -> NoReturn:
    import atheris

    with atheris.instrument_imports(include=["qcheck"]):
        from tools.attack import entries, parsers

        entry = next(each for each in entries.entries() if each.name == name)
        # What is imported only when it is needed is needed here.
        for data in entry.seeds:
            parsers.handle(entry, data)
    for data in entry.seeds:
        (corpus / hashlib.sha1(data, usedforsecurity=False).hexdigest()).write_bytes(data)
    words = corpus.parent / f"{corpus.name}.words"
    # libFuzzer takes no empty dictionary.
    known = [word for word in entry.words if word] or [b"qcheck"]
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in known), "ascii")

    def one(data: bytes) -> None:
        outcome = parsers.handle(entry, data)
        if outcome.kind in (parsers.MISREAD, parsers.ESCAPED):
            place = hashlib.sha1(repr(outcome.novelty).encode(), usedforsecurity=False).hexdigest()
            path = findings / f"{outcome.kind}-{place[:12]}"
            if not path.exists():
                path.write_bytes(data)
                path.with_suffix(".txt").write_text(f"{name}\n{outcome.says}", "utf-8")

    options = [
        f"-max_total_time={seconds}",
        f"-max_len={_LONGEST_INPUT_BYTES}",
        f"-timeout={_TIME_OUT_S}",
        f"-rss_limit_mb={_MEMORY_MB}",
        f"-seed={seed}",
        f"-artifact_prefix={findings}/",
        f"-dict={words}",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], str(corpus), *options], one)
    atheris.Fuzz()
    raise AssertionError("it never returns")


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word[:60])


if __name__ == "__main__":
    _be_fuzzer(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *map(Path, sys.argv[4:6]))
