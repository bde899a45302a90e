"""The command line, thin: options into settings, a report into formats, exit codes."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from qcheck.cli import shared
from qcheck.cli.shared import complete_files, together
from qcheck.core.errors import UsageFault
from qcheck.core.version import VERSION

if TYPE_CHECKING:
    from qcheck.cli.destinations import Destination
    from qcheck.core.results import Report
    from qcheck.engine.baseline import Baseline

__all__ = ["main"]

_PROGRESS_FROM_FILES = 8


# Commands in modules of their own, imported when they are called: NAME = "module:function".
_ELSEWHERE: dict[str, str] = {
    "baseline": "qcheck.cli.baseline:baseline",
    "completion": "qcheck.cli.completion:completion",
    "config": "qcheck.cli.config:config",
    "fix": "qcheck.cli.fix:fix",
    "ignore": "qcheck.cli.ignore:ignore",
    "init": "qcheck.cli.config:init",
    "job": "qcheck.cli.job:job",
    "rule": "qcheck.cli.rule:rule",
    "formats": "qcheck.cli.formats:formats",
    "collect": "qcheck.cli.plan:collect",
    "plan": "qcheck.cli.plan:plan",
    "run": "qcheck.cli.plan:run",
}


class _DefaultsToCheck(click.Group):
    """``qcheck portrait.png`` is ``qcheck check portrait.png``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, function = _ELSEWHERE[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), function)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"--help", "-h", "--version"}
        if args and args[0] not in self.list_commands(ctx) and args[0] not in own:
            self._refuse_typo(ctx, args[0])
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def _refuse_typo(self, ctx: click.Context, name: str) -> None:
        """A word that is no file but nearly a command is not looked for as a file."""
        if not name.isalpha() or os.path.lexists(name):
            return
        import difflib

        near = difflib.get_close_matches(name, self.list_commands(ctx), n=1)
        if near:
            raise UsageFault(
                f"there is no file and no command {name!r}; did you mean `qcheck {near[0]}`?"
            )

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        return super().shell_complete(ctx, incomplete) or complete_files(ctx, None, incomplete)


_HELP = {"help_option_names": ["-h", "--help"]}


@click.group(cls=_DefaultsToCheck, context_settings=_HELP, no_args_is_help=True)
@click.version_option(VERSION, message="qcheck %(version)s")
def cli() -> None:
    """Check a portrait and a voice before the talking-head render is paid for.

    \b
    qcheck portrait.png voice.wav
    qcheck --for omnihuman-1-5 portrait.png voice.wav
    qcheck fix portrait.png voice.wav    mend what can be mended, beside the originals
    qcheck shoot/                        every portrait and recording below a folder
    qcheck rule                          every rule; with a name: why it matters, how to mend it

    Exit codes: 0 nothing blocks, 1 something blocks, 2 wrong usage or configuration, or a rule
    crashed.
    """


