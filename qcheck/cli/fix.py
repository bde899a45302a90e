"""`qcheck fix`: mend what can be mended, beside the originals, and check the result."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qcheck.cli import shared
from qcheck.cli.shared import together
from qcheck.core.errors import UsageFault

if TYPE_CHECKING:
    from qcheck.core.results import FileReport, Judgement
    from qcheck.repair.batch import Mended, Work

__all__ = ["fix"]

_NOTHING = 1e-4
_COLOURS = {"white": "ffffff", "black": "000000", "grey": "808080", "gray": "808080"}


def _colour(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> tuple[int, int, int] | None:
    if value is None:
        return None
    digits = _COLOURS.get(value.lower(), value.removeprefix("#"))
    if not re.fullmatch("[0-9a-fA-F]{6}", digits):
        raise click.BadParameter("a colour is #rrggbb, white, grey or black")
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


@click.command("fix")
@click.argument("files", nargs=-1, required=True, shell_complete=shared.complete_files)
@shared.app
@click.option(
    "--output",
    "-o",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where mended files go.  [default: fixed, beside each file]",
)
@click.option(
    "--unsafe",
    is_flag=True,
    help="Straighten, crop, level phrases and shorten pauses as well: what changes the picture or "
    "the voice itself, where nothing else mends it.",
)
@click.option("--diff", is_flag=True, help="Write nothing; show what would change, as numbers.")
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.png",
    help="Write a before-and-after picture.",
)
@click.option(
    "--background",
    callback=_colour,
    metavar="COLOUR",
    help="Put what is transparent on #rrggbb, white, grey or black.  [default: white, where the "
    "app or the format needs it]",
)
@click.option(
    "--loudness",
    type=click.FloatRange(-40, -5),
    metavar="LUFS",
    help="Bring voices to it.  [default: the middle of what the rule wants, where it is off]",
)
@click.option("--mp3", is_flag=True, help="Write voices as MP3.  [default: WAV]")
@click.option("--bits", type=click.Choice(["16", "24"]), help="Of a WAV.  [default: as needed]")
@shared.speakers
@click.option(
    "--select",
    multiple=True,
    metavar="RULES",
    callback=shared.names,
    help="Run these rules and mend what they find only.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="RULES",
    callback=shared.names,
    help="Do not run these rules, nor these repairs.",
)
@together(
    *(shared.preview, shared.fail_on, shared.output_format, shared.config),
    *(shared.isolated, shared.jobs, shared.quiet),
)
def fix(
    files: tuple[str, ...],
    app: str | None,
    folder: Path | None,
    unsafe: bool,
    diff: bool,
    picture: Path | None,
    background: tuple[int, int, int] | None,
    loudness: float | None,
    mp3: bool,
    bits: str | None,
    speakers: int | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    preview: bool,
    fail_on: str | None,
    outputs: tuple[str, ...],
    config: Path | None,
    isolated: bool,
    jobs: int | None,
    quiet: bool,
) -> None:
    """Mend what can be mended of FILES, and check the result by the same rules.

    Only what a rule finds is mended, and a place in the metadata and a foreign colour space are
    removed. Originals stay as they are, nothing of yours is overwritten, no pixel is added and no
    noise removed. A file that needs nothing is copied as it is. The exit code is that of the check.

    \b
    qcheck fix portrait.jpg voice.m4a --for omnihuman-1-5
    qcheck fix --unsafe --diff portrait.jpg
    """
    from qcheck.cli.destinations import destinations, write
    from qcheck.engine.options import Options
    from qcheck.engine.setup import docs_by_rule, run_settings
    from qcheck.fixes.declaration import Wish
    from qcheck.repair.batch import mend_files
    from qcheck.reporters import View

    if mp3 and bits:
        raise UsageFault("--bits is for WAV: an MP3 has none")
    if picture is not None and (picture.exists() or picture.is_symlink()):
        raise UsageFault(f"{picture} is there already; nothing was written")
    repairs = _repairs_among(ignore)
    options = Options(
        config=config,
        isolated=isolated,
        app=app,
        speakers=speakers,
        select=select or None,
        ignore=tuple(name for name in ignore if name not in repairs),
        preview=preview,
        fail_on=fail_on,
        jobs=jobs,
    )
    formats = outputs or (("concise",) if diff else run_settings(options).output_format)
    places = destinations(formats, files)
    wish = Wish(
        *(unsafe, background, loudness, int(bits) if bits else None, mp3),
        left_out=repairs,
        found_only=bool(select),
    )
    work = mend_files(files, options, wish, folder, dry=diff, sights=picture is not None)
    # What a program reads on standard output must not be mixed with words for a person.
    told_apart = any(p.path is None and p.format not in ("full", "concise") for p in places)
    click.echo(_told(work, diff), nl=False, err=told_apart)
    if picture is not None:
        _draw(work, picture)
    docs = {} if quiet or diff else docs_by_rule(options)
    for place in places:
        write(work.report, place, View(quiet=quiet, docs=docs))
    sys.exit(work.report.exit_code)


def _repairs_among(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of repairs that no rule bears: what a rule's name stands for is the rule."""
    from qcheck.engine.registry import load_rules
    from qcheck.fixes.declaration import MEDIA
    from qcheck.fixes.registry import load_fixes

    rules = {rule.name for rule in load_rules().all} if names else set()
    # Letters and digits are codes of rules; a repair's module is not loaded to learn that.
    unknown = [name for name in names if name not in rules and name.islower()]
    repairs = {fix.name for medium in MEDIA for fix in load_fixes(medium)} if unknown else set()
    return tuple(name for name in unknown if name in repairs)


