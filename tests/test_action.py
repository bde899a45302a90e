"""The action of GitHub, the template of GitLab and the Dockerfile: their scripts, run as there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
GITLAB = ROOT / "docs" / "ci" / "gitlab.yml"

# What `pip` and `python` need to work without installing what this environment has.
LENT = {
    "PIP_NO_DEPS": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PYTHONPATH": os.pathsep.join(p for p in sys.path if Path(p).name == "site-packages"),
}


@pytest.mark.parametrize(
    ("schema", "file"), [("github-actions", ROOT / "action.yml"), ("gitlab-ci", GITLAB)]
)
def test_somebody_elses_validator_accepts_it(schema: str, file: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", file],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout


def scripts() -> list[tuple[str, str]]:
    return [(step["id"], step["run"]) for step in ACTION["runs"]["steps"] if "run" in step]


@pytest.mark.parametrize(("step", "script"), scripts())
def test_no_expression_is_put_into_a_script(step: str, script: str) -> None:
    # What an attacker may choose, a branch's name say, would be run.
    assert "${{" not in script, step


@pytest.mark.parametrize(("step", "script"), scripts())
def test_shellcheck_finds_nothing(step: str, script: str) -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not here")
    ran = subprocess.run(
        ["shellcheck", "--shell", "bash", "-"], input=script, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout


@dataclass
class Job:
    """What a runner keeps of a job that uses the action."""

    outputs: dict[str, str]
    log: str
    summary: str
    code: int


class Runner:
    """Runs a composite action's scripts as actions/runner does; what it `uses` is stood in for."""

    def __init__(self, workspace: Path, temp: Path, source: Path, installed: Path | None) -> None:
        """``installed`` is an environment that a runner installed before: once is enough."""
        self.workspace, self.temp, self.source = workspace, temp, source
        if installed is not None:
            (temp / "qcheck").mkdir()
            (temp / "qcheck" / "env").symlink_to(installed)
        self.used: dict[str, dict[str, Any]] = {}
        self.origin: dict[str, str] = {}
        """Where the action came from; empty for one of the workflow's own repository."""

    def run(self, **inputs: str) -> Job:
        known = {name: str(told["default"]) for name, told in ACTION["inputs"].items()}
        assert set(inputs) <= set(known)
        context: dict[str, str] = {f"inputs.{k}": v for k, v in (known | inputs).items()}
        context["github.action_path"] = str(self.source)
        context["steps.python.outputs.python-path"] = sys.executable
        context |= {"runner.os": "Linux", "github.run_id": "7", "github.run_attempt": "1"}
        context |= self.origin
        log, code = "", 0
        summary = self.temp / "summary.md"
        summary.write_text("")
        for step in ACTION["runs"]["steps"]:
            if code or not self.holds(step.get("if"), context):
                continue
            if step["id"] == "install" and (self.temp / "qcheck" / "env").is_symlink():
                context["steps.install.outputs.cache"] = str(self.temp / "qcheck" / "cache")
                continue
            if "uses" in step:
                told = step.get("with", {})
                self.used[step["uses"]] = {k: self.filled(v, context) for k, v in told.items()}
                continue
            outputs = self.temp / "output"
            outputs.write_text("")
            script = self.temp / "script.sh"
            script.write_text(step["run"])
            environment = {
                **{k: v for k, v in os.environ.items() if not k.startswith("GITHUB_")},
                **LENT,
                **{k: self.filled(v, context) for k, v in step.get("env", {}).items()},
                "GITHUB_ACTIONS": "true",
                "GITHUB_WORKSPACE": str(self.workspace),
                "GITHUB_OUTPUT": str(outputs),
                "GITHUB_STEP_SUMMARY": str(summary),
                "RUNNER_TEMP": str(self.temp),
            }
            assert step["shell"] == "bash"
            ran = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
                cwd=self.workspace / self.filled(step.get("working-directory", "."), context),
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=600,
            )
            log, code = log + ran.stdout, ran.returncode
            for line in outputs.read_text("utf-8").splitlines():
                name, equals, value = line.partition("=")
                assert equals, f"GITHUB_OUTPUT takes name=value: {line!r}"
                context[f"steps.{step['id']}.outputs.{name}"] = value
        outputs_of = {k: self.filled(v["value"], context) for k, v in ACTION["outputs"].items()}
        return Job(outputs_of, log, summary.read_text("utf-8"), code)

    @staticmethod
    def filled(text: object, context: dict[str, str]) -> str:
        return re.sub(r"\$\{\{ (.*?) \}\}", lambda m: context.get(m[1], ""), str(text))

    @staticmethod
    def holds(condition: str | None, context: dict[str, str]) -> bool:
        if condition is None:
            return True
        left, right = condition.split(" == ")
        return context[left] == right.strip("'")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the action's checkout holds; pip builds in it."""
    folder = tmp_path_factory.mktemp("action")
    for name in ("qcheck", "rules"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def make_runner(
    folder: Path, source: Path, fixtures: Path, installed: Path | None = None
) -> Runner:
    workspace, temp = folder / "work space", folder / "temp"
    (workspace / "media").mkdir(parents=True)
    temp.mkdir()
    shutil.copy(fixtures / "portrait.png", workspace / "media" / "portrait.png")
    return Runner(workspace, temp, source, installed)


@pytest.fixture(scope="module")
def first(
    tmp_path_factory: pytest.TempPathFactory, source: Path, fixtures: Path
) -> tuple[Runner, Job]:
    """The whole action, from an empty runner on."""
    runner = make_runner(tmp_path_factory.mktemp("first"), source, fixtures)
    return runner, runner.run(files="media", **{"for": "omnihuman-1-5"})


@pytest.fixture
def runner(tmp_path: Path, source: Path, fixtures: Path, first: tuple[Runner, Job]) -> Runner:
    return make_runner(tmp_path, source, fixtures, first[0].temp / "qcheck" / "env")


def test_sound_files_pass_and_say_so_in_outputs(first: tuple[Runner, Job]) -> None:
    runner, job = first
    assert job.code == 0, job.log
    report = Path(job.outputs.pop("report-file"))
    assert job.outputs == {
        "exit-code": "0",
        "blocked": "false",
        "errors": "0",
        "warnings": "0",
        "sarif-file": "qcheck.sarif",
    }
    assert json.loads(report.read_text("utf-8"))["target"] == "bytedance/omnihuman-1-5"
    assert json.loads((runner.workspace / "qcheck.sarif").read_text("utf-8"))["version"] == "2.1.0"
    assert runner.used["actions/cache@v4"] == {
        "path": str(runner.temp / "qcheck" / "cache"),
        "key": "qcheck-Linux-7-1",
        "restore-keys": "qcheck-Linux-",
    }


def test_a_finding_is_an_annotation_a_summary_and_a_red_step(
    runner: Runner, fixtures: Path
) -> None:
    bad = runner.workspace / "media" / "with a hat.jpg"
    shutil.copy(fixtures / "defects" / "eyes-visible.jpg", bad)
    job = runner.run(files="media/portrait.png\nmedia/with a hat.jpg", cache="false")
    assert job.code == 1, job.log
    assert re.search(r"^::error .*file=media/with a hat\.jpg", job.log, re.M), job.log
    assert "eyes-visible" in job.summary
    assert (job.outputs["exit-code"], job.outputs["blocked"]) == ("1", "true")
    assert int(job.outputs["errors"]) >= 1
    assert "actions/cache@v4" not in runner.used


def test_what_is_kept_is_used_again(runner: Runner) -> None:
    assert runner.run(files="media").code == 0
    kept = list((runner.temp / "qcheck" / "cache" / "results").glob("*/*.json"))
    assert len(kept) == 1
    os.utime(kept[0], (1_000_000_000, 1_000_000_000))
    before = kept[0].stat()
    assert runner.run(files="media").code == 0
    after = kept[0].stat()
    # What is read is marked as read; what is measured again takes the place of the file.
    assert after.st_mtime > before.st_mtime
    assert after.st_ino == before.st_ino


def test_arguments_are_words_and_not_code(runner: Runner) -> None:
    job = runner.run(
        files="media/$(touch owned).png", arguments="--select\nface-resolution", cache="false"
    )
    assert job.code == 2
    assert "no such file" in job.log
    assert not list(runner.workspace.rglob("owned*"))
    assert (job.outputs["exit-code"], job.outputs["blocked"]) == ("2", "true")
    assert job.outputs["report-file"] == ""


def test_rules_link_to_where_the_action_came_from(runner: Runner) -> None:
    def links() -> set[str | None]:
        assert runner.run(files="media", arguments="--select\nface-resolution").code == 0
        sarif = json.loads((runner.workspace / "qcheck.sarif").read_text("utf-8"))
        return {rule.get("helpUri") for rule in sarif["runs"][0]["tool"]["driver"]["rules"]}

    assert links() == {None}
    runner.origin = {
        "github.server_url": "https://git.example.org",
        "github.action_repository": "team/qcheck",
        "github.action_ref": "v1",
    }
    pages = "https://git.example.org/team/qcheck/blob/v1/docs/rules"
    assert links() == {f"{pages}/face-resolution.md"}


def test_a_folder_to_work_in(runner: Runner) -> None:
    job = runner.run(**{"working-directory": "media"}, arguments="--select\nface-resolution")
    assert job.code == 0, job.log
    assert job.outputs["sarif-file"] == "media/qcheck.sarif"


def test_the_template_of_gitlab_writes_what_it_says_it_does(
    tmp_path: Path, source: Path, fixtures: Path
) -> None:
    job = yaml.safe_load(GITLAB.read_text("utf-8"))["qcheck"]
    shutil.copy(fixtures / "defects" / "eyes-visible.jpg", tmp_path / "hat.jpg")
    # The packages of the image are not ours to install here.
    lines = [line for line in job["before_script"] if "apt-get" not in line] + job["script"]
    environment = {**os.environ, **LENT, "CI_PROJECT_DIR": str(tmp_path), **job["variables"]}
    environment |= {"QCHECK_SOURCE": str(source), "XDG_CACHE_HOME": str(tmp_path / ".cache")}
    python = tmp_path / "bin"
    python.mkdir()
    (python / "python").symlink_to(sys.executable)
    environment["PATH"] = f"{python}:{environment['PATH']}"
    ran = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(lines)],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    assert ran.returncode == 1, ran.stdout
    reports = job["artifacts"]["reports"]
    quality = json.loads((tmp_path / reports["codequality"]).read_text("utf-8"))
    assert {"eyes-visible"} <= {issue["check_name"] for issue in quality}
    assert "<testsuite" in (tmp_path / reports["junit"]).read_text("utf-8")
    assert list((tmp_path / ".cache" / "qcheck" / "results").glob("*/*.json"))


def test_the_image_holds_what_is_needed_and_no_more() -> None:
    """Everything that the wheels link against and the slim image lacks is installed in it."""
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    template = GITLAB.read_text("utf-8")
    for package in ("libegl1", "libgl1", "libgles2", "libglib2.0-0"):
        assert package in dockerfile
        assert package in template
    let_in = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    assert let_in == {"LICENSE", "NOTICE", "README.md", "pyproject.toml", "qcheck", "rules"}
