"""A plan taken apart into stages."""

from __future__ import annotations

import shutil
from pathlib import Path

from productions import ALONE, DIALOGUE, ONE, write

from qcheck.jobs.plan import expand_plan, read_plan
from qcheck.jobs.stages import RenderStage


def test_paths_count_from_the_plan_and_not_from_the_working_directory(here: Path) -> None:
    below = here / "below"
    below.mkdir()
    for name in ("portrait.png", "voice.wav"):
        shutil.move(name, below / name)
    plan = expand_plan("below/talk.toml", read_plan(write(ONE, "below/talk.toml")), ALONE)
    assert plan.stages[0].payload == {"image": "below/portrait.png", "audio": "below/voice.wav"}
    assert plan.production.output == Path("below/talk.mp4")


def test_each_speaker_has_a_call_of_their_own_with_their_own_face(here: Path) -> None:
    plan = expand_plan("talk.toml", read_plan(write(DIALOGUE)), ALONE)
    clips = [stage for stage in plan.stages if isinstance(stage, RenderStage)]
    assert [(c.payload["audio"], c.payload["mask_index"], c.speakers) for c in clips] == [
        ("voice.wav", 0, 2),
        ("other.wav", 1, 2),
    ]
