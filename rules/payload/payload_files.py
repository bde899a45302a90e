"""The payload names a file that would not be uploaded.

What it measures: whether every file that the payload names is there and can be read by whoever
sends it.

Why it matters: A path that leads nowhere is sent as it stands; the app gets a text instead of a
picture and fails, or takes the job and fails then. An address on the network may hold anything:
nothing of it was checked.

How to mend it: Correct the path; it counts from the folder in which the command runs. Write a path
out instead of beginning it with ~ where the Python SDK sends it. Download what lies on the network
and name the file, or allow addresses with `allow-remote = true`.

References: the SDK inferencesh uploads any text that is an existing path and sends every other one
as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qcheck import Job, Judgement, PayloadFiles, failed, info, passed, rule


@dataclass(frozen=True)
class Limits:
    allow_remote: bool = False
    """Whether an address on the network is accepted without checking."""


@rule("payload-files", code="J03", medium="payload", limits=Limits, needs_files=True)
def payload_files(named: PayloadFiles, job: Job, limits: Limits) -> Iterator[Judgement]:
    fine = True
    for file in named.files:
        if file.fault is not None:
            fine = False
            yield failed(
                f"The input {file.key} names {file.value}: {file.fault}.", measured=file.value
            )
        elif file.remote:
            fine = False
            tell = info if limits.allow_remote or job.allow_remote else failed
            yield tell(f"The input {file.key} lies elsewhere ({file.value}) and was not checked.")
    if fine:
        yield passed("Every file is there.", measured=len(named.files))
