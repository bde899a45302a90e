"""The page of formats: steady from one machine to the next, and short where documents are long."""

from __future__ import annotations

import json

import pytest

from tools.docs import formats_page


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ('"seconds": 1.4e-05,', '"seconds": 0.01,'),
        ('<testcase time="0.317">', '<testcase time="0.01">'),
        ('"left_px": 812.4417,', '"left_px": 812,'),
        ("certainty 0.98731 of 1", "certainty 0.99 of 1"),
        ("at 12000.4381 Hz", "at 12000 Hz"),
        ("version 2.1.0", "version 2.1.0"),
        ("5.25 s", "5.25 s"),
    ],
)
def test_seconds_are_left_out_and_numbers_of_models_are_rounded(printed: str, shown: str) -> None:
    assert formats_page._steady(printed) == shown


def test_of_a_long_document_the_head_and_one_finding_are_shown() -> None:
    fail, passed = {"rule": "a", "status": "fail"}, {"rule": "b", "status": "pass"}
    document = {"version": 1, "files": [{"outcomes": []}, {"outcomes": [passed, fail]}]}
    head, _, found = formats_page._part("json", json.dumps(document)).partition("\n\n")
    assert json.loads(head) == {"version": 1, "files": ["…"]}
    assert json.loads(found) == fail
