"""`qcheck plan`: what a production would send, stage by stage."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from qcheck.cli import shared_options as shared
from qcheck.cli.groups import Section, listed_under

if TYPE_CHECKING:
    from qcheck.engine.options import Options
    from qcheck.jobs.plan import AnyStage, Plan

__all__ = ["plan_command"]


@listed_under(Section.SEND, 2)
@click.command("plan")
@shared.job_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["sh", "json"]),
    default="sh",
    help="Print a shell script, or JSON.  [default: sh]",
)
@click.argument("file", metavar="PLAN")
@shared.with_options
def plan_command(file: str, options: Options, form: str) -> None:
    """Check the production that PLAN describes, and print the commands of every stage.

    Findings go to standard error. If anything blocks, no command is printed; nothing is ever sent.
    """
    import json

    from qcheck.cli.reporting import show_findings
    from qcheck.core.terminal import escape_json
    from qcheck.jobs.plan_checks import check_plan
    from qcheck.jobs.plan_script import shell_script

    checked = check_plan(file, options)
    show_findings(checked.report, options)
    if checked.report.exit_code or checked.plan is None:
        sys.exit(checked.report.exit_code or 1)
    if form == "sh":
        click.echo(shell_script(checked.plan), nl=False)
    else:
        text = json.dumps(_as_data(checked.plan), ensure_ascii=False, indent=1)
        click.echo(escape_json(text))


def _as_data(plan: Plan) -> dict[str, Any]:
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
    from pathlib import Path

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
