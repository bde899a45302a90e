"""`qcheck fix`: fixed files beside the originals, checked by the same rules."""

from __future__ import annotations

import dataclasses
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qcheck.cli import shared_options as shared
from qcheck.cli.groups import Section, listed_under
from qcheck.core.errors import UsageFault

if TYPE_CHECKING:
    from qcheck.engine.options import Options
    from qcheck.repair.batch import Work

__all__ = ["fix_command"]

_COLOURS = {"white": "ffffff", "black": "000000", "grey": "808080", "gray": "808080"}


def _colour(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> tuple[int, int, int] | None:
    if value is None:
        return None
    digits = _COLOURS.get(value.lower(), value.removeprefix("#"))
    if not re.fullmatch("[0-9a-fA-F]{6}", digits):
        raise click.BadParameter("must be #rrggbb, white, grey or black")
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


_options = shared.together(
    shared.app_option,
    click.option(
        "--output",
        "-o",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder for the fixed files.  [default: fixed, beside each file]",
    ),
    click.option(
        "--unsafe",
        is_flag=True,
        help="Also straighten, crop, level phrases and shorten pauses, which changes the picture "
        "or the voice itself, where nothing else fixes the finding.",
    ),
    click.option("--diff", is_flag=True, help="Write nothing; show what would change, as numbers."),
    click.option(
        "--picture",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE.png",
        help="Write a before-and-after picture.",
    ),
    click.option(
        "--background",
        callback=_colour,
        metavar="COLOUR",
        help="Put transparent parts on #rrggbb, white, grey or black.  [default: white, where the "
        "app or the format needs it]",
    ),
    click.option(
        "--loudness",
        type=shared.NumberRange(-40, -5),
        metavar="LUFS",
        help="Bring voices to this loudness (LUFS: loudness as heard).  [default: the middle of "
        "the rule's range, where a voice is outside it]",
    ),
    click.option("--mp3", is_flag=True, help="Write voices as MP3.  [default: WAV]"),
    click.option(
        "--bits", type=click.Choice(["16", "24"]), help="Bits of a WAV.  [default: as needed]"
    ),
    shared.speakers_option,
    click.option(
        "--select",
        multiple=True,
        metavar="RULES",
        callback=shared.rule_names,
        help="Run only these rules, and fix only what they find.",
    ),
    click.option(
        "--ignore",
        multiple=True,
        metavar="RULES",
        callback=shared.rule_names,
        help="Do not run these rules or these repairs.",
    ),
    *(shared.preview_option, shared.fail_on_option, shared.output_format_option),
    *(shared.config_option, shared.isolated_option, shared.jobs_option, shared.quiet_option),
)


@listed_under(Section.FIX, 1)
@click.command("fix")
@click.argument("files", nargs=-1, required=True, shell_complete=shared.complete_files)
@_options
@shared.with_options
def fix_command(
    files: tuple[str, ...],
    options: Options,
    folder: Path | None,
    unsafe: bool,
    diff: bool,
    picture: Path | None,
    background: tuple[int, int, int] | None,
    loudness: float | None,
    mp3: bool,
    bits: str | None,
    outputs: tuple[str, ...],
    quiet: bool,
) -> None:
    """Fix what can be fixed in FILES, and check the result by the same rules.

    Only what a rule finds is fixed, and a location in the metadata and a foreign colour space are
    removed. Originals stay as they are, none of your files is overwritten, no pixel is added and no
    noise removed. A file that needs nothing is copied as it is. The exit code is that of the check.

    \b
    qcheck fix portrait.jpg voice.m4a --for omnihuman-1-5
    qcheck fix --unsafe --diff portrait.jpg
    """
    from qcheck.cli.destinations import chosen_destinations, write_report
    from qcheck.cli.reporting import view_of
    from qcheck.cli.text.fixes import fix_text
    from qcheck.fixes.declaration import Wish
    from qcheck.repair.batch import mend_files
    from qcheck.reporters import View

    if mp3 and bits:
        raise UsageFault("--bits is for WAV: an MP3 has none")
    if picture is not None and (picture.exists() or picture.is_symlink()):
        raise UsageFault(f"{picture} is there already; nothing was written")
    wish = Wish(
        *(unsafe, background, loudness, int(bits) if bits else None, mp3),
        left_out=_repairs_among(options.ignore),
        found_only=bool(options.select),
    )
    rules = tuple(name for name in options.ignore if name not in wish.left_out)
    options = dataclasses.replace(options, select=options.select or None, ignore=rules)
    places = chosen_destinations(outputs or (("concise",) if diff else ()), options, files)
    work = mend_files(files, options, wish, folder, dry=diff, sights=picture is not None)
    # What a program reads on standard output must not be mixed with words for a person.
    told_apart = any(p.path is None and p.format not in ("full", "concise") for p in places)
    click.echo(fix_text(work, diff), nl=False, err=told_apart)
    if picture is not None:
        _draw(work, picture)
    view = View(quiet=quiet) if quiet or diff else view_of(options, quiet=False)
    for place in places:
        write_report(work.report, place, view)
    sys.exit(work.report.exit_code)


def _repairs_among(names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``names`` that are repairs; a name that a rule has, too, means the rule."""
    from qcheck.engine.registry import load_rules
    from qcheck.fixes.declaration import MEDIA
    from qcheck.fixes.registry import load_fixes

    rules = {rule.name for rule in load_rules().all} if names else set()
    # Letters and digits are codes of rules; a repair's module is not loaded to learn that.
    unknown = [name for name in names if name not in rules and name.islower()]
    repairs = {fix.name for medium in MEDIA for fix in load_fixes(medium)} if unknown else set()
    return tuple(name for name in unknown if name in repairs)


def _draw(work: Work, path: Path) -> None:
    from qcheck.core.atomic import write_new
    from qcheck.repair.before_after import before_and_after

    pairs = [(Path(each.source).name, *each.sights) for each in work.files if each.sights]
    if not pairs:
        raise UsageFault(f"there is nothing to draw in {path}: no file can be fixed")
    try:
        write_new(path, before_and_after(pairs))
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
