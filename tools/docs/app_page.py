"""The page of apps: what each takes, what it costs, and its own limits with their sources."""

from __future__ import annotations

from collections.abc import Iterable

from qcheck.cli.text.apps import input_lines, price_lines
from qcheck.core.typed import toml_value
from qcheck.targets.contract import Target

__all__ = ["app_page"]


def app_page(mark: str, targets: Iterable[Target]) -> str:
    lines = [
        f"{mark}# Apps\n",
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
