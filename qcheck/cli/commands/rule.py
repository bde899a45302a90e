"""`qcheck rule`: explain rules, make one, run one's cases."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from qcheck.cli import shared_options as shared
from qcheck.cli.groups import DefaultingGroup, Section, listed_under
from qcheck.core.errors import UsageFault
from qcheck.core.media import MEDIA

if TYPE_CHECKING:
    from qcheck.engine.options import Options

__all__ = ["rule_command"]


class _RuleGroup(DefaultingGroup):
    """A rule's name completes like a command: ``qcheck rule NAME`` explains it."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        names = [CompletionItem(name) for name in _complete_rules(ctx, None, incomplete)]
        return super().shell_complete(ctx, incomplete) + names


def _complete_rules(ctx: click.Context, param: object, incomplete: str) -> list[str]:
    from qcheck.engine.options import Options
    from qcheck.engine.setup import rules_of

    try:
        names = [rule.name for rule in rules_of(Options()).all]
    except UsageFault:
        return []
    return [name for name in names if name.startswith(incomplete)]


@listed_under(Section.EXTEND, 1)
@click.group("rule", cls=_RuleGroup, default="explain")
def rule_command() -> None:
    """List the rules, explain one, make one of your own, or run the cases of one.

    `qcheck rule NAME` is short for `qcheck rule explain NAME`.
    """


@rule_command.command("explain")
@click.argument("name", required=False, shell_complete=_complete_rules)
@click.option("--all", "every", is_flag=True, help="Explain every rule.")
@shared.together(shared.config_option, shared.isolated_option)
@shared.with_options
def _explain(name: str | None, options: Options, every: bool) -> None:
    """Explain what the rule NAME measures, why, how to fix a finding, and its limits.

    Without NAME, list the rules.
    """
    from qcheck.cli.text.rules import one_rule, rule_list
    from qcheck.engine.setup import rules_of

    if name is not None and every:
        raise UsageFault("name a rule, or give --all")
    rules = rules_of(options)
    if name is None and not every:
        click.echo(rule_list(rules.all), nl=False)
        return
    explained = rules.all if name is None else (rules.get(name),)
    click.echo("\n\n".join(one_rule(rule) for rule in explained), nl=False)


@rule_command.command("new")
@click.argument("name")
@click.option("--medium", type=click.Choice(MEDIA), required=True, help="What it judges.")
@click.option("--code", metavar="CODE", help="Its code.  [default: the next one free]")
@click.option(
    "--in",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for its file.  [default: qcheck_rules]",
)
def _new(name: str, medium: str, code: str | None, folder: Path | None) -> None:
    """Write the outline of a rule NAME with its cases, and add it to the configuration.

    What only its author can say is marked TODO; `qcheck rule test` refuses the rule until the last
    TODO is gone.
    """
    from qcheck.cli.saying import say
    from qcheck.cli.scaffold import make_rule

    made = make_rule(name, medium, code, folder)
    for what, path in made.files:
        say(f"{what:<8} {path}")
    after = [(f"qcheck rule test {name}", "runs its cases"), (f"qcheck rule {name}", "explains it")]
    if not made.built_in:
        after.insert(0, ("qcheck trust", "lets it run as you changed it"))
    else:
        after.append(("python -m tools.docs", "writes its page"))
    width = max(len(command) for command, _ in after)
    click.echo("\nFill in every TODO. Then:")
    for command, does in after:
        click.echo(f"{command:<{width}}   {does}")


@rule_command.command("test")
@click.argument("name", shell_complete=_complete_rules)
@click.option(
    "--cases",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file of cases.  [default: NAME.toml in `cases` beside the rule, or in tests/cases]",
)
@shared.together(shared.config_option, shared.isolated_option)
@shared.with_options
def _test(name: str, options: Options, cases: Path | None) -> None:
    """Run the cases of the rule NAME, unless something in it is still marked TODO."""
    from qcheck.cli.configuration.edits import path_from_here
    from qcheck.cli.saying import say
    from qcheck.core.wording import plural
    from qcheck.engine.setup import rules_of
    from qcheck.testing import cases_beside, cases_of, todos_in

    rule = rules_of(options).get(name)
    path = cases or cases_beside(rule)
    if todos := todos_in(rule, path):
        for todo in todos:
            say(f"TODO  {path_from_here(todo.path)}, line {todo.line}: {todo.text}")
        say(f"{rule.name}: not finished, {plural(len(todos), 'TODO')} left")
        sys.exit(1)
    run = [(case, case.fault()) for case in cases_of(rule, path)]
    for case, fault in run:
        if fault is None:
            say(f"pass  {case.data['name']}")
        else:
            line = f" (line {case.line})" if case.line else ""
            say(f"FAIL  {case.data['name']}{line}")
            say(f"      {fault}")
    wrong = sum(fault is not None for _, fault in run)
    say(f"{rule.name}: {len(run) - wrong} of {len(run)} cases pass ({path_from_here(path)})")
    sys.exit(1 if wrong else 0)
