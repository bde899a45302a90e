"""How sure a cut of the peaks is."""

from __future__ import annotations

from qcheck.probes.voice import Clipping


def test_what_is_cut_exactly_is_surer_than_what_only_looks_cut() -> None:
    exact = Clipping(0.001, (), -3.0, 0.4, exact=True)
    shaped = Clipping(0.001, (), -3.0, 1.4, exact=False)
    assert exact.degree > shaped.degree == 1.4
    assert Clipping(0.01, (), -3.0, 0.4, exact=True).degree > exact.degree
