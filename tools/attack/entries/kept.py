"""Files that qcheck or its user keeps: settings, contracts, baselines, results, trust, states."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from qcheck.core.errors import UsageFault
from qcheck.core.places import Box, Span
from qcheck.core.results import FileReport, Judgement, Outcome, Severity, Status
from qcheck.engine import cache as kept_results
from qcheck.engine import trust
from qcheck.engine.baseline import Baseline
from qcheck.engine.settings import load_settings
from qcheck.jobs.states import read_json
from qcheck.targets import contract, updates
from qcheck.targets.payload import misfits, unknown_keys
from qcheck.targets.payload_files import file_fields
from tools import ROOT
from tools.attack.entries.entry import Entry, Misread

__all__ = ["entries"]

_KEY = "0" * 64
_CONFIGURATION = b"""
for = "bytedance/omnihuman-1-5"
speakers = 1
select = ["ALL"]
ignore = ["music"]
fail-on = "warning"
min-score = 50
output-format = ["full", "json=out.json"]
plugins = ["rules.py"]
baseline = "qcheck-baseline.json"
exclude = ["**/old", "/x/*"]
[limits.loudness]
[limits.face-count]
max-faces = 2
[[ignores]]
path = "a/**"
rules = ["hum"]
reason = "known"
until = 2030-01-01
"""
_BASELINE = {
    "version": 1,
    "fingerprints": 1,
    "findings": [
        {"file": "a.png", "rule": "hum", "severity": "error", "message": "x", "fingerprint": "ab"}
    ],
}
_UPDATE = {
    "app": "a/b",
    "read": "2026-01-01",
    "input": {"type": "object", "properties": {"image": {"type": "string", "format": "file"}}},
}


def entries() -> Iterator[Entry]:
    """Everything that may be found, whoever put it there."""
    contracts = tuple(
        path.read_bytes() for path in sorted((ROOT / "qcheck" / "targets").glob("*.toml"))
    )
    words = tuple({line for text in (*contracts, _CONFIGURATION) for line in text.split(b"\n")})
    yield Entry("configurations", (_CONFIGURATION,), _configuration, (UsageFault,), words)
    pyproject = b"[project]\nname = 'x'\n[tool.qcheck]\n" + _CONFIGURATION.replace(
        b"\n[", b"\n[tool.qcheck."
    ).replace(b"[tool.qcheck.[", b"[[tool.qcheck.")
    yield Entry("pyproject.toml", (pyproject,), _pyproject, (UsageFault,), words)
    yield Entry("contracts of apps", contracts, _contract, (UsageFault,), words)
    update = json.dumps(_UPDATE).encode()
    yield Entry("contracts taken in", (update,), _update, (UsageFault,))
    yield Entry(
        "schemas as printed",
        (update, json.dumps([update.decode()]).encode()),
        _schema,
        (UsageFault,),
    )
    yield Entry("baselines", (json.dumps(_BASELINE).encode(),), _baseline, (UsageFault,))
    yield Entry("trusted configurations", (b'{"/a/qcheck.toml": "00"}',), _trust)
    yield Entry("states of a production", (b'{"key": "1", "outputs": {"a.mp4": "00"}}',), _state)
    yield Entry("kept results", (_sealed(),), _kept, binary=True)


@cache
def folder() -> Path:
    """Where this process may write: never the user's own data."""
    made = Path(tempfile.mkdtemp(prefix="qcheck-attack-"))
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME"):
        os.environ[name] = str(made)
    return made


def _in_file(name: str, data: bytes) -> Path:
    path = folder() / name
    path.write_bytes(data)
    return path


def _configuration(data: bytes) -> object:
    settings = load_settings.__wrapped__(_in_file("qcheck.toml", data))
    settings.is_excluded(folder() / "a" / "b.png")
    settings.ignores_for(folder() / "a" / "b.png")
    return settings.fail_on, settings.preview, len(settings.limits) > 1, bool(settings.ignores)


def _pyproject(data: bytes) -> object:
    return load_settings.__wrapped__(_in_file("pyproject.toml", data)).fail_on


def _contract(data: bytes) -> object:
    target = contract.parse(data.decode("utf-8", "replace"), "x.toml")
    price = target.price_usd(1.0, {})
    return bool(target.limits), bool(target.roles), price is None


def _update(data: bytes) -> object:
    update = updates.read_update(data.decode("utf-8", "replace"), "x.json")
    target = update.over(None)
    payload = {"image": "a.png", "b": 1}
    unknown_keys(target, payload)
    found = misfits(target, payload), file_fields(target, payload)
    return bool(found[0]), bool(found[1])


def _schema(data: bytes) -> object:
    return bool(updates.schema_in(data.decode("utf-8", "replace")))


def _baseline(data: bytes) -> object:
    baseline = Baseline.read(_in_file("qcheck-baseline.json", data))
    report = _report()
    known = baseline.without_known(_as_report(report))
    # Nothing that this baseline holds is a finding of that file.
    if known.files[0].findings and len(known.files[0].findings) < len(report.findings):
        raise Misread("a finding was taken away")
    return len(baseline.entries)


def _as_report(file: FileReport) -> Any:
    from qcheck.core.results import Report

    return Report((file,), None, Severity.ERROR)


def _trust(data: bytes) -> object:
    path = trust._store()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return len(trust._trusted())


def _state(data: bytes) -> object:
    return len(read_json(_in_file("state.json", data)))


def _report() -> FileReport:
    judgement = Judgement(
        Severity.ERROR, "{measured} is wrong", 0.0, 1.0, 2.0, "px", (Box(0, 0, 1, 1),)
    )
    heard = Judgement(None, "fine", 100.0, where=(Span(0.0, 1.0),))
    outcomes = (
        Outcome("hum", "A01", Status.FAIL, (judgement, heard)),
        Outcome("music", "A02", Status.SKIPPED, reason="no sound"),
    )
    return FileReport("a.wav", "voice", outcomes, 0.0, {})


def _sealed() -> bytes:
    folder()
    kept_results.store(folder(), _KEY, [_report()])
    return _kept_path().read_bytes()


def _kept_path() -> Path:
    return kept_results._path(folder(), _KEY)


def _kept(data: bytes) -> object:
    sealed = _original()
    path = _kept_path()
    path.write_bytes(data)
    found = kept_results.load(folder(), _KEY)
    if (found is not None) != (data == sealed):
        raise Misread("a changed result was believed" if found else "our own was not believed")
    return found is not None


@cache
def _original() -> bytes:
    return _sealed()
