"""The sound voice is clean, and each damaged one shows its damage and no unrelated error."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from qcheck.core.job import Job
from qcheck.core.results import FileReport, Severity
from qcheck.engine.judge import Selected, check_file
from qcheck.engine.limits import resolve_limits
from qcheck.engine.registry import load_rules
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
DEFECTS = sorted(p for p in (FIXTURES / "defects").iterdir() if p.suffix in (".wav", ".mp3"))

# A voice that does not stand out of the noise without being too quiet has loud noise under it.
# Music is noise to whoever measures noise. Two people take longer than one, and were not levelled.
RELATED = {
    "signal-to-noise": {"noise-floor"},
    "music": {"noise-floor", "signal-to-noise"},
    "speaker-count": {"duration", "true-peak"},
}


@cache
def report(path: Path) -> FileReport:
    rules = [Selected(rule, resolve_limits(rule, [])) for rule in load_rules().all]
    return check_file(Evidence(File(path.name, path.read_bytes())), rules, Job())


def test_the_sound_voice_has_no_finding_and_everything_was_measured() -> None:
    voice = report(FIXTURES / "voice.wav")
    assert voice.findings == []
    assert voice.unmeasured == []
    assert voice.crashes == []


@pytest.mark.parametrize("path", DEFECTS, ids=lambda path: path.stem)
def test_a_defect_is_found_and_nothing_else(path: Path) -> None:
    found = {f.rule for f in report(path).findings if f.severity >= Severity.WARNING}
    assert path.stem in found
    assert found - {path.stem} <= RELATED.get(path.stem, set())


def test_every_voice_rule_has_a_fixture() -> None:
    rules = {rule.name for rule in load_rules().all if rule.media == ("voice",)}
    assert rules == {path.stem for path in DEFECTS} & rules


def test_fixtures_are_small() -> None:
    assert (FIXTURES / "voice.wav").stat().st_size <= 1_500_000
    assert all(path.stat().st_size <= 600_000 for path in DEFECTS)
