"""Whether a noise floor is the noise's level or only a bound."""

from __future__ import annotations

import pytest

from qcheck.probes.voice import NoiseFloor


@pytest.mark.parametrize(
    ("method", "certain"),
    [("pauses", True), ("quietest", True), ("bound", False), ("gated", False)],
)
def test_only_what_was_heard_is_certain(method: str, certain: bool) -> None:
    assert NoiseFloor(-60.0, -60.0, -60.0, method, 1.0).certain == certain
