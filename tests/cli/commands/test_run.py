"""`qcheck run`: nothing is sent unless it is asked for, and every way out says how to go on."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qcheck.cli.root import qcheck_command
from qcheck.core.errors import UsageFault
from qcheck.core.results import FileReport, Judgement, Outcome, Report, Severity, Status
from qcheck.jobs import execution
from qcheck.jobs.stages import StageBlocked, StageFailed


@pytest.fixture
def here(tmp_path: Path, fixtures: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "voice.wav").symlink_to(fixtures / "voice.wav")
    (tmp_path / "portrait.png").symlink_to(fixtures / "portrait.png")
    (tmp_path / "my talk.toml").write_text(
        'app = "bytedance/omnihuman-1-5"\nportrait = "portrait.png"\nvoice = "voice.wav"\n'
        "captions = false\n"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(qcheck_command, ["run", "--isolated", *arguments, "my talk.toml"])


@pytest.fixture
def never(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends something fails the test."""
    monkeypatch.setattr(execution, "run_plan", None)


@pytest.mark.usefixtures("never")
def test_without_yes_the_stages_are_shown_and_nothing_is_sent(here: Path) -> None:
    ran = run()
    assert ran.exit_code == 0, ran.output
    assert ran.stdout.endswith("1 of 1 stages to do, about 1.56 USD. --yes carries them out.\n")


@pytest.mark.usefixtures("never")
@pytest.mark.parametrize("defect", ["readable.jpg", "eyes-visible.jpg"])
def test_a_plan_that_blocks_is_not_begun(here: Path, fixtures: Path, defect: str) -> None:
    (here / "portrait.png").unlink()
    (here / "portrait.png").symlink_to(fixtures / "defects" / defect)
    ran = run("--yes")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.endswith("qcheck: nothing was sent\n")


def test_yes_and_dry_run_exclude_each_other(here: Path) -> None:
    assert isinstance(run("--yes", "--dry-run").exception, UsageFault)


@pytest.mark.parametrize(
    ("raised", "code", "says"),
    [
        (
            StageFailed("clip-001: it failed"),
            1,
            "qcheck: clip-001: it failed\n"
            "qcheck: `qcheck run 'my talk.toml' --yes` continues from here\n",
        ),
        (
            KeyboardInterrupt(),
            130,
            "\nqcheck: what was sent goes on; `qcheck run 'my talk.toml' --yes` takes its answer\n",
        ),
    ],
)
def test_a_run_that_ends_early_says_how_to_go_on(
    here: Path, monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int, says: str
) -> None:
    def run_plan(*given: object, **more: object) -> None:
        raise raised

    monkeypatch.setattr(execution, "run_plan", run_plan)
    ran = run("--yes")
    assert (ran.exit_code, ran.stdout, ran.stderr) == (code, "", says)


def test_a_run_that_ends_well_names_what_was_made(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "run_plan", lambda *given, **more: Path("talk.mp4"))
    ran = run("--yes")
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "finished  talk.mp4\n", "")


def test_hosts_and_stages_that_are_named_are_handed_on(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, object] = {}

    def run_plan(*given: object, **more: object) -> Path:
        seen.update(more)
        return Path("talk.mp4")

    monkeypatch.setattr(execution, "run_plan", run_plan)
    ran = run("--yes", "--result-host", "CDN.x.org", "--send-again", "clip-001")
    assert ran.exit_code == 0, ran.output
    assert seen == {"hosts": ["cdn.x.org"], "again": ("clip-001",)}


@pytest.mark.usefixtures("never")
def test_a_host_that_is_no_name_is_refused(here: Path) -> None:
    assert isinstance(run("--yes", "--result-host", "localhost").exception, UsageFault)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (False, "qcheck: clip-001 was not sent\n"),
        (True, "qcheck: the result of clip-001 cannot be used; delete it to have it made again\n"),
    ],
)
def test_a_stage_that_blocks_says_whether_it_was_sent(
    here: Path, monkeypatch: pytest.MonkeyPatch, sent: bool, says: str
) -> None:
    wrong = Outcome("face", "P99", Status.FAIL, (Judgement(Severity.ERROR, "It is wrong.", 0.0),))
    report = Report((FileReport("a.mp4", "video", (wrong,)),), None, Severity.ERROR)

    def run_plan(*given: object, **more: object) -> None:
        raise StageBlocked("clip-001", report, sent)

    monkeypatch.setattr(execution, "run_plan", run_plan)
    ran = run("--yes")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "It is wrong." in ran.stderr
    assert ran.stderr.endswith(says)
