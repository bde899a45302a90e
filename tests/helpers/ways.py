"""The ways to use qcheck, each with something broken, and what must hold then."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from breaking import Ended, called, started
from sending import stand_in

from qcheck.gate import guard

WAYS = ("check", "gate", "guard", "run")
SOUND = (
    "[S1] Good morning, and thank you for calling on a day like this. "
    "[S2] Good morning. It is a pleasure, and I have some good news for you."
)
# What is wrong with it has nothing to do with its turns.
DEFECTIVE = SOUND + " <break>"
PLAN = """
app = "falai/fabric-1-0"
script = "alone.txt"
captions = "script"
[portrait]
prompt = "a person at a desk, head and shoulders, looking into the lens"
"""


@dataclass
class Sender:
    """A client that says that it sent something."""

    marker: str

    def run(self, params: Mapping[str, Any]) -> None:
        with Path(self.marker).open("a", encoding="utf-8") as sent:
            sent.write(f"{params['app']}\n")


def send_by_guard(marker: str, text: str) -> None:
    guard(Sender(marker)).run({"app": "falai/dia-tts", "input": {"text": text}})


def tried(
    way: str,
    here: Path,
    breaks: Callable[[], None] | None = None,
    text: str = SOUND,
    **environment: str,
) -> Ended:
    """One way to use qcheck, with something broken."""
    path = f"{here / 'bin'}{os.pathsep}{os.environ['PATH']}"
    given = {"PATH": path, "HOME": str(here), **environment}
    if way == "guard":
        return called(send_by_guard, (str(here / "sent"), text), here, breaks, given)
    name = "script.txt" if text == SOUND else "defective.txt"
    command = {
        "check": ["check", name],
        "gate": ["gate", "--", "infsh", "app", "run", "falai/dia-tts"],
        "run": ["run", "--yes", "talk.toml"],
    }[way]
    if way == "gate":
        command += ["--input", json.dumps({"text": text})]
    return started(command, here, breaks, given)


def was_sent(here: Path) -> bool:
    return (here / "sent").exists()


def assert_shut(ended: Ended, here: Path, codes: Iterable[int] = (1, 2)) -> None:
    """It says so, in words, and sends nothing."""
    assert ended.code in codes, ended
    assert not was_sent(here), ended
    assert ended.said.strip()
    assert "Traceback" not in ended.said
    assert "Ready:" not in ended.said


def prepare(folder: Path) -> None:
    """A script, a script with a defect, a plan, and a program that says when it was called."""
    (folder / "script.txt").write_text(SOUND, "utf-8")
    (folder / "defective.txt").write_text(DEFECTIVE, "utf-8")
    (folder / "alone.txt").write_text(SOUND.replace("[S2] ", ""), "utf-8")
    (folder / "talk.toml").write_text(PLAN, "utf-8")
    (folder / "qcheck.toml").write_text("", "utf-8")
    stand_in(folder / "bin")
    program = folder / "bin" / "infsh"
    program.write_text(f'#!/bin/sh\necho sent >> "{folder}/sent"\n', "utf-8")
