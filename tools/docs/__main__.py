"""Writes the pages that come from code: one a rule, the table of rules, apps, output
formats, probes.

Run ``python -m tools.docs`` after a change to a rule; ``--check`` only says what is stale or
missing and exits with 1, as CI does. ``--pictures`` draws the pictures of the examples anew, or
those of the rules that are named after it; ``--check`` only sees to it that they are there, since
another machine may draw one a little differently.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from qcheck.cli.explain import input_lines, limit_lines, price_lines
from qcheck.core.rule import Rule, RuleStatus
from qcheck.core.typed import toml_value
from qcheck.engine.registry import load_rules
from qcheck.targets.catalogue import all_targets
from qcheck.targets.contract import Target
from tools import ROOT
from tools.docs.example_recipes import RECIPES
from tools.docs.examples import PICTURES, example
from tools.docs.formats_page import formats_page
from tools.docs.probes_page import probes_page

DOCS = ROOT / "docs"
MARK = (
    "<!-- Written by `python -m tools.docs` from the code: edit the docstring, not this page. -->"
    "\n\n"
)


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated page: where it goes and what it says."""
    rules = [rule for rule in load_rules().all if rule.origin.startswith("qcheck.rules.")]
    for rule in rules:
        yield DOCS / "rules" / f"{rule.name}.md", rule_page(rule)
    yield DOCS / "rules" / "README.md", rule_table(rules)
    yield DOCS / "apps.md", app_page(all_targets())
    yield DOCS / "formats.md", formats_page(MARK)
    yield DOCS / "probes.md", probes_page(MARK)


def rule_page(rule: Rule) -> str:
    docs = rule.docs
    parts = [
        f"{MARK}# {rule.name} ({rule.code})",
        f"**{docs.summary}** For a {' or a '.join(rule.media)}"
        + ("." if rule.status is RuleStatus.STABLE else f"; {rule.status.value}."),
        *([shown] if (shown := example(rule)) else []),
        f"## What it measures\n\n{sentence_case(docs.measures)}",
        f"## Why it matters\n\n{sentence_case(docs.why)}",
        f"## How to mend it\n\n{sentence_case(docs.mend)}",
    ]
    if limits := limit_lines(rule):
        rows = "\n".join(
            f"# {key} is not set: no limit" if value == "no limit" else f"{key} = {value}"
            for key, value in limits
        )
        parts.append(
            "## Limits\n\nThe defaults, as they stand in `qcheck.toml`:\n\n"
            f"```toml\n[limits.{rule.name}]\n{rows}\n```"
        )
    if docs.references:
        parts.append(f"## References\n\n{sentence_case(docs.references)}")
    return "\n\n".join(parts) + "\n"


def sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def rule_table(rules: Iterable[Rule]) -> str:
    lines = [
        f"{MARK}# Rules\n",
        "`qcheck rule NAME` shows the same text at the terminal. Preview rules run only when they "
        "are selected by name or with `--preview`.\n",
    ]
    headings = {
        "F": "Any file",
        "P": "Portraits",
        "V": "Voices",
        "J": "Payloads",
        "S": "Scripts",
        "C": "Captions",
        "M": "Videos",
        "K": "Plans",
    }
    rules = list(rules)
    for letter, heading in headings.items():
        lines += [f"## {heading}\n", "| code | rule | finds |", "|---|---|---|"]
        for rule in rules:
            if rule.code.startswith(letter):
                preview = " (preview)" if rule.status is RuleStatus.PREVIEW else ""
                link = f"[{rule.name}]({rule.name}.md){preview}"
                lines.append(f"| {rule.code} | {link} | {rule.docs.summary} |")
        lines.append("")
    return "\n".join(lines)


def app_page(targets: Iterable[Target]) -> str:
    lines = [
        f"{MARK}# Apps\n",
        "`--for APP` puts an app's own limits in the place of the defaults; your configuration "
        "still comes last.\n",
    ]
    for target in targets:
        lines += [f"## {target.app}\n", f"{target.summary}.\n", "| what | value |", "|---|---|"]
        lines.append(f"| takes | {', '.join(target.takes)} |")
        lines.append(f"| speakers | {target.max_speakers} |")
        if target.expression:
            lines.append(f"| expression | {target.expression} |")
        for line in input_lines(target):
            name, _, rest = line.partition(": ")
            lines.append(f"| input `{name}` | {rest} |")
        lines += [f"| price | {line} |" for line in price_lines(target)]
        for rule, limits in target.limits.items():
            for key, value in limits.items():
                shown = toml_value(tuple(value) if isinstance(value, list) else value)
                lines.append(f"| [{rule}](rules/{rule}.md) `{key}` | {shown} |")
        lines.append("")
        lines += [f"- {s.says}: {s.where}, read {s.read}" for s in target.sources]
        lines.append("")
    return "\n".join(lines)


def draw_pictures(names: Iterable[str]) -> None:
    from tools.docs.pictures import draw

    folder = ROOT / PICTURES
    folder.mkdir(exist_ok=True)
    for name in names:
        path = folder / f"{name}.jpg"
        path.write_bytes(draw(name))
        print(path.relative_to(ROOT))


def main() -> int:
    asked = sys.argv[1:]
    if "--pictures" in asked:
        named = [word for word in asked if not word.startswith("-")]
        draw_pictures(named or sorted(RECIPES))
    stale = []
    expected = dict(pages())
    for path, text in expected.items():
        if not path.exists() or path.read_text("utf-8") != text:
            stale.append(path)
    pictures = {ROOT / PICTURES / f"{name}.jpg" for name in RECIPES}
    there = set((ROOT / PICTURES).glob("*"))
    gone = [path for path in (DOCS / "rules").glob("*.md") if path not in expected]
    gone += there - pictures
    missing = pictures - there
    for path in sorted([*stale, *gone, *missing]):
        print(path.relative_to(DOCS.parent))
    if "--check" in asked:
        return 1 if stale or gone or missing else 0
    (DOCS / "rules").mkdir(exist_ok=True)
    for path in stale:
        path.write_text(expected[path], "utf-8")
    for path in gone:
        path.unlink()
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
