"""qcheck from Python, as docs/python.md shows it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import qcheck
from qcheck import UsageFault, check

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs" / "python.md").read_text("utf-8"), re.DOTALL
)


def run(code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, timeout=300
    )


def test_the_report_of_a_sound_pair(fixtures: Path) -> None:
    report = check(
        fixtures / "portrait.png", str(fixtures / "voice.wav"), target="bytedance/omnihuman-1-5"
    )
    assert isinstance(report, qcheck.Report)
    assert report.exit_code == 0
    assert not report.blocked
    assert report.target == "bytedance/omnihuman-1-5"
    assert [file.medium for file in report.files] == ["portrait", "voice"]


def test_findings_are_objects(fixtures: Path) -> None:
    report = check(fixtures / "defects" / "eyes-visible.jpg", select="eyes-visible", isolated=True)
    assert report.blocked
    (finding,) = report.findings
    assert (finding.rule, finding.severity) == ("eyes-visible", qcheck.Severity.ERROR)
    assert finding.judgement.where


def test_every_option_of_the_command_line_that_judges_is_there(fixtures: Path) -> None:
    bad = fixtures / "defects" / "eyes-visible.jpg"
    assert not check(bad, ignore=["portrait"], extend_select=["F01"]).blocked
    assert not check(bad, select=["P12"], min_score=0).blocked
    assert check(bad, select=["P12"], min_score=100).blocked
    only = check(bad, select=["eyes-visible"], fail_on="never")
    assert only.findings
    assert not only.blocked


def test_known_findings_do_not_count(fixtures: Path, tmp_path: Path) -> None:
    from qcheck.engine.baseline import Baseline

    bad = fixtures / "defects" / "eyes-visible.jpg"
    Baseline(tmp_path / "b.json").updated(check(bad)).write()
    assert not check(bad, baseline=tmp_path / "b.json").blocked


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"select": ["nothing-like-it"]}, "no rule matches"),
        ({"config": "nowhere.toml"}, "nowhere.toml"),
        ({"target": "fabric-1-0", "speakers": 9}, "speaker"),
    ],
)
def test_wrong_use_is_raised(fixtures: Path, arguments: dict[str, object], says: str) -> None:
    with pytest.raises(UsageFault, match=says):
        check(fixtures / "portrait.png", **arguments)
    with pytest.raises(UsageFault, match="no such file"):
        check("nowhere.png")


def test_importing_it_loads_nothing_heavy(tmp_path: Path) -> None:
    heavy = {"numpy", "cv2", "mediapipe", "PIL", "av", "soundfile", "librosa", "click", "tomlkit"}
    ran = run(
        "import sys, qcheck\n"
        "from qcheck import check, Report, UsageFault\n"
        "print(*{name.partition('.')[0] for name in sys.modules})\n",
        tmp_path,
    )
    assert ran.returncode == 0, ran.stderr
    assert set(ran.stdout.split()) & heavy == set()
    light = run("import sys, qcheck; print('qcheck.engine.run' in sys.modules)", tmp_path)
    assert light.stdout.strip() == "False"


def test_type_checkers_see_it(tmp_path: Path) -> None:
    (tmp_path / "uses.py").write_text(
        "from qcheck import Report, check\n"
        'report: Report = check("a.png", target="x", select=["P"])\n'
        "wrong: int = check()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "uses.py"],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    own = [line for line in ran.stdout.splitlines() if line.startswith("uses.py:")]
    assert len(own) == 1, ran.stdout
    assert own[0].startswith("uses.py:3: error: Incompatible types in assignment")


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_examples_of_the_page_run(code: str, fixtures: Path, tmp_path: Path) -> None:
    for name in ("portrait.png", "voice.wav"):
        (tmp_path / name).symlink_to(fixtures / name)
    (tmp_path / "shoot").symlink_to(fixtures / "defects" / "frontal-pose.jpg")
    ran = run(code, tmp_path)
    assert ran.returncode == 0, ran.stderr


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 2
