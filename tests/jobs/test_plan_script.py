"""The commands of a plan, printed for a shell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from productions import ALONE, DIALOGUE, ONE, SIX_SECONDS, Platform, later, plan_of, write

from qcheck.engine.options import Options
from qcheck.jobs.plan import expand_plan, read_plan
from qcheck.jobs.plan_script import command_of, shell_script


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


def test_the_script_carries_out_each_stage_behind_the_gate_and_replaces_nothing(
    here: Path,
) -> None:
    Path("best.toml").write_text("[limits.duration]\nwarn-above-s = 4\n")
    text = ONE.replace("captions = false", 'captions = "captions.srt"\nprefer-best = true')
    script = shell_script(plan_of(text, Options(config=Path("best.toml"))))
    head, *stages = script.split("\n\n")
    assert head.splitlines() == [
        "#!/bin/sh",
        "# talk.toml: every stage in order. Anything that blocks ends it.",
        "set -eu",
        "mkdir -p talk-run/state",
    ]
    given = '{"image": "portrait.png", "audio": "talk-run/segments-001/voice-001.wav"}'
    assert stages[0].splitlines() == [
        "# segments-001: voice.wav is cut into 2 segments",
        "qcheck split voice.wav --for bytedance/omnihuman-1-5 --config best.toml --prefer-best "
        "-o talk-run/segments-001",
    ]
    assert stages[1].splitlines() == [
        "# clip-001: S1 speaks voice-001.wav",
        "qcheck gate --config best.toml -- infsh app run bytedance/omnihuman-1-5 --input "
        f"'{given}' --json > talk-run/state/clip-001.answer.json",
        "qcheck collect --for bytedance/omnihuman-1-5 talk-run/state/clip-001.answer.json "
        "-o talk-run/clip-001.mp4",
    ]
    assert stages[-3].splitlines()[1] == (
        "qcheck captions for-plan --config best.toml talk.toml -o talk-run/captions.json"
    )
    assert "--input talk-run/captions.json --json" in stages[-2]
    assert stages[-1] == "ln talk-run/captioned.mp4 talk.mp4\n"


def test_only_a_picture_of_several_people_is_gated_for_several(here: Path) -> None:
    dialogue = plan_of(DIALOGUE)
    gates = [command_of(stage, dialogue, "belt") for stage in dialogue.stages]
    assert [command[:6] for command in gates[:2]] == [
        ["qcheck", "gate", "--isolated", "--speakers", "2", "--"]
    ] * 2
    assert gates[2][:4] == ["qcheck", "gate", "--isolated", "--"]
    assert gates[2][4] == "belt"
    one = plan_of(ONE + '[render]\nprompt = "é"\n')
    command = command_of(one.stages[0], one)
    assert "--speakers" not in command
    assert '"prompt": "é"' in command[command.index("--input") + 1]
