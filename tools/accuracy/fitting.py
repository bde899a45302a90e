"""Fits the numbers that ship beside the probes, and the same without some people, for scoring."""

from __future__ import annotations

import hashlib
import importlib
import os
import pkgutil
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from tools.accuracy import fits
from tools.accuracy.digests import PACKAGE, code_digest
from tools.accuracy.labels import FOLDS, Row

SHIPPED = PACKAGE / "probes"


def names() -> list[str]:
    """Every fit there is."""
    return sorted(module.name for module in pkgutil.iter_modules(fits.__path__))


def corpus_digest(corpus: Path) -> str:
    """Of the labels: tells whether shipped numbers were fitted from this corpus."""
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


def fit(name: str, rows: list[Row], corpus: Path, store: Path, target: Path) -> None:
    """Run one fit on ``rows`` and write ``target``."""
    module = importlib.import_module(f"{fits.__name__}.{name}")
    own = store / "fits" / name
    own.mkdir(parents=True, exist_ok=True)
    arrays = dict(module.fit(rows, own))
    note = str(arrays.pop("note", ""))
    arrays["note"] = np.array(f"{note}; labels {corpus_digest(corpus)}")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.stem}.part.npz")
    np.savez_compressed(part, **arrays)
    part.replace(target)


def _folds_without(
    name: str, folds: list[int], rows: list[Row], corpus: Path, store: Path
) -> list[str]:
    """One fit without each of ``folds`` in turn: they share what the fit keeps of each file."""
    paths = []
    for fold in folds:
        path = _fold_path(name, fold, rows, corpus, store)
        fit(name, [row for row in rows if row.fold != fold], corpus, store, path)
        paths.append(str(path))
    return paths


def _fold_path(name: str, fold: int, rows: list[Row], corpus: Path, store: Path) -> Path:
    source = Path(fits.__path__[0]) / f"{name}.py"
    mark = f"{code_digest(source)}{corpus_digest(corpus)}{len(rows)}"
    key = hashlib.sha256(mark.encode()).hexdigest()[:16]
    return store / "folds" / str(fold) / key / f"{name}.npz"


def fit_folds(rows: list[Row], corpus: Path, store: Path, jobs: int) -> dict[int, Path]:
    """A folder of numbers for each fold of people, fitted without them.

    Fits that were not made from this corpus stay as they are shipped: nobody here was in them.
    """
    mark = corpus_digest(corpus)
    own = [name for name in names() if mark in fitted_from(name)]
    missing = {
        name: [
            fold
            for fold in range(FOLDS)
            if not _fold_path(name, fold, rows, corpus, store).exists()
        ]
        for name in own
    }
    if any(missing.values()):
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            # Two processes with the same fit would write the same files.
            under_way = [
                pool.submit(_folds_without, name, folds, rows, corpus, store)
                for name, folds in missing.items()
                if folds
            ]
            for future in as_completed(under_way):
                print("fitted", *future.result(), sep="\n  ", flush=True)
    folders = {}
    for fold in range(FOLDS):
        paths = [_fold_path(name, fold, rows, corpus, store) for name in own]
        together = hashlib.sha256("\0".join(map(str, paths)).encode()).hexdigest()[:16]
        folder = store / "folds" / str(fold) / together
        folder.mkdir(parents=True, exist_ok=True)
        for path in paths:
            link = folder / path.name
            if not link.exists():
                link.symlink_to(path.resolve())
        folders[fold] = folder
    return folders
