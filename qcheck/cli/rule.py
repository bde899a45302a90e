"""`qcheck rule`: explain rules, make one, run one's cases."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from qcheck.cli import shared
from qcheck.core.errors import UsageFault
from qcheck.core.media import MEDIA

if TYPE_CHECKING:
    from qcheck.engine.registry import Rules

__all__ = ["rule"]


class _DefaultsToExplain(click.Group):
    """``qcheck rule face-resolution`` is ``qcheck rule explain face-resolution``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if ctx.resilient_parsing and not args:
            # Completing: every command is still possible.
            return super().parse_args(ctx, args)
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "-h")):
            args = ["explain", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        names = [CompletionItem(name) for name in _names(ctx, None, incomplete)]
        return super().shell_complete(ctx, incomplete) + names


def _names(ctx: click.Context, param: object, incomplete: str) -> list[str]:
    from qcheck.engine.options import Options
    from qcheck.engine.setup import rules_of

    try:
        names = [rule.name for rule in rules_of(Options()).all]
    except UsageFault:
        return []
    return [name for name in names if name.startswith(incomplete)]


@click.group("rule", cls=_DefaultsToExplain)
def rule() -> None:
    """Explain a rule (`qcheck rule NAME`), list them, make one, or run one's cases."""


@rule.command("explain")
@click.argument("name", required=False, shell_complete=_names)
@click.option("--all", "every", is_flag=True, help="Explain every rule.")
@shared.config
@shared.isolated
def explain(name: str | None, every: bool, config: Path | None, isolated: bool) -> None:
    """Explain a rule: what it measures, why, how to mend it, its limits. No name: list them."""
    from qcheck.cli.explain import one_rule, rule_list

    if name is not None and every:
        raise UsageFault("name a rule, or give --all")
    rules = _rules(config, isolated)
    if name is None and not every:
        click.echo(rule_list(rules.all), nl=False)
        return
    explained = rules.all if name is None else (rules.get(name),)
    click.echo("\n\n".join(one_rule(rule) for rule in explained), nl=False)


@rule.command("new")
@click.argument("name")
@click.option("--medium", type=click.Choice(MEDIA), required=True, help="What it judges.")
@click.option("--code", metavar="CODE", help="[default: the next that is free]")
@click.option(
    "--in",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where its file goes.  [default: qcheck_rules]",
)
def new(name: str, medium: str, code: str | None, folder: Path | None) -> None:
    """Make a rule NAME with its cases, which pass at once, and write it into the configuration."""
    from qcheck.cli.scaffold import make_rule

    made = make_rule(name, medium, code, folder)
    for what, path in made.files:
        click.echo(f"{what:<8} {path}")
    after = [(f"qcheck rule test {name}", "runs its cases"), (f"qcheck rule {name}", "explains it")]
    if made.built_in:
        after.append(("python -m tools.docs", "writes its page"))
    width = max(len(command) for command, _ in after)
    click.echo()
    for command, does in after:
        click.echo(f"{command:<{width}}   {does}")


@rule.command("test")
@click.argument("name", shell_complete=_names)
@click.option(
    "--cases",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file of cases.  [default: NAME.toml in `cases` beside the rule, or in tests/cases]",
)
@shared.config
@shared.isolated
def test(name: str, cases: Path | None, config: Path | None, isolated: bool) -> None:
    """Run the cases of the rule NAME."""
    from qcheck.engine.config_edits import shown
    from qcheck.testing import cases_beside, cases_of

    found = _rules(config, isolated).get(name)
    path = cases or cases_beside(found)
    run = [(case, case.fault()) for case in cases_of(found, path)]
    for case, fault in run:
        if fault is None:
            click.echo(f"pass  {case.data['name']}")
        else:
            line = f" (line {case.line})" if case.line else ""
            click.echo(f"FAIL  {case.data['name']}{line}\n      {fault}")
    wrong = sum(fault is not None for _, fault in run)
    click.echo(f"{found.name}: {len(run) - wrong} of {len(run)} cases pass ({shown(path)})")
    sys.exit(1 if wrong else 0)


def _rules(config: Path | None, isolated: bool) -> Rules:
    from qcheck.engine.options import Options
    from qcheck.engine.setup import rules_of

    return rules_of(Options(config=config, isolated=isolated))
