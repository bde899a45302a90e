"""``infsh`` on the PATH that answers at once, as a test tells it to, and what a run says of it."""

from __future__ import annotations

import json
from pathlib import Path

from hosting import Hosting, answer

from qcheck.engine.options import Options

__all__ = ["QUICK", "STATE", "Program", "Told"]

# Two rules that cost nothing: what is looked for here is what is asked, and what follows from it.
QUICK = Options(isolated=True, select=("payload-keys", "readable"))
STATE = Path("talk-run/state")


class Program:
    """``infsh`` on the PATH, which writes down how it is called and answers as it is told to."""

    def __init__(self, folder: Path, clip: Path, hosting: Hosting) -> None:
        self.folder = folder
        self.clip = clip
        self.path = folder / "infsh"
        self.log = folder / "log"
        # As it is when it is asked for: tests change it.
        self.address = hosting.play("made", lambda visit: visit.say(answer(clip.read_bytes())))
        made = dict.fromkeys(("video", "result", "captioned_video"), self.address)
        self.answer = json.dumps({"output": made})
        self.answers(f"echo '{self.answer}'")

    def answers(self, script: str) -> None:
        self.path.write_text(f'#!/bin/sh\necho "$*" >> {self.log}\n{script}\n')
        self.path.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    @property
    def sent(self) -> list[str]:
        """The calls that are paid."""
        return [call for call in self.calls if call.startswith("app run ")]


class Told(list[str]):
    """What a run says."""

    def __call__(self, line: str) -> None:
        self.append(line)

    def of(self, words: str) -> list[str]:
        return [line for line in self if words in line]
