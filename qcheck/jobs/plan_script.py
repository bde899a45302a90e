"""A plan as commands: what a shell runs, stage by stage."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qcheck.core.shell_words import quote, quoted_command
from qcheck.core.terminal import escape_json, one_line
from qcheck.engine.options import Options
from qcheck.jobs.plan import AnyStage, Plan
from qcheck.jobs.stages import AppStage, SplitStage

__all__ = ["command_of", "shell_script"]


def command_of(stage: AnyStage, plan: Plan, program: str = "infsh") -> list[str]:
    """The command that runs the stage behind the gate, or does it here."""
    settings = _settings_of(plan.options)
    if isinstance(stage, AppStage):
        speakers = ["--speakers", str(stage.speakers)] if stage.speakers > 1 else []
        given = stage.input
        payload = str(given) if isinstance(given, Path) else _json(given)
        run = [program, "app", "run", stage.app, "--input", payload, "--json"]
        return ["qcheck", "gate", *settings, *speakers, "--", *run]
    if isinstance(stage, SplitStage):
        best = ["--prefer-best"] if plan.production.prefer_best else []
        app = ["--for", plan.production.app]
        command = ["qcheck", "split", str(stage.source), *app, *settings, *best]
        return [*command, "-o", str(stage.folder)]
    command = ["qcheck", "captions", "for-plan", *settings, plan.path]
    return [*command, "-o", str(stage.output)]


def _json(payload: Mapping[str, Any]) -> str:
    """The payload as text that a terminal shows and a shell takes as it is."""
    return escape_json(json.dumps(payload, ensure_ascii=False))


def _settings_of(options: Options) -> list[str]:
    """What makes each command judge by the configuration that the plan was checked by."""
    if options.isolated:
        return ["--isolated"]
    return ["--config", str(options.config)] if options.config is not None else []


def shell_script(plan: Plan, program: str = "infsh") -> str:
    """Every stage in order, for a POSIX shell."""
    production = plan.production
    lines = [
        "#!/bin/sh",
        f"# {one_line(plan.path)}: every stage in order. Anything that blocks ends it.",
        "set -eu",
        f"mkdir -p {quote(str(production.work / 'state'))}",
    ]
    for stage in plan.stages:
        lines += ["", one_line(f"# {stage.name}: {stage.says}")]
        command = quoted_command(command_of(stage, plan, program))
        if not isinstance(stage, AppStage):
            lines.append(command)
            continue
        answer = quote(str(stage.answer))
        output = quote(str(stage.output))
        lines += [
            f"{command} > {answer}",
            f"qcheck collect --for {quote(stage.app)} {answer} -o {output}",
        ]
    final, output = quote(str(plan.final)), quote(str(production.output))
    # ln refuses to replace a file that is there.
    lines += ["", f"ln {final} {output}"]
    return "\n".join(lines) + "\n"
