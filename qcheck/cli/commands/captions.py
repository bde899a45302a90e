"""`qcheck captions`: captions in the form that infsh/caption-videos takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qcheck.cli import shared_options as shared
from qcheck.cli.groups import Section, WholeHelpGroup, listed_under
from qcheck.core.errors import UsageFault

if TYPE_CHECKING:
    from qcheck.engine.options import Options

__all__ = ["captions_command"]


@listed_under(Section.SEND, 5)
@click.group("captions", cls=WholeHelpGroup)
def captions_command() -> None:
    """Convert captions into what infsh/caption-videos takes."""


@captions_command.command("to-segments")
@click.argument("file")
def _to_segments(file: str) -> None:
    """Print FILE (SRT or WebVTT) as the segments that infsh/caption-videos takes."""
    import json

    from qcheck.core.probe import Unmeasurable
    from qcheck.core.terminal import escape_json
    from qcheck.engine.inputs import read_input
    from qcheck.probes.evidence import Evidence
    from qcheck.probes.text import Captions

    try:
        found = Evidence(read_input(file, "captions")).get(Captions)
    except Unmeasurable as reason:
        raise UsageFault(f"{file}: {reason}; `qcheck {file}` says more") from reason
    segments = [
        {"start": cue.start_s, "end": cue.end_s, "text": "\n".join(cue.lines)} for cue in found.cues
    ]
    click.echo(escape_json(json.dumps(segments, ensure_ascii=False, indent=1)))


@captions_command.command("for-plan")
@click.argument("plan")
@shared.together(shared.config_option, shared.isolated_option)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    required=True,
    help="The file to write; it must not exist yet.",
)
@shared.with_options
def _for_plan(plan: str, options: Options, output: Path) -> None:
    """Write what infsh/caption-videos takes for PLAN, from its captions or its script.

    Captions from a script follow the voices made from it, which must already be there.
    """
    import json

    from qcheck.core.atomic import write_new
    from qcheck.jobs.plan import expand_plan, read_plan
    from qcheck.jobs.plan_captions import captions_payload

    payload = captions_payload(expand_plan(plan, read_plan(plan), options), {})
    try:
        write_new(output, json.dumps(payload, ensure_ascii=False, indent=1))
    except OSError as error:
        raise UsageFault(f"{output}: {error.strerror or error}") from error
