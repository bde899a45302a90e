"""Many files repaired: what is written, where, and what is refused."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile
from fix_command import contents, fix, fix_by_all
from PIL import Image
from repairs import QUICK, checked

from qcheck.core.errors import UsageFault
from qcheck.engine.options import Options
from qcheck.fixes.declaration import Wish
from qcheck.repair.batch import mend_files

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


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


def test_a_video_says_why_it_is_not_mended(fixtures: Path) -> None:
    result = fix(fixtures / "defects" / "video-cuts.mp4")
    assert "video-cuts.mp4: only portraits and recordings are mended" in str(result.exception)


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


def test_without_hard_links_files_are_put_in_place_all_the_same(
    shoot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    assert fix(shoot / "voice.wav").exit_code == 0
    assert [path.name for path in (shoot / "fixed").iterdir()] == ["voice.wav"]
    assert checked(shoot / "fixed" / "voice.wav", QUICK).findings == []


# Ends the process as SIGKILL does, when so many of its files are in their places.
KILLED = """
import os, signal, sys
from pathlib import Path
from qcheck.engine.options import Options
from qcheck.fixes.declaration import Wish
from qcheck.repair import batch
place, left = batch.place_new, [int(sys.argv[1])]
def killed(*given):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    place(*given)
batch.place_new = killed
folder = Path(sys.argv[2]) if sys.argv[2] else None
batch.mend_files(sys.argv[3:], Options(isolated=True), Wish(), folder)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
@pytest.mark.parametrize("after", [0, 1])
@pytest.mark.parametrize("out", ["", "out"])
def test_what_a_killed_run_left_does_not_stop_the_next(shoot: Path, after: int, out: str) -> None:
    files = [shoot / "portrait.jpg", shoot / "voice.wav"]
    folder = shoot / (out or "fixed")
    place = str(folder) if out else ""
    killed = subprocess.run([sys.executable, "-c", KILLED, str(after), place, *map(str, files)])
    assert killed.returncode == -signal.SIGKILL
    names = [path.name for path in folder.iterdir()]
    assert len([name for name in names if name.startswith(".qcheck-")]) == 2 - after
    assert len(names) == 2
    result = fix(*files, *(["-o", folder] if out else []))
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in folder.iterdir()) == ["portrait.jpg", "voice.wav"]


def test_a_run_that_goes_on_after_a_killed_one_replaces_nothing_else(shoot: Path) -> None:
    out = shoot / "out"
    files = [shoot / "portrait.jpg", shoot / "voice.wav"]
    subprocess.run([sys.executable, "-c", KILLED, "1", str(out), *map(str, files)])
    [placed] = (path for path in out.iterdir() if not path.name.startswith("."))
    placed.write_bytes(placed.read_bytes() + b"mine")
    before = placed.read_bytes()
    assert isinstance(fix(*files, "-o", out).exception, UsageFault)
    assert placed.read_bytes() == before


@pytest.mark.parametrize("links", [True, False])
def test_what_came_into_the_place_meanwhile_is_not_overwritten(
    shoot: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    link = os.link

    def somebody_is_faster(source: Path, target: Path) -> None:
        target.write_bytes(b"mine")
        if not links:
            raise PermissionError(1, "Operation not permitted")
        link(source, target)

    monkeypatch.setattr(os, "link", somebody_is_faster)
    result = fix(shoot / "voice.wav")
    assert isinstance(result.exception, UsageFault)
    assert "is there already; it was not overwritten" in str(result.exception)
    assert contents(shoot / "fixed") == {"voice.wav": b"mine"}


def test_a_place_that_cannot_be_taken_is_one_line(
    shoot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    monkeypatch.setattr(Path, "replace", full)
    result = fix(shoot / "voice.wav")
    assert str(result.exception) == f"{shoot / 'fixed' / 'voice.wav'}: No space left on device"
    assert not (shoot / "fixed").exists()


def test_a_folder_that_cannot_be_written_says_why(shoot: Path) -> None:
    (shoot / "file").write_text("")
    with pytest.raises(UsageFault, match=r"file/voice\.wav: File exists; nothing was written"):
        mend_files([str(shoot / "voice.wav")], QUICK, Wish(), shoot / "file")


def test_a_report_of_a_file_that_was_copied_is_that_of_the_original(
    shoot: Path, fixtures: Path
) -> None:
    work = mend_files(
        [str(fixtures / "voice.wav")], Options(isolated=True), Wish(), shoot / "out", sights=True
    )
    [each] = work.files
    assert each.deeds == ()
    assert dataclasses.replace(each.after, file=each.before.file) == each.before
    assert each.sights is not None
    assert each.sights[0].says == each.sights[1].says


def test_no_picture_is_made_that_nobody_asked_for(shoot: Path) -> None:
    work = mend_files([str(shoot / "voice.wav")], QUICK, Wish(), dry=True)
    assert work.files[0].sights is None
    assert work.files[0].waiting is None
    assert not work.files[0].replaces


@pytest.mark.parametrize(("unsafe", "named"), [(False, True), (True, False)])
def test_only_what_was_not_tried_is_advised(shoot: Path, unsafe: bool, named: bool) -> None:
    """A face that cannot be brought nearer to the guide."""
    picture = shoot / "eye.jpg"
    shutil.copy(FIXTURES / "defects" / "eye-line.jpg", picture)
    options = Options(isolated=True, select=("eye-line",))
    wish = Wish(unsafe=unsafe, left_out=("crop",))
    [each] = mend_files([str(picture)], options, wish, dry=True).files
    commands = [finding.judgement.fix for finding in each.after.findings]
    assert commands == [f"qcheck fix --unsafe {picture}" if named else None]
