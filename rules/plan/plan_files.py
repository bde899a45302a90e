"""The plan names a file that is not there.

What it measures: whether every file that the plan names is there. Paths count from the folder in
which the plan lies.

Why it matters: The production would stop in the middle, after its first stages were paid for.

How to mend it: Correct the path, or put the file where the plan says that it is.

References: none.
"""

from __future__ import annotations

from collections.abc import Iterator

from qcheck import Judgement, PlanFaults, failed, passed, rule


@rule("plan-files", code="K02", medium="plan")
def plan_files(faults: PlanFaults) -> Iterator[Judgement]:
    missing = [file for file in faults.files if file.fault is not None]
    for file in missing:
        yield failed(f"The key {file.key} names {file.value}: {file.fault}.", measured=file.value)
    if not missing:
        yield passed("Every file is there.", measured=len(faults.files))
