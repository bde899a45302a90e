"""For every CI: JUnit XML, a suite a file, a case a rule, passes and skips included.

What keeps the gate shut is a failure, what crashed an error. Findings that do not block are told in
``system-out``, since JUnit knows only failure. A case's class is its file: GitLab takes the first
alone of those whose class and name are the same, and shows the class and the failure's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from qcheck.core.results import FileReport, Outcome, Report, Status
from qcheck.core.terminal import escape_markup
from qcheck.core.wording import places
from qcheck.reporters import View
from qcheck.reporters._gate import blocks, nothing_checked, unknown_file

__all__ = ["render", "wrote"]

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def wrote(head: str, tail: str) -> bool:
    """Whether a file that begins and ends so is a report of this format."""
    return bool(re.match(r'<\?xml [^>]*\?>\s*<testsuites name="qcheck" ', head))


def render(report: Report, view: View) -> str:
    root = ET.Element("testsuites", name="qcheck", time=f"{report.seconds:.3f}")
    for file in report.files:
        root.append(_suite(file.file, file.seconds, list(_cases(file, report))))
    if why := nothing_checked(report):
        # No case at all would read as a pass.
        case = ET.Element("testcase", name="files", classname="qcheck")
        ET.SubElement(case, "error", message=why)
        root.append(_suite("qcheck", 0, [case]))
    for total in ("tests", "failures", "errors"):
        root.set(total, str(sum(int(suite.get(total, "0")) for suite in root)))
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{escape_markup(text)}\n'


def _suite(name: str, seconds: float, cases: list[ET.Element]) -> ET.Element:
    suite = ET.Element("testsuite", name=_clean(name), tests=str(len(cases)))
    suite.extend(cases)
    kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    for total, kind in kinds.items():
        suite.set(total, str(len(suite.findall(f"testcase/{kind}"))))
    suite.set("time", f"{seconds:.3f}")
    return suite


def _cases(file: FileReport, report: Report) -> Iterator[ET.Element]:
    if why := unknown_file(report, file):
        case = _case(file, "qcheck", 0)
        ET.SubElement(case, "failure", message=_clean(why), type="qcheck").text = _clean(why)
        yield case
    for outcome in file.outcomes:
        yield _outcome(file, outcome, report)


def _case(file: FileReport, name: str, seconds: float) -> ET.Element:
    # `file` is GitLab's and CircleCI's.
    return ET.Element(
        "testcase",
        name=name,
        classname=_clean(file.file),
        file=_clean(file.file),
        time=f"{seconds:.3f}",
    )


def _outcome(file: FileReport, outcome: Outcome, report: Report) -> ET.Element:
    case = _case(file, outcome.rule, outcome.seconds)
    text = _clean("\n".join(_findings(outcome)))
    why = blocks(report, file, outcome)
    if outcome.status is Status.CRASHED:
        error = ET.SubElement(case, "error", message=_clean(outcome.reason), type="crashed")
        error.text = _clean(outcome.trace)
    elif why is not None:
        failure = ET.SubElement(case, "failure", message=_clean(why), type=outcome.rule)
        failure.text = text or _clean(why)
    elif outcome.status is Status.SKIPPED:
        # As text: Jenkins' schema knows no attribute here.
        ET.SubElement(case, "skipped").text = _clean(outcome.reason)
    elif text:
        ET.SubElement(case, "system-out").text = text
    return case


def _findings(outcome: Outcome) -> Iterator[str]:
    for judgement in outcome.judgements:
        if judgement.severity is not None:
            where = f" ({places(judgement.where)})" if judgement.where else ""
            yield f"{judgement.severity.label}: {judgement.message}{where}"


def _clean(text: str) -> str:
    """Replace what XML 1.0 (2.2) forbids: control characters, surrogates, non-characters."""
    return _FORBIDDEN.sub("\ufffd", text)
