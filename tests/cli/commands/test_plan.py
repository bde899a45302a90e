"""`qcheck plan`: commands where nothing blocks, and nothing but findings where something does."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from command import qcheck


@pytest.fixture
def here(tmp_path: Path, fixtures: Path) -> Path:
    (tmp_path / "voice.wav").symlink_to(fixtures / "voice.wav")
    (tmp_path / "portrait.png").symlink_to(fixtures / "portrait.png")
    (tmp_path / "talk.toml").write_text(
        'app = "bytedance/omnihuman-1-5"\nportrait = "portrait.png"\nvoice = "voice.wav"\n'
        "captions = false\n"
    )
    return tmp_path


def test_a_shell_script_or_json_is_printed(here: Path) -> None:
    script = qcheck("plan", "--isolated", "talk.toml", cwd=here)
    assert script.returncode == 0, script.stderr
    assert script.stdout.startswith("#!/bin/sh\n")
    assert "app run bytedance/omnihuman-1-5" in script.stdout
    printed = qcheck("plan", "--isolated", "--format", "json", "talk.toml", cwd=here)
    plan = json.loads(printed.stdout)
    assert (plan["version"], plan["app"]) == (1, "bytedance/omnihuman-1-5")
    [stage] = plan["stages"]
    assert shlex.join(stage["command"]) in script.stdout
    assert stage["price_usd"] == pytest.approx(plan["price_usd"])


@pytest.mark.parametrize("rule", ["readable", "eyes-visible"])
def test_a_plan_that_blocks_prints_no_command(here: Path, fixtures: Path, rule: str) -> None:
    (here / "portrait.png").unlink()
    (here / "portrait.png").symlink_to(fixtures / "defects" / f"{rule}.jpg")
    ran = qcheck("plan", "--isolated", "talk.toml", cwd=here)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert rule in ran.stderr
