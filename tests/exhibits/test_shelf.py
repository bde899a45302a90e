"""Which files of a long run keep what is shown of them."""

from __future__ import annotations

from qcheck.core.results import FileReport, Judgement, Outcome, Severity, Status
from qcheck.exhibits.exhibit import Exhibit
from qcheck.exhibits.shelf import Shelf


def test_sound_files_make_room_where_there_are_many() -> None:
    empty = Exhibit({}, {})
    fine = FileReport("a.png", "portrait", (), exhibit=empty)
    bad = FileReport(
        "b.png",
        "portrait",
        (Outcome("x", "X01", Status.FAIL, (Judgement(Severity.WARNING, "Bad.", 50.0),)),),
        exhibit=empty,
    )
    assert Shelf(5).put(fine) is fine
    shelf = Shelf(4000)
    assert shelf.put(fine).exhibit is not empty
    kept = sum(shelf.put(bad) is bad for _ in range(4000))
    assert kept == Shelf.ROOM
