"""The plan says something that no plan can say, or leaves out what it needs.

What it measures: the plan's keys and values against what a plan may hold, and whether they
contradict each other.

Why it matters: A misspelt key would be passed over, and the video be made without what it asks for.

How to mend it: Use the key or the value that is named here. The page on plans shows a whole one.

References: docs/jobs.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from qcheck import Judgement, PlanFaults, failed, passed, rule


@rule("plan-keys", code="K01", medium="plan")
def plan_keys(faults: PlanFaults) -> Iterator[Judgement]:
    for key, meant in faults.unknown:
        hint = f"; {meant} is probably meant" if meant else ""
        yield failed(f"A plan has no key {key}{hint}.", measured=key, wanted=meant or "")
    meant_keys = {meant for _, meant in faults.unknown}
    for key, says in faults.misfits:
        # One cause, one finding: what was written under a wrong name is not missing as well.
        if key in meant_keys:
            continue
        yield failed(f"The key {key} {says}." if key else f"The plan {says}.", measured=key)
    if not faults.unknown and not faults.misfits:
        yield passed("Every key is one that a plan may have.")
