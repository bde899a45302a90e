"""A configuration to start from."""

from __future__ import annotations

import dataclasses

from qcheck.cli.configuration.keys import BOUND_KEYS, KEYS, config_keys
from qcheck.core.bounds import Bounds

__all__ = ["config_template"]


def config_template(app: str | None = None) -> str:
    """A configuration to start from: every key with what it is for, none set but ``for``."""
    lines = [
        "# Configuration of qcheck. Every key is optional; what is commented out is not set.\n"
    ]
    for key, _ in config_keys():
        about = KEYS[key]
        setting = f'for = "{app}"' if key == "for" and app else f"# {key} = {about.example}"
        lines.append(f"# {about.says}\n{setting}\n")
    bounds = dict(zip(BOUND_KEYS, dataclasses.astuple(Bounds()), strict=True))
    lines.append(
        "# How much one file may take. Wider bounds count only with --config.\n# [bounds]\n"
        + "".join(f"# {key} = {value:g}\n" for key, value in bounds.items())
    )
    lines.append(
        "# Limits of a rule: `qcheck rule NAME` lists them.\n"
        "# [limits.face-resolution]\n# warn-below-px = 800\n"
    )
    lines.append(
        "# Findings that may stay, why, and until when: `qcheck ignore add` writes them.\n"
        '# [[ignores]]\n# path = "archive/**"\n# rules = ["face-resolution"]\n'
        '# reason = "scans of prints, kept for the record"\n# until = 2027-06-30\n'
    )
    return "\n".join(lines)
