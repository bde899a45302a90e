"""Scenarios and what came of them: each is run once and says what was wrong."""

from __future__ import annotations

import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Came", "Scenario", "Skipped", "run_all", "table"]


class Skipped(Exception):
    """It cannot be tried here; the text says why."""


@dataclass(frozen=True)
class Scenario:
    """One way to bring qcheck down."""

    kind: str
    """The row of the table."""
    name: str
    run: Callable[[Path], list[str]] = field(repr=False)
    """Gets an empty folder; returns what was wrong, a clause each."""


@dataclass(frozen=True)
class Came:
    """What came of a scenario."""

    scenario: Scenario
    wrong: tuple[str, ...] = ()
    skipped: str | None = None


def run_all(scenarios: Iterator[Scenario], keep: Path | None = None) -> Iterator[Came]:
    """Run each in a folder of its own; the folder of what went wrong is kept in ``keep``."""
    for scenario in scenarios:
        folder = Path(tempfile.mkdtemp(prefix="qcheck-attack-"))
        try:
            came = Came(scenario, tuple(scenario.run(folder)))
        except Skipped as reason:
            came = Came(scenario, skipped=str(reason))
        except Exception:
            # A fault of the attack itself is no proof of anything.
            came = Came(scenario, (f"the attack failed: {traceback.format_exc()}",))
        if came.wrong and keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            name = "".join(c if c.isalnum() else "-" for c in scenario.name)[:60]
            (keep / f"{name}.txt").write_text("\n".join(came.wrong), "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        yield came


def table(came: list[Came]) -> Iterator[str]:
    """A row for each kind of scenario; below, what went wrong and what was not tried."""
    kinds = list(dict.fromkeys(each.scenario.kind for each in came))
    yield "| what | tried | held | went wrong | not tried here |"
    yield "|---|--:|--:|--:|--:|"
    for kind in kinds:
        of = [each for each in came if each.scenario.kind == kind]
        skipped = sum(each.skipped is not None for each in of)
        wrong = sum(bool(each.wrong) for each in of)
        tried = len(of) - skipped
        yield f"| {kind} | {tried:,} | {tried - wrong:,} | {wrong:,} | {skipped:,} |"
    for each in came:
        for clause in each.wrong:
            last = clause.strip().splitlines()[-1]
            yield f"- {each.scenario.kind}, {each.scenario.name}: {last[:300]}"
    for reason in dict.fromkeys(each.skipped for each in came if each.skipped):
        yield f"- not tried: {reason}"
