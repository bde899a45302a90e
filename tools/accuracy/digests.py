"""What a measurement depends on: digests of the code and the numbers that it comes from."""

from __future__ import annotations

import ast
import hashlib
import inspect
import re
import textwrap
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import qcheck
from qcheck.core.probe import is_probe, measure_function, wants
from tools import ROOT

__all__ = ["PACKAGE", "code_digest", "digest", "fits_of", "unfitted"]

PACKAGE = Path(qcheck.__file__).parent
OURS = ("qcheck.", "tools.")
# Only declares; what of it a probe is made of is digested class by class.
DECLARATIONS = {
    "qcheck",
    "qcheck.media.content",
    "qcheck.probes.portrait",
    "qcheck.probes.voice",
    "qcheck.core.probe",
    "tools",
    # Says what is up to date; makes no value.
    "tools.accuracy.digests",
}


@cache
def _tree(path: Path) -> tuple[str, frozenset[str]]:
    """A module without its docstrings, and the modules of ours that it imports."""
    tree = ast.parse(path.read_text("utf-8"))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and f"{node.module}.".startswith(OURS):
            imported.add(node.module)
            imported.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            imported.update(a.name for a in node.names if f"{a.name}.".startswith(OURS))
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [
                n
                for n in body
                if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))
            ]
            vars(node)["body"] = kept
    return ast.dump(tree), frozenset(imported)


def _module_path(name: str) -> Path | None:
    package, *rest = name.split(".")
    relative = (PACKAGE if package == "qcheck" else ROOT / "tools").joinpath(*rest)
    for path in (relative.with_suffix(".py"), relative / "__init__.py"):
        if path.exists():
            return path
    return None


def _sources(module: str, seen: dict[str, str]) -> None:
    path = _module_path(module)
    if module in seen or module in DECLARATIONS or path is None:
        return
    seen[module], imported = _tree(path)
    for each in imported:
        _sources(each, seen)


def _declared(named: type | Callable[..., Any]) -> str:
    return ast.dump(ast.parse(textwrap.dedent(inspect.getsource(named))))


@cache
def _closure(cls: type) -> tuple[str, ...]:
    """Every piece of code that a probe's value comes from."""
    function = measure_function(cls)
    seen: dict[str, str] = {}
    _sources(function.__module__, seen)
    pieces = {_declared(cls), _declared(function), *seen.values()}
    for needed in wants(function).values():
        if is_probe(needed):
            pieces.update(_closure(needed))
    return tuple(sorted(pieces))


@cache
def _numbers(cls: type) -> tuple[Path, ...]:
    """The shipped numbers that a probe's value comes from."""
    pieces = _closure(cls)
    return tuple(
        shipped
        for shipped in sorted((PACKAGE / "probes").rglob("*.npz"))
        if any(_reads(piece, shipped) for piece in pieces)
    )


def _reads(piece: str, shipped: Path) -> bool:
    if f"'{shipped.name}'" in piece:
        return True
    # A word alone says little: levels are a unit, too. Where a name is looked up, any may be it.
    asked = re.findall(r"arrays_of', ctx=Load\(\)\), args=\[(Constant\(value='(\w+)')?", piece)
    return any(
        name == shipped.stem if said else f"'{shipped.stem}'" in piece for said, name in asked
    )


@cache
def digest(cls: type, folder: Path | None) -> str:
    """Of the code and the fitted numbers in ``folder`` that a probe's value comes from."""
    whole = hashlib.sha256("\0".join(_closure(cls)).encode())
    for shipped in _numbers(cls):
        own = [folder / shipped.name, folder / f"{shipped.stem}.none"] if folder else []
        whole.update(next((path for path in own if path.exists()), shipped).read_bytes())
    return whole.hexdigest()[:24]


@cache
def unfitted(cls: type, folder: Path | None) -> str | None:
    """Why ``folder`` has no numbers for a probe; None where it has them, or needs none."""
    if folder is None:
        return None
    reasons = [folder / f"{shipped.stem}.none" for shipped in _numbers(cls)]
    return next((path.read_text("utf-8") for path in reasons if path.exists()), None)


def fits_of(cls: type) -> frozenset[str]:
    """The fits whose numbers a probe's value comes from."""
    return frozenset(shipped.stem for shipped in _numbers(cls))


def code_digest(path: Path) -> str:
    """Of a module and the code of ours that it uses; for fits and makers."""
    own, imported = _tree(path)
    seen: dict[str, str] = {}
    for each in imported:
        _sources(each, seen)
    return hashlib.sha256("\0".join([own, *sorted(seen.values())]).encode()).hexdigest()[:24]
