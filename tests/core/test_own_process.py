"""Whether a process is qcheck's own."""

from __future__ import annotations

import subprocess
import sys

import pytest

ASKING = """
from qcheck.core.own_process import claim_process, is_own_process
before = is_own_process()
claim_process()
print(before, is_own_process())
"""


def test_a_process_is_somebody_elses_until_it_is_claimed() -> None:
    ran = subprocess.run([sys.executable, "-c", ASKING], capture_output=True, text=True)
    assert ran.stdout == "False True\n"


@pytest.mark.parametrize("module", ["qcheck", "qcheck.api", "qcheck.gate"])
def test_who_imports_qcheck_keeps_its_process(module: str) -> None:
    code = (
        f"import {module}; from qcheck.core.own_process import is_own_process as own; print(own())"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout == "False\n"
