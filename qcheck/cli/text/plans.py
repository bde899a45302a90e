"""A production's plan as a person reads it before it is carried out."""

from __future__ import annotations

from collections.abc import Mapping

from qcheck.core.terminal import one_line
from qcheck.jobs.plan import Plan
from qcheck.jobs.stages import AppStage, RenderStage, price_of

__all__ = ["plan_outline"]


def plan_outline(plan: Plan, done: Mapping[str, bool]) -> str:
    """What a run would do, one line a stage."""
    lines = []
    for stage in plan.stages:
        price = price_of(stage)
        where = stage.app if isinstance(stage, AppStage) else "here"
        told = [stage.name.ljust(13), where.ljust(24), stage.says]
        if isinstance(stage, RenderStage) and stage.seconds is not None:
            told.append(f"({stage.seconds:.1f} s" + (f", {price:.2f} USD)" if price else ")"))
        if done[stage.name]:
            told.append("(done)")
        lines.append("  ".join(told))
    left = [stage for stage in plan.stages if not done[stage.name]]
    prices = [price for stage in left if (price := price_of(stage)) is not None]
    cost = f", about {sum(prices):.2f} USD" if prices else ""
    lines.append(f"{len(left)} of {len(plan.stages)} stages to do{cost}. --yes carries them out.")
    return "".join(f"{one_line(line)}\n" for line in lines)
