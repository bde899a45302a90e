"""Whether a noise floor is the noise's level or only a bound, and when music is sure."""

from __future__ import annotations

import pytest

from qcheck.probes.voice import Music, NoiseFloor


@pytest.mark.parametrize(
    ("method", "certain"),
    [("pauses", True), ("quietest", True), ("bound", False), ("gated", False), ("doubtful", False)],
)
def test_only_what_was_heard_is_certain(method: str, certain: bool) -> None:
    assert NoiseFloor(-60.0, -60.0, method, 1.0).certain == certain


@pytest.mark.parametrize(("likelihood", "sure"), [(0.5, False), (0.9, False), (0.91, True)])
def test_music_is_the_cause_where_it_surely_plays(likelihood: float, sure: bool) -> None:
    assert Music(likelihood, 10.0).surely_plays == sure
