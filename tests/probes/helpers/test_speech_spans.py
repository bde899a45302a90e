"""Which moments lie in speech."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.places import Span
from qcheck.probes.helpers.speech_spans import during

moments = st.floats(0, 100)


@given(st.lists(st.tuples(moments, moments)), st.lists(moments))
def test_a_moment_is_inside_where_any_span_holds_it(
    pairs: list[tuple[float, float]], times: list[float]
) -> None:
    spans = [Span(min(pair), max(pair)) for pair in pairs]
    expected = [any(span.start_s <= time <= span.end_s for span in spans) for time in times]
    assert during(spans, np.array(times)).tolist() == expected
