"""A configuration that was found writes within its folder, and over nothing but our own reports."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from command import qcheck
from sized_files import make_sized_files

USERS = "whatever the user had"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a configuration, beside a file of the user's."""
    project = tmp_path / "project"
    project.mkdir()
    make_sized_files(project)
    (tmp_path / "mine.json").write_text(USERS)
    return project


def configure(project: Path, line: str) -> None:
    """Put ``line`` as the third of the configuration, and trust that again."""
    from trusting import vouch

    (project / "qcheck.toml").write_text(
        f'plugins = ["rules.py"]\nselect = ["size"]\n{line}\n', "utf-8"
    )
    vouch(project)


def refused(project: Path, *arguments: str, cwd: Path | None = None) -> str:
    """The one line with which qcheck refuses, having looked at nothing."""
    ran = qcheck(*(arguments or ("good.png",)), cwd=cwd or project)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert not (project / "judged.txt").exists()
    return ran.stderr


@pytest.mark.parametrize("command", [("x.png",), ("fix", "x.png"), ("job", "--for", "a", "x")])
@pytest.mark.parametrize("absolute", [True, False])
def test_nothing_outside_of_the_project_is_written(
    project: Path, absolute: bool, command: tuple[str, ...]
) -> None:
    mine = project.parent / "mine.json"
    new = project.parent / "new.json"
    for path in (mine, new):
        name = str(path) if absolute else f"../{path.name}"
        configure(project, f'output-format = ["json={name}"]')
        said = refused(project, *command)
        assert said.startswith("qcheck: qcheck.toml:3: output-format names ")
        assert f"--output-format json={name} on the command line" in said
        assert f"--config {project / 'qcheck.toml'}" in said
    assert mine.read_text() == USERS
    assert not new.exists()


def test_links_are_followed(project: Path) -> None:
    (project / "out").symlink_to("..")
    (project / "report.json").symlink_to("../mine.json")
    (project / "dangling.json").symlink_to("../new.json")
    for name in ("out/new.json", "report.json", "dangling.json"):
        configure(project, f'output-format = ["json={name}"]')
        assert "which is outside of" in refused(project)
    assert (project.parent / "mine.json").read_text() == USERS
    assert not (project.parent / "new.json").exists()


@pytest.mark.parametrize("theirs", [USERS, '{"results": []}', "\n"])
def test_a_file_that_qcheck_did_not_write_stays(project: Path, theirs: str) -> None:
    (project / "results.json").write_text(theirs)
    configure(project, 'output-format = ["full", "json=results.json"]')
    said = refused(project)
    assert "qcheck.toml:3: output-format names results.json, which qcheck did not write" in said
    assert (project / "results.json").read_text() == theirs


@pytest.mark.parametrize("name", [".git/hooks/pre-commit", ".git/config"])
def test_nothing_is_written_into_gits_folder(project: Path, name: str) -> None:
    (project / ".git" / "hooks").mkdir(parents=True)
    configure(project, f'output-format = ["json={name}"]')
    assert "which is in git's own folder" in refused(project)
    assert not (project / name).exists()


def test_a_pipe_in_the_project_is_not_waited_for(project: Path) -> None:
    os.mkfifo(project / "pipe")
    configure(project, 'output-format = ["json=pipe"]')
    assert "which qcheck did not write" in refused(project)


def test_reports_within_the_project_are_written_and_replaced(project: Path) -> None:
    (project / "reports").mkdir()
    names = ("json=reports/q.json", "sarif=q.sarif", "csv=q.csv", "gitlab=q.gitlab", "tap=q.tap")
    configure(project, f"output-format = {json.dumps(names)}")
    for _ in range(2):
        assert qcheck("bad.png", cwd=project).returncode == 1
    assert json.loads((project / "reports" / "q.json").read_text())["exit_code"] == 1
    # Another format at the same place is a report of ours, too.
    configure(project, 'output-format = ["junit=q.sarif"]')
    assert qcheck("bad.png", cwd=project).returncode == 1


def test_from_a_folder_below_the_project_is_the_folder_of_the_configuration(project: Path) -> None:
    (project / "below").mkdir()
    configure(project, 'output-format = ["json=q.json", "csv=../q.csv"]')
    assert qcheck("../bad.png", cwd=project / "below").returncode == 1
    assert (project / "below" / "q.json").exists()
    assert (project / "q.csv").exists()


def test_whoever_names_the_configuration_vouches_for_it(project: Path) -> None:
    configure(project, 'output-format = ["json=../mine.json"]')
    assert qcheck("bad.png", "--config", "qcheck.toml", cwd=project).returncode == 1
    assert json.loads((project.parent / "mine.json").read_text())["exit_code"] == 1


