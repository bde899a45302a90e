"""Plans as TOML, against what a plan may say, and the productions that they describe."""

from __future__ import annotations

from pathlib import Path

import pytest

from qcheck.core.probe import Unmeasurable
from qcheck.media.content import Text
from qcheck.media.file import File
from qcheck.probes.plan import PlanFaults, Production
from qcheck.probes.production import SCHEMA, hold_against_schema, read_production, read_table

DUO = """
app = "bytedance/omnihuman-1-5"
portrait = "duo.png"
captions = "script"
script = "talk.txt"
output = "done/talk.mp4"

[speakers.S2]
ref-text = "Hello."
"""
TALK = "[S1] Hello there. [S2] Hi.\n[S1] (laughs) How are you?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("duo.png", "one.wav", "two.wav"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "talk.txt").write_text(TALK)
    return tmp_path


def faults_of(plan: str, folder: Path) -> PlanFaults:
    return hold_against_schema(read_table(Text(plan)), File(str(folder / "talk.toml"), b""))


def production_of(plan: str, folder: Path) -> Production:
    table, file = read_table(Text(plan)), File(str(folder / "talk.toml"), b"")
    return read_production(table, hold_against_schema(table, file), file)


def test_a_script_becomes_turns_of_its_speakers(folder: Path) -> None:
    made = production_of(DUO, folder)
    assert [(turn.performer, turn.text) for turn in made.turns] == [
        ("S1", "Hello there."),
        ("S2", "Hi."),
        ("S1", "(laughs) How are you?"),
    ]
    assert {turn.portrait for turn in made.turns} == {folder / "duo.png"}
    assert made.captions_from_script
    assert (made.name, made.output) == ("talk", folder / "done" / "talk.mp4")


def test_faces_of_a_shared_picture_go_round_in_the_order_of_first_words(folder: Path) -> None:
    one, two = production_of(DUO, folder).performers
    assert (one.name, one.mask_index) == ("S1", 0)
    assert (two.name, two.mask_index, two.ref_text) == ("S2", 1, "Hello.")


def test_who_speaks_alone_needs_no_name(folder: Path) -> None:
    made = production_of('app = "a/b"\nportrait = "duo.png"\nvoice = "one.wav"', folder)
    (turn,) = made.turns
    assert (turn.performer, turn.voice, turn.text) == ("S1", folder / "one.wav", None)


def test_a_picture_that_is_still_to_be_made_has_no_file(folder: Path) -> None:
    made = production_of(
        'app = "a/b"\nvoice = "one.wav"\n[portrait]\nprompt = "a baker"\n[portrait.inputs]\nn = 2',
        folder,
    )
    assert made.turns[0].portrait is None
    assert made.portrait_prompt == {"prompt": "a baker", "n": 2}


def test_of_a_cut_out_the_picture_before_it_is_kept(folder: Path) -> None:
    made = production_of(
        'app = "a/b"\nvoice = "one.wav"\n[portrait]\nfile = "duo.png"\nremove-background = true',
        folder,
    )
    assert made.remove_background
    assert made.uncut_portrait == folder / "duo.png"
    assert made.turns[0].portrait is None


@pytest.mark.parametrize(
    ("plan", "key", "says"),
    [
        ('app = "a/b"\nportrait = "duo.png"', "voice", "is missing, and so are script and turn"),
        (
            'app = "a/b"\nportrait = "duo.png"\nvoice = "one.wav"\nscript = "talk.txt"',
            "voice",
            "and script are both given",
        ),
        ('app = "a/b"\nvoice = "one.wav"', "portrait", "is missing"),
        (
            'app = "a/b"\nportrait = "duo.png"\n[[turn]]\nspeaker = "S1"',
            "turn[0]",
            "needs a voice or a text",
        ),
        (
            'app = "a/b"\nportrait = "duo.png"\nvoice = "one.wav"\ncaptions = "script"',
            "captions",
            "recordings are given",
        ),
        ('portrait = "duo.png"\nvoice = "one.wav"', "app", "is missing"),
    ],
)
def test_contradictions_are_named(plan: str, key: str, says: str, folder: Path) -> None:
    found = dict(faults_of(plan, folder).misfits)
    assert says in found[key]


