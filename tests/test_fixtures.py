"""The fixtures do what their names say: the sound pair is clean, each defect is found, alone."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from defects import APP, BLOCKING, DEFECTS, FIXTURES, VOICES, rule_of

from qcheck.core.results import FileReport, Severity
from qcheck.core.rule import RuleStatus
from qcheck.engine.options import Options
from qcheck.engine.registry import load_rules
from qcheck.engine.run import run
from qcheck.jobs.check import check_job
from qcheck.jobs.plan_checks import check_plan


def checked(path: Path) -> FileReport:
    """What is said of the file, by preview rules too where it is one's own fixture."""
    if path.suffix == ".json":
        report = check_job("falai/dia-tts", path.read_bytes(), Options(isolated=True))
    elif path.suffix == ".toml":
        report = check_plan(str(path), Options(isolated=True)).report
    elif path.suffix == ".srt":
        both = run([str(path), str(FIXTURES / "voice.wav")], Options(isolated=True))
        report = dataclasses.replace(both, files=both.files[:1])
    elif path.suffix in (".mp4", ".webm"):
        beside = [str(FIXTURES / "voice.wav")] if path.stem in ("video-fits-voice", "talk") else []
        options = Options(isolated=True, app="falai/pixverse-lipsync")
        both = run([str(path), *beside], options)
        report = dataclasses.replace(both, files=both.files[:1])
    elif path.suffix == ".txt":
        report = run([str(path)], Options(isolated=True, app="falai/dia-tts"))
    else:
        name = rule_of(path) if path.parent.name == "defects" else ""
        preview = any(r.name == name and r.status is RuleStatus.PREVIEW for r in load_rules().all)
        report = run([str(path)], Options(isolated=True, app=APP, preview=preview))
    assert not report.crashed, report.files[0].crashes[0].trace
    return report.files[0]


@pytest.mark.parametrize(
    "name", ["portrait.png", "voice.wav", "script.txt", "captions.srt", "talk.mp4", "talk.toml"]
)
def test_the_sound_fixture_is_clean(name: str) -> None:
    report = checked(FIXTURES / name)
    assert [f for f in report.findings if f.severity > Severity.INFO] == []
    assert report.unmeasured == []


# Of voices more is asked, in test_voice_fixtures.py.
@pytest.mark.parametrize(
    "path", [path for path in DEFECTS if path not in VOICES], ids=lambda path: path.name
)
def test_the_defect_is_found_and_no_unrelated_error(path: Path) -> None:
    findings = checked(path).findings
    assert rule_of(path) in {f.rule for f in findings if f.severity > Severity.INFO}
    errors = {f.rule for f in findings if f.severity is Severity.ERROR}
    assert errors <= {rule_of(path)}
    assert errors or path.name not in BLOCKING


def test_every_stable_rule_has_a_fixture() -> None:
    stable = {rule.name for rule in load_rules().all if rule.status is RuleStatus.STABLE}
    without = stable - {rule_of(path) for path in DEFECTS}
    assert not without, "a script in fixtures/make/ makes a file that each of them finds"


def test_no_fixture_is_too_large_to_ship() -> None:
    assert (FIXTURES / "portrait.png").stat().st_size <= 4_000_000
    assert max(path.stat().st_size for path in DEFECTS) <= 1_500_000
