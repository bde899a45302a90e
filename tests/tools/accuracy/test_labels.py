"""Labels: who is one person, and which files are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.accuracy.labels import FOLDS, Row, read


def row(file: str = "a/b.png", **labels: str) -> Row:
    return Row(Path(file), "portraits", {"file": file, "subject": "", "dup_group": "", **labels})


def voice(file: str) -> Row:
    return Row(Path(file), "voices", {"file": file})


def test_a_person_is_in_one_fold_only() -> None:
    same = [row(f"{i}.png", subject="Ann") for i in range(9)]
    assert len({each.fold for each in same}) == 1
    others = {row(f"{i}.png", subject=str(i)).fold for i in range(99)}
    assert others == set(range(FOLDS))


def test_near_duplicates_are_one_person_whoever_they_are_labelled_as() -> None:
    assert row(subject="Ann", dup_group="7").subject == row(subject="Ben", dup_group="7").subject
    assert row("a.png").subject != row("b.png").subject


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("derived_click/click_nsd_f1.flac", "p808_nsd_clean/f1.flac"),
        ("libri_clean/2764-36616-0000.flac", "libri_clean/2764-36617-0004.flac"),
        ("ljspeech/LJ001-0001.flac", "ljspeech/LJ002-0014.flac"),
    ],
)
def test_a_speaker_is_one_person_under_every_name(one: str, other: str) -> None:
    assert voice(one).subject == voice(other).subject


def test_files_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "voices"
    folder.mkdir()
    (folder / "labels.csv").write_text("file,set\nhere.wav,a\ngone.wav,a\n")
    (folder / "here.wav").write_bytes(b"")
    assert [each.name for each in read(tmp_path)] == ["here.wav"]


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="has no portraits/labels"):
        read(tmp_path)


def test_sets_of_one_source_are_left_out_together() -> None:
    same = [row(set=name).origin for name in ("london_neutral", "london_smiling")]
    assert same == ["london", "london"]
    assert row(set="talkinghead").origin == "talkinghead"


def test_a_made_voice_is_from_the_set_of_its_speaker() -> None:
    one = Row(Path("a"), "voices", {"file": "derived_hum/hum_ptdb_f1.flac", "set": "derived/hum"})
    other = Row(Path("b"), "voices", {"file": "derived_dc/dc_ptdb_m2.flac", "set": "derived/dc"})
    assert one.left_out["sets"] == other.left_out["sets"] == "voices ptdb"
