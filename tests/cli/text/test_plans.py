"""A plan as a person reads it before it is carried out."""

from __future__ import annotations

from pathlib import Path

import pytest

from qcheck.cli.text.plans import plan_outline
from qcheck.engine.options import Options
from qcheck.jobs.plan import Plan, expand_plan, read_plan


@pytest.fixture
def plan(tmp_path: Path, fixtures: Path) -> Plan:
    """Two clips, and what puts them together."""
    for name in ("portrait.png", "voice.wav"):
        (tmp_path / name).symlink_to(fixtures / name)
    turn = '[[turn]]\nspeaker = "{}"\nvoice = "voice.wav"\nportrait = "portrait.png"\n'
    path = tmp_path / "talk.toml"
    path.write_text(
        'app = "bytedance/omnihuman-1-5"\ncaptions = false\n'
        + turn.format("Anna")
        + turn.format("Ben")
    )
    return expand_plan(str(path), read_plan(str(path)), Options(isolated=True))


def test_every_stage_is_a_line_with_where_it_runs_and_what_it_costs(plan: Plan) -> None:
    lines = plan_outline(plan, dict.fromkeys((stage.name for stage in plan.stages), False))
    first, second, merged, last = lines.splitlines()
    assert first.split()[:2] == ["clip-001", "bytedance/omnihuman-1-5"]
    assert first.endswith("(9.8 s, 1.56 USD)")
    assert second.split()[0] == "clip-002"
    assert merged.split()[:2] == ["merged", "infsh/media-merger"]
    assert last == "3 of 3 stages to do, about 3.13 USD. --yes carries them out."


def test_what_is_done_costs_no_more(plan: Plan) -> None:
    done = {stage.name: stage.name == "clip-001" for stage in plan.stages}
    first, second, _, last = plan_outline(plan, done).splitlines()
    assert first.endswith("(done)")
    assert not second.endswith("(done)")
    assert last == "2 of 3 stages to do, about 1.56 USD. --yes carries them out."
