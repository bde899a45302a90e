"""The fixtures do what their names say: the sound pair is clean, each defect is found, alone."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from qcheck.core.results import FileReport, Severity
from qcheck.core.rule import RuleStatus
from qcheck.engine.options import Options
from qcheck.engine.registry import load_rules
from qcheck.engine.run import run
from qcheck.jobs.check import check_job
from qcheck.jobs.plan_checks import check_plan

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
DEFECTS = sorted((FIXTURES / "defects").iterdir())
RULES = sorted((rule.name for rule in load_rules().all), key=len, reverse=True)

# What the app takes, so that limits which only an app sets can be seen to be crossed.
APP = "bytedance/omnihuman-1-5"


# Defects that must not only be seen but block.
BLOCKING = {
    *("clipping.wav", "channels.mp3", "hum.mp3", "noise-floor.mp3", "signal-to-noise.mp3"),
    *("speech-present.mp3", "sample-rate.wav", "true-bandwidth.wav", "voice-format.mp3"),
    *("exposure.jpg", "exposure-bright.jpg", "eye-contact.jpg", "eye-line.jpg", "eyes-open.jpg"),
    *("eyes-visible.jpg", "even-light.jpg", "face-centred.jpg", "face-count.jpg"),
    *("face-cropped.jpg", "face-resolution.jpg", "face-visible.jpg", "file-limits.jpg"),
    *("frontal-pose.jpg", "head-roll.jpg", "readable.jpg", "shadow.jpg", "sharpness.jpg"),
    *("transparency.webp", "true-resolution.jpg", "duration.mp3"),
    *("script-turns.txt", "script-length-word.txt", "script-language.txt", "caption-order.srt"),
    *("video-container.webm", "video-size.mp4", "video-length.mp4", "video-frame-rate.mp4"),
    *("video-faces.mp4", "video-fits-voice.mp4", "readable-video.mp4", "face-visible-video.mp4"),
    "frontal-pose-video.mp4",
    *("plan-keys.toml", "plan-files.toml", "plan-speakers.toml", "plan-portrait.toml"),
    *("readable-captions.srt", "payload-keys.json", "payload-values.json", "payload-files.json"),
}


def rule_of(path: Path) -> str:
    """The rule that the file is named after; a word behind it tells several files apart."""
    return next(name for name in RULES if path.stem == name or path.stem.startswith(f"{name}-"))


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


@pytest.mark.parametrize("path", DEFECTS, ids=lambda path: path.name)
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
