"""Long voices cut at their pauses."""

from __future__ import annotations

import errno
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from qcheck import check
from qcheck.cli.root import qcheck_command
from qcheck.core.errors import UsageFault
from qcheck.engine.options import Options
from qcheck.engine.run import run
from qcheck.exhibits.declarations import CutPoints
from qcheck.exhibits.exhibit import Exhibit
from qcheck.jobs import split
from qcheck.jobs.split import cut_voice, split_voice

ALONE = Options(isolated=True)
NEAREST = Options()


@pytest.fixture
def long_voice(tmp_path: Path, fixtures: Path) -> Path:
    samples, rate = soundfile.read(fixtures / "voice.wav", dtype="int16")
    path = tmp_path / "long.wav"
    soundfile.write(path, np.concatenate([samples] * 10), rate, subtype="PCM_16")
    return path


def test_segments_joined_are_the_original_and_none_is_too_long(long_voice: Path) -> None:
    manifest = split_voice(str(long_voice), Options(isolated=True, app="omnihuman-1-5"))
    folder = long_voice.with_name("long-segments")
    parts = [soundfile.read(folder / each.file, dtype="int16")[0] for each in manifest.segments]
    whole, rate = soundfile.read(long_voice, dtype="int16")
    assert np.array_equal(np.concatenate(parts), whole)
    assert all(len(part) <= 30 * rate for part in parts)
    assert len(parts) == 4
    written = json.loads((folder / "manifest.json").read_text())
    assert written["segments"][1]["in_sample"] == len(parts[0])
    assert written["integrated_lufs"] == pytest.approx(manifest.integrated_lufs)


def test_every_cut_is_in_a_pause(long_voice: Path) -> None:
    from qcheck.media.file import File
    from qcheck.probes.evidence import Evidence
    from qcheck.probes.voice import Pauses

    manifest = split_voice(str(long_voice), ALONE, longest_s=10)
    inside = Evidence(File("long.wav", long_voice.read_bytes())).get(Pauses).inside
    for segment in manifest.segments[1:]:
        assert any(pause.start_s < segment.in_s < pause.end_s for pause in inside)


@pytest.mark.parametrize(
    ("subtype", "dtype"),
    [("PCM_24", "int32"), ("PCM_32", "int32"), ("FLOAT", "float32"), ("DOUBLE", "float64")],
)
def test_no_bit_is_lost_in_any_format(
    tmp_path: Path, fixtures: Path, subtype: str, dtype: str
) -> None:
    samples, rate = soundfile.read(fixtures / "voice.wav")
    noise = np.random.default_rng(1).normal(0, 1e-6, len(samples))
    path = tmp_path / "voice.wav"
    soundfile.write(path, samples * 0.9 + noise, rate, subtype=subtype)
    manifest = split_voice(str(path), ALONE, longest_s=5)
    parts = [
        soundfile.read(tmp_path / "voice-segments" / s.file, dtype=dtype)[0]
        for s in manifest.segments
    ]
    assert len(parts) > 1
    assert np.array_equal(np.concatenate(parts), soundfile.read(path, dtype=dtype)[0])


def test_nothing_is_overwritten(long_voice: Path) -> None:
    split_voice(str(long_voice), ALONE)
    before = {path: path.read_bytes() for path in long_voice.with_name("long-segments").iterdir()}
    with pytest.raises(UsageFault, match="is there already"):
        split_voice(str(long_voice), ALONE)
    assert before == {path: path.read_bytes() for path in before}


