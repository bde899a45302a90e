"""JUnit XML: a suite a file, a case a rule, passes and skips included.

Warnings that do not block are told in ``system-out``, since JUnit knows only failure.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from qcheck.reporters import View
from qcheck.results import FileReport, Outcome, Report, Severity, Status

__all__ = ["render"]

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report, view: View) -> str:
    root = ET.Element("testsuites", name="qcheck", time=f"{report.seconds:.3f}")
    for file in report.files:
        root.append(_suite(file, report))
    for total in ("tests", "failures", "errors", "skipped"):
        root.set(total, str(sum(int(suite.get(total, "0")) for suite in root)))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(file: FileReport, report: Report) -> ET.Element:
    suite = ET.Element("testsuite", name=_clean(file.file), time=f"{file.seconds:.3f}")
    for outcome in file.outcomes:
        suite.append(_case(file, outcome, report))
    kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    suite.set("tests", str(len(file.outcomes)))
    for total, kind in kinds.items():
        suite.set(total, str(len(suite.findall(f"testcase/{kind}"))))
    return suite


def _case(file: FileReport, outcome: Outcome, report: Report) -> ET.Element:
    case = ET.Element(
        "testcase",
        name=outcome.rule,
        classname=f"qcheck.{file.medium}",
        file=_clean(file.file),
        time=f"{outcome.seconds:.3f}",
    )
    found = [j for j in outcome.judgements if j.severity is not None]
    text = "\n".join(f"{j.severity.label}: {j.message}" for j in found if j.severity is not None)
    blocks = report.fail_on is not None and (outcome.severity or 0) >= report.fail_on
    if outcome.status is Status.CRASHED:
        ET.SubElement(case, "error", message=_clean(outcome.reason)).text = _clean(outcome.trace)
    elif outcome.unmeasured and file.severity is not Severity.ERROR:
        ET.SubElement(case, "failure", message=_clean(f"could not be checked: {outcome.reason}"))
    elif outcome.status is Status.SKIPPED:
        ET.SubElement(case, "skipped", message=_clean(outcome.reason))
    elif blocks:
        worst = max(found, key=lambda j: j.severity or 0)
        ET.SubElement(
            case, "failure", message=_clean(worst.message), type=outcome.rule
        ).text = _clean(text)
    elif text:
        ET.SubElement(case, "system-out").text = _clean(text)
    return case


def _clean(text: str) -> str:
    """Replace what XML 1.0 (2.2) forbids: control characters, surrogates, non-characters."""
    return _FORBIDDEN.sub("\ufffd", text)
