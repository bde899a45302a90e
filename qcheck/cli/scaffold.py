"""The outline of a new rule with its cases, for its author to fill in.

It runs at once, on a measurement that every file of the medium has. What it says, to people and in
its cases, is marked TODO, and `qcheck rule test` refuses it until the last TODO is gone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qcheck.cli.configuration.edits import add_plugin, config_to_edit, path_from_here
from qcheck.core.atomic import write_new
from qcheck.core.bounded_parsing import MAX_TOML_BYTES, load_toml
from qcheck.core.bounded_reading import read_regular
from qcheck.core.errors import UsageFault
from qcheck.core.rule import CODE, NAME
from qcheck.engine.options import Options
from qcheck.engine.registry import Rules, load_rules
from qcheck.engine.settings import load_settings
from qcheck.engine.setup import rules_of, run_settings
from qcheck.engine.trust import trust

__all__ = ["Made", "make_rule"]

_FOLDER = "qcheck_rules"
_BUILT_IN = "qcheck.rules"
"""The entry point that brings the built-in rules, which qcheck's own pyproject.toml alone names."""
_LINE = 100
"""Characters of a line in qcheck's own style."""
_OUTLINES = Path(__file__).with_name("scaffold.toml")


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
    own = None if folder else _own_tree()
    known = load_rules() if own else rules_of(Options())
    _refuse_names(name, code, known)
    module = name.replace("-", "_")
    if own:
        code = code or _next_code(known, _letter(known, medium), 2)
        home = own / "rules" / (medium if (own / "rules" / medium).is_dir() else "file")
        rule_file, case_file = home / f"{module}.py", own / "tests" / "cases" / f"{name}.toml"
    else:
        code = code or _next_code(known, "TEAM", 2)
        home = folder or config_to_edit(None).parent / _FOLDER
        rule_file, case_file = home / f"{module}.py", home / "cases" / f"{name}.toml"
    was_made = not home.exists()
    outline = tomllib.loads(_OUTLINES.read_text("utf-8")).get(medium)
    if outline is None:
        raise UsageFault(f"--medium {medium}: {_OUTLINES.name} has no outline for such a rule")
    _write_new(
        {
            rule_file: _rule_text(outline, name, code, medium, preview=own is not None),
            case_file: _case_text(outline),
        }
    )
    files = [("rule", rule_file), ("cases", case_file)]
    if not own:
        # A folder that was there may hold what is not a rule: of it the file alone is named.
        plugin = home if was_made or _is_plugin(home) else rule_file
        config = config_to_edit(None)
        add_plugin(config, _relative(plugin, config.resolve().parent))
        # What was there before is trusted, or its rules would not have been known; this is ours.
        load_settings.cache_clear()
        trust(load_settings(config))
        files.append(("plugins", config))
    return Made(tuple((what, path_from_here(path)) for what, path in files), own is not None)


def _refuse_names(name: str, code: str | None, known: Rules) -> None:
    if not NAME.fullmatch(name):
        raise UsageFault(f"{name}: must be lower-case letters, digits and hyphens, as in no-spaces")
    if code is not None and not CODE.fullmatch(code):
        raise UsageFault(f"--code {code}: must be capital letters and digits after them: TEAM01")
    if name in ("explain", "new", "test"):
        raise UsageFault(f"{name}: `qcheck rule {name}` is a command: choose another name")
    taken = {key for rule in known.all for key in (rule.name, rule.code)}
    if twice := taken & {name, code}:
        raise UsageFault(f"there is a rule {twice.pop()} already")


def _write_new(texts: Mapping[Path, str]) -> None:
    """Write files that must not be there yet."""
    for path in texts:
        if path.exists():
            raise UsageFault(f"{path}: this file is there already")
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_new(path, text)
        except OSError as error:
            raise UsageFault(f"{path}: {error.strerror or error}") from error


def _is_plugin(folder: Path) -> bool:
    listed = run_settings(Options()).plugin_paths
    return folder.resolve() in [path.resolve() for path in listed]


def _own_tree() -> Path | None:
    """The root of qcheck's own source, where that is where we are."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        try:
            text = read_regular(folder / "pyproject.toml", MAX_TOML_BYTES).decode("utf-8")
            table = load_toml(text)
        except (OSError, ValueError):
            continue
        for name in ("project", "entry-points", "qcheck.rules"):
            found = table.get(name)
            table = found if isinstance(found, dict) else {}
        return folder if _BUILT_IN in table.values() else None
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


def _rule_text(outline: dict[str, str], name: str, code: str, medium: str, preview: bool) -> str:
    names = [outline["probe"], "Judgement", *(["RuleStatus"] if preview else [])]
    imports = ", ".join([*sorted(names), outline["helper"], "rule"])
    level = outline["limit"].partition("_")[0]
    asked = f"{outline['argument']}: {outline['probe']}, limits: Limits"
    unit = f'\n        unit="{outline["unit"]}",' if "unit" in outline else ""
    where = f"\n        where={outline['where']}," if "where" in outline else ""
    status = ["status=RuleStatus.PREVIEW"] if preview else []
    given = [f'"{name}"', f'code="{code}"', f'medium="{medium}"', "limits=Limits", *status]
    declared = ", ".join(given)
    if len(f"@rule({declared})") > _LINE:
        declared = "".join(f"\n    {each}," for each in given) + "\n"
    return f'''"""TODO: say in one short sentence what is wrong with a file that breaks the rule.

What it measures: TODO: what is measured, and in which unit.

Why it matters: TODO: what goes wrong if nobody notices.

How to mend it: TODO: what the person who made the file can do about it.

References: TODO: the guide, paper or measurement that the limit comes from.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import {imports}


@dataclass(frozen=True)
class Limits:
    # TODO: your limits, each with its unit in its name.
    {outline["limit"]}: int = {outline["default"]}


@rule({declared})
def {name.replace("-", "_")}({asked}) -> Judgement:
    # TODO: ask for the measurements that you need, and judge those.
    return {outline["helper"]}(
        {outline["measured"]},
        {level}=limits.{outline["limit"]},{unit}{where}
        says="TODO: say what is wrong: {{measured}}; it {{limit}}.",
    )
'''


def _case_text(outline: dict[str, str]) -> str:
    return f"""[[case]]
name = "TODO: a file that is fine, right at the limit"
expect = "pass"
# TODO: what is measured on it.
{outline["passes"]}

[[case]]
name = "TODO: a file that breaks the rule, just beyond the limit"
expect = "warning"
# TODO: what is measured on it.
{outline["fails"]}
"""
