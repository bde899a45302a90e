"""What `qcheck fix` says of every file."""

from __future__ import annotations

from pathlib import Path

import pytest

from qcheck.cli.text.fixes import fix_text
from qcheck.core.results import FileReport, Judgement, Outcome, Report, Severity, Status
from qcheck.repair.batch import FixedFile, Work
from qcheck.repair.one_file import Deed

UPRIGHT = Deed("upright", True, "turned by 90°")
CROP = Deed("crop", False, "cropped to 800 x 1000 px")


def outcome(rule: str, measured: float, severity: Severity | None = None, fix: str = "") -> Outcome:
    judgement = Judgement(severity, f"It is {rule}.", 50.0, measured, None, "dB", fix=fix or None)
    return Outcome(rule, "T01", Status.FAIL if severity else Status.PASS, (judgement,))


def report(*outcomes: Outcome) -> FileReport:
    return FileReport("a.png", "portrait", outcomes)


def said(each: FixedFile, dry: bool = False) -> list[str]:
    return fix_text(Work((each,), Report((each.after,), None, None)), dry).splitlines()


def test_a_fixed_file_is_named_with_where_it_went_and_what_was_done() -> None:
    each = FixedFile("a.png", report(), report(), Path("fixed/a.png"), (UPRIGHT, CROP))
    assert said(each) == [
        "a.png → fixed/a.png",
        "  upright    turned by 90°",
        "  crop       (unsafe) cropped to 800 x 1000 px",
        "",
    ]
    again = FixedFile("a.png", report(), report(), Path("fixed/a.png"), (UPRIGHT,), replaces=True)
    assert said(again)[0] == "a.png → fixed/a.png, replacing the earlier one"


def test_a_file_that_cannot_be_fixed_says_why() -> None:
    assert said(FixedFile("a\n.png", report(), report(), None, refusal="it is empty")) == [
        "a\\n.png  cannot be fixed: it is empty",
        "",
    ]


@pytest.mark.parametrize(
    ("left", "says"),
    [
        ((), "needs nothing"),
        ((outcome("noise", -40, Severity.INFO),), "needs nothing"),
        ((outcome("noise", -40, Severity.WARNING),), "nothing in it can be fixed"),
        (
            (outcome("tilt", 9, Severity.ERROR, "qcheck fix --unsafe a.png"),),
            "only --unsafe can fix any of it",
        ),
    ],
)
def test_a_file_to_which_nothing_was_done_says_why(left: tuple[Outcome, ...], says: str) -> None:
    each = FixedFile("a.png", report(*left), report(*left), Path("fixed/a.png"))
    assert said(each)[1] == f"  {says}: copied as it is"
    assert said(each, dry=True)[1] == f"  {says}"


def test_a_dry_run_shows_the_numbers_that_would_change() -> None:
    before = report(outcome("noise", -40, Severity.WARNING), outcome("hum", -70), outcome("dc", 5))
    after = report(outcome("noise", -60), outcome("hum", -70), outcome("dc", 0.00005))
    each = FixedFile("a.png", before, after, Path("fixed/a.png"), (UPRIGHT,))
    assert said(each, dry=True)[2:-1] == [
        "    noise  −40.0 dB (warning)  →  −60.0 dB (pass)",
        "    dc     5.0 dB (pass)       →  0.0 dB (pass)",
    ]
    same = FixedFile("a.png", before, before, Path("fixed/a.png"), (UPRIGHT,))
    assert said(same, dry=True)[2:-1] == ["  no rule measures a difference"]
