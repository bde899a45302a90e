"""Who speaks in which picture of a production."""

from __future__ import annotations

from pathlib import Path

from qcheck.probes.plan import PlannedTurn, Production

A, B = Path("a.png"), Path("b.png")


def production(*turns: tuple[str, Path | None]) -> Production:
    return Production(
        name="talk",
        folder=Path(),
        app="some/app",
        performers=(),
        turns=tuple(PlannedTurn(who, None, "Hi.", portrait) for who, portrait in turns),
        script=None,
        captions=None,
        captions_from_script=False,
        captions_declined=False,
        video=None,
    )


def test_turns_say_who_speaks_in_which_picture() -> None:
    made = production(("S1", A), ("S2", A), ("S1", B), ("S1", A))
    assert made.performers_of == {A: {"S1", "S2"}, B: {"S1"}}
    assert made.portraits_of == {"S1": (A, B), "S2": (A,)}


def test_a_picture_that_is_still_to_be_made_is_one_picture() -> None:
    assert production(("S1", None), ("S1", None)).portraits_of == {"S1": (None,)}