def test_the_command_line_names_what_it_likes(project: Path) -> None:
    configure(project, 'output-format = ["json=../mine.json"]')
    ran = qcheck("bad.png", "--output-format", "json=../mine.json", cwd=project)
    assert ran.returncode == 1
    assert json.loads((project.parent / "mine.json").read_text())["exit_code"] == 1


def test_the_line_is_that_of_the_very_file(project: Path) -> None:
    formats = 'output-format = [\n  "full",\n  "json=../a.json",\n]\n'
    (project / "pyproject.toml").write_text(f'[project]\nname = "x"\n[tool.qcheck]\n{formats}')
    (project / "qcheck.toml").unlink()
    assert refused(project).startswith("qcheck: pyproject.toml:6: output-format names ../a.json, ")


def test_a_file_that_is_exchanged_meanwhile_is_not_replaced(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(project, 'output-format = ["json=q.json"]')
    from qcheck.cli import reporting

    write = reporting.write_reports

    def exchanged(*arguments: object) -> None:
        (project / "q.json").symlink_to("../mine.json")
        write(*arguments)

    monkeypatch.setattr(reporting, "write_reports", exchanged)
    ran = qcheck("bad.png", cwd=project)
    assert ran.returncode == 2
    assert "which is outside of" in ran.stderr
    assert (project.parent / "mine.json").read_text() == USERS


@pytest.mark.parametrize("known", [True, False])
def test_a_baseline_stays_within_the_project(project: Path, known: bool) -> None:
    outside = project.parent / "known.json"
    if known:
        command = ("baseline", "update", "bad.png", "--baseline", str(outside))
        assert qcheck(*command, cwd=project).returncode == 0
        (project / "judged.txt").unlink()
    before = outside.read_text() if known else None
    configure(project, 'baseline = "../known.json"')
    said = refused(project, "baseline", "update", "good.png")
    assert "qcheck.toml:3: baseline names " in said
    assert "give --baseline " in said
    assert (outside.read_text() if known else None) == before
    ran = qcheck("baseline", "update", "bad.png", "--config", "qcheck.toml", cwd=project)
    assert ran.returncode == 0
    assert outside.exists()


def test_a_baseline_within_the_project_is_updated(project: Path) -> None:
    configure(project, 'baseline = "known.json"')
    for _ in range(2):
        assert qcheck("baseline", "update", "bad.png", cwd=project).returncode == 0
    assert qcheck("bad.png", cwd=project).returncode == 0


def test_a_baseline_replaces_nothing_but_a_baseline(project: Path) -> None:
    (project / "notes.json").write_text('{"mine": 1}')
    configure(project, 'baseline = "notes.json"')
    refused(project, "baseline", "update", "bad.png")
    assert (project / "notes.json").read_text() == '{"mine": 1}'


def test_the_usual_baseline_is_no_link_out_of_the_folder(project: Path) -> None:
    (project / "qcheck-baseline.json").symlink_to("../new.json")
    said = refused(project, "baseline", "update", "bad.png")
    assert "name that file itself" in said
    assert not (project.parent / "new.json").exists()


@pytest.mark.parametrize("target", ["../mine.json", "../new.json"])
def test_a_link_leads_no_report_out_of_the_folder(project: Path, target: str) -> None:
    """Somebody's folder may hold a link where a workflow writes its report."""
    (project / "q.sarif").symlink_to(target)
    said = refused(project, "bad.png", "--output-format", "sarif=q.sarif")
    assert "name that file itself" in said
    assert (project.parent / "mine.json").read_text() == USERS
    assert not (project.parent / "new.json").exists()


def test_a_link_to_a_report_elsewhere_is_followed(project: Path) -> None:
    old = project.parent / "old.sarif"
    qcheck("good.png", "--output-format", f"sarif={old}", cwd=project)
    (project / "q.sarif").symlink_to(old)
    assert qcheck("bad.png", "--output-format", "sarif=q.sarif", cwd=project).returncode == 1
    assert (project / "q.sarif").is_symlink()
    assert "500 bytes" in old.read_text()


def test_no_configuration_is_made_through_a_link(project: Path) -> None:
    (project / "qcheck.toml").unlink()
    (project / "qcheck.toml").symlink_to("../new.toml")
    for command in (("ignore", "add", "P10", "good.png", "--reason", "x"), ("init",)):
        ran = qcheck(*command, cwd=project)
        assert ran.returncode == 2
    assert not (project.parent / "new.toml").exists()
