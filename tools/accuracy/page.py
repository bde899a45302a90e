"""Shows the figures: ``docs/accuracy.md``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from qcheck.core.rule import Rule, RuleStatus
from tools.accuracy.figures import Figure, Judged, Result
from tools.accuracy.trials import PHYSICAL, percent

HEAD = """\
<!-- Written by `python -m tools.accuracy`: change the rules or their trials, not this page. -->

# Accuracy

How often each rule is right, measured on labelled material. Every figure on this page was measured
by one command:

    python -m tools.accuracy ../shared/corpus

**How to read it.** *Flagged* counts cases with a finding at the rule's shipped limits: of sound
cases these are false alarms, of defective ones what was caught. *Not told* are cases that the rule
could not measure and said so; they keep the gate shut. AUC, EER and "caught at" are read off the
graded measure, whatever the limit. Brackets hold 95 % intervals from {resamples} bootstrap draws of
whole people: with few people they are wide, and the figure says less than its digits.

**Who was seen.** Numbers that were fitted are fitted again without a fifth of the people, and that
fifth is scored with the result, five times; nobody's face or voice is on both sides: *people left
out*. Then they are fitted without each source of the corpus in turn, all its sets together, and
scored on it: *sets left out*. That is the stricter figure and the one to believe, because other
people's files are whole sets that nobody has seen. A dash stands where nothing was fitted: the
measure is physical. Limits that people chose (a gap, a level, an angle) were chosen looking at this
corpus too, so other material will do a little worse. **Real and constructed cases are apart**:
constructed ones, marked so, were made from sound files and show that a measure measures what it
says; they are no rate of the real world. A rule that misses its goal on real cases is in preview,
and off unless it is asked for.
"""


def page(
    results: Sequence[Result],
    rules: Sequence[Rule],
    by_set: Mapping[str, Mapping[str, tuple[int, int]]],
    sizes: Mapping[str, int],
    resamples: int,
) -> str:
    parts = [HEAD.format(resamples=resamples), _summary(results, rules)]
    shared = [result for result in results if len(result.trial.rules) != 1]
    parts += ["## Several rules together\n", *(_result(r) for r in shared)]
    for rule in rules:
        own = [result for result in results if result.trial.rules == (rule.name,)]
        if own:
            preview = " — preview" if rule.status is RuleStatus.PREVIEW else ""
            parts.append(f"## [{rule.name}](rules/{rule.name}.md) ({rule.code}){preview}\n")
            parts += [_result(result) for result in own]
    parts.append(_sets(by_set, sizes))
    untried = [
        rule
        for rule in rules
        if not any(rule.name in r.trial.rules for r in results if len(r.trial.rules) == 1)
    ]
    names = ", ".join(f"[{rule.name}](rules/{rule.name}.md)" for rule in untried)
    parts.append(
        "## Without a trial of their own\n\n"
        f"{names}: what they judge is read from the file exactly, or is shown by conformance "
        "signals and constructed pictures in the tests; the table above shows what they say of "
        "each set.\n"
    )
    return "\n".join(parts)


def excerpt(results: Sequence[Result], rules: Sequence[Rule]) -> str:
    """The figures alone, for the terminal."""
    return "\n".join([_summary(results, rules), *(_result(result) for result in results)])


def _summary(results: Sequence[Result], rules: Sequence[Rule]) -> str:
    status = {rule.name: rule.status for rule in rules}
    lines = [
        "## Goals\n",
        "| rule | question | cases | goal | people left out | sets left out "
        "| best known elsewhere |",
        "|---|---|---|---|---|---|---|",
    ]
    for result in results:
        if not result.trial.goals:
            continue
        trial = result.trial
        who = trial.rules[0] if len(trial.rules) == 1 else "several"
        if len(trial.rules) == 1 and status.get(who) is RuleStatus.PREVIEW:
            who += " (preview)"
        made = "constructed" if trial.made else "real"
        shown = [_met(f) for f in result.strangers.figures] if result.strangers else []
        shown += ["–"] * (len(result.figures) - len(shown))
        for figure, of_sets in zip(result.figures, shown, strict=True):
            lines.append(
                f"| {who} | {trial.question} | {made} | {figure.goal.text} | {_met(figure)} | "
                f"{of_sets} | {trial.compared} |"
            )
    reached = [figure.met for result in results for figure in result.figures]
    stricter = [figure.met for result in results for figure in (result.strangers or result).figures]
    lines.append(
        f"\n{sum(reached)} of {len(reached)} goals are reached with people left out, "
        f"{sum(stricter)} with whole sets left out.\n"
    )
    return "\n".join(lines)


def _met(figure: Figure) -> str:
    return f"{'yes' if figure.met else '**no**'}: {_value(figure)}"


def _value(figure: Figure) -> str:
    show = (lambda v: f"{v:.3g}") if figure.goal.figure in PHYSICAL else percent
    if math.isnan(figure.value):
        return "not measured"
    if math.isnan(figure.low):
        return show(figure.value)
    return f"{show(figure.value)} [{show(figure.low)}, {show(figure.high)}]"


def _result(result: Result) -> str:
    trial = result.trial
    made = " (constructed)" if trial.made else ""
    lines = [f"### {trial.question}{made}\n"]
    if trial.note:
        lines.append(f"{trial.note}\n")
    if result.strangers:
        lines += ["People left out:\n", *_figures(result), "\nWhole sets left out:\n"]
    lines += _figures(result.strangers or result)
    if trial.compared:
        lines.append(f"- best known elsewhere: {trial.compared}")
    # What strangers would get, where there is a difference.
    shown = result.strangers or result
    if shown.confusion:
        lines += ["", *_confusion(shown.confusion)]
    if shown.lost:
        lines.append(f"- could not be made or measured: {len(shown.lost)}")
    if shown.worst:
        lines += ["", "<details><summary>worst cases</summary>\n"]
        lines += [f"- {line}" for line in shown.worst]
        lines.append("\n</details>")
    return "\n".join(lines) + "\n"


def _figures(result: Result) -> list[str]:
    trial, graded = result.trial, result.graded
    lines = []
    if trial.kind == "detection":
        if trial.sound:
            lines.append(f"- sound: {_count(result.sound)}")
        if trial.defective:
            lines.append(f"- defective: {_count(result.defective)}")
        if graded:
            lines.append(
                f"- `{trial.measure}`: AUC {graded['AUC']:.3f}, EER {percent(graded['EER'])}, "
                f"caught at 1 % false alarms {percent(graded['1 %'])}, at 2 % "
                f"{percent(graded['2 %'])}"
            )
    else:
        told = sum(1 for j in result.sound if j.value is not None)
        lines.append(f"- cases: {told} measured of {len(result.sound)}")
        if "error" in graded:
            lines.append(
                f"- `{trial.measure}`: mean absolute error {graded['error']:.3g}, "
                f"median error {graded['bias']:+.3g}"
            )
    for figure in result.figures:
        mark = "reached" if figure.met else "**missed**"
        lines.append(f"- goal {figure.goal.text}: {mark}, {_value(figure)}")
    return lines


def _count(judged: Sequence[Judged]) -> str:
    flagged = sum(j.flagged for j in judged)
    told = sum(j.told for j in judged)
    people = len({j.subject for j in judged})
    share = f" ({percent(flagged / len(judged))})" if judged else ""
    rest = f", {len(judged) - told} not told" if told < len(judged) else ""
    return f"{flagged} flagged of {len(judged)}{share}, {people} people{rest}"


def _confusion(confusion: Mapping[tuple[str, str], int]) -> Iterable[str]:
    true = sorted({t for t, _ in confusion})
    said = sorted({s for _, s in confusion})
    yield f"| truly \\ said | {' | '.join(said)} |"
    yield "|---" * (len(said) + 1) + "|"
    for t in true:
        yield f"| {t} | " + " | ".join(str(confusion.get((t, s), 0)) for s in said) + " |"


def _sets(by_set: Mapping[str, Mapping[str, tuple[int, int]]], sizes: Mapping[str, int]) -> str:
    lines = [
        "## What is said of each set\n",
        "Errors + warnings at the shipped limits, with numbers fitted without that set, generic "
        "(no `--for`), for every rule that says anything; many are right.\n",
        "| set | files | errors + warnings |",
        "|---|---|---|",
    ]
    for name, counts in by_set.items():
        said = sorted(counts.items(), key=lambda kv: (-kv[1][0], -kv[1][1]))
        shown = ", ".join(f"{rule} {errors}+{warnings}" for rule, (errors, warnings) in said)
        lines.append(f"| {name} | {sizes[name]} | {shown or 'nothing'} |")
    return "\n".join(lines) + "\n"
