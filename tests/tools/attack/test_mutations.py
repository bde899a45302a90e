"""Mutations are many, and the same again for the same seed."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.attack.mutations import MUTATIONS, mutated
from tools.attack.parts import parts_of
from tools.attack.samples import Sample, samples
from tools.attack.text_mutations import mutated_text

BYTES = st.binary(min_size=2, max_size=400)


@pytest.mark.parametrize("name", MUTATIONS)
@given(data=BYTES, other=st.binary(max_size=400), seed=st.integers(0, 99))
def test_every_mutation_takes_whatever_it_is_given(
    name: str, data: bytes, other: bytes, seed: int
) -> None:
    change = MUTATIONS[name]
    assert change(random.Random(seed), data, other) == change(random.Random(seed), data, other)


@given(data=BYTES, seed=st.integers(0, 999))
def test_what_was_changed_lies_where_it_is_said_to(data: bytes, seed: int) -> None:
    mutant = mutated(random.Random(seed), data, data[::-1])
    first, last = mutant.first_changed, mutant.last_changed
    assert mutant.data[:first] == data[:first]
    if last is not None:
        assert mutant.data[last:] == data[last:]


@given(data=BYTES, other=BYTES, seed=st.integers(0, 999))
def test_texts_are_changed_without_end(data: bytes, other: bytes, seed: int) -> None:
    made = mutated_text(random.Random(seed), data, [other], [b"word"])
    assert made == mutated_text(random.Random(seed), data, [other], [b"word"])


SIGNATURES = ("", "\x89PNG", "RIFF", "RF64", "FORM", "OggS", "fLaC", "caff", "\0\0\0\x14ftyp")


@given(
    st.sampled_from([*SIGNATURES, "\xff\xd8", "\x1aE\xdf\xa3"]).map(lambda t: t.encode("latin-1")),
    st.binary(max_size=400),
)
def test_parts_are_the_whole_of_any_bytes(signature: bytes, rest: bytes) -> None:
    data = signature + rest
    spans = parts_of(data)
    assert b"".join(data[start:end] for start, end in spans) == data


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_parts_are_the_whole_of_a_sample(sample: Sample) -> None:
    spans = parts_of(sample.data)
    assert b"".join(sample.data[start:end] for start, end in spans) == sample.data
    # These have no parts with a length in front.
    whole = ("tif", "bmp", "gif", "ppm", "pgm", "pbm", "mp3", "aac")
    assert len(spans) > 1 or sample.extension in whole
