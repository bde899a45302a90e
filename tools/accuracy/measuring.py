"""Takes the measurements that rules judge, once: a changed limit re-judges without measuring.

What is kept is each probe's value under a digest of the code, weights and file that it came from,
so that a change to one measure takes that measure again and no other.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import inspect
import pickle
import pkgutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from qcheck.core.places import Box, Span
from qcheck.core.probe import Inapplicable, Unmeasurable, is_probe
from qcheck.media.content import Picture
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence, ProbeCrashed
from qcheck.probes.helpers import weights
from qcheck.probes.voice import Mono
from tools.accuracy import makers
from tools.accuracy.digests import code_digest, digest, unfitted
from tools.accuracy.trials import Case

LARGE_BYTES = 50_000


@dataclasses.dataclass(frozen=True)
class Hollow:
    """What stays of a large array: rules read its shape and never its content."""

    shape: tuple[int, ...]
    dtype: str


def load_makers() -> None:
    """Import every module of makers, so that they are registered."""
    for module in pkgutil.iter_modules(makers.__path__):
        importlib.import_module(f"{makers.__name__}.{module.name}")


@dataclasses.dataclass(frozen=True)
class Failure:
    """A measurement that could not be taken."""

    kind: str
    reason: str

    def exception(self) -> Exception:
        if self.kind == "crashed":
            return ProbeCrashed(self.reason)
        return (Inapplicable if self.kind == "inapplicable" else Unmeasurable)(self.reason)


def _failure(error: Exception) -> Failure:
    if isinstance(error, ProbeCrashed):
        return Failure("crashed", str(error))
    return Failure(
        "inapplicable" if isinstance(error, Inapplicable) else "unmeasurable", str(error)
    )


@dataclasses.dataclass
class Measured:
    """Everything that rules may ask of one case."""

    case: Case
    values: dict[str, Any]
    file: File
    truth: Mapping[str, float | str]

    def evidence(self, probes: dict[str, type]) -> Evidence:
        evidence = Evidence(self.file)
        for name, value in self.values.items():
            if isinstance(value, Failure):
                evidence._failed[probes[name]] = value.exception()
            else:
                evidence._taken[probes[name]] = refill(value)
        return evidence


def hollow(value: Any) -> Any:
    """``value`` without its large arrays."""
    if isinstance(value, np.ndarray):
        return Hollow(value.shape, value.dtype.str) if value.nbytes > LARGE_BYTES else value
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(hollow(each) for each in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type | Box | Span | File):
        return _rebuilt(value, hollow)
    return value


def refill(value: Any) -> Any:
    """The reverse; a large array comes back as zeros that take no room."""
    if isinstance(value, Hollow):
        return np.broadcast_to(np.zeros((), value.dtype), value.shape)
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(refill(each) for each in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type | Box | Span | File):
        return _rebuilt(value, refill)
    return value


def _rebuilt(value: Any, change: Any) -> Any:
    copy = object.__new__(type(value))
    for field in dataclasses.fields(value):
        object.__setattr__(copy, field.name, change(getattr(value, field.name)))
    return copy


def measure(
    case: Case, probes: dict[str, type], folders: Sequence[Path | None], store: Path
) -> list[Measured]:
    """Measure ``case`` once with the numbers in each of ``folders``.

    What ``store`` holds and the code has not outdated is taken from there.
    """
    key = store / "cases" / f"{_case_key(case)}.pickle"
    kept = _kept(key)
    before = len(kept["probes"])
    taken: list[tuple[Path | None, Evidence]] = []
    for folder in folders:
        missing = {
            name: cls
            for name, cls in probes.items()
            if (name, digest(cls, folder)) not in kept["probes"]
        }
        if not missing:
            continue
        if not taken:
            file, kept["truth"] = _file(case)
            kept["file"] = dataclasses.replace(file, data=file.data[:4096])
            taken.append((folder, Evidence(file)))
        else:
            taken.append((folder, _evidence_shared(*taken[0], folder)))
        weights.use(folder)
        for name, cls in missing.items():
            kept["probes"][name, digest(cls, folder)] = _taken(taken[-1][1], cls, folder)
    if len(kept["probes"]) > before:
        key.parent.mkdir(parents=True, exist_ok=True)
        part = key.with_suffix(".part")
        part.write_bytes(pickle.dumps(kept))
        part.replace(key)
    return [
        Measured(
            case,
            {name: kept["probes"][name, digest(cls, folder)] for name, cls in probes.items()},
            kept["file"],
            kept["truth"],
        )
        for folder in folders
    ]


def _kept(key: Path) -> dict[str, Any]:
    if key.exists():
        try:
            kept = pickle.loads(key.read_bytes())
        except Exception:
            pass  # written by other code, or cut off
        else:
            return dict(kept)
    return {"probes": {}}


def _taken(evidence: Evidence, cls: type, folder: Path | None) -> Any:
    if reason := unfitted(cls, folder):
        return Failure("unmeasurable", reason)
    try:
        return hollow(evidence.get(cls))
    except (Unmeasurable, ProbeCrashed) as error:
        return _failure(error)


def _evidence_shared(one: Path | None, evidence: Evidence, other: Path | None) -> Evidence:
    """Of the same file with the numbers in ``other``: what does not depend on them stays."""

    def same(cls: type) -> bool:
        return is_probe(cls) and digest(cls, one) == digest(cls, other)

    shared = Evidence(
        evidence.file, known={c: value for c, value in evidence._taken.items() if same(c)}
    )
    shared._failed.update({c: why for c, why in evidence._failed.items() if same(c)})
    return shared


@cache
def _content_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _case_key(case: Case) -> str:
    # By content: where the corpus lies, and when it was put there, changes no measurement.
    parts = [_content_digest(case.row.path), case.name]
    if case.maker:
        path = inspect.getsourcefile(makers.MAKERS[case.maker][1])
        assert path is not None
        parts.append(code_digest(Path(path)))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _file(case: Case) -> tuple[File, Mapping[str, float | str]]:
    original = File(case.row.name, case.row.path.read_bytes())
    if case.maker is None:
        return original, {}
    medium, function = makers.MAKERS[case.maker]
    given = dict(case.parameters)
    if "corpus" in inspect.signature(function).parameters:
        given["corpus"] = case.row.path.parents[2]
    rng = np.random.default_rng(case.seed)
    evidence = Evidence(original)
    if medium == "portrait":
        made = function(evidence.get(Picture).bgr, rng, **given)
    else:
        mono = evidence.get(Mono)
        made = function(mono.samples, mono.rate_hz, rng, **given)
    return File(f"{Path(case.row.name).stem}{made.suffix}", made.data), made.truth


def measure_many(
    cases: Iterable[tuple[Case, Sequence[Path | None], Mapping[str, str]]], store: Path
) -> list[list[Measured] | str]:
    """One worker's share: cases, each with folders of numbers and probes as name and module.

    A case that fails is a line of text, and never stops the others.
    """
    cv2.setNumThreads(1)
    load_makers()
    results: list[list[Measured] | str] = []
    for case, folders, names in cases:
        probes = {
            name: getattr(importlib.import_module(module), name) for name, module in names.items()
        }
        try:
            results.append(measure(case, probes, folders, store))
        except Exception as error:
            told = f"{case.name}: {type(error).__name__}: {error}"
            results.append(told)
            print(told, file=sys.stderr)
    return results