def _told(work: Work, dry: bool) -> str:
    from qcheck.core.errors import printable

    lines = []
    for each in work.files:
        name = printable(each.source)
        if each.target is None:
            lines.append(f"{name}  cannot be mended: {each.refusal}")
        else:
            again = ", in the place of the earlier one" if each.replaces else ""
            lines.append(f"{name} → {printable(str(each.target))}{again}")
        lines += [
            f"  {deed.fix:<10} {'' if deed.safe else '(unsafe) '}{deed.says}"
            for deed in (*each.deeds, *each.vain)
        ]
        if each.target is not None and not each.deeds:
            lines.append(f"  {_nothing_done(each.after)}{'' if dry else ': copied as it is'}")
        if dry and each.deeds:
            lines += _differences(each)
        lines.append("")
    return "".join(f"{line}\n" for line in lines)


def _nothing_done(report: FileReport) -> str:
    from qcheck.core.results import Severity

    left = [each for each in report.findings if each.severity >= Severity.WARNING]
    if any("--unsafe" in (each.judgement.fix or "").split() for each in left):
        return "only --unsafe can mend something of it"
    return "nothing of it can be mended" if left else "needs nothing"


def _differences(each: Mended) -> list[str]:
    """A line for every rule whose number or verdict changes."""
    rows = []
    after = {outcome.rule: outcome for outcome in each.after.outcomes}
    for old in each.before.outcomes:
        new = after.get(old.rule)
        if new is None:
            continue
        was, now = _shown(each.before, old.rule), _shown(each.after, new.rule)
        if was != now:
            rows.append((old.rule, was, now))
    if not rows:
        return ["  no rule measures a difference"]
    wide = max(len(rule) for rule, _, _ in rows), max(len(was) for _, was, _ in rows)
    return [f"    {rule:<{wide[0]}}  {was:<{wide[1]}}  →  {now}" for rule, was, now in rows]


def _shown(report: FileReport, rule: str) -> str:
    outcome = next(each for each in report.outcomes if each.rule == rule)
    if outcome.reason:
        return outcome.status.value
    worst = max(outcome.judgements, key=lambda j: (j.severity or 0, -j.score), default=None)
    if worst is None:
        return "pass"
    label = worst.severity.label if worst.severity else "pass"
    number = _number(worst)
    return f"{number} ({label})" if number else label


def _number(judgement: Judgement) -> str:
    from qcheck.core.units import quantity

    measured = judgement.measured
    # What rounding leaves of nothing is nothing, not eight ten-millionths.
    if isinstance(measured, float) and abs(measured) < _NOTHING:
        measured = 0
    return "" if measured is None else quantity(measured, judgement.unit)


def _draw(work: Work, path: Path) -> None:
    from qcheck.repair.before_after import before_and_after

    pairs = [(Path(each.source).name, *each.sights) for each in work.files if each.sights]
    if not pairs:
        raise UsageFault(f"there is nothing to draw in {path}: no file can be mended")
    data = before_and_after(pairs)
    try:
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
