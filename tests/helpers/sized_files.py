"""A rule that counts bytes, a folder of files for it, and what it was asked about."""

from __future__ import annotations

import subprocess
from pathlib import Path

from trusting import vouch

RULES = '''
"""Judges the number of bytes.

What it measures: bytes.

Why it matters: It is a test. It is only a test.

How to mend it: Change the file.
"""
import os
import pathlib
import time
from dataclasses import dataclass
from qcheck import File, Judgement, Unmeasurable, at_most, rule

@dataclass(frozen=True)
class Limits:
    warn_above_bytes: float = 10
    fail_above_bytes: float = 100

@rule("size", code="T01", medium=("portrait", "voice"), limits=Limits)
def size(file: File, limits: Limits) -> Judgement:
    with pathlib.Path(__file__).with_name("judged.txt").open("a") as log:
        log.write(file.name + "\\n")
    if file.data.endswith(b"?"):
        raise Unmeasurable("nobody can count it")
    if file.data.endswith(b"CRASH"):
        raise RuntimeError("boom")
    if file.data.endswith(b"DIE"):
        os._exit(9)
    if file.data.endswith(b"SLEEP"):
        os.close(os.open(f"begun.{os.getpid()}", os.O_CREAT))
        time.sleep(600)
    return at_most(file.size_bytes, warn=limits.warn_above_bytes, fail=limits.fail_above_bytes,
                   unit="bytes", says="It is {measured}, {wanted} are wanted.")
'''


PNG = b"\x89PNG\r\n\x1a\n"


def make_sized_files(folder: Path) -> None:
    """Write the rule, a configuration that selects it alone, and a file of each of its verdicts."""
    (folder / "rules.py").write_text(RULES, "utf-8")
    (folder / "qcheck.toml").write_text('plugins = ["rules.py"]\nselect = ["size"]\n')
    (folder / "good.png").write_bytes(PNG)
    (folder / "fair.png").write_bytes(PNG.ljust(50))
    (folder / "bad.png").write_bytes(PNG.ljust(500))
    vouch(folder)


def git(*arguments: str, cwd: Path) -> str:
    own = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]
    ran = subprocess.run(["git", *own, *arguments], cwd=cwd, check=True, capture_output=True)
    return ran.stdout.decode()


def judged(folder: Path) -> set[str]:
    """Names of the files that the rule was asked about since the last call."""
    log = folder / "judged.txt"
    names = set(log.read_text().split("\n")) - {""} if log.exists() else set()
    log.unlink(missing_ok=True)
    return {Path(name).name for name in names}
