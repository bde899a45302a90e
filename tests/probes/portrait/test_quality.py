"""What follows from shares of alpha."""

from __future__ import annotations

import pytest

from qcheck.probes.portrait import Transparency


def test_what_is_clear_and_what_is_veiled_is_seen_through() -> None:
    assert Transparency(0.3, 0.05, None).seen_through_share == pytest.approx(0.35)
