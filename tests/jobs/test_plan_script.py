"""The commands of a plan, printed for a shell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from productions import ALONE, DIALOGUE, ONE, SIX_SECONDS, Platform, later, write

from qcheck.engine.options import Options
from qcheck.jobs.plan import expand_plan, read_plan
from qcheck.jobs.plan_script import command_of


def test_every_command_of_a_plan_judges_by_the_configuration_that_it_was_checked_by(
    here: Path,
) -> None:
    Path("strict.toml").write_text(SIX_SECONDS)
    script = ONE.replace("captions = false", 'captions = "captions.srt"')
    for options, words in (
        (Options(config=Path("strict.toml")), ["--config", "strict.toml"]),
        (ALONE, ["--isolated"]),
        (Options(), []),
    ):
        plan = expand_plan("talk.toml", read_plan(write(script)), options)
        ours = [command_of(stage, plan) for stage in plan.stages]
        named = [command[: command.index("--")] if "--" in command else command for command in ours]
        given = ("--config", "strict.toml", "--isolated")
        assert [[word for word in command if word in given] for command in named] == [words] * len(
            named
        )
        kinds = {command[1] for command in ours}
        assert kinds >= {"gate", "captions"}
        assert ("split" in kinds) is (options.config is not None)


def test_the_printed_script_carries_the_plan_out(here: Path, platform: Platform) -> None:
    cues = Path("captions.srt").read_text("utf-8")
    again = [later(line, 9.777) for line in cues.splitlines()]
    Path("captions.srt").write_text(cues + "\n" + "\n".join(again) + "\n", "utf-8")
    plan = write(DIALOGUE.replace("captions = false", 'captions = "captions.srt"'))
    printed = platform.qcheck("plan", "--isolated", plan)
    assert printed.returncode == 0, printed.stderr
    own = here / "own-bin"
    own.mkdir()
    (own / "qcheck").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m qcheck "$@"\n')
    (own / "qcheck").chmod(0o755)
    path = f"{own}{os.pathsep}{platform.environment['PATH']}"
    done = subprocess.run(
        ["sh"],
        input=printed.stdout,
        env={**platform.environment, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert platform.apps == ["omnihuman-1-5", "omnihuman-1-5", "media-merger", "caption-videos"]
    assert Path("talk.mp4").exists()
    data = json.loads(platform.qcheck("plan", "--isolated", "--format", "json", plan).stdout)
    assert [stage["name"] for stage in data["stages"]] == [
        "clip-001",
        "clip-002",
        "merged",
        "captions",
        "captioned",
    ]
