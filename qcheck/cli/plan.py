"""``qcheck plan``, ``qcheck run`` and ``qcheck collect``: whole productions."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qcheck.cli.main import job_options, tell
from qcheck.core.errors import UsageFault

if TYPE_CHECKING:
    from qcheck.jobs.plan import AnyStage, Plan

__all__ = ["collect", "plan", "run"]


@click.command()
@job_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["sh", "json"]),
    default="sh",
    help="A shell script, or JSON.",
)
@click.argument("file", metavar="PLAN")
def plan(file: str, form: str, **given: Any) -> None:
    """Check the production that PLAN describes, and print the commands of every stage.

    Findings go to standard error. Nothing is printed where something blocks, and nothing is sent.
    """
    from qcheck.engine.options import Options
    from qcheck.jobs.plan_checks import check_plan
    from qcheck.jobs.plan_script import shell_script

    options = Options(**given)
    checked = check_plan(file, options)
    tell(checked.report, options)
    if checked.report.exit_code or checked.plan is None:
        sys.exit(checked.report.exit_code or 1)
    if form == "sh":
        click.echo(shell_script(checked.plan), nl=False)
    else:
        click.echo(json.dumps(as_data(checked.plan), ensure_ascii=False, indent=1))


def as_data(plan: Plan) -> dict[str, Any]:
    """The plan as JSON; ``version`` grows when a field changes its meaning."""
    return {
        "version": 1,
        "plan": plan.path,
        "app": plan.production.app,
        "price_usd": plan.price_usd,
        "output": str(plan.production.output),
        "stages": [_stage_data(stage, plan) for stage in plan.stages],
    }


def _stage_data(stage: AnyStage, plan: Plan) -> dict[str, Any]:
    from qcheck.jobs.plan_script import command_of
    from qcheck.jobs.stages import AppStage, RenderStage, price_of

    runs = stage if isinstance(stage, AppStage) else None
    return {
        "name": stage.name,
        "does": stage.says,
        "app": runs.app if runs else None,
        "payload": dict(runs.payload) if runs else None,
        "payload_file": str(runs.input) if runs and isinstance(runs.input, Path) else None,
        "command": command_of(stage, plan),
        "outputs": [str(path) for path in stage.outputs],
        "medium": stage.medium,
        "seconds": stage.seconds if isinstance(stage, RenderStage) else None,
        "price_usd": price_of(stage),
    }


@click.command()
@job_options
@click.option("--yes", is_flag=True, help="Send what is not done; without it nothing is sent.")
@click.option("--dry-run", is_flag=True, help="Send nothing, which is what happens without --yes.")
@click.argument("file", metavar="PLAN")
def run(file: str, yes: bool, dry_run: bool, **given: Any) -> None:
    """Carry out the production that PLAN describes, stage by stage, each through the gate.

    Each result is checked before it feeds the next stage. A run that failed or was killed goes on
    where it was: what was sent is not sent again, and what came is not paid for twice.
    """
    from qcheck.engine.options import Options
    from qcheck.jobs.execution import run_plan, stage_states
    from qcheck.jobs.plan_checks import check_plan
    from qcheck.jobs.stages import StageBlocked, StageFailed

    if yes and dry_run:
        raise UsageFault("--yes and --dry-run exclude each other")
    options = Options(**given)
    checked = check_plan(file, options)
    tell(checked.report, options)
    if checked.report.exit_code or checked.plan is None:
        click.echo("qcheck: nothing was sent", err=True)
        sys.exit(checked.report.exit_code or 1)
    if not yes:
        click.echo(outline(checked.plan, stage_states(checked.plan)), nl=False)
        return
    try:
        made = run_plan(checked.plan, options, click.echo)
    except StageBlocked as blocked:
        tell(blocked.report, options)
        if blocked.sent:
            what = f"the result of {blocked} cannot be used; delete it to have it made again"
        else:
            what = f"{blocked} was not sent"
        click.echo(f"qcheck: {what}", err=True)
        sys.exit(blocked.report.exit_code)
    except StageFailed as failed:
        click.echo(f"qcheck: {failed}", err=True)
        click.echo(f"qcheck: `{_again(file)}` goes on from here", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo(f"\nqcheck: what was sent goes on; `{_again(file)}` takes its answer", err=True)
        sys.exit(130)
    click.echo(f"finished  {made}")


def _again(file: str) -> str:
    return f"qcheck run {shlex.quote(file)} --yes"


def outline(plan: Plan, done: dict[str, bool]) -> str:
    """What a run would do, one line a stage."""
    from qcheck.jobs.stages import AppStage, RenderStage, price_of

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
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--for", "app", metavar="APP", required=True, help="The app that answered.")
@click.option("--output", "-o", type=click.Path(path_type=Path), required=True)
@click.argument("answer", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def collect(answer: Path, app: str, output: Path) -> None:
    """Fetch the result that ANSWER, printed by `infsh app run --json`, names.

    It is the step between two stages of a plan: over HTTPS, to OUTPUT, never over a file that is
    there.
    """
    from qcheck.jobs.answers import fetch_answer
    from qcheck.jobs.stages import StageFailed

    try:
        made = fetch_answer(answer.read_bytes(), app, output)
    except StageFailed as failed:
        raise UsageFault(str(failed)) from failed
    click.echo(str(made))
