"""`qcheck fix`: what it writes, what it refuses, what it says."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest
import soundfile
from click.testing import CliRunner, Result
from PIL import Image
from repairs import wav

from qcheck.cli.root import qcheck_command
from qcheck.core.errors import UsageFault
from qcheck.engine.options import Options
from qcheck.engine.run import run

QUICK = ("--isolated", "--select", "readable,orientation,loudness,dc-offset,edge-silence")


def fix(*arguments: object) -> Result:
    runner = CliRunner()
    return runner.invoke(qcheck_command, ["fix", *map(str, (*QUICK, *arguments))])


def fix_by_all(*arguments: object) -> Result:
    """By every rule."""
    return CliRunner().invoke(qcheck_command, ["fix", "--isolated", *map(str, arguments)])


@pytest.fixture
def shoot(tmp_path: Path, fixtures: Path) -> Path:
    """A folder with a turned portrait and a voice with an offset."""
    shutil.copy(fixtures / "defects" / "dc-offset.wav", tmp_path / "voice.wav")
    with Image.open(fixtures / "portrait.png") as image:
        exif = Image.Exif()
        exif[0x0112] = 3
        image.convert("RGB").resize((300, 300)).rotate(180).save(
            tmp_path / "portrait.jpg", exif=exif
        )
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_mended_files_lie_beside_under_their_names_and_originals_stay(shoot: Path) -> None:
    before = contents(shoot)
    result = fix(shoot / "portrait.jpg", shoot / "voice.wav")
    assert result.exit_code == 0, result.output
    after = contents(shoot)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"fixed/portrait.jpg", "fixed/voice.wav"}
    assert "stored upright, without EXIF orientation 3" in result.output
    assert "offset of 3.00% of full scale taken away" in result.output
    # Whoever may read the original may read the copy.
    modes = {path.stat().st_mode for path in (shoot / "fixed").iterdir()}
    assert modes == {(shoot / "voice.wav").stat().st_mode}


def test_nothing_is_overwritten_and_then_nothing_at_all_is_written(shoot: Path) -> None:
    (shoot / "fixed").mkdir()
    (shoot / "fixed" / "voice.wav").write_bytes(b"mine")
    before = contents(shoot)
    result = fix(shoot / "portrait.jpg", shoot / "voice.wav")
    assert isinstance(result.exception, UsageFault)
    assert "is there already; nothing was written" in str(result.exception)
    assert contents(shoot) == before


def test_a_link_to_nowhere_is_not_written_through(shoot: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "voice.wav").symlink_to(tmp_path / "elsewhere.wav")
    result = fix(shoot / "voice.wav", "-o", out)
    assert isinstance(result.exception, UsageFault)
    assert not (tmp_path / "elsewhere.wav").exists()


def test_the_originals_own_folder_is_refused(shoot: Path) -> None:
    before = contents(shoot)
    result = fix(shoot / "voice.wav", "-o", shoot)
    assert isinstance(result.exception, UsageFault)
    assert contents(shoot) == before


def test_two_files_that_would_become_one_are_refused(shoot: Path) -> None:
    (shoot / "take").mkdir()
    shutil.copy(shoot / "voice.wav", shoot / "take" / "voice.wav")
    result = fix(shoot / "voice.wav", shoot / "take" / "voice.wav", "-o", shoot / "out")
    assert isinstance(result.exception, UsageFault)
    assert "would both become" in str(result.exception)
    assert not (shoot / "out").exists()


def test_a_folder_that_cannot_be_made_is_one_line(shoot: Path) -> None:
    (shoot / "file").write_text("")
    result = fix(shoot / "voice.wav", "-o", shoot / "file" / "below")
    assert isinstance(result.exception, UsageFault)
    assert "nothing was written" in str(result.exception)


def test_a_second_run_over_the_folder_leaves_what_the_first_made_alone(shoot: Path) -> None:
    assert fix(shoot).exit_code == 0
    result = fix(shoot, "-o", shoot / "again")
    assert result.exit_code == 0, result.output
    assert sorted(p.name for p in (shoot / "again").iterdir()) == ["portrait.jpg", "voice.wav"]
    named = fix(shoot / "fixed", "-o", shoot / "third")
    assert named.exit_code == 0
    assert named.output.count("needs nothing: copied as it is") == 2
    for name in ("portrait.jpg", "voice.wav"):
        assert (shoot / "third" / name).read_bytes() == (shoot / "fixed" / name).read_bytes()


def test_diff_writes_nothing_and_shows_numbers(shoot: Path) -> None:
    before = contents(shoot)
    result = fix("--diff", shoot / "portrait.jpg", shoot / "voice.wav")
    assert contents(shoot) == before
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    assert "orientation 3 (warning) → 1 (pass)" in lines
    assert any(line.startswith("dc-offset 3 % (warning) → 0") for line in lines)


def test_a_before_and_after_picture_is_written_where_it_is_asked_for(shoot: Path) -> None:
    picture = shoot / "both.png"
    assert fix("--diff", "--picture", picture, shoot / "portrait.jpg").exit_code == 0
    with Image.open(picture) as image:
        assert image.width > 600
    again = fix("--diff", "--picture", picture, shoot / "portrait.jpg")
    assert isinstance(again.exception, UsageFault)


def test_what_cannot_be_mended_is_shown_and_decides_the_exit_code(
    shoot: Path, fixtures: Path
) -> None:
    shutil.copy(fixtures / "defects" / "readable.jpg", shoot / "torn.jpg")
    (shoot / "text.png").write_bytes(b"no picture at all")
    (shoot / "empty.wav").write_bytes(b"")
    result = fix(shoot / "torn.jpg", shoot / "text.png", shoot / "empty.wav", shoot / "voice.wav")
    assert result.exit_code == 1
    assert result.output.count("cannot be fixed: ") == 3
    assert [p.name for p in (shoot / "fixed").iterdir()] == ["voice.wav"]


def test_many_files_are_mended_in_parallel_as_one_by_one(shoot: Path) -> None:
    for number in range(4):
        shutil.copy(shoot / "voice.wav", shoot / f"take-{number}.wav")
    names = [shoot / f"take-{number}.wav" for number in range(4)]
    assert fix("-j", 2, "-o", shoot / "two", *names).exit_code == 0
    assert fix("-j", 1, "-o", shoot / "one", *names).exit_code == 0
    assert contents(shoot / "two") == contents(shoot / "one")


def test_the_extension_belongs_to_what_is_written(shoot: Path) -> None:
    (shoot / "photo.PNG").write_bytes((shoot / "portrait.jpg").read_bytes())
    samples, rate_hz = soundfile.read(shoot / "voice.wav")
    soundfile.write(shoot / "take.flac", samples, rate_hz)
    assert fix(shoot / "photo.PNG", shoot / "take.flac").exit_code == 0
    assert sorted(p.name for p in (shoot / "fixed").iterdir()) == ["photo.jpg", "take.wav"]


def test_a_video_is_passed_over_and_standard_input_refused(shoot: Path, fixtures: Path) -> None:
    result = fix(fixtures / "talk.mp4", shoot / "voice.wav")
    assert "only portraits and recordings are mended" in result.output
    assert isinstance(fix(fixtures / "talk.mp4").exception, UsageFault)
    assert isinstance(fix("-").exception, UsageFault)


def test_json_on_standard_output_is_json(shoot: Path) -> None:
    result = fix("--output-format", "json", shoot / "voice.wav")
    assert json.loads(result.stdout)["verdict"] == "ready"
    assert "taken away" in result.stderr


@pytest.mark.parametrize("colour", ["red", "#12345", "12345g"])
def test_a_colour_that_is_none_is_refused(shoot: Path, colour: str) -> None:
    assert fix("--background", colour, shoot / "portrait.jpg").exit_code == 2


# --- findings name the command ----------------------------------------------------------------


def fixes_named(path: Path, app: str | None = None) -> dict[str, str | None]:
    report = run([str(path)], Options(isolated=True, app=app))
    return {f.rule: f.judgement.fix for f in report.findings}


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


def test_what_somebody_changed_in_the_folder_is_not_replaced(shoot: Path) -> None:
    assert fix(shoot / "voice.wav").exit_code == 0
    made = shoot / "fixed" / "voice.wav"
    made.write_bytes(made.read_bytes() + b"mine")
    before = contents(shoot)
    result = fix("--unsafe", shoot / "voice.wav")
    assert "name another folder with -o" in str(result.exception)
    assert contents(shoot) == before


def test_nothing_is_replaced_in_a_folder_that_was_named(shoot: Path) -> None:
    assert fix(shoot / "voice.wav", "-o", shoot / "out").exit_code == 0
    assert isinstance(fix(shoot / "voice.wav", "-o", shoot / "out").exception, UsageFault)


def test_diff_needs_no_free_place(shoot: Path) -> None:
    assert fix(shoot / "voice.wav").exit_code == 0
    (shoot / "fixed" / "voice.wav").write_bytes(b"mine")
    assert fix("--diff", shoot / "voice.wav").exit_code == 0


def test_what_only_unsafe_repairs_mend_is_not_called_beyond_mending(
    fixtures: Path, tmp_path: Path
) -> None:
    shutil.copy(fixtures / "defects" / "long-pause.mp3", tmp_path)
    shutil.copy(fixtures / "defects" / "noise-floor.mp3", tmp_path)
    result = fix_by_all(tmp_path / "long-pause.mp3", tmp_path / "noise-floor.mp3")
    assert result.output.count("only --unsafe can fix any of it: copied as it is") == 1
    assert result.output.count("nothing in it can be fixed: copied as it is") == 1


def test_a_repair_that_cannot_help_says_so(fixtures: Path, tmp_path: Path) -> None:
    """The face stands so near the edge that both shoulders in the middle are not to be had."""
    with Image.open(fixtures / "portrait.png") as image:
        side = image.width
        image.convert("RGB").crop((0, 0, round(side * 0.72), side)).save(tmp_path / "me.png")
    result = fix_by_all("--unsafe", "--diff", tmp_path / "me.png")
    assert "crop       (unsafe) not done: the result would be no better" in result.output
    assert "face-centred" in result.output
    assert "head-and-shoulders" not in result.output


def test_select_and_ignore_hold_for_repairs_that_look_for_themselves(shoot: Path) -> None:
    gps = Image.Exif()
    gps[0x0112] = 3
    gps.get_ifd(0x8825).update({1: "N", 2: (47.0, 22.0, 6.5)})
    with Image.open(shoot / "portrait.jpg") as image:
        image.save(shoot / "place.jpg", exif=gps)
    words = ("--diff", shoot / "place.jpg")
    assert "  places " in fix_by_all(*words).output
    for more in (("--ignore", "places"), ("--select", "orientation")):
        output = fix_by_all(*words, *more).output
        assert "  upright " in output
        assert "  places " not in output
    assert "no rule matches 'place'" in str(fix_by_all(*words, "--ignore", "place").exception)


def test_a_voice_still_too_long_after_its_repair_is_split_as_it_was_mended(
    fixtures: Path, tmp_path: Path
) -> None:
    samples, rate_hz = soundfile.read(fixtures / "defects" / "duration.mp3")
    wav(tmp_path / "long.wav", samples + 0.03, rate_hz)
    output = fix_by_all(tmp_path / "long.wav").output
    assert f"qcheck split {tmp_path / 'fixed' / 'long.wav'}" in output


def test_a_video_says_why_it_is_not_mended(fixtures: Path) -> None:
    result = fix(fixtures / "defects" / "video-cuts.mp4")
    assert "video-cuts.mp4: only portraits and recordings are mended" in str(result.exception)


def test_a_file_that_is_too_long_is_to_be_split(fixtures: Path) -> None:
    assert fixes_named(fixtures / "defects" / "duration.mp3")["duration"] == (
        f"qcheck split {fixtures / 'defects' / 'duration.mp3'}"
    )
