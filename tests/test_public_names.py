"""Public names: each means one thing in all of qcheck."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import qcheck

ROOT = Path(qcheck.__file__).parent

# Names that several modules share, and why.
SHARED = {
    "check": "`qcheck.check` is the one of qcheck.api, imported when it is asked for",
    "main": "`qcheck.__main__.main` is the one of qcheck.cli.main, in a process of its own",
    "render": "what each output format is",
    "side_reports": "what an output format may have besides; qcheck.reporters finds it by name",
    "STATISTICS": "what an output format may say of itself",
    "wrote": "by which an output format may recognise its files; qcheck.reporters finds it by name",
}


def public_names(path: Path) -> set[str]:
    """What ``__all__`` names and the module itself defines."""
    body = ast.parse(path.read_text("utf-8")).body
    imported = {
        alias.asname or alias.name
        for node in body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    for node in body:
        if isinstance(node, ast.Assign) and [ast.unparse(t) for t in node.targets] == ["__all__"]:
            return set(ast.literal_eval(node.value)) - imported
    return set()


def test_no_two_public_things_share_a_name() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted(ROOT.rglob("*.py")):
        for name in public_names(path):
            places[name].append(str(path.relative_to(ROOT)))
    shared = {name: files for name, files in places.items() if len(files) > 1}
    assert {name: files for name, files in shared.items() if name not in SHARED} == {}
    assert set(SHARED) == set(shared), "a name that nothing shares needs no reason"
