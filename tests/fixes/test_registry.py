"""Which repairs there are, and the command that a finding names."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

import pytest
import soundfile
from click.testing import CliRunner
from fix_command import fix_by_all, fixes_named
from repairs import wav

from qcheck.cli.root import qcheck_command
from qcheck.engine.registry import load_rules
from qcheck.fixes.registry import load_fixes


def test_a_finding_names_the_command_that_mends_it(
    fixtures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(fixtures / "defects" / "dc-offset.wav", tmp_path / "my voice.wav")
    shutil.copy(fixtures / "defects" / "noise-floor.mp3", tmp_path / "-noise.mp3")
    shutil.copy(fixtures / "defects" / "eye-line.jpg", tmp_path / "eye.jpg")
    monkeypatch.chdir(tmp_path)
    assert fixes_named(Path("my voice.wav"))["dc-offset"] == "qcheck fix 'my voice.wav'"
    assert fixes_named(Path("eye.jpg"), "omnihuman-1-5")["eye-line"] == (
        "qcheck fix --unsafe --for bytedance/omnihuman-1-5 eye.jpg"
    )
    assert fixes_named(Path("-noise.mp3"))["noise-floor"] is None


def test_the_command_that_is_named_does_what_it_is_named_for(
    fixtures: Path, tmp_path: Path
) -> None:
    shutil.copy(fixtures / "defects" / "edge-silence.mp3", tmp_path / "voice.mp3")
    command = fixes_named(tmp_path / "voice.mp3")["edge-silence"]
    assert command is not None
    program, *words = shlex.split(command)
    assert program == "qcheck"
    assert CliRunner().invoke(qcheck_command, words).exit_code == 0
    assert "edge-silence" not in fixes_named(tmp_path / "fixed" / "voice.wav")


def test_what_was_tried_is_not_advised_again(fixtures: Path, tmp_path: Path) -> None:
    shutil.copy(fixtures / "defects" / "eye-line.jpg", tmp_path / "eye.jpg")
    words = ["fix", "--isolated", "--select", "eye-line,head-and-shoulders"]
    safe = CliRunner().invoke(qcheck_command, [*words, str(tmp_path / "eye.jpg")])
    assert f"qcheck fix --unsafe {tmp_path / 'eye.jpg'}" in safe.output
    unsafe = CliRunner().invoke(
        qcheck_command, [*words, "--unsafe", "-o", str(tmp_path / "out"), str(tmp_path / "eye.jpg")]
    )
    assert "qcheck fix" not in unsafe.output


def test_both_commands_that_are_named_work_one_after_the_other(
    fixtures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(fixtures / "defects" / "long-pause.mp3", tmp_path / "it's a voice.mp3")
    samples, rate_hz = soundfile.read(tmp_path / "it's a voice.mp3")
    wav(tmp_path / "it's a voice.wav", samples + 0.03, rate_hz)
    monkeypatch.chdir(tmp_path)
    named = fixes_named(Path("it's a voice.wav"))
    for rule in ("dc-offset", "long-pause", "dc-offset", "long-pause"):
        result = CliRunner().invoke(qcheck_command, shlex.split(named[rule] or "")[1:])
        assert result.exit_code == 0, result.output
    assert "replacing the earlier one" in result.output
    assert not fixes_named(tmp_path / "fixed" / "it's a voice.wav")


def test_a_voice_still_too_long_after_its_repair_is_split_as_it_was_mended(
    fixtures: Path, tmp_path: Path
) -> None:
    samples, rate_hz = soundfile.read(fixtures / "defects" / "duration.mp3")
    wav(tmp_path / "long.wav", samples + 0.03, rate_hz)
    output = fix_by_all(tmp_path / "long.wav").output
    assert f"qcheck split {tmp_path / 'fixed' / 'long.wav'}" in output


def test_a_file_that_is_too_long_is_to_be_split(fixtures: Path) -> None:
    assert fixes_named(fixtures / "defects" / "duration.mp3")["duration"] == (
        f"qcheck split {fixtures / 'defects' / 'duration.mp3'}"
    )


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
