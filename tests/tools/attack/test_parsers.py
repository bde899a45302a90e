"""The campaign of mutated texts: every reader, and what is told of one that fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcheck.core.errors import UsageFault
from tools.attack import parsers
from tools.attack.entries import Entry, Misread, entries
from tools.attack.entries.commands import read_as_pflag
from tools.attack.parsers import ESCAPED, MISREAD, READ, REFUSED, Parsers, handle


@pytest.mark.parametrize("entry", list(entries()), ids=lambda entry: entry.name)
def test_a_reader_takes_its_seeds(entry: Entry) -> None:
    assert entry.seeds
    came = {handle(entry, seed).kind for seed in entry.seeds}
    assert came <= {READ, REFUSED}
    # A reader that refuses all that it starts from would try nothing.
    assert READ in came or entry.name == "ends of stored sound"


@pytest.mark.parametrize("entry", list(entries()), ids=lambda entry: entry.name)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_reader_takes_whatever_it_is_given(entry: Entry, data: st.DataObject) -> None:
    """Bytes, texts of its own words, and its seeds with something in the middle."""
    words = st.sampled_from([*entry.words, b"\n", b" ", b"=", b"{", b"]", b'"'])
    text = st.lists(words | st.binary(max_size=4), max_size=30).map(b"".join)
    seed = data.draw(st.sampled_from(entry.seeds))
    at = data.draw(st.integers(0, len(seed)))
    given_ = data.draw(st.one_of(st.binary(max_size=300), text, text.map(seed[:at].__add__)))
    for each in (given_, given_ + seed[at:]):
        came = handle(entry, each)
        assert came.kind in (READ, REFUSED), came.says


def test_some_inputs_of_each_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = Parsers(2)
    monkeypatch.setattr(parsers, "BATCH", 20)
    campaign.run(count=20 * len(campaign.entries))
    assert campaign.tally.bad == 0, list(campaign.kept.lines())
    assert len(campaign.tally.counts) == len(campaign.entries)


def test_what_a_reader_may_raise_is_a_refusal_and_anything_else_a_traceback() -> None:
    def read(data: bytes) -> object:
        if data == b"misread":
            raise Misread("it says something else")
        if data == b"refused":
            raise UsageFault("no such thing")
        return 1 // len(data)

    entry = Entry("x", (b"x",), read, (UsageFault,))
    kinds = [handle(entry, data).kind for data in (b"x", b"misread", b"refused", b"")]
    assert kinds == [READ, MISREAD, REFUSED, ESCAPED]


def test_one_input_of_each_fault_is_kept(tmp_path: Path) -> None:
    def read(data: bytes) -> object:
        return [][len(data)]

    campaign = Parsers(1, tmp_path)
    campaign.entries = (Entry("x", (b"seed",), read),)
    campaign._pool = {"x": [b"seed"]}
    campaign.run(count=50)
    assert campaign.tally.totals[ESCAPED] == 50
    assert len(campaign.kept.found) == 1
    assert "IndexError" in next(iter(campaign.kept.lines()))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("app run a/b --input {}", (["app", "run", "a/b"], "{}")),
        ("app run a/b -i{}", (["app", "run", "a/b"], "{}")),
        ("app run a/b -i={}", (["app", "run", "a/b"], "{}")),
        ("app run a/b -ji {}", (["app", "run", "a/b"], "{}")),
        ("app run a/b -ji={}", (["app", "run", "a/b"], "{}")),
        ("app run a/b --input {} -i []", (["app", "run", "a/b"], "[]")),
        ("app run a/b --json=false", (["app", "run", "a/b"], None)),
        ("app run a/b -- --input {}", (["app", "run", "a/b", "--input", "{}"], None)),
        ("app run a/b --input", None),
        ("app run a/b --nosuch {}", None),
        ("app run a/b --json=maybe", None),
        ("app run a/b ---input {}", None),
    ],
)
def test_pflag_is_read_as_its_source_has_it(
    words: str, meant: tuple[list[str], str | None] | None
) -> None:
    assert read_as_pflag(words.split()) == meant
