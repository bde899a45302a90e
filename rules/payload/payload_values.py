"""The payload has a value that the app would refuse.

What it measures: type, choices and bounds of every value, and which inputs need each other,
against what the app itself publishes.

Why it matters: The app refuses the job, or fails after it was taken.

How to mend it: Give a value of the kind that is named here. `qcheck apps APP` shows what every
input takes.

References: the apps' input schemas, inference-sh/grid.
"""

from __future__ import annotations

from collections.abc import Iterator

from qcheck import Contract, Judgement, failed, passed, rule


@rule("payload-values", code="J02", medium="payload")
def payload_values(contract: Contract) -> Iterator[Judgement]:
    for key, says in contract.misfits:
        yield failed(f"{f'The input {key}' if key else 'The payload'} {says}.", measured=key)
    if not contract.misfits:
        yield passed("Every value is one that the app takes.")
