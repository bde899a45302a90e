"""The payload has a key that the app does not know, or lacks one that it needs.

What it measures: the keys of the payload against the inputs that the app itself publishes.

Why it matters: An app ignores a key that it does not know and fails for want of the right one,
some only after the job was taken and charged. Published quick-start payloads of several apps have
such keys, and people copy them.

How to mend it: Use the key that is named here. `qcheck apps APP` shows every input of an app;
`qcheck apps update` takes in what the platform says today.

References: the apps' input schemas, inference-sh/grid.
"""

from __future__ import annotations

from collections.abc import Iterator

from qcheck import Contract, Judgement, failed, passed, rule


@rule("payload-keys", code="J01", medium="payload")
def payload_keys(contract: Contract) -> Iterator[Judgement]:
    meant = {right for _, right in contract.unknown}
    for key, right in contract.unknown:
        hint = f"; it is called {right}" if right else ""
        yield failed(
            f"The app {contract.app} knows no input {key}{hint}.", measured=key, wanted=right or ""
        )
    for key in contract.missing:
        # One cause, one finding: what was written under a wrong name is not missing as well.
        if key not in meant:
            yield failed(f"The app {contract.app} needs {key}, which is missing.", wanted=key)
    if not contract.unknown and not contract.missing:
        yield passed("Every key is one that the app knows, and none is missing.")
