"""A new rule with its cases: small, true, and passing at once, for its author to change."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from qcheck.core.errors import UsageFault
from qcheck.core.rule import CODE, NAME
from qcheck.engine.config_edits import add_plugin, config_to_edit, shown
from qcheck.engine.options import Options
from qcheck.engine.registry import Rules, load_rules
from qcheck.engine.setup import rules_of, run_settings

__all__ = ["Made", "make_rule"]

_FOLDER = "qcheck_rules"
_LINE = 100
"""Characters of a line in qcheck's own style."""
_SKETCHES = Path(__file__).with_name("sketches.toml")


@dataclass(frozen=True)
class Made:
    """What was written: (what it is, where)."""

    files: tuple[tuple[str, str], ...]
    built_in: bool
    """Whether it belongs to qcheck itself."""


def make_rule(name: str, medium: str, code: str | None, folder: Path | None) -> Made:
    """Write a rule and its cases, and name the rule in the configuration.

    In qcheck's own tree they go where its rules and cases are, and are found there; the rule is in
    preview, since nobody has measured how often it is right. Raises UsageFault for a name or code
    that cannot be or is taken, and never replaces a file.
    """
    if not NAME.fullmatch(name):
        raise UsageFault(f"{name}: letters, digits and hyphens are expected: no-spaces")
    if code is not None and not CODE.fullmatch(code):
        raise UsageFault(f"--code {code}: capital letters followed by digits are expected: TEAM01")
    if name in ("explain", "new", "test"):
        raise UsageFault(f"{name}: `qcheck rule {name}` is a command: choose another name")
    own = None if folder else _own_tree()
    known = load_rules() if own else rules_of(Options())
    taken = {key for rule in known.all for key in (rule.name, rule.code)}
    if twice := taken & {name, code}:
        raise UsageFault(f"there is a rule {twice.pop()} already")
    module = name.replace("-", "_")
    if own:
        code = code or _next_code(known, _letter(known, medium), 2)
        home = own / "rules" / (medium if (own / "rules" / medium).is_dir() else "file")
        rule_file, case_file = home / f"{module}.py", own / "tests" / "cases" / f"{name}.toml"
    else:
        code = code or _next_code(known, "TEAM", 2)
        home = folder or config_to_edit(None).parent / _FOLDER
        rule_file, case_file = home / f"{module}.py", home / "cases" / f"{name}.toml"
    sketch = tomllib.loads(_SKETCHES.read_text("utf-8"))[medium]
    texts = {
        rule_file: _rule_text(sketch, name, code, medium, preview=own is not None),
        case_file: _case_text(sketch),
    }
    for path in texts:
        if path.exists():
            raise UsageFault(f"{path}: it is there already")
    was_made = not home.exists()
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise UsageFault(f"{path}: {error.strerror or error}") from error
    files = [("rule", rule_file), ("cases", case_file)]
    if not own:
        # A folder that was there may hold what is no rule: of it the file alone is named.
        plugin = home if was_made or _is_plugin(home) else rule_file
        config = config_to_edit(None)
        add_plugin(config, _relative(plugin, config.resolve().parent))
        files.append(("plugins", config))
    return Made(tuple((what, shown(path)) for what, path in files), built_in=own is not None)


def _is_plugin(folder: Path) -> bool:
    listed = run_settings(Options()).plugin_paths
    return folder.resolve() in [path.resolve() for path in listed]


def _own_tree() -> Path | None:
    """The root of qcheck's own source, where that is where we are."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        try:
            project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
        except (OSError, ValueError):
            continue
        return folder if project.get("project", {}).get("name") == "qcheck" else None
    return None


def _letter(known: Rules, medium: str) -> str:
    """What the codes of the medium's rules begin with."""
    own = [rule.code for rule in known.all if rule.media[0] == medium and len(rule.media) < 3]
    return re.sub(r"\d.*", "", own[0]) if own else "F"


def _next_code(known: Rules, letters: str, digits: int) -> str:
    numbers = [
        int(rule.code.removeprefix(letters))
        for rule in known.all
        if re.fullmatch(rf"{letters}\d+", rule.code)
    ]
    return f"{letters}{max(numbers, default=0) + 1:0{digits}d}"


def _relative(path: Path, folder: Path) -> str:
    path = path.resolve()
    if path.is_relative_to(folder):
        return f"./{path.relative_to(folder).as_posix()}"
    return path.as_posix()


def _rule_text(sketch: dict[str, str], name: str, code: str, medium: str, preview: bool) -> str:
    names = [sketch["probe"], "Judgement", *(["RuleStatus"] if preview else [])]
    imports = ", ".join([*sorted(names), sketch["helper"], "rule"])
    level = sketch["limit"].partition("_")[0]
    unit = f'\n        unit="{sketch["unit"]}",' if "unit" in sketch else ""
    where = f"\n        where={sketch['where']}," if "where" in sketch else ""
    status = ["status=RuleStatus.PREVIEW"] if preview else []
    given = [f'"{name}"', f'code="{code}"', f'medium="{medium}"', "limits=Limits", *status]
    declared = ", ".join(given)
    if len(f"@rule({declared})") > _LINE:
        declared = "".join(f"\n    {each}," for each in given) + "\n"
    return f'''"""{sketch["summary"]}

What it measures: {sketch["measures"]}

Why it matters: {sketch["why"]}

How to mend it: {sketch["mend"]}

References: the guide, paper or measurement that the limit comes from.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import {imports}


@dataclass(frozen=True)
class Limits:
    {sketch["limit"]}: int = {sketch["default"]}


@rule({declared})
def {name.replace("-", "_")}({sketch["argument"]}: {sketch["probe"]}, limits: Limits) -> Judgement:
    return {sketch["helper"]}(
        {sketch["measured"]},
        {level}=limits.{sketch["limit"]},{unit}{where}
        says="{sketch["says"]}",
    )
'''


def _case_text(sketch: dict[str, str]) -> str:
    return f"""[[case]]
name = "exactly the limit passes"
expect = "pass"
{sketch["passes"]}

[[case]]
name = "beyond the limit is a warning"
expect = "warning"
{sketch["fails"]}
"""
