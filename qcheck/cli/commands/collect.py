"""`qcheck collect`: the result of a job that was sent, as a file."""

from __future__ import annotations

from pathlib import Path

import click

from qcheck.cli import shared_options as shared
from qcheck.cli.groups import Section, listed_under
from qcheck.core.errors import UsageFault

__all__ = ["collect_command"]


@listed_under(Section.SEND, 4)
@click.command("collect")
@click.option("--for", "app", metavar="APP", required=True, help="The app that answered.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    required=True,
    help="The file to write; it must not exist yet.",
)
@shared.result_host_option
@click.argument("answer", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def collect_command(answer: Path, app: str, output: Path, hosts: tuple[str, ...]) -> None:
    """Download the result that ANSWER, the output of `infsh app run --json`, points to.

    It is the step between two stages of a plan: over HTTPS, from a host of the platform, whole or
    not at all, to a file of the name OUTPUT, never over an existing one.
    """
    from qcheck.cli.saying import say
    from qcheck.jobs.answers import fetch_answer, read_answer
    from qcheck.jobs.hosts import read_host
    from qcheck.jobs.stages import StageFailed

    try:
        text = read_answer(answer)
    except OSError as error:
        raise UsageFault(f"{answer}: {error.strerror or error}") from error
    try:
        fetch_answer(text, app, output, [read_host(host) for host in hosts])
    except StageFailed as failed:
        raise UsageFault(str(failed)) from failed
    say(str(output))
