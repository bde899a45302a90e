"""Every repair that there is, in its order."""

from __future__ import annotations

import sys

import pytest

from qcheck.engine.registry import load_rules
from qcheck.fixes.registry import load_fixes


@pytest.mark.parametrize("medium", ["portrait", "voice"])
def test_every_repair_answers_rules_that_there_are(medium: str) -> None:
    rules = {rule.name: rule for rule in load_rules().all}
    fixes = load_fixes(medium)
    assert len({each.name for each in fixes}) == len(fixes)
    for each in fixes:
        assert each.says
        for name in (*each.answers, *each.hides, *each.minds):
            assert medium in rules[name].media


@pytest.mark.parametrize("medium", ["portrait", "voice"])
def test_the_file_is_written_last(medium: str) -> None:
    assert [each.encodes for each in load_fixes(medium)].index(True) == len(load_fixes(medium)) - 1


def test_repairs_of_a_voice_load_nothing_that_looks_at_pictures() -> None:
    import subprocess

    code = (
        "import sys; from qcheck.fixes.registry import load_fixes; load_fixes('voice');"
        "assert not {'cv2', 'mediapipe', 'scipy', 'librosa', 'PIL'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
