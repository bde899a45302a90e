"""Fitted numbers that ship beside the probes: one ``NAME.npz`` for each fit.

``python -m tools.accuracy fit NAME`` makes them. To score a fit on people that it has not seen, the
accuracy command fits it again without them and points :func:`use` at the result.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["arrays_of", "use"]

_SHIPPED = Path(__file__).parent.parent
_folder = _SHIPPED


def use(folder: Path | None) -> None:
    """Take weights from ``folder`` where it has them, from now on; None: the shipped ones."""
    global _folder
    _folder = folder or _SHIPPED
    arrays_of.cache_clear()


@cache
def arrays_of(name: str) -> dict[str, NDArray[np.float32]]:
    """Every array of ``NAME.npz`` as float32, but for its ``note``.

    Raises :class:`FileNotFoundError` where nobody has fitted it.
    """
    path = _folder / f"{name}.npz"
    with np.load(path if path.exists() else _SHIPPED / f"{name}.npz") as stored:
        return {key: stored[key].astype(np.float32) for key in stored.files if key != "note"}
