"""For code scanning: SARIF 2.1.0, as GitHub takes it.

Findings are results on line 1, the severest first: GitHub shows a result on a line, and a picture
has none. Boxes are rectangles of an attachment, seconds stand in ``properties``. What crashed is a
notification of the invocation, which then was not successful. Passes are left out: GitHub would
show them as alerts (it does not read ``kind``); and so is what goes beyond the 25,000 results that
it takes.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0 Plus Errata 01;
sections are cited beside what follows them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from qcheck.core.places import Box, Span
from qcheck.core.results import FileReport, Finding, Outcome, Report, Severity, Status
from qcheck.core.rule import Docs
from qcheck.core.terminal import escape_json
from qcheck.core.version import VERSION
from qcheck.engine.fingerprints import fingerprint, fingerprints, identity, source
from qcheck.reporters import View
from qcheck.reporters._document import number, place_document
from qcheck.reporters._gate import is_unexplained, low_scores, nothing_checked, unknown_file
from qcheck.reporters._text import printed

__all__ = ["render", "wrote"]

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ROOT = "%SRCROOT%"

# GitHub refuses a file of more results, and shows the first 5,000 of a run (GitHub documentation,
# "SARIF results exceed limits").
_MOST_RESULTS = 25_000

_END = "\n    }\n  ]\n}"
"""How an indented document ends: the run, the list of runs, the whole."""

Json = dict[str, Any]
Uris = Mapping[str, Json]
"""Each file's location, by its name: on the disk it is looked up once."""


def wrote(head: str, tail: str) -> bool:
    """Whether a file that begins and ends so is a report of this format."""
    begins = (
        r'\{"\$schema":"[^"]*","version":"2\.1\.0","runs":\[\{"tool":\{"driver":\{"name":"qcheck",'
    )
    return bool(re.match(begins, re.sub(r"\s+", "", head[:1000])))


def render(report: Report, view: View) -> str:
    rules = _rules(report, view)
    index = {rule["id"]: i for i, rule in enumerate(rules)}
    driver: Json = {
        "name": "qcheck",
        "version": VERSION,
        # 3.19.12: a PEP 440 release of three numbers is a semantic version.
        "semanticVersion": VERSION,
        "rules": rules,
    }
    if url := view.docs_url or _docs_url():
        driver["informationUri"] = url
    uris = {file.file: _uri(file, view.root) for file in report.files}
    results = [r for file in report.files for r in _results(file, report, view.root, uris, index)]
    # The severest first: they are what is shown where not all of it is.
    results.sort(key=lambda result: list(_LEVELS.values()).index(result["level"]))
    invocation = _invocation(report, uris)
    if (left_out := len(results) - _MOST_RESULTS) > 0:
        told = _notification("warning", f"{left_out} results are left out: GitHub takes no more.")
        invocation.setdefault("toolExecutionNotifications", []).append(told)
    run: Json = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        # 3.14.14: no address; where the root lies is the reader's to know.
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The root of the repository or folder checked."}}
        },
        "artifacts": [_artifact(file, uris) for file in report.files],
        # 3.14.17: what Python counts in strings.
        "columnKind": "unicodeCodePoints",
        "properties": {
            "target": report.target,
            "notes": list(report.notes),
        },
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    # A result a line: of thousands of files they are most of it, and the encoder that indents is
    # eight times as slow.
    lines = [
        json.dumps(each, ensure_ascii=False, allow_nan=False) for each in results[:_MOST_RESULTS]
    ]
    listed = "[\n" + ",\n".join(lines) + "\n      ]" if lines else "[]"
    return escape_json(f'{text.removesuffix(_END)},\n      "results": {listed}{_END}\n')


def _rules(report: Report, view: View) -> list[Json]:
    """A descriptor (3.49) of every rule that ran, in the order of the codes."""
    ran = {(o.code, o.rule) for file in report.files for o in file.outcomes}
    return [_descriptor(name, code, view) for code, name in sorted(ran)]


def _descriptor(name: str, code: str, view: View) -> Json:
    # GitHub refuses a rule without descriptions; only what stands for a lost process has no docs.
    docs = view.docs.get(name) or Docs(f"{name} has no documentation.", name, name, name, "")
    rule: Json = {
        "id": name,
        # 3.49.9: the first sentence alone.
        "shortDescription": {"text": docs.summary},
        "fullDescription": {"text": _flat(docs.why)},
        "help": {"text": _help(docs, bold=False), "markdown": _help(docs, bold=True)},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"code": code, "tags": ["quality"]},
    }
    # 3.49.7: an identifier that people understand, in Pascal case by convention; one that is the
    # same as the id says nothing.
    if "-" in name:
        rule["name"] = "".join(word.title() for word in name.split("-"))
    if url := view.docs_url or _docs_url():
        rule["helpUri"] = f"{url.rstrip('/')}/rules/{name}.md"
    return rule


def _help(docs: Docs, *, bold: bool) -> str:
    mark = "**" if bold else ""
    parts = [docs.summary]
    for name, heading in docs.SECTIONS:
        if text := getattr(docs, name):
            parts.append(f"{mark}{heading}{mark} {_flat(text)}")
    return "\n\n".join(parts)


def _flat(text: str) -> str:
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


