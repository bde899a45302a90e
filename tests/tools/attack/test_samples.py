"""Samples of every format, each of which is read as what it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qcheck.media.file import File
from qcheck.media.sniff import FORMATS
from tools.attack.mutations import Mutated
from tools.attack.reading import read
from tools.attack.samples import Sample, samples


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_a_sample_is_read(sample: Sample) -> None:
    found = read(sample.file_name, sample.data)
    assert found.crash == ""
    assert found.content is not None
    # Joined files are an error, and an animation or an unfinished header a warning.
    odd = ("joined", "animated", "unfinished", "pages")
    assert bool(found.findings) == any(word in sample.name for word in odd)


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
@settings(max_examples=15, deadline=None)
@given(at=st.floats(0, 1), middle=st.binary(max_size=60), left=st.integers(0, 60))
def test_a_decoder_takes_whatever_stands_in_the_middle(
    sample: Sample, at: float, middle: bytes, left: int
) -> None:
    begins = int(at * len(sample.data))
    found = read(sample.file_name, sample.data[:begins] + middle + sample.data[begins + left :])
    assert found.crash == ""


def test_every_format_that_can_be_written_here_is_among_them() -> None:
    known = {File("a", each.data).format for each in samples()}
    media = {f.name for f in FORMATS.values() if f.medium in ("portrait", "voice", "video")}
    assert media - {each.name for each in known if each} == {"HEIC"}


def test_what_checksums_cover_is_what_they_prove() -> None:
    sample = Sample("x", "x", bytes(100), proven_from=10, proven_to=50)
    assert sample.proves(Mutated(b"", "", 10, 50))
    assert not sample.proves(Mutated(b"", "", 9, 50))
    assert not sample.proves(Mutated(b"", "", 10, 51))
    assert not sample.proves(Mutated(b"", "", 10, None))
    whole = Sample("x", "x", bytes(100), proven_from=10)
    assert whole.proves(Mutated(b"", "", 10, None))
    # Behind the end there is nothing of it.
    assert not whole.proves(Mutated(b"", "", 100, None))
    assert not Sample("x", "x", bytes(100)).proves(Mutated(b"", "", 10, 50))
