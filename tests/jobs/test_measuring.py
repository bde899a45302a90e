"""What a job needs to know of a file, measured in a process that can be killed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qcheck.core.errors import UsageFault
from qcheck.core.probe import Unmeasurable
from qcheck.engine.inputs import Input
from qcheck.engine.options import Options
from qcheck.engine.run import in_worker
from qcheck.jobs import measuring
from qcheck.jobs.measuring import measure
from qcheck.media.content import Recording
from qcheck.probes.voice import Duration, Speech


@pytest.fixture(autouse=True)
def _in_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qcheck.engine.workers.IN_PROCESS", "QCHECK_IN_PROCESS")


def test_measurements_come_as_they_were_asked_for(fixtures: Path) -> None:
    speech, duration, recording = measure(
        fixtures / "voice.wav", "voice", Speech, Duration, Recording
    )
    assert speech.spans
    assert duration.duration_s == pytest.approx(recording.frames / recording.rate_hz)


def test_what_cannot_be_measured_is_said(fixtures: Path) -> None:
    with pytest.raises(Unmeasurable, match="could not be decoded"):
        measure(fixtures / "portrait.png", "voice", Speech)


def test_a_file_that_crashes_a_decoder_is_named(
    fixtures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crashing(_: object, __: object, given: Input, options: Options) -> object:
        return in_worker(os.abort, (), given, options)

    monkeypatch.setattr(measuring, "in_worker", crashing)
    with pytest.raises(UsageFault, match=r"voice\.wav: the process that checked it crashed"):
        measure(fixtures / "voice.wav", "voice", Speech)
