"""qcheck from Python: the same checks as on the command line, the report as objects."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from qcheck.core.results import Report
from qcheck.engine.options import Options
from qcheck.engine.run import run

__all__ = ["check"]


def check(
    *files: str | os.PathLike[str],
    target: str | None = None,
    speakers: int | None = None,
    select: Iterable[str] | None = None,
    extend_select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    preview: bool = False,
    fail_on: str | None = None,
    min_score: float | None = None,
    config: str | os.PathLike[str] | None = None,
    isolated: bool = False,
    baseline: str | os.PathLike[str] | None = None,
    jobs: int = 1,
) -> Report:
    """Check portraits, recordings and what else a job takes, and folders of them.

    ``target`` is the app that will render: its limits hold. Everything else is as on the command
    line: what is left out is as the configuration closest to each file says. Files are checked in
    ``jobs`` processes beside this one, which wait for the next call.

    Bad files are findings, and broken rules crashes, in the report: ``report.exit_code`` is 0 where
    nothing blocks. Raises :class:`qcheck.UsageFault` for a file that is not there, an unknown rule,
    a wrong configuration or a machine that lacks a library of the system.
    """
    from qcheck.engine.baseline import Baseline
    from qcheck.engine.setup import run_settings

    options = Options(
        config=Path(config) if config is not None else None,
        isolated=isolated,
        app=target,
        speakers=speakers,
        select=_names(select) if select is not None else None,
        extend_select=_names(extend_select),
        ignore=_names(ignore),
        preview=preview,
        fail_on=fail_on,
        min_score=min_score,
        jobs=jobs,
    )
    place = Path(baseline) if baseline is not None else run_settings(options).baseline_path
    known = Baseline.read(place) if place is not None else None
    report = run([os.fspath(file) for file in files], options)
    return known.without_known(report) if known is not None else report


def _names(rules: Iterable[str]) -> tuple[str, ...]:
    return (rules,) if isinstance(rules, str) else tuple(rules)