@cache
def _docs_url() -> str | None:
    """Where the documentation is published, if the environment or the metadata says so."""
    from importlib import metadata

    if told := os.environ.get("QCHECK_DOCS_URL"):
        return told
    try:
        urls = metadata.metadata("qcheck").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return None
    known = {
        label.strip().lower(): url.strip() for label, _, url in (u.partition(",") for u in urls)
    }
    return known.get("documentation")


def _uri(file: FileReport, root: Path) -> Json:
    """An artifact's location (3.4): relative to the root with slashes, percent-encoded."""
    of = identity(file, root)
    path = source(file)
    if path is not None and of.startswith("sha256:"):
        return {"uri": path.resolve().as_uri()}
    return {"uri": quote(of, safe="/~"), "uriBaseId": _ROOT}


def _artifact(file: FileReport, uris: Uris) -> Json:
    return {
        "location": uris[file.file],
        "roles": ["analysisTarget"],
        "properties": {
            "medium": file.medium,
            "weakest_score": number(file.weakest_score),
            "mean_score": number(file.mean_score),
        },
    }


def _results(
    file: FileReport, report: Report, root: Path, uris: Uris, index: dict[str, int]
) -> Iterator[Json]:
    for finding, mark in fingerprints(file, root):
        yield _result(uris[file.file], finding, mark, index)
    for outcome, why in low_scores(report, file):
        mark = fingerprint(outcome.rule, identity(file, root), about="score")
        yield _bare(uris[file.file], outcome.rule, "error", f"{why.capitalize()}.", mark) | {
            "ruleIndex": index[outcome.rule],
            "properties": {"code": outcome.code, "score": number(outcome.score)},
        }
    level = "error" if report.fail_on is not None else "warning"
    for outcome in file.outcomes:
        if is_unexplained(file, outcome):
            mark = fingerprint(outcome.rule, identity(file, root), about="unmeasured")
            message = f"It could not be checked: {outcome.reason}."
            yield _bare(uris[file.file], outcome.rule, level, message, mark) | {
                "ruleIndex": index[outcome.rule],
                "properties": {"unmeasured": True},
            }


def _bare(uri: Json, rule: str, level: str, message: str, mark: str) -> Json:
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": printed(message)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": uri,
                    "region": {"startLine": 1},
                }
            }
        ],
        # GitHub reads this one alone, in the form HASH:NUMBER, and else hashes lines of text, of
        # which a picture has none.
        "partialFingerprints": {"primaryLocationLineHash": f"{mark[:16]}:1", "qcheck/v1": mark},
    }


def _result(uri: Json, finding: Finding, mark: str, index: dict[str, int]) -> Json:
    judgement = finding.judgement
    level = _LEVELS[finding.severity]
    result = _bare(uri, finding.rule, level, judgement.message, mark)
    result["ruleIndex"] = index[finding.rule]
    boxes = [where for where in judgement.where if isinstance(where, Box)]
    spans = [where for where in judgement.where if isinstance(where, Span)]
    if boxes:
        result["attachments"] = [
            {
                "artifactLocation": uri,
                "description": {"text": "Where, in pixels of the upright picture."},
                "rectangles": [_rectangle(box) for box in boxes],
            }
        ]
    properties: Json = {
        "code": finding.code,
        "score": number(judgement.score),
        "measured": number(judgement.measured),
        "wanted": number(judgement.wanted),
        "unit": judgement.unit or None,
        "fix": judgement.fix,
        "spans": [place_document(span) for span in spans] or None,
    }
    result["properties"] = {key: value for key, value in properties.items() if value is not None}
    return result


def _rectangle(box: Box) -> Json:
    """A rectangle (3.31); its sides are named and the rest is not ours to say."""
    sides = place_document(box)
    return {name: sides[f"{name}_px"] for name in ("top", "left", "bottom", "right")}


def _invocation(report: Report, uris: Uris) -> Json:
    crashed = [
        _crash(uris[file.file], outcome)
        for file in report.files
        for outcome in file.outcomes
        if outcome.status is Status.CRASHED
    ]
    crashed += [
        _notification("error", f"{why}.", uris[file.file])
        for file in report.files
        if (why := unknown_file(report, file))
    ]
    if why := nothing_checked(report):
        crashed.append(_notification("error", f"{why.capitalize()}."))
    quiet = [
        _notification("note", f"{outcome.rule} could not look: {outcome.reason}.", uris[file.file])
        for file in report.files
        for outcome in file.unmeasured
        if not is_unexplained(file, outcome)
    ]
    ignored = [
        _notification("note", f"{rule} is ignored: {why}", uris[file.file])
        for file in report.files
        for rule, why in file.ignored.items()
    ]
    invocation: Json = {
        "executionSuccessful": not report.crashed and not nothing_checked(report),
        "exitCode": report.exit_code,
    }
    if crashed or quiet:
        invocation["toolExecutionNotifications"] = crashed + quiet
    if ignored:
        invocation["toolConfigurationNotifications"] = ignored
    return invocation


def _notification(level: str, message: str, uri: Json | None = None) -> Json:
    notification: Json = {"level": level, "message": {"text": printed(message)}}
    if uri is not None:
        notification["locations"] = [{"physicalLocation": {"artifactLocation": uri}}]
    return notification


def _crash(uri: Json, outcome: Outcome) -> Json:
    notification = _notification("error", f"{outcome.rule} crashed: {outcome.reason}.", uri)
    notification["associatedRule"] = {"id": outcome.rule}
    if outcome.trace:
        notification["exception"] = {"message": printed(outcome.trace)}
    return notification
