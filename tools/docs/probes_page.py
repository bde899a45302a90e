"""The page of what a rule may ask for: every public class of measurements, from its source."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

import qcheck
from qcheck.core.probe import is_probe

__all__ = ["probes_page"]

HEAD = """# What a rule may ask for

A rule asks by annotating a parameter, `face: Face`, and gets what was measured on the file, once,
whoever else asks for it. Where it cannot be measured the rule is skipped with the reason. All of it
is imported from `qcheck`.

Coordinates are pixels of the upright picture, x to the right, y down; left and right of a face are
the sitter's own. Times are seconds. Arrays are NumPy's, their shapes in parentheses. Fields in
*italics* are worked out from the others; a [case](writing-a-rule.md#its-cases) may give them
instead.
"""
GROUPS = {
    "Any file": (
        "qcheck.media.file",
        "qcheck.core.job",
        "qcheck.media.content:Decoding",
        "qcheck.media.sides",
    ),
    "Portraits and pictures": ("qcheck.probes.portrait", "qcheck.media.content:Picture"),
    "Voices": ("qcheck.probes.voice", "qcheck.media.content:Recording"),
    "Videos": ("qcheck.probes.video", "qcheck.media.content:Footage"),
    "Payloads, scripts and captions": ("qcheck.probes.text", "qcheck.media.content:Text"),
    "Plans": ("qcheck.probes.plan",),
    "Places": ("qcheck.core.places",),
}
# What rules and reports say, and no measurement holds.
REPORTED = ("FileReport", "Finding", "Judgement", "Outcome", "Report", "Severity", "Status")


def probes_page(mark: str) -> str:
    lines = [f"{mark}{HEAD}"]
    for heading, modules in GROUPS.items():
        lines.append(f"## {heading}\n")
        for cls in public_classes(modules):
            lines += section(cls)
    return "\n".join(lines).rstrip() + "\n"


def public_classes(places: tuple[str, ...]) -> Iterator[type]:
    """Classes of whole modules and packages, and single ones as ``module:Class``."""
    for name in qcheck.__all__:
        cls = getattr(qcheck, name)
        if not isinstance(cls, type) or name in REPORTED:
            continue
        module = cls.__module__
        inside = any(module == place or module.startswith(f"{place}.") for place in places)
        if inside or f"{module}:{name}" in places:
            yield cls


def section(cls: type) -> Iterator[str]:
    tree = ast.parse(inspect.getsource(cls)).body[0]
    assert isinstance(tree, ast.ClassDef)
    asked = is_probe(cls) or cls in (qcheck.File, qcheck.Job)
    part = "" if asked else " (A part of others: no rule asks for it.)"
    yield f"### {cls.__name__}\n"
    yield f"{words(ast.get_docstring(tree) or '')}{part}\n"
    rows = list(fields(tree))
    if rows:
        yield "| field | type | |"
        yield "|---|---|---|"
        for name, kind, says in rows:
            yield f"| {name} | `{kind}` | {says} |"
        yield ""


def fields(tree: ast.ClassDef) -> Iterator[tuple[str, str, str]]:
    """(name, type, what it is) of every public field and property."""
    for node, after in zip(tree.body, [*tree.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            says = ""
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                says = words(str(after.value.value))
            yield f"`{node.target.id}`", escaped(ast.unparse(node.annotation)), says
        elif isinstance(node, ast.FunctionDef) and is_property(node) and node.returns:
            says = words(ast.get_docstring(node) or "")
            yield f"*`{node.name}`*", escaped(ast.unparse(node.returns)), says


def is_property(node: ast.FunctionDef) -> bool:
    names = {each.id for each in node.decorator_list if isinstance(each, ast.Name)}
    return bool(names & {"property", "cached_property"})


def words(text: str) -> str:
    """A docstring as one line of Markdown."""
    return escaped(" ".join(text.split()).replace("``", "`").replace(":class:", ""))


def escaped(text: str) -> str:
    return text.replace("|", "\\|")
