"""A new rule with its cases: small, true, and passing at once, for its author to change."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from qcheck.edits import add_plugin, config_to_edit, shown
from qcheck.errors import UsageFault
from qcheck.registry import Rules, load_rules
from qcheck.rule import CODE, NAME
from qcheck.run import Options, rules_of

__all__ = ["Made", "make_rule"]

_FOLDER = "qcheck_rules"


@dataclass(frozen=True)
class Made:
    """What was written: (what it is, where)."""

    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Sketch:
    """A measurement to start from, with a case on each side of its limit."""

    probe: str
    argument: str
    measured: str
    helper: str
    limit: str
    default: str
    unit: str
    summary: str
    measures: str
    why: str
    mend: str
    says: str
    where: str
    passes: str
    fails: str


_PORTRAIT = _Sketch(
    probe="Face",
    argument="face",
    measured="face.region.side_px",
    helper="at_least",
    limit="warn_below_px",
    default="800",
    unit="px",
    summary="The face is small.",
    measures="the longer side of the box around the face, in pixels of the upright picture.",
    why="A small face leaves the model little to work with.",
    mend="Move the camera closer, or crop to head and shoulders.",
    says="The face is {measured} across; {wanted} or more is wanted.",
    where="face.region",
    passes="evidence.Face.region = { left_px = 0, top_px = 0, right_px = 800, bottom_px = 700 }",
    fails="evidence.Face.region = { left_px = 0, top_px = 0, right_px = 799, bottom_px = 700 }",
)
_VOICE = _Sketch(
    probe="Duration",
    argument="duration",
    measured="duration.duration_s",
    helper="at_most",
    limit="warn_above_s",
    default="60",
    unit="s",
    summary="The recording is long.",
    measures="the length of the recording, in seconds.",
    why="Long recordings take long to render.",
    mend="Cut it at a pause: `qcheck split` does.",
    says="The recording lasts {measured}; {wanted} or less is wanted.",
    where="",
    passes="evidence.Duration = { duration_s = 60 }",
    fails="evidence.Duration = { duration_s = 60.5 }",
)
_VIDEO = _Sketch(
    probe="Footage",
    argument="footage",
    measured="footage.height_px",
    helper="at_least",
    limit="warn_below_px",
    default="720",
    unit="px",
    summary="The video is small.",
    measures="the height of the video's frames, in pixels.",
    why="A small video is enlarged where it is shown, and looks soft.",
    mend="Export it larger from the program it comes from.",
    says="The frames are {measured} high; {wanted} or more is wanted.",
    where="",
    passes="evidence.Footage = { width_px = 1280, height_px = 720 }",
    fails="evidence.Footage = { width_px = 1280, height_px = 719 }",
)
_ANY = _Sketch(
    probe="File",
    argument="file",
    measured="file.size_bytes",
    helper="at_most",
    limit="warn_above_bytes",
    default="1_000_000",
    unit="bytes",
    summary="The file is large.",
    measures="the size of the file, in bytes.",
    why="Large files are slow to send.",
    mend="Shorten it.",
    says="The file has {measured}; {wanted} or less is wanted.",
    where="",
    passes='file = { name = "a", data = "12" }\nlimits = { warn_above_bytes = 2 }',
    fails='file = { name = "a", data = "123" }\nlimits = { warn_above_bytes = 2 }',
)
_SKETCHES = {"portrait": _PORTRAIT, "voice": _VOICE, "video": _VIDEO}


def make_rule(name: str, medium: str, code: str | None, folder: Path | None) -> Made:
    """Write a rule and its cases, and name the rule in the configuration.

    In qcheck's own tree they go where its rules and cases are, and are found there. Raises
    UsageFault for a name or code that cannot be or is taken, and never replaces a file.
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
    sketch = _SKETCHES.get(medium, _ANY)
    texts = {rule_file: _rule_text(sketch, name, code, medium), case_file: _case_text(sketch)}
    for path in texts:
        if path.exists():
            raise UsageFault(f"{path}: it is there already")
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise UsageFault(f"{path}: {error.strerror or error}") from error
    files = [("rule", rule_file), ("cases", case_file)]
    if not own:
        config = config_to_edit(None)
        add_plugin(config, _relative(rule_file, config.resolve().parent))
        files.append(("plugins", config))
    return Made(tuple((what, shown(path)) for what, path in files))


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


def _rule_text(sketch: _Sketch, name: str, code: str, medium: str) -> str:
    imports = ", ".join([*sorted([sketch.probe, "Judgement"]), sketch.helper, "rule"])
    where = f"\n        where={sketch.where}," if sketch.where else ""
    level = sketch.limit.partition("_")[0]
    return f'''"""{sketch.summary}

What it measures: {sketch.measures}

Why it matters: {sketch.why}

How to mend it: {sketch.mend}

References: the guide, paper or measurement that the limit comes from.
"""

from __future__ import annotations

from dataclasses import dataclass

from qcheck import {imports}


@dataclass(frozen=True)
class Limits:
    {sketch.limit}: int = {sketch.default}


@rule("{name}", code="{code}", medium="{medium}", limits=Limits)
def {name.replace("-", "_")}({sketch.argument}: {sketch.probe}, limits: Limits) -> Judgement:
    return {sketch.helper}(
        {sketch.measured},
        {level}=limits.{sketch.limit},
        unit="{sketch.unit}",{where}
        says="{sketch.says}",
    )
'''


def _case_text(sketch: _Sketch) -> str:
    return f"""[[case]]
name = "exactly the limit passes"
expect = "pass"
{sketch.passes}

[[case]]
name = "beyond the limit is a warning"
expect = "warning"
{sketch.fails}
"""
