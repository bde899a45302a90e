"""The sound voice is clean, and each damaged one shows its damage and no unrelated error."""

from __future__ import annotations

from pathlib import Path

import pytest
from defects import APP, BLOCKING, FIXTURES, VOICES

from qcheck.core.job import Job
from qcheck.core.results import FileReport, Severity
from qcheck.core.rule import RuleStatus
from qcheck.engine.inputs import Input
from qcheck.engine.judge import Selected, check_file
from qcheck.engine.limits import resolve_limits
from qcheck.engine.options import Options
from qcheck.engine.registry import load_rules
from qcheck.engine.run import make_ready

# A voice that does not stand out of the noise without being too quiet has loud noise under it.
# Two people take longer than one, and were not levelled.
RELATED = {
    "signal-to-noise": {"noise-floor"},
    "speaker-count": {"duration", "true-peak"},
}


def heard(path: Path) -> tuple[FileReport, FileReport]:
    """What every rule says by its own limits, and what the rules that run for the app say."""
    preview = any(r.name == path.stem and r.status is RuleStatus.PREVIEW for r in load_rules().all)
    ready = make_ready(Input(str(path)), Options(isolated=True, app=APP, preview=preview))
    every = [Selected(rule, resolve_limits(rule, [])) for rule in load_rules().all]
    # It is measured once: listening takes longest.
    own = check_file(ready.evidence, every, Job())
    return own, check_file(ready.evidence, ready.selected, ready.job)


def test_the_sound_voice_has_no_finding_and_everything_was_measured() -> None:
    voice, _ = heard(FIXTURES / "voice.wav")
    assert voice.findings == []
    assert voice.unmeasured == []
    assert voice.crashes == []


@pytest.mark.parametrize("path", VOICES, ids=lambda path: path.name)
def test_a_defect_is_found_and_nothing_else(path: Path) -> None:
    own, of_the_app = heard(path)
    found = {f.rule for f in own.findings if f.severity >= Severity.WARNING}
    assert path.stem in found
    assert found - {path.stem} <= RELATED.get(path.stem, set())
    assert of_the_app.crashes == []
    assert path.stem in {f.rule for f in of_the_app.findings if f.severity > Severity.INFO}
    errors = {f.rule for f in of_the_app.findings if f.severity is Severity.ERROR}
    assert errors <= {path.stem}
    assert errors or path.name not in BLOCKING


def test_every_voice_rule_has_a_fixture() -> None:
    rules = {rule.name for rule in load_rules().all if rule.media == ("voice",)}
    assert rules == {path.stem for path in VOICES} & rules


def test_fixtures_are_small() -> None:
    assert (FIXTURES / "voice.wav").stat().st_size <= 1_500_000
    assert all(path.stat().st_size <= 600_000 for path in VOICES)