# Ends the process as SIGKILL does, at the write of the given number.
KILLED = """
import os, signal, sys
from qcheck.jobs import split
from qcheck.engine.options import Options
write, left = split.write_new, [int(sys.argv[2])]
def killed(*given):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    write(*given)
split.write_new = killed
split.split_voice(sys.argv[1], Options(isolated=True))
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT"])
@pytest.mark.parametrize("after", [0, 1, 4])
def test_what_a_killed_run_left_does_not_stop_the_next(
    long_voice: Path, subtype: str, after: int
) -> None:
    samples, rate = soundfile.read(long_voice)
    soundfile.write(long_voice, samples, rate, subtype=subtype)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(long_voice), str(after)])
    assert killed.returncode == -signal.SIGKILL
    folder = long_voice.with_name("long-segments")
    assert len(list(folder.iterdir())) == after
    manifest = split_voice(str(long_voice), ALONE)
    names = {"manifest.json", *(segment.file for segment in manifest.segments)}
    assert {path.name for path in folder.iterdir()} == names
    parts = [soundfile.read(folder / each.file)[0] for each in manifest.segments]
    assert np.array_equal(np.concatenate(parts), soundfile.read(long_voice)[0])


@pytest.mark.parametrize("there", ["another segment", "link", "folder"])
def test_what_is_not_the_very_segment_stops_it(long_voice: Path, there: str) -> None:
    folder = long_voice.with_name("long-segments")
    folder.mkdir()
    mine = folder / "long-002.wav"
    if there == "folder":
        mine.mkdir()
    elif there == "link":
        split_voice(str(long_voice), ALONE, folder=folder.with_name("other"))
        mine.symlink_to(folder.with_name("other") / mine.name)
    else:
        mine.write_bytes(b"my own")
    with pytest.raises(UsageFault, match=r"long-002\.wav is there already; nothing was written"):
        split_voice(str(long_voice), ALONE)
    assert list(folder.iterdir()) == [mine]


@pytest.mark.parametrize("room", [0, 2, 4])
@pytest.mark.parametrize("is_new", [True, False])
def test_a_disk_that_is_full_leaves_nothing_and_the_next_run_works(
    long_voice: Path, monkeypatch: pytest.MonkeyPatch, room: int, is_new: bool
) -> None:
    folder = long_voice.with_name("long-segments")
    if not is_new:
        folder.mkdir()
        (folder / "mine").write_bytes(b"my own")
    written = []
    write = split.write_new

    def fills(path: Path, content: bytes) -> None:
        if len(written) == room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(path)
        write(path, content)

    monkeypatch.setattr(split, "write_new", fills)
    with pytest.raises(UsageFault, match="long-segments: No space left on device"):
        split_voice(str(long_voice), ALONE)
    assert folder.exists() is not is_new
    assert is_new or [path.name for path in folder.iterdir()] == ["mine"]
    monkeypatch.setattr(split, "write_new", write)
    assert len(split_voice(str(long_voice), ALONE).segments) == 4


def test_speech_without_a_pause_is_named(tmp_path: Path, fixtures: Path) -> None:
    with pytest.raises(UsageFault, match=r"from \d+\.\d to \d+\.\d s there is no pause"):
        split_voice(str(fixtures / "voice.wav"), ALONE, longest_s=1, folder=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_no_recording_is_refused(tmp_path: Path, fixtures: Path) -> None:
    with pytest.raises(UsageFault):
        split_voice(str(fixtures / "portrait.png"), ALONE, folder=tmp_path / "out")
    with pytest.raises(UsageFault):
        split_voice(str(tmp_path / "nowhere.wav"), ALONE, folder=tmp_path / "out")


# ------------------------------------------------------------------ which limits hold


def configured(folder: Path, text: str) -> Path:
    path = folder / "qcheck.toml"
    path.write_text(text)
    return path


def longest_of(voice: Path, options: Options = NEAREST, **how: bool) -> float:
    """The longest segment that is written, in seconds."""
    manifest = split_voice(str(voice), options, folder=voice.with_name("parts"), **how)
    for segment in manifest.segments:
        info = soundfile.info(voice.with_name("parts") / segment.file)
        assert info.duration == pytest.approx(segment.out_s - segment.in_s, abs=1e-6)
    return max(segment.out_s - segment.in_s for segment in manifest.segments)


def test_the_configuration_closest_to_the_voice_says_how_long_a_segment_is(
    long_voice: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    configured(elsewhere, "[limits.duration]\nfail-above-s = 20\n")
    monkeypatch.chdir(elsewhere)
    configured(long_voice.parent, "[limits.duration]\nfail-above-s = 6\n")
    assert 3 < longest_of(long_voice) <= 6


def test_the_app_says_how_long_a_segment_is(long_voice: Path) -> None:
    configured(long_voice.parent, 'for = "fabric-1-0"\n')
    assert 30 < longest_of(long_voice) <= 60
    shutil.rmtree(long_voice.with_name("parts"))
    assert 20 < longest_of(long_voice, Options(app="omnihuman-1-5")) <= 30


def test_the_configuration_has_the_last_word_over_the_app(long_voice: Path) -> None:
    configured(long_voice.parent, 'for = "fabric-1-0"\n[limits.duration]\nfail-above-s = 40\n')
    assert 30 < longest_of(long_voice) <= 40


def test_the_configuration_that_the_command_names_is_the_one(long_voice: Path) -> None:
    configured(long_voice.parent, "[limits.duration]\nfail-above-s = 6\n")
    other = long_voice.parent / "other.toml"
    other.write_text("[limits.duration]\nfail-above-s = 12\n")
    assert 6 < longest_of(long_voice, Options(config=other)) <= 12
    shutil.rmtree(long_voice.with_name("parts"))
    assert 20 < longest_of(long_voice, ALONE) <= 30


def test_the_best_length_is_the_configured_one(long_voice: Path) -> None:
    configured(long_voice.parent, "[limits.duration]\nwarn-above-s = 5\n")
    lengths = longest_of(long_voice, prefer_best=True)
    assert 4 < lengths < 9


def test_without_any_limit_the_recording_stays_one(long_voice: Path) -> None:
    configured(long_voice.parent, "[limits.duration]\nfail-above-s = inf\nwarn-above-s = inf\n")
    whole = soundfile.info(long_voice).duration
    assert longest_of(long_voice, prefer_best=True) == pytest.approx(whole)
    written = json.loads((long_voice.with_name("parts") / "manifest.json").read_text())
    assert written["longest_s"] is None


@pytest.mark.parametrize(
    ("limit", "words"),
    [("1", r"from \d+\.\d to \d+\.\d s there is no pause"), ("0", "a segment may last 0 s")],
)
def test_a_limit_that_cannot_be_kept_is_refused_and_nothing_is_written(
    long_voice: Path, limit: str, words: str
) -> None:
    configured(long_voice.parent, f"[limits.duration]\nfail-above-s = {limit}\n")
    with pytest.raises(UsageFault, match=words):
        longest_of(long_voice)
    assert not long_voice.with_name("parts").exists()


def test_the_command_that_a_finding_names_makes_segments_without_that_finding(
    long_voice: Path,
) -> None:
    configured(long_voice.parent, "[limits.duration]\nwarn-above-s = 6\nfail-above-s = 6\n")
    finding = next(f for f in check(long_voice).findings if f.rule == "duration")
    program, *words = shlex.split(finding.judgement.fix or "")
    assert (program, words[0]) == ("qcheck", "split")
    done = CliRunner().invoke(qcheck_command, words)
    assert done.exit_code == 0, done.output
    segments = check(long_voice.with_name("long-segments"))
    assert len(segments.files) == done.output.count("\n") > 5
    assert "duration" not in {f.rule for f in segments.findings}


def test_repairs_name_the_same_command_and_it_works_on_the_repaired_file(
    long_voice: Path,
) -> None:
    configured(
        long_voice.parent,
        'select = ["duration", "dc-offset"]\n'
        "[limits.duration]\nwarn-above-s = 6\nfail-above-s = 6\n",
    )
    samples, rate = soundfile.read(long_voice)
    soundfile.write(long_voice, samples + 0.03, rate, subtype="PCM_16")
    done = CliRunner().invoke(qcheck_command, ["fix", "--output-format", "json", str(long_voice)])
    found = json.loads(done.stdout)["files"][0]["outcomes"]
    command = next(each["judgements"][0]["fix"] for each in found if each["rule"] == "duration")
    fixed = long_voice.parent / "fixed" / "long.wav"
    assert command == f"qcheck split {fixed}"
    assert CliRunner().invoke(qcheck_command, shlex.split(command)[1:]).exit_code == 0
    assert not check(fixed.with_name("long-segments")).findings


def test_the_command_takes_the_shared_options(long_voice: Path) -> None:
    configured(long_voice.parent, "[limits.duration]\nfail-above-s = 6\n")
    words = ["split", str(long_voice), "-o", str(long_voice.with_name("parts"))]
    done = CliRunner().invoke(qcheck_command, [*words, "--isolated", "--for", "omnihuman-1-5"])
    assert done.exit_code == 0, done.output
    assert done.output.count("\n") == 4


def test_a_report_draws_the_cuts_that_would_be_made(long_voice: Path) -> None:
    config = configured(long_voice.parent, "[limits.duration]\nfail-above-s = 6\n")
    options = Options(exhibits=True, config=config)
    report = run([str(long_voice)], options)
    exhibit = report.files[0].exhibit
    assert isinstance(exhibit, Exhibit)
    drawn = exhibit.get(CutPoints)
    assert drawn is not None
    assert drawn.longest_s == 6
    made = cut_voice(str(long_voice), options).manifest.segments
    assert drawn.chosen_s == pytest.approx([segment.in_s for segment in made[1:]])


def test_segments_are_numbered_and_the_manifest_names_the_recording_as_it_is_called(
    long_voice: Path,
) -> None:
    named = long_voice.rename(long_voice.with_name("Größe.wav"))
    folder = named.parent / "new" / "below"
    manifest = split_voice(str(named), ALONE, folder=folder)
    assert [segment.file for segment in manifest.segments] == [
        f"Größe-00{number}.wav" for number in (1, 2, 3, 4)
    ]
    text = (folder / "manifest.json").read_text("utf-8")
    assert '"source": "Größe.wav"' in text
    assert manifest.segments[0].in_sample == 0
    assert manifest.segments[-1].out_sample == soundfile.info(named).frames


def test_two_channels_stay_two(tmp_path: Path, fixtures: Path) -> None:
    samples, rate = soundfile.read(fixtures / "voice.wav", dtype="int16")
    pair = np.stack([samples, samples // 2], axis=1)
    soundfile.write(tmp_path / "pair.wav", pair, rate)
    manifest = split_voice(str(tmp_path / "pair.wav"), ALONE, longest_s=6)
    parts = [
        soundfile.read(tmp_path / "pair-segments" / each.file, dtype="int16")[0]
        for each in manifest.segments
    ]
    assert np.array_equal(np.concatenate(parts), pair)
