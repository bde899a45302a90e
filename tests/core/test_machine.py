"""Which machine and which process this is."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qcheck.core import machine
from qcheck.core.machine import boot_id, has_ended, machine_id, this_process

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux tells more than others")

SAYS = "from qcheck.core.machine import this_process; print(*vars(this_process()).values())"


def of_another(*, wait: bool = True) -> tuple[machine.ProcessIdentity, subprocess.Popen[str]]:
    """Another process, which has ended, or lives until its input ends."""
    code = f"{SAYS}; import sys; sys.stdout.flush(); sys.stdin.read()"
    made = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert made.stdout is not None
    name, boot, pid, start = made.stdout.readline().split(" ")
    process = machine.ProcessIdentity(name, boot, int(pid), int(start))
    if wait:
        made.communicate()
    return process, made


def test_a_process_has_ended_when_it_is_gone_and_not_before() -> None:
    assert not has_ended(this_process())
    other, made = of_another(wait=False)
    assert other.machine == this_process().machine
    assert not has_ended(other)
    made.communicate()
    assert has_ended(other)


@linux
def test_a_process_that_was_killed_and_not_asked_after_has_ended() -> None:
    other, made = of_another(wait=False)
    made.kill()
    os.waitid(os.P_PID, made.pid, os.WEXITED | os.WNOWAIT)
    assert has_ended(other)
    made.communicate()


@linux
def test_another_process_with_the_same_number_is_not_taken_for_it() -> None:
    assert has_ended(dataclasses.replace(this_process(), start_ticks=1))


@linux
def test_no_process_outlives_the_kernel() -> None:
    assert has_ended(dataclasses.replace(this_process(), boot="another"))


def test_of_another_machine_nobody_knows() -> None:
    gone, _ = of_another()
    assert not has_ended(dataclasses.replace(gone, machine="another"))


def test_without_what_linux_tells_a_number_that_is_in_use_is_alive(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(machine, "_BOOT_ID", tmp_path / "nowhere")
    gone, _ = of_another()
    assert has_ended(gone)
    assert not has_ended(dataclasses.replace(this_process(), start_ticks=1))


def test_names_stay_the_same_from_process_to_process() -> None:
    code = "from qcheck.core.machine import *; print(machine_id(), boot_id(), sep=',')"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == f"{machine_id()},{boot_id()}"
