"""The hooks of pre-commit, run by pre-commit: in a repository of their own, first and cached."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from qcheck.media.git_lfs import is_pointer
from qcheck.media.sniff import FORMATS

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
HOOKS = {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text("utf-8"))}

POINTER = b"""version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 12345
"""


def git(*arguments: str, cwd: Path) -> str:
    own = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]
    ran = subprocess.run(["git", *own, *arguments], cwd=cwd, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def hook_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of what is installed, as it lies in the working tree."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    folder = tmp_path_factory.mktemp("qcheck")
    wanted = ("qcheck", "rules", "pyproject.toml", "README.md", "LICENSE", "NOTICE", MANIFEST.name)
    names = git("ls-files", "-co", "--exclude-standard", "-z", "--", *wanted, cwd=ROOT).split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git("init", "-q", cwd=folder)
    git("add", ".", cwd=folder)
    git("commit", "-qm", "qcheck", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A home of pre-commit's own; what the running environment has is lent, qcheck is installed."""
    lent = [path for path in sys.path if Path(path).name == "site-packages"]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PRE_COMMIT"))}
    return {
        **kept,
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")),
        "PIP_NO_DEPS": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYTHONPATH": os.pathsep.join(lent),
    }


@pytest.fixture
def project(tmp_path: Path, fixtures: Path) -> Path:
    """A repository with sound files, all of them known to git."""
    git("init", "-q", cwd=tmp_path)
    shutil.copy(fixtures / "portrait.png", tmp_path / "portrait.png")
    shutil.copy(fixtures / "voice.wav", tmp_path / "voice.wav")
    shutil.copy(fixtures / "captions.srt", tmp_path / "captions.srt")
    (tmp_path / "notes.txt").write_text("nothing for a linter\n")
    (tmp_path / "package.json").write_text("{}\n")
    git("add", ".", cwd=tmp_path)
    return tmp_path


def pre_commit(
    *arguments: str, cwd: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments, "--color=never"],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )


def configure(project: Path, repository: Path, **arguments: list[str]) -> None:
    hooks = [{"id": name, "args": arguments.get(name.replace("-", "_"), [])} for name in HOOKS]
    revision = git("rev-parse", "HEAD", cwd=repository).strip()
    repos = [{"repo": str(repository), "rev": revision, "hooks": hooks}]
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": repos}))
    git("add", ".", cwd=project)


def outcome(output: str, hook: str) -> str:
    """What pre-commit writes at the end of the hook's line."""
    found = re.search(rf"^{re.escape(HOOKS[hook]['name'])}\.*(?:\(.*\))?(\w+)$", output, re.M)
    assert found, output
    return found[1]


def test_the_manifest_is_one() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST)],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout
    assert set(HOOKS) == {"qcheck", "qcheck-captions", "qcheck-job"}
    assert all(hook["require_serial"] for hook in HOOKS.values())


def matches(hook: str, name: str) -> bool:
    return re.search(HOOKS[hook]["files"], name) is not None


def test_every_file_that_holds_a_portrait_or_a_voice_is_matched() -> None:
    # An .mp4 or .mkv of sound alone cannot be told by its name, and videos are results.
    videos = {name for f in FORMATS.values() if f.medium == "video" for name in f.extensions}
    for known in FORMATS.values():
        for extension in set(known.extensions) - videos:
            if known.medium in ("portrait", "voice"):
                assert matches("qcheck", f"shoot/Take 1.{extension}"), extension
                assert matches("qcheck", f"TAKE.{extension.upper()}"), extension
    assert not any(matches("qcheck", name) for name in ("a.svg", "a.txt", "png", "wav.py"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("payload.json", True),
        ("jobs/first.json", True),
        ("plans/spring/talk.toml", True),
        ("talk.plan.toml", True),
        ("talk-payload.json", True),
        ("pyproject.toml", False),
        ("package.json", False),
        ("qcheck.toml", False),
        ("explanation.json", False),
        ("planet.json", False),
        ("jobs/readme.md", False),
    ],
)
def test_a_job_is_told_by_its_name(name: str, expected: bool) -> None:
    assert matches("qcheck-job", name) is expected


def test_try_repo(project: Path, hook_repository: Path, environment: dict[str, str]) -> None:
    ran = pre_commit(
        "try-repo", str(hook_repository), "qcheck", "--files", "portrait.png", "notes.txt",
        cwd=project, environment=environment,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout
    assert outcome(ran.stdout, "qcheck") == "Passed"


def test_run_first_and_cached(
    project: Path, fixtures: Path, hook_repository: Path, environment: dict[str, str]
) -> None:
    configure(project, hook_repository)
    first = pre_commit("run", cwd=project, environment=environment)
    assert first.returncode == 0, first.stdout
    assert "Installing environment" in first.stdout
    assert [outcome(first.stdout, hook) for hook in HOOKS] == ["Passed", "Passed", "Skipped"]
    shutil.copy(fixtures / "defects" / "eyes-visible.jpg", project / "hat.JPG")
    shutil.copy(fixtures / "defects" / "caption-order.srt", project / "broken.srt")
    git("add", ".", cwd=project)
    again = pre_commit("run", cwd=project, environment=environment)
    assert again.returncode == 1, again.stdout
    assert "Installing environment" not in again.stdout
    assert [outcome(again.stdout, hook) for hook in HOOKS] == ["Failed", "Failed", "Skipped"]
    assert "eyes-visible (P" in again.stdout
    assert "caption-order (C" in again.stdout


def test_excluded_files_are_excluded_though_they_are_named(
    project: Path, fixtures: Path, hook_repository: Path, environment: dict[str, str]
) -> None:
    (project / "drafts").mkdir()
    shutil.copy(fixtures / "defects" / "eyes-visible.jpg", project / "drafts" / "hat.jpg")
    (project / "qcheck.toml").write_text('exclude = ["drafts"]\n')
    configure(project, hook_repository)
    only = ("run", "qcheck", "--files", "drafts/hat.jpg")
    ran = pre_commit(*only, cwd=project, environment=environment)
    assert ran.returncode == 0, ran.stdout
    (project / "qcheck.toml").write_text("")
    git("add", ".", cwd=project)
    assert pre_commit(*only, cwd=project, environment=environment).returncode == 1


def test_a_pointer_of_git_lfs_is_called_one(
    project: Path, hook_repository: Path, environment: dict[str, str]
) -> None:
    assert is_pointer(POINTER)
    (project / "large.png").write_bytes(POINTER)
    configure(project, hook_repository)
    ran = pre_commit("run", "qcheck", cwd=project, environment=environment)
    assert ran.returncode == 1, ran.stdout
    assert "it is a Git LFS pointer" in " ".join(ran.stdout.split())
    assert "git lfs pull" in ran.stdout


def test_jobs_are_checked_for_the_app_that_is_named(
    project: Path, hook_repository: Path, environment: dict[str, str]
) -> None:
    (project / "jobs").mkdir()
    good = {"image": "portrait.png", "audio": "voice.wav"}
    (project / "jobs" / "talk.json").write_text(json.dumps(good))
    configure(project, hook_repository, qcheck_job=["--for", "bytedance/omnihuman-1-5"])
    ran = pre_commit("run", "qcheck-job", cwd=project, environment=environment)
    assert outcome(ran.stdout, "qcheck-job") == "Passed", ran.stdout
    (project / "jobs" / "second.json").write_text(json.dumps({"picture": "portrait.png"}))
    git("add", ".", cwd=project)
    ran = pre_commit("run", "qcheck-job", cwd=project, environment=environment)
    assert ran.returncode == 1, ran.stdout
    assert "payload-keys (J01)" in ran.stdout
