"""Fits the numbers that ship beside the probes, and the same without some people or whole sets.

What was left out is scored with the result: a person whom the numbers were fitted on is no test of
them, and neither is a stranger who was photographed by the same hand.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from tools.accuracy import fits
from tools.accuracy.digests import PACKAGE, code_digest
from tools.accuracy.fits import Unfittable
from tools.accuracy.labels import Row

SHIPPED = PACKAGE / "probes"

Split = tuple[str, str]
"""``("people", fold)`` or ``("sets", origin)``: what a fit is made without."""


def names() -> list[str]:
    """Every fit there is."""
    return sorted(module.name for module in pkgutil.iter_modules(fits.__path__))


def corpus_digest(corpus: Path) -> str:
    """Of the labels: tells whether shipped numbers were fitted from them as they are."""
    whole = hashlib.sha256()
    for table in sorted(corpus.glob("*/labels.csv")):
        whole.update(table.read_bytes())
    return whole.hexdigest()[:16]


def fitted_from(name: str) -> str:
    """The note that says what the shipped numbers were fitted from; empty where there is none."""
    path = SHIPPED / f"{name}.npz"
    if not path.exists():
        return ""
    with np.load(path) as stored:
        return str(stored["note"]) if "note" in stored.files else ""


def _sets(rows: Iterable[Row]) -> set[str]:
    return {row.labels.get("set", "") for row in rows}


def outdated(fitted: Iterable[str], corpus: Path) -> list[str]:
    """Those of ``fitted`` whose shipped numbers come from other labels: to be fitted again."""
    mark = corpus_digest(corpus)
    return [name for name in fitted if mark not in fitted_from(name)]


def own_fits(rows: list[Row]) -> list[str]:
    """Fits that saw a set of ``rows``. What others were fitted from, nobody here was in."""
    offered = {name: re.search("; sets (.*?);", fitted_from(name)) for name in names()}
    return [name for name, sets in offered.items() if sets and _sets(rows) & {*sets[1].split()}]


def fit(name: str, rows: list[Row], corpus: Path, store: Path, target: Path) -> None:
    """Run one fit on ``rows`` and write ``target``. Raises :class:`Unfittable`."""
    module = importlib.import_module(f"{fits.__name__}.{name}")
    rows = [row for row in rows if row.medium == module.MEDIUM]
    own = store / "fits" / name
    own.mkdir(parents=True, exist_ok=True)
    arrays = dict(module.fit(rows, own))
    note = str(arrays.pop("note", ""))
    sets = " ".join(sorted(_sets(rows)))
    arrays["note"] = np.array(f"{note}; sets {sets}; labels {corpus_digest(corpus)}")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.stem}.part.npz")
    # Half precision hardly compresses, and inflating it costs every run that needs the numbers.
    np.savez(part, **arrays)
    part.replace(target)


def _fits_without(
    name: str, splits: list[Split], rows: list[Row], corpus: Path, store: Path
) -> list[str]:
    """One fit without each of ``splits`` in turn: they share what the fit keeps of each file."""
    paths = []
    for split in splits:
        path = _path(name, split, rows, corpus, store)
        kind, part = split
        try:
            fit(name, [r for r in rows if r.left_out[kind] != part], corpus, store, path)
        except Unfittable as reason:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_suffix(".none").write_text(str(reason), "utf-8")
        paths.append(str(path))
    return paths


def _path(name: str, split: Split, rows: list[Row], corpus: Path, store: Path) -> Path:
    source = Path(fits.__path__[0]) / f"{name}.py"
    mark = f"{code_digest(source)}{corpus_digest(corpus)}{len(rows)}"
    key = hashlib.sha256(mark.encode()).hexdigest()[:16]
    return store / "without" / "-".join(split).replace(" ", "-") / key / f"{name}.npz"


def fit_without(
    fitted: Iterable[str], rows: list[Row], corpus: Path, store: Path, jobs: int
) -> dict[Split, Path]:
    """For every part of the corpus that is left out, a folder of numbers ``fitted`` without it.

    Other fits stay as they are shipped.
    """
    wanted: dict[str, list[Split]] = defaultdict(list)
    for name in fitted:
        medium = importlib.import_module(f"{fits.__name__}.{name}").MEDIUM
        parts = {split for row in rows if row.medium == medium for split in row.left_out.items()}
        wanted[name] = sorted(parts)
    missing = {
        name: [s for s in splits if not _made(_path(name, s, rows, corpus, store))]
        for name, splits in wanted.items()
    }
    if any(missing.values()):
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            # Two processes with the same fit would write the same files.
            under_way = [
                pool.submit(_fits_without, name, splits, rows, corpus, store)
                for name, splits in missing.items()
                if splits
            ]
            for future in as_completed(under_way):
                print("fitted", *future.result(), sep="\n  ", flush=True)
    every = sorted({split for row in rows for split in row.left_out.items()})
    return {
        split: _together(
            [_path(name, split, rows, corpus, store) for name in wanted if split in wanted[name]],
            store,
        )
        for split in every
    }


def _made(path: Path) -> bool:
    return path.exists() or path.with_suffix(".none").exists()


def _together(paths: list[Path], store: Path) -> Path:
    """A folder with all of ``paths``."""
    mark = hashlib.sha256("\0".join(map(str, paths)).encode()).hexdigest()[:16]
    folder = store / "together" / mark
    folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        made = path if path.exists() else path.with_suffix(".none")
        link = folder / made.name
        if not link.exists():
            link.symlink_to(made.resolve())
    return folder
