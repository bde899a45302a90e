"""How a probe is declared, and what is read from its declaration."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qcheck.core.probe import (
    Inapplicable,
    Unmeasurable,
    is_probe,
    measure_function,
    probe,
    wants,
)

if TYPE_CHECKING:
    from nowhere import Unknown


def measure(size: Size) -> Mine:
    return Mine(size.bytes)


@dataclass(frozen=True)
class Size:
    bytes: int


@probe(measure)
@dataclass(frozen=True)
class Mine:
    number: int


def test_only_what_is_declared_is_a_probe() -> None:
    class Child(Mine):
        """Has its parent's attributes, and nothing that measures it."""

    assert is_probe(Mine)
    assert not is_probe(Child)
    assert not is_probe(Size)
    assert not is_probe(Mine(3))
    assert not is_probe("Mine")


def test_a_probe_may_be_measured_by_a_function() -> None:
    assert measure_function(Mine) is measure


def test_what_measures_a_probe_is_imported_when_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "measures_lazily.py").write_text("def measure(): return 7\n")
    monkeypatch.syspath_prepend(tmp_path)

    @probe("measures_lazily:measure")
    class Lazy:
        pass

    assert is_probe(Lazy)
    assert "measures_lazily" not in sys.modules
    try:
        assert measure_function(Lazy)() == 7
    finally:
        sys.modules.pop("measures_lazily", None)


@pytest.mark.parametrize(
    ("by", "error"),
    [("nowhere_at_all:measure", ModuleNotFoundError), ("json:measure", AttributeError)],
)
def test_what_measures_a_probe_must_be_there(by: str, error: type[Exception]) -> None:
    @probe(by)
    class Lost:
        pass

    with pytest.raises(error):
        measure_function(Lost)


def test_a_declaration_that_does_not_say_what_measures_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^probe Size: what measures it\? @probe\(measure\)"):
        probe(Size)


def test_what_a_function_wants_is_read_from_its_annotations() -> None:
    def asks(first: Mine, second: "Size", unannotated=None) -> Unknown:  # noqa: UP037 (as a plugin's author may write it)
        raise NotImplementedError

    assert wants(asks) == {"first": Mine, "second": Size}
    assert list(wants(asks)) == ["first", "second"]


def test_an_annotation_that_is_not_there_is_an_error_of_who_wrote_it() -> None:
    def asks(first: Unknown) -> None:
        raise NotImplementedError

    with pytest.raises(NameError, match="Unknown"):
        wants(asks)


def test_what_does_not_apply_is_a_kind_of_what_cannot_be_measured() -> None:
    """Whoever catches the one also catches the other, and the engine tells them apart."""
    with pytest.raises(Unmeasurable, match="no bit rate"):
        raise Inapplicable("a WAV has no bit rate")
    assert not isinstance(Unmeasurable("dark"), Inapplicable)
