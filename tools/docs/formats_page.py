"""The page of output formats: what each is for, in its module's words, and what it really prints.

The command is run, so the page cannot say what the program does not. Seconds are left out, and
numbers from models are rounded, since neither is the same on every machine.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from qcheck.reporters import formats
from tools import ROOT

__all__ = ["formats_page"]

COMMAND = (
    *("--isolated", "--select", "eyes-visible,sample-rate,digital-silence"),
    *("fixtures/defects/eyes-visible.jpg", "fixtures/defects/digital-silence.wav"),
    "fixtures/defects/sample-rate.wav",
)
LANGUAGES = {
    "json": "json",
    "jsonl": "json",
    "sarif": "json",
    "gitlab": "json",
    "junit": "xml",
    "markdown": "markdown",
    "csv": "csv",
}
# A page that shows a page is no use; what html looks like is told where it is described.
NOT_SHOWN = ("html",)
HEAD = """# Output formats

`--output-format FORMAT` prints a format in the place of `full`; `FORMAT=FILE` writes it to a file.
The option repeats: every report of one run comes from the same check. Where all go to files, the
terminal keeps `full`.

```sh
qcheck --output-format sarif=qcheck.sarif --output-format junit=qcheck.xml portrait.png voice.wav
```

- A file is written whole or not at all, over an older report, never over a file that is checked,
  nor over any picture, recording or video. One that cannot be written keeps no other back, and is
  exit code 2.
- The exit code is the same whatever the formats.
- `--statistics` stands above the verdict of `full` and `concise`; beside any other format it goes
  to standard error.
- `output-format` in the [configuration](configuration.md) takes the same words. One that was found,
  not named with `--config`, has files written only in its own folder, and over nothing but reports
  of qcheck's; to have others replaced, name them on the command line.
- What a name or a message holds is shown, never obeyed: control characters, characters that turn
  the direction of writing, and what GitHub, Azure Pipelines, TeamCity or Buildkite would take for a
  command are escaped, in each format by its own escapes.
- `qcheck formats` lists them, `qcheck formats schema json` (or `jsonl`) prints the JSON Schema.

Findings carry a *fingerprint*: the same finding has the same one in the next run, on another
machine and from another folder, whatever other rules find and however its number moves. It is made
of the rule, the file's path in its repository (the digest of the content for a file outside of it)
and the words of the message without their numbers; the place counts only where a rule says the same
twice of one file.

What follows is printed by `qcheck {command}`.
"""
TAIL = """## Who says that they are right

`tests/reporters/test_validators.py` gives every one of them to a program of somebody else, with
names and messages that are meant to break them.

| format | read by |
|---|---|
| json, jsonl | jsonschema against the published schema; node's parser |
| sarif | jsonschema against OASIS's schema (Errata 01); Sarif.Multitool with GitHub's rules |
| junit | junitparser; xmlschema against the schema of Jenkins' plugin |
| github | @actions/core, which prints the same annotations byte for byte |
| gitlab | the TypeScript compiler against codeclimate-types |
| markdown | markdown-it with GitHub's tables |
| tap | tap.py; node-tap's tap-parser in strict mode |
| csv | Python's csv |

The programs from npm are brought by `npm install --prefix tests/reporters`; without them their
tests are skipped and say so.
"""


def formats_page(mark: str) -> str:
    shown = [name for name in formats() if name not in NOT_SHOWN]
    printed = _run(shown)
    parts = [mark.rstrip("\n"), HEAD.format(command=" ".join(COMMAND)).rstrip("\n")]
    parts += [_section(name, _steady(printed[name])) for name in shown]
    return "\n\n".join([*parts, TAIL])


def _section(name: str, text: str) -> str:
    docstring = importlib.import_module(f"qcheck.reporters.{name}").__doc__ or ""
    told = docstring.strip().replace("``", "`")
    if name in ("json", "sarif"):
        told += "\n\n" + _PARTS[name]
        text = _part(name, text)
    return f"## {name}\n\n{told}\n\n````{LANGUAGES.get(name, 'text')}\n{text.rstrip()}\n````"


_PARTS = {
    "json": "The document without its files, and how one rule ended on one of them:",
    "sarif": "One of its results, and the rule that it belongs to:",
}


def _part(name: str, text: str) -> str:
    document = json.loads(text)
    if name == "json":
        outcomes = document["files"][1]["outcomes"]
        found = next(outcome for outcome in outcomes if outcome["status"] == "fail")
        return _json(document | {"files": ["…"]}) + "\n\n" + _json(found)
    (run,) = document["runs"]
    result = run["results"][0]
    return _json(result) + "\n\n" + _json(run["tool"]["driver"]["rules"][result["ruleIndex"]])


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _run(names: Sequence[str]) -> dict[str, str]:
    """What one run writes, by format."""
    plain = {k: v for k, v in os.environ.items() if k != "GITHUB_STEP_SUMMARY"}
    with tempfile.TemporaryDirectory() as folder:
        asked = [w for name in names for w in ("--output-format", f"{name}={folder}/{name}")]
        ran = subprocess.run(
            [sys.executable, "-m", "qcheck", *COMMAND, *asked],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            env=plain,
            check=False,
        )
        if ran.returncode != 1:
            raise RuntimeError(f"the example exited with {ran.returncode}: {ran.stderr}")
        return {name: Path(folder, name).read_text("utf-8") for name in names}


def _steady(text: str) -> str:
    text = re.sub(r'("seconds": )[\d.e-]+', r"\g<1>0.01", text)
    text = re.sub(r'(\btime=)"[\d.]+"', r'\g<1>"0.010"', text)
    text = re.sub(r'("(?:left|top|right|bottom)(?:_px)?": \d+)\.\d+', r"\1", text)
    return re.sub(r"(?<![\w.])\d+\.\d{3,}(?![\w.])", _rounded, text)


def _rounded(number: re.Match[str]) -> str:
    value = float(number[0])
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"
