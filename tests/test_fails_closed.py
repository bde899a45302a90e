"""Whatever breaks within, nothing is called clean and nothing is sent.

Each part is broken in turn, and the whole command line is started: to check files, as the gate in
front of a job, as the guard of a client, and to carry out a plan. That is hundreds of runs; a
sample of them is tried, and all with QCHECK_BREAK=all. QCHECK_BREAK=SEED tries another sample.
"""

from __future__ import annotations

import math
import os
import random
import sys
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from breaking import BODIES, Break, body_of, rule
from ways import DEFECTIVE, WAYS, assert_shut, prepare, tried, was_sent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks a process for every run")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    prepare(tmp_path)
    return tmp_path


@pytest.mark.parametrize("way", WAYS)
def test_with_nothing_broken_it_opens(here: Path, way: str) -> None:
    ended = tried(way, here)
    # The stand-in's answer is no task, so that a plan stops after its first stage.
    assert ended.code == (1 if way == "run" else 0), ended
    assert was_sent(here) is (way != "check")


RAISED = [name for name in BODIES if name[0].isupper() and name != "None"]
RETURNED = ["None", "a text", "a number", "a list of None", "true"]
LEFT = ["leaves", "ends the process", "aborts", "is killed"]
TOOK_TOO_MUCH = ["never ends", "spins", "eats memory"]
BOUNDS = "[bounds]\ncheck-s = 1.5\nmemory-mb = 900\n"

FOREIGN = [
    ("qcheck.probes.script", "read_script"),
    ("qcheck.media.text", "decode_text"),
    ("qcheck.media.content", "text_in"),
]
"""What a stranger's file, or somebody else's code, may make to do anything at all."""
OWN = [
    ("qcheck.engine.judge", "run_rule"),
    ("qcheck.engine.run", "check_file"),
    ("qcheck.engine.run", "read"),
    ("qcheck.engine.run", "setup_for"),
    ("qcheck.engine.run", "report_of"),
    ("qcheck.engine.run", "bundles"),
    ("qcheck.engine.setup", "resolve_limits"),
    ("qcheck.engine.setup", "load_rules"),
    ("qcheck.engine.setup", "load_settings"),
    ("qcheck.engine.workers", "start_process"),
]

SEED = os.environ.get("QCHECK_BREAK", "1")
SAMPLE_SHARE = 0.3


def sample(*choices: Iterable[object]) -> list[tuple[object, ...]]:
    """Some of all combinations, or all of them."""
    cases = list(product(*choices))
    if SEED == "all":
        return cases
    return random.Random(SEED).sample(cases, math.ceil(SAMPLE_SHARE * len(cases)))


@pytest.mark.parametrize(("way", "body"), sample(WAYS, [*RAISED, *RETURNED, *LEFT]))
def test_a_rule_that_breaks(here: Path, way: str, body: str) -> None:
    assert_shut(tried(way, here, Break(rule, ("script-turns", body))), here)


@pytest.mark.parametrize("body", [*RAISED, *LEFT])
def test_a_rule_that_breaks_hides_no_other_finding(here: Path, body: str) -> None:
    ended = tried("check", here, Break(rule, ("script-turns", body)), text=DEFECTIVE)
    assert_shut(ended, here, [2])
    if body not in ("ends the process", "aborts", "is killed"):
        assert "script-brackets" in ended.out
        assert "script-turns" in ended.out
        assert ("broken on purpose" in ended.out) is (body != "leaves")


@pytest.mark.parametrize("body", TOOK_TOO_MUCH)
@pytest.mark.parametrize("breaks", [(rule, "script-turns"), *((body_of, *p) for p in FOREIGN)])
def test_what_takes_too_much_is_ended(here: Path, breaks: tuple[Any, ...], body: str) -> None:
    (here / "qcheck.toml").write_text(BOUNDS, "utf-8")
    function, *given = breaks
    assert_shut(tried("check", here, Break(function, (*given, body))), here, [2])


@pytest.mark.parametrize(
    ("part", "body", "way"), sample(FOREIGN, [*RAISED, *RETURNED, *LEFT], WAYS)
)
def test_a_reader_or_measurer_that_breaks(
    here: Path, part: tuple[str, str], body: str, way: str
) -> None:
    if way == "run" and body in (*LEFT, "BrokenPipeError"):
        pytest.skip("a plan and its script are text, and read without a worker")
    assert_shut(tried(way, here, Break(body_of, (*part, body))), here)


@pytest.mark.parametrize(
    ("part", "body", "way"),
    sample(OWN, ["RuntimeError", "MemoryError", "OSError", "Odd", "leaves"], WAYS),
)
def test_a_part_of_the_engine_that_breaks(
    here: Path, part: tuple[str, str], body: str, way: str
) -> None:
    assert_shut(tried(way, here, Break(body_of, (*part, body))), here)