def test_a_misspelt_key_is_named_with_the_one_that_was_meant(folder: Path) -> None:
    faults = faults_of('app = "a/b"\nportrat = "duo.png"\nvoice = "one.wav"\nzzz = 1', folder)
    assert dict(faults.unknown) == {"portrat": "portrait", "zzz": None}


def test_files_are_looked_for_beside_the_plan(folder: Path) -> None:
    faults = faults_of(
        'app = "a/b"\nportrait = "duo.png"\n'
        '[[turn]]\nspeaker = "S1"\nvoice = "none.wav"\n[[turn]]\nspeaker = "S2"\nvoice = "."',
        folder,
    )
    assert {each.key: each.fault for each in faults.files} == {
        "portrait": None,
        "turn[0].voice": "there is no such file",
        "turn[1].voice": "it is a folder",
    }


def test_a_plan_with_faults_is_no_production(folder: Path) -> None:
    with pytest.raises(Unmeasurable, match="the plan has faults"):
        production_of('app = "a/b"\nvoice = "one.wav"', folder)


@pytest.mark.parametrize(
    "line",
    ['voice = "~nobody-here/x.wav"', 'voice = "~\\u0000/x.wav"', 'voice = "a\\u0000.wav"'],
)
def test_a_path_that_no_system_takes_is_a_fault_of_its_file(folder: Path, line: str) -> None:
    faults = faults_of(f'app = "a/b"\nportrait = "duo.png"\n{line}', folder)
    (found,) = [each for each in faults.files if each.key == "voice"]
    assert found.fault is not None


@pytest.mark.parametrize("key", ["output", "work"])
def test_a_place_that_no_system_has_is_a_fault(folder: Path, key: str) -> None:
    plan = f'app = "a/b"\nportrait = "duo.png"\nvoice = "one.wav"\n{key} = "~nobody-here/x"'
    assert "cannot be used" in dict(faults_of(plan, folder).misfits)[key]


@pytest.mark.parametrize("value", ["2026-01-01", "07:32:00", "nan", "-inf", "[{a = [1979-05-27]}]"])
@pytest.mark.parametrize("table", ["render", "merge", "caption-style"])
def test_a_value_that_json_has_no_word_for_is_a_fault(folder: Path, table: str, value: str) -> None:
    plan = f'app = "a/b"\nportrait = "duo.png"\nvoice = "one.wav"\n[{table}]\nx = {value}'
    (found,) = [key for key, _ in faults_of(plan, folder).misfits]
    assert found.startswith(f"{table}.x")


def test_every_type_in_the_place_of_every_other_is_a_fault_and_no_crash(folder: Path) -> None:
    for key in SCHEMA["properties"]:
        for value in ("1", "true", "1.5", '""', "[]", "[1]", "{}", "{a = 1}", "2026-01-01", "nan"):
            text = f"{key} = {value}\n"
            faults = faults_of(text, folder)
            assert faults.misfits


def test_thousands_of_speakers_and_keys_are_looked_at_in_order(folder: Path) -> None:
    turns = "".join(f'[[turn]]\nspeaker = "P{i}"\nvoice = "one.wav"\n' for i in range(4000))
    made = production_of(f'app = "a/b"\nportrait = "duo.png"\n{turns}', folder)
    assert made.performers[3999].mask_index == 3999
    keys = "".join(f"portrai{i} = 1\n" for i in range(4000))
    faults = faults_of(f'app = "a/b"\nvoice = "one.wav"\n{keys}', folder)
    assert len(faults.unknown) == 4000
    assert faults.unknown[0] == ("portrai0", "portrait")


def test_faults_of_a_plan_are_named_up_to_a_bound(folder: Path) -> None:
    turns = "".join("[[turn]]\nspeaker = 1\n" for _ in range(3000))
    faults = faults_of(f'app = "a/b"\nportrait = "duo.png"\n{turns}', folder)
    assert ("", "has more faults than the 1000 that are named") in faults.misfits