@cli.command()
@click.argument("files", nargs=-1, required=True, shell_complete=complete_files)
@together(
    *(shared.app, shared.speakers, shared.select, shared.extend_select, shared.ignore),
    *(shared.preview, shared.fail_on),
)
@click.option(
    "--min-score", type=click.FloatRange(0, 100), help="Block files whose weakest score is lower."
)
@together(shared.output_format, shared.config, shared.isolated, shared.force_exclude)
@click.option(
    "--changed-since", metavar="REV", help="Only files that git says changed since REV parted."
)
@click.option(
    "--baseline",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Findings in this file do not count; `qcheck baseline update` writes it.",
)
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep results in this folder, and look there first.",
)
@shared.jobs
@click.option("--statistics", is_flag=True, help="Count findings by rule.")
@click.option("--timings", is_flag=True, help="Show what took how long.")
@shared.quiet
@click.option("--verbose", "-v", is_flag=True, help="Passes, skips and tracebacks too.")
def check(
    files: tuple[str, ...],
    app: str | None,
    speakers: int | None,
    select: tuple[str, ...] | None,
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    preview: bool,
    fail_on: str | None,
    min_score: float | None,
    outputs: tuple[str, ...],
    config: Path | None,
    isolated: bool,
    force_exclude: bool,
    changed_since: str | None,
    baseline: Path | None,
    cache: Path | None,
    jobs: int | None,
    statistics: bool,
    timings: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Check FILES: portraits and recordings, folders of them, or - for standard input.

    RULES are names, codes, beginnings of codes (P, V2), portrait, voice or ALL, separated by
    commas.
    """
    from qcheck.cli.destinations import destinations, exhibits_wanted
    from qcheck.engine.options import Options
    from qcheck.engine.run import run
    from qcheck.engine.setup import run_settings

    options = Options(
        config=config,
        isolated=isolated,
        app=app,
        speakers=speakers,
        select=select,
        extend_select=extend_select,
        ignore=ignore,
        preview=preview,
        fail_on=fail_on,
        min_score=min_score,
        jobs=jobs,
        force_exclude=force_exclude,
        cache=cache,
    )
    settings = run_settings(options)
    places = destinations(outputs or settings.output_format, files)
    options = dataclasses.replace(options, exhibits=exhibits_wanted(places))
    known = _baseline(baseline or settings.baseline_path)
    only = _changed(changed_since)
    with _progress(len(files)) as progress:
        report = run(files, options, progress, only)
    if known is not None:
        report = known.without_known(report)
    write_reports(
        report, places, quiet=quiet, verbose=verbose, statistics=statistics, options=options
    )
    if timings:
        from qcheck.reporters._tables import timings_table

        click.echo(timings_table(report), nl=False, err=True)
    sys.exit(report.exit_code)


def _baseline(path: Path | None) -> Baseline | None:
    if path is None:
        return None
    from qcheck.engine.baseline import Baseline

    return Baseline.read(path)


def _changed(revision: str | None) -> Callable[[Path], bool] | None:
    if revision is None:
        return None
    from qcheck.engine.git_changes import changed_since

    return changed_since(revision)


def write_reports(
    report: Report,
    places: Sequence[Destination],
    *,
    quiet: bool,
    verbose: bool,
    statistics: bool = False,
    options: Any,
) -> None:
    """Write every report that can be written; raises UsageFault where one cannot."""
    from qcheck.cli.destinations import write
    from qcheck.engine.setup import docs_by_rule
    from qcheck.reporters import View, shows_statistics

    view = View(quiet=quiet, verbose=verbose, statistics=statistics, docs=docs_by_rule(options))
    faults = []
    # Files first: who reads standard output may go away in the middle.
    for place in sorted(places, key=lambda place: place.path is None):
        colour = place.path is None and _wants_colour(sys.stdout)
        try:
            write(report, place, dataclasses.replace(view, colour=colour))
        except UsageFault as fault:
            faults.append(str(fault))
    if statistics and not any(shows_statistics(place.format) for place in places):
        from qcheck.reporters._tables import statistics_table

        # A format for machines ends where it ends.
        click.echo(statistics_table(report), nl=False, err=True)
    if faults:
        raise UsageFault("; ".join(faults))


def _wants_colour(stream: IO[str]) -> bool:
    """NO_COLOR (no-color.org) beats FORCE_COLOR (force-color.org), which beats no terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


@contextlib.contextmanager
def _progress(paths: int) -> Iterator[Any]:
    """A progress bar on standard error, once it is known that there are more than a few files."""
    if not sys.stderr.isatty():
        yield None
        return
    bar: Any = None

    def progress(done: int, total: int) -> None:
        nonlocal bar
        if total < _PROGRESS_FROM_FILES:
            return
        if bar is None:
            bar = click.progressbar(length=total, label="checking", file=sys.stderr)
            bar.__enter__()
        bar.update(1)

    try:
        yield progress
    finally:
        if bar is not None:
            bar.__exit__(None, None, None)


class _DefaultsToShow(click.Group):
    """``qcheck apps fabric-1-0`` is ``qcheck apps show fabric-1-0``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and not args[0].startswith("-")):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@cli.group("apps", cls=_DefaultsToShow)
def apps() -> None:
    """List the apps whose inputs qcheck knows, show one, or take in what the platform says."""


@apps.command("update")
@click.argument("name")
@click.option(
    "--from", "source", metavar="FILE|-", required=True, help="What `infsh app get` printed."
)
def update_app(name: str, source: str) -> None:
    """Take in NAMESPACE/NAME's inputs from what `infsh app get NAME --json` prints.

    \b
    infsh app get falai/dia-tts --json | qcheck apps update falai/dia-tts --from -
    """
    from qcheck.targets.catalogue import find_target
    from qcheck.targets.updates import save_update, schema_in

    known = find_target(name)
    app = known.app if known else name.partition("@")[0]
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageFault(f"{source}: {getattr(error, 'strerror', None) or error}") from error
    try:
        path = save_update(app, schema_in(text))
    except UsageFault as fault:
        raise UsageFault(f"{source}: {fault}") from fault
    click.echo(f"{app}  taken in to {path}")


@apps.command("show")
@click.argument("name", required=False)
def show_apps(name: str | None) -> None:
    """List the apps, or show one."""
    from qcheck.cli.explain import app_list, one_app
    from qcheck.targets.catalogue import all_targets, find_target

    if name is None:
        click.echo(app_list(all_targets()), nl=False)
        return
    target = find_target(name)
    if target is None:
        raise UsageFault(f"no contract is known for {name}; `qcheck apps` lists those that are")
    click.echo(one_app(target), nl=False)


@cli.group("models", invoke_without_command=True)
@click.pass_context
def show_models(ctx: click.Context) -> None:
    """Show which models were found where; `fetch` downloads what is missing."""
    if ctx.invoked_subcommand is not None:
        return
    from qcheck.cli.explain import model_list
    from qcheck.models.locate import MODELS, locate
    from qcheck.models.running import what_keeps_models_from_running

    located = [locate(name) for name in MODELS]
    click.echo(model_list(located), nl=False)
    if (missing := what_keeps_models_from_running()) is not None:
        raise missing
    sys.exit(0 if all(each.path for each in located) else 2)


@show_models.command("fetch")
@click.argument("names", nargs=-1)
def fetch_models(names: tuple[str, ...]) -> None:
    """Download missing models from their official address into the user's cache.

    This is the only command of qcheck that talks to a network, and it sends nothing but the
    request.
    """
    from qcheck.models.fetching import FetchFailed, fetch
    from qcheck.models.locate import MODELS, locate

    if unknown := [name for name in names if name not in MODELS]:
        raise UsageFault(f"there is no model {unknown[0]!r}; {', '.join(MODELS)} are known")
    for name in names or MODELS:
        if path := locate(name).path:
            click.echo(f"{name}  is at {path}")
            continue
        try:
            path = fetch(MODELS[name])
        except FetchFailed as failure:
            raise UsageFault(str(failure)) from failure
        click.echo(f"{name}  fetched to {path}")


# Of the commands that check a job, which no one may send with errors: there is no "never".
job_options = together(
    *(shared.speakers, shared.preview),
    click.option(
        "--fail-on",
        type=click.Choice(["error", "warning"]),
        help="The least severity that blocks.  [default: error]",
    ),
    click.option("--allow-remote", is_flag=True, help="Take addresses on the network unseen."),
    *(shared.config, shared.isolated),
)


@cli.command(context_settings={"ignore_unknown_options": True})
@job_options
@click.option("--dry-run", is_flag=True, help="Show what would run, and run nothing.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def gate(command: tuple[str, ...], dry_run: bool, **given: Any) -> None:
    """Check the job that COMMAND sends, then become COMMAND if nothing blocks.

    \b
    qcheck gate -- infsh app run bytedance/omnihuman-1-5 --input '{"image": …, "audio": …}'

    The payload is held against the app's contract, and every file in it is checked. Blocked: the
    findings and exit code 1. Else the command takes this process's place, its arguments, streams
    and exit code unchanged; no shell is involved.
    """
    import shlex

    from qcheck.engine.options import Options
    from qcheck.jobs.check import check_job, price_usd
    from qcheck.jobs.gate import parse_command

    parsed = parse_command(command)
    options = Options(**given)
    report = check_job(parsed.app, parsed.payload, options, shown=parsed.source)
    tell(report, options)
    if report.exit_code:
        price = price_usd(report, parsed.app, parsed.payload, options)
        spared = f"; the render would have cost about {price:.2f} USD" if price else ""
        click.echo(f"qcheck: not sent{spared}", err=True)
        sys.exit(report.exit_code)
    if dry_run:
        click.echo(shlex.join(command))
        return
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.exit(_fail(f"{command[0]}: {error.strerror or error}", 127))


def tell(report: Report, options: Any) -> None:
    """Findings on standard error: standard output belongs to the command."""
    from qcheck.engine.setup import docs_by_rule
    from qcheck.reporters import View, reporter

    if report.exit_code == 0 and not report.counts()["warning"]:
        return
    colour = _wants_colour(sys.stderr)
    view = View(
        colour=colour, quiet=not report.exit_code, verbose=False, docs=docs_by_rule(options)
    )
    click.echo(reporter("full")(report, view), nl=False, err=True, color=colour)


@cli.group("captions")
def captions() -> None:
    """Work on captions."""


@captions.command("to-segments")
@click.argument("file")
def to_segments(file: str) -> None:
    """Print FILE (SRT or WebVTT) as the segments that infsh/caption-videos takes."""
    import json

    from qcheck.core.probe import Unmeasurable
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
    click.echo(json.dumps(segments, ensure_ascii=False, indent=1))


@captions.command("for-plan")
@click.argument("plan")
@together(shared.config, shared.isolated)
@click.option("--output", "-o", type=click.Path(path_type=Path), required=True)
def captions_for_plan(plan: str, output: Path, **given: Any) -> None:
    """Write what infsh/caption-videos takes for PLAN, from its captions or from its script.

    Captions from a script follow the voices that were made from it, which must be there.
    """
    import json

    from qcheck.engine.options import Options
    from qcheck.jobs.plan import expand_plan, read_plan
    from qcheck.jobs.plan_captions import captions_payload

    payload = captions_payload(expand_plan(plan, read_plan(plan), Options(**given)), {})
    try:
        with output.open("x", encoding="utf-8") as file:
            json.dump(payload, file, ensure_ascii=False, indent=1)
    except OSError as error:
        raise UsageFault(f"{output}: {error.strerror or error}") from error


@cli.command("split")
@click.argument("voice")
@together(shared.app, shared.config, shared.isolated)
@click.option("--longest", type=click.FloatRange(min=1), metavar="S", help="In the limit's place.")
@click.option("--prefer-best", is_flag=True, help="Aim at the app's best length.")
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), help="Folder.  [default: VOICE-segments]"
)
def split_command(
    voice: str, longest: float | None, prefer_best: bool, output: Path | None, **given: Any
) -> None:
    """Cut VOICE at its pauses into segments that the app takes.

    Never inside a word, with as few segments as can be; joined again they are the original, sample
    for sample. A manifest with in and out points stands beside them.
    """
    from qcheck.engine.options import Options
    from qcheck.jobs.split import split_voice

    manifest = split_voice(
        voice, Options(**given), longest_s=longest, prefer_best=prefer_best, folder=output
    )
    for segment in manifest.segments:
        click.echo(f"{segment.file}  {segment.in_s:.3f} to {segment.out_s:.3f} s")


@cli.command()
def version() -> None:
    """Show the version."""
    click.echo(f"qcheck {VERSION}")


class _Terminated(KeyboardInterrupt):
    """A time limit ended the process, or a runner that was cancelled."""


def _terminate(number: int, frame: object) -> None:
    # As Ctrl-C does: what was begun is cleared away, and the workers end, too.
    raise _Terminated


def main() -> None:
    """Run the command line; every way out is one line and a documented exit code."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # It was closed before we began; reports may go to files all the same.
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
        # A file name that the terminal's encoding lacks must not end the report.
        getattr(sys, name).reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, _terminate)
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.Abort as abort:
        sys.exit(_interrupted(abort.__cause__))
    except click.ClickException as fault:
        fault.show()
        sys.exit(2)
    except UsageFault as fault:
        sys.exit(_fail(str(fault)))
    except KeyboardInterrupt as interrupt:
        sys.exit(_interrupted(interrupt))
    except BrokenPipeError:
        # The reader went away; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(2)
    except Exception as error:
        if os.environ.get("QCHECK_TRACEBACK"):
            raise
        sys.exit(
            _fail(
                f"internal error: {type(error).__name__}: {error} (QCHECK_TRACEBACK=1 shows where)"
            )
        )


def _interrupted(cause: BaseException | None) -> int:
    if isinstance(cause, _Terminated):
        return _fail("terminated", 143)
    return _fail("interrupted", 130)


def _fail(message: str, code: int = 2) -> int:
    click.echo(f"qcheck: {message}", err=True)
    return code
