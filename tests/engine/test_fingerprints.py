"""A finding keeps its fingerprint while everything else changes, and shares it with no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.places import Box, Span
from qcheck.core.results import FileReport, Judgement, Outcome, Severity, Status
from qcheck.core.units import quantity
from qcheck.engine.fingerprints import find_root, fingerprint, fingerprints, identity


def said(message: str, *where: Box | Span, severity: Severity = Severity.ERROR) -> Judgement:
    return Judgement(severity, message, 10.0, where=where)


def report(*judgements: Judgement, rule: str = "sharpness", file: str = "a.png") -> FileReport:
    outcome = Outcome(rule, "P52", Status.FAIL, judgements)
    return FileReport(file, "portrait", (outcome,))


def marks(file: FileReport, root: Path = Path("/nowhere")) -> list[str]:
    return [mark for _, mark in fingerprints(file, root)]


SHARP = said("The face is 412 px across; 1024 px are wanted.", Box(10, 10, 200, 200))


def test_the_same_finding_is_the_same_by_a_fixed_name() -> None:
    """Baselines lie in repositories for years: this value changes only with VERSION."""
    assert fingerprint("sharpness", "a.png") == (
        "445ea8b468ece637a47c8e51212f2de28db765ee29de62c7ade07998109f700e"
    )


@given(
    number=st.floats(0, 1e7, allow_nan=False),
    unit=st.sampled_from(["px", "Hz", "bytes", "share", "dB", "LUFS", "s", "°", ""]),
)
def test_numbers_do_not_count(number: float, unit: str) -> None:
    def message(value: float) -> Judgement:
        return said(f"It is {quantity(value, unit)}, and {quantity(2.0, unit)} is wanted.")

    assert marks(report(message(number))) == marks(report(message(1.0)))


@pytest.mark.parametrize(
    "changed",
    [
        replace(SHARP, severity=Severity.WARNING),
        replace(SHARP, score=99.0, measured=3.0, wanted=4.0),
        replace(SHARP, where=(Box(300, 10, 500, 200),)),
        replace(SHARP, where=()),
        replace(SHARP, message="The face is −3.5 px across; 99 px are wanted."),
    ],
)
def test_what_is_measured_and_where_does_not_count(changed: Judgement) -> None:
    assert marks(report(changed)) == marks(report(SHARP))


def test_other_rules_and_other_findings_do_not_count() -> None:
    alone = marks(report(SHARP))
    beside = report(said("Something else is wrong."), SHARP)
    assert alone[0] in marks(beside)
    more = replace(beside, outcomes=(Outcome("hum", "V40", Status.PASS), *beside.outcomes))
    assert alone[0] in marks(more)


def test_rule_file_and_words_count() -> None:
    names = {
        marks(report(SHARP))[0],
        marks(report(SHARP, rule="exposure"))[0],
        marks(report(SHARP, file="b.png"))[0],
        marks(report(said("Something else is wrong.")))[0],
        marks(report(said("The app knows no input image2.")))[0],
        marks(report(said("The app knows no input image3.")))[0],
    }
    assert len(names) == 6


@given(st.lists(st.integers(0, 50), min_size=2, max_size=20))
def test_no_two_findings_of_a_file_share_one(starts: list[int]) -> None:
    spans = [said("A word is cut.", Span(start, start + 1)) for start in starts]
    found = marks(report(*spans))
    assert len(set(found)) == len(starts)


def test_the_path_is_relative_to_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    shoot = tmp_path / "shoot"
    shoot.mkdir()
    (shoot / "a.png").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    assert find_root() == tmp_path.resolve()
    above = report(SHARP, file="shoot/a.png")
    assert identity(above, find_root()) == "shoot/a.png"
    monkeypatch.chdir(shoot)
    assert find_root() == tmp_path.resolve()
    assert identity(report(SHARP, file="a.png"), find_root()) == "shoot/a.png"
    assert identity(report(SHARP, file=str(shoot / "a.png")), find_root()) == "shoot/a.png"


def test_a_file_elsewhere_is_known_by_its_content(tmp_path: Path) -> None:
    one, two, other = (tmp_path / name for name in ("one.png", "two.png", "other.png"))
    one.write_bytes(b"same")
    two.write_bytes(b"same")
    other.write_bytes(b"other")
    root = tmp_path / "root"
    found = [identity(report(SHARP, file=str(path)), root) for path in (one, two, other)]
    assert found[0].startswith("sha256:")
    assert found[0] == found[1] != found[2]


def test_standard_input_is_known_by_its_name() -> None:
    assert identity(report(SHARP, file="<stdin>"), Path("/nowhere")) == "<stdin>"


def test_the_same_words_twice_are_told_apart_by_coarse_places_with_fixed_names() -> None:
    """These values change only with VERSION, too."""
    spans = report(said("It clicks.", Span(1.2, 2)), said("It clicks.", Span(7.4, 8)))
    assert marks(spans) == [
        fingerprint("sharpness", "a.png", "1 s", "It clicks."),
        fingerprint("sharpness", "a.png", "7 s", "It clicks."),
    ]
    boxes = report(said("It glows.", Box(0, 0, 100, 300)), said("It glows.", Box(200, 0, 300, 2)))
    assert marks(boxes) == [
        fingerprint("sharpness", "a.png", "0, 2", "It glows."),
        fingerprint("sharpness", "a.png", "3, 0", "It glows."),
    ]
    nowhere = report(said("It hums."), said("It hums."))
    assert marks(nowhere) == [
        fingerprint("sharpness", "a.png", "", "It hums."),
        fingerprint("sharpness", "a.png", " #2", "It hums."),
    ]


def test_without_a_repository_paths_are_relative_to_where_one_is(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    if any((folder / ".git").exists() for folder in tmp_path.resolve().parents):
        pytest.skip("the temporary folder lies in a repository")
    assert find_root(tmp_path / "inner") == (tmp_path / "inner").resolve()


def test_a_link_that_leads_nowhere_is_known_by_its_own_place(tmp_path: Path) -> None:
    link = tmp_path / "shoot" / "gone.png"
    link.parent.mkdir()
    link.symlink_to("elsewhere.png")
    assert identity(report(SHARP, file=str(link)), tmp_path.resolve()) == "shoot/gone.png"
    outside = tmp_path.resolve() / "other"
    assert identity(report(SHARP, file=str(link)), outside) == str(link)
    assert identity(report(SHARP, file="payload.json: image\0"), outside) == "payload.json: image\0"
