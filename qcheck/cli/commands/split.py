"""`qcheck split`: a long recording in parts that an app takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qcheck.cli import shared_options as shared
from qcheck.cli.groups import Section, listed_under

if TYPE_CHECKING:
    from qcheck.engine.options import Options

__all__ = ["split_command"]


@listed_under(Section.FIX, 2)
@click.command("split")
@click.argument("voice")
@shared.together(shared.app_option, shared.config_option, shared.isolated_option)
@click.option(
    "--longest",
    type=shared.NumberRange(min=1),
    metavar="S",
    help="Longest segment, in seconds.  [default: as the app and the configuration limit it]",
)
@click.option("--prefer-best", is_flag=True, help="Aim at the app's best length.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    help="Folder for the segments.  [default: VOICE-segments]",
)
@shared.with_options
def split_command(
    voice: str, options: Options, longest: float | None, prefer_best: bool, output: Path | None
) -> None:
    """Cut VOICE at its pauses into segments that are short enough for the app.

    No cut is inside a word, and there are as few segments as possible; joined again, they are the
    original, sample for sample. A manifest beside them lists where each begins and ends.
    """
    from qcheck.cli.saying import say
    from qcheck.jobs.split import split_voice

    manifest = split_voice(
        voice, options, longest_s=longest, prefer_best=prefer_best, folder=output
    )
    for segment in manifest.segments:
        say(f"{segment.file}  {segment.in_s:.3f} to {segment.out_s:.3f} s")
