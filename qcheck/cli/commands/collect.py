"""`qcheck collect`: the result of a job that was sent, as a file."""

from __future__ import annotations

from pathlib import Path

import click

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
    help="Where the result goes; nothing is replaced.",
)
@click.argument("answer", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def collect_command(answer: Path, app: str, output: Path) -> None:
    """Download the result that ANSWER, the output of `infsh app run --json`, points to.

    It is the step between two stages of a plan: over HTTPS, to OUTPUT, never over an existing file.
    """
    from qcheck.cli.saying import say
    from qcheck.jobs.answers import fetch_answer
    from qcheck.jobs.stages import StageFailed

    try:
        made = fetch_answer(answer.read_bytes(), app, output)
    except StageFailed as failed:
        raise UsageFault(str(failed)) from failed
    say(str(made))
