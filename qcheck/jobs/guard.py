"""In front of the SDK ``inferencesh``: what its client runs is checked before it is sent."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import inspect
import json
from collections.abc import Mapping
from typing import Any, TypeVar

from qcheck.core.errors import UsageFault
from qcheck.core.results import Report
from qcheck.core.wording import briefly
from qcheck.engine.options import Options
from qcheck.jobs.check import check_job, refuse_changed
from qcheck.reporters import View, reporter
from qcheck.targets.catalogue import require_described

__all__ = ["Blocked", "guard"]

Client = TypeVar("Client")


class Blocked(Exception):
    """The job was not sent; ``report`` says why."""

    def __init__(self, report: Report) -> None:
        self.report = report
        findings = reporter("concise")(
            report, View(colour=False, quiet=True, verbose=False, docs={})
        )
        super().__init__(f"qcheck blocked the job\n{findings}".rstrip())


def guard(client: Client, options: Options | None = None) -> Client:
    """Check every job that ``client`` runs, before it is sent.

    ``client`` is an ``Inference`` or an ``AsyncInference`` of the SDK; it is changed and returned,
    so that ``client.tasks.run``, which goes through the same method, is checked as well. A job that
    blocks raises :class:`Blocked` and is not sent. Raises TypeError for anything without ``run``.
    """
    run = getattr(client, "run", None)
    if not callable(run):
        raise TypeError(f"{type(client).__name__} has no run to guard")
    if inspect.iscoroutinefunction(run):

        @functools.wraps(run)
        async def checked(params: Mapping[str, Any], *args: Any, **more: Any) -> Any:
            seen = await asyncio.to_thread(_checked, params, options)
            return await run(seen, *args, **more)
    else:

        @functools.wraps(run)
        def checked(params: Mapping[str, Any], *args: Any, **more: Any) -> Any:
            return run(_checked(params, options), *args, **more)

    # By name: the SDK is no dependency, so nothing here knows the client's type.
    setattr(client, "run", checked)  # noqa: B010
    return client


def _checked(params: Mapping[str, Any], options: Options | None) -> dict[str, Any]:
    """What is sent: a copy of ``params`` with the payload as it was checked.

    Whoever else holds ``params`` may change them while they are checked.
    """
    own = dataclasses.replace(options or Options(), expands_home=False)
    seen = dict(params)
    app = seen.get("app")
    if not isinstance(app, str):
        raise UsageFault(f"an app is called NAMESPACE/NAME, not {briefly(app)}")
    require_described(app, seen.get("function"))
    try:
        payload = json.dumps(seen.get("input", {}))
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageFault(f"the payload cannot be sent as JSON: {error}") from error
    report = check_job(app, payload, own)
    if report.exit_code:
        raise Blocked(report)
    refuse_changed(report)
    if "input" in seen:
        seen["input"] = json.loads(payload)
    return seen
