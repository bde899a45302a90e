"""Measurements are taken once, on demand, and failures are remembered like values."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from qcheck.core.job import Job
from qcheck.core.probe import Inapplicable, Unmeasurable, probe
from qcheck.media.file import File
from qcheck.probes.evidence import Beside, Evidence, ProbeCrashed

CALLS: list[str] = []


def measure_size(file: File) -> Size:
    CALLS.append("size")
    return Size(file.size_bytes)


@probe(measure_size)
@dataclass(frozen=True)
class Size:
    size_bytes: int


def measure_double(size: Size) -> Double:
    return Double(2 * size.size_bytes)


@probe(measure_double)
@dataclass(frozen=True)
class Double:
    size_bytes: int


def refuse(size: Size) -> Refused:
    CALLS.append("refused")
    raise Inapplicable("there is nothing to measure")


@probe(refuse)
@dataclass(frozen=True)
class Refused:
    """Cannot be measured."""


def divide(size: Size) -> Broken:
    CALLS.append("broken")
    return Broken(size.size_bytes / 0)


@probe(divide)
@dataclass(frozen=True)
class Broken:
    value: float


def answer_with_a_number() -> Wrong:
    return 3  # type: ignore[return-value]


@probe(answer_with_a_number)
@dataclass(frozen=True)
class Wrong:
    """Its function returns something else."""


@pytest.fixture
def evidence() -> Evidence:
    CALLS.clear()
    return Evidence(File("a", b"12345"))


def test_what_a_probe_needs_is_measured_first_and_once(evidence: Evidence) -> None:
    assert evidence.get(Double).size_bytes == 10
    assert evidence.get(Size).size_bytes == 5
    assert CALLS == ["size"]
    assert set(evidence.seconds) == {"Size", "Double"}


def test_a_refusal_is_remembered(evidence: Evidence) -> None:
    for _ in range(2):
        with pytest.raises(Unmeasurable, match="nothing to measure"):
            evidence.get(Refused)
    assert CALLS == ["size", "refused"]


def test_a_crash_is_remembered_and_says_where(evidence: Evidence) -> None:
    for _ in range(2):
        with pytest.raises(ProbeCrashed, match=r"measuring Broken: .*test_evidence") as crashed:
            evidence.get(Broken)
    assert isinstance(crashed.value.__cause__, ZeroDivisionError)
    assert CALLS == ["size", "broken"]


def test_an_answer_of_another_kind_is_a_crash(evidence: Evidence) -> None:
    with pytest.raises(ProbeCrashed, match="it returned 3, which is no Wrong"):
        evidence.get(Wrong)


def test_what_is_no_probe_is_a_crash(evidence: Evidence) -> None:
    with pytest.raises(ProbeCrashed, match="str is not a probe"):
        evidence.get(str)


def test_the_file_the_job_and_what_stands_beside_are_there_from_the_start() -> None:
    job, voice = Job(speakers=2), Evidence(File("voice", b""))
    evidence = Evidence(File("a", b""), job, voice)
    assert evidence.get(Job) is job
    assert evidence.get(File).name == "a"
    assert evidence.get(Beside).voice is voice


def test_more_may_be_known_of_the_same_file(evidence: Evidence) -> None:
    evidence.get(Size)
    with pytest.raises(Unmeasurable):
        evidence.get(Refused)
    other = evidence.also_knowing({Double: Double(7)})
    assert other.get(Double).size_bytes == 7
    assert other.get(Size).size_bytes == 5
    with pytest.raises(Unmeasurable):
        other.get(Refused)
    assert CALLS == ["size", "refused"]
    # Of the first nothing has changed.
    assert evidence.get(Double).size_bytes == 10
