"""`qcheck run`: a production, carried out stage by stage."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from qcheck.cli import shared_options as shared
from qcheck.cli.groups import Section, listed_under
from qcheck.core.errors import UsageFault

if TYPE_CHECKING:
    from qcheck.engine.options import Options
    from qcheck.jobs.plan import Plan
    from qcheck.jobs.stages import StageBlocked

__all__ = ["run_command"]


@listed_under(Section.SEND, 3)
@click.command("run")
@shared.job_options
@click.option(
    "--yes", is_flag=True, help="Send every stage that is not done; without it nothing is sent."
)
@click.option("--dry-run", is_flag=True, help="Send nothing, which is what happens without --yes.")
@click.option(
    "--send-again",
    "again",
    multiple=True,
    metavar="STAGE",
    help="Send this stage again although it may have been paid; repeat the option for several.",
)
@shared.result_host_option
@click.argument("file", metavar="PLAN")
@shared.with_options
def run_command(
    file: str,
    options: Options,
    yes: bool,
    dry_run: bool,
    again: tuple[str, ...],
    hosts: tuple[str, ...],
) -> None:
    """Carry out the production that PLAN describes, checking every stage before it is sent.

    Each result is checked before it feeds the next stage. A run that failed or was killed continues
    where it was: what was sent is not sent again, and what came back is not paid for twice.
    """
    from qcheck.cli.reporting import report_fault, show_findings
    from qcheck.cli.text.plans import plan_outline
    from qcheck.core.shell_words import quote
    from qcheck.jobs.execution import stage_states
    from qcheck.jobs.hosts import read_host
    from qcheck.jobs.plan_checks import check_plan

    if yes and dry_run:
        raise UsageFault("--yes and --dry-run exclude each other")
    checked = check_plan(file, options)
    show_findings(checked.report, options)
    if checked.report.exit_code or checked.plan is None:
        sys.exit(report_fault("nothing was sent", checked.report.exit_code or 1))
    if yes:
        _carry_out(
            *(checked.plan, options, f"qcheck run {quote(file)} --yes"),
            allowed=[read_host(host) for host in hosts],
            again=again,
        )
    else:
        click.echo(plan_outline(checked.plan, stage_states(checked.plan)), nl=False)


def _carry_out(
    plan: Plan, options: Options, command: str, *, allowed: list[str], again: tuple[str, ...]
) -> None:
    """Run every stage that is left; ``command`` is the one that continues."""
    from qcheck.cli.reporting import report_fault
    from qcheck.cli.saying import say
    from qcheck.jobs.execution import run_plan
    from qcheck.jobs.stages import StageBlocked, StageFailed

    try:
        made = run_plan(plan, options, say, hosts=allowed, again=again)
    except StageBlocked as blocked:
        sys.exit(_blocked(blocked, options))
    except StageFailed as failed:
        report_fault(str(failed))
        sys.exit(report_fault(f"`{command}` continues from here", 1))
    except KeyboardInterrupt:
        say(err=True)
        sys.exit(report_fault(f"what was sent goes on; `{command}` takes its answer", 130))
    say(f"finished  {made}")


def _blocked(blocked: StageBlocked, options: Options) -> int:
    from qcheck.cli.reporting import report_fault, show_findings

    show_findings(blocked.report, options)
    what = f"{blocked} was not sent"
    if blocked.sent:
        what = f"the result of {blocked} cannot be used; delete it to have it made again"
    return report_fault(what, blocked.report.exit_code)
