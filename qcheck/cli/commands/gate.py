"""`qcheck gate`: a check in front of the command that sends a job."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from qcheck.cli import shared_options as shared
from qcheck.cli.groups import Section, listed_under

if TYPE_CHECKING:
    from qcheck.engine.options import Options

__all__ = ["gate_command"]


@listed_under(Section.SEND, 1)
@click.command("gate", context_settings={"ignore_unknown_options": True})
@shared.job_options
@click.option("--dry-run", is_flag=True, help="Show what would run, and run nothing.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@shared.with_options
def gate_command(command: tuple[str, ...], options: Options, dry_run: bool) -> None:
    """Check the job that COMMAND sends, and run COMMAND only if nothing blocks.

    \b
    qcheck gate -- infsh app run bytedance/omnihuman-1-5 --input '{"image": …, "audio": …}'

    The payload is checked against the app's contract, and every file in it is checked. If anything
    blocks, the findings are shown and the exit code is 1. Otherwise the command replaces this
    process, its arguments, streams and exit code unchanged; no shell is involved.
    """
    from qcheck.cli.reporting import report_fault, show_findings
    from qcheck.core.errors import UsageFault
    from qcheck.core.native_chatter import descriptors_as_given
    from qcheck.core.shell_words import quoted_command
    from qcheck.jobs.check import check_job, price_usd, refuse_changed
    from qcheck.jobs.gate import parse_command, program_path

    parsed = parse_command(command)
    report = check_job(parsed.app, parsed.payload, options, shown=parsed.source)
    show_findings(report, options)
    if report.exit_code:
        price = price_usd(report, parsed.app, parsed.payload, options)
        spared = f"; the render would have cost about {price:.2f} USD" if price else ""
        sys.exit(report_fault(f"not sent{spared}", report.exit_code))
    if dry_run:
        click.echo(quoted_command(command))
        return
    # As late as can be: what is sent is what was checked.
    refuse_changed(report)
    if parse_command(command).payload != parsed.payload:
        raise UsageFault(f"{parsed.source} changed while it was checked: nothing was sent")
    try:
        with descriptors_as_given():
            _become(program_path(command[0]), command)
    except OSError as error:
        sys.exit(report_fault(f"{command[0]}: {error.strerror or error}", 127))


def _become(program: str, command: tuple[str, ...]) -> NoReturn:
    """Replace this process by ``program``, its arguments as they are."""
    if os.name == "nt":
        # There exec joins arguments without quoting them, and nobody waits for what it starts.
        import subprocess

        sys.exit(subprocess.run([program, *command[1:]]).returncode)
    os.execv(program, command)
