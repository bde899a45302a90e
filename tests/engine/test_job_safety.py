"""In front of a paid job no configuration opens the gate without a word."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from qcheck.core.errors import UsageFault
from qcheck.core.results import Report
from qcheck.engine.inputs import Input
from qcheck.engine.options import Options
from qcheck.engine.run import run_inputs
from qcheck.jobs.check import refuse_changed

BEFORE = Options(before_a_job=True)


@pytest.fixture
def folder(tmp_path: Path, fixtures: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(fixtures / "captions.srt", tmp_path / "a.srt")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def checked(folder: Path, configuration: str, options: Options = BEFORE) -> Report:
    from qcheck.engine.settings import load_settings

    load_settings.cache_clear()
    path = folder / "qcheck.toml"
    path.write_text(configuration, "utf-8")
    if options.config is None:
        options = dataclasses.replace(options, jobs=len(configuration) + 1)
    return run_inputs([Input("a.srt")], options)


def test_never_is_refused(folder: Path) -> None:
    with pytest.raises(UsageFault, match=r'qcheck\.toml: fail-on = "never" does not hold'):
        checked(folder, 'fail-on = "never"\n')
    asked = dataclasses.replace(BEFORE, fail_on="warning")
    assert checked(folder, 'fail-on = "never"\n', asked).fail_on is not None


def test_never_holds_where_no_job_waits(folder: Path) -> None:
    assert checked(folder, 'fail-on = "never"\n', Options()).fail_on is None


@pytest.mark.parametrize(
    ("configuration", "named"),
    [
        ('ignore = ["caption-gaps"]\n', "1 of 7 rules: caption-gaps"),
        ('select = ["caption-gaps"]\n', "6 of 7 rules: caption-coverage"),
        (
            '[[ignores]]\npath = "*.srt"\nrules = ["caption-pace"]\nreason = "old"\n',
            "1 of 7 rules: caption-pace",
        ),
    ],
)
def test_what_is_switched_off_is_said(folder: Path, configuration: str, named: str) -> None:
    notes = checked(folder, configuration).notes
    assert any(note.startswith("a.srt: ") and f"switches off {named}" in note for note in notes)


def test_limits_that_are_moved_are_said(folder: Path) -> None:
    notes = checked(folder, "[limits.caption-pace]\nwarn-above-characters-per-s = 99\n").notes
    assert [note for note in notes if note.endswith("has limits of its own for caption-pace")]


def test_a_configuration_that_switches_nothing_off_is_not_mentioned(folder: Path) -> None:
    assert checked(folder, "speakers = 1\n").notes == ()


def test_what_whoever_calls_switched_off_is_not_the_configurations(folder: Path) -> None:
    own = dataclasses.replace(BEFORE, ignore=("caption-gaps",))
    assert checked(folder, "speakers = 1\n", own).notes == ()


@pytest.mark.parametrize(
    "configuration",
    [
        'select = ["voice"]\nignore = ["readable"]\n',
        '[[ignores]]\npath = "**"\nrules = ["ALL"]\nreason = "everything"\n',
    ],
)
def test_a_file_that_no_rule_looked_at_blocks(folder: Path, configuration: str) -> None:
    report = checked(folder, configuration)
    assert report.files[0].outcomes == ()
    assert report.exit_code == 1


def test_a_file_that_changed_since_it_was_judged_is_not_sent(folder: Path) -> None:
    report = checked(folder, "speakers = 1\n")
    refuse_changed(report)
    text = (folder / "a.srt").read_text("utf-8")
    (folder / "a.srt").write_text(text + "\n", "utf-8")
    with pytest.raises(UsageFault, match=r"a\.srt changed while it was checked"):
        refuse_changed(report)
    (folder / "a.srt").unlink()
    with pytest.raises(UsageFault, match="nothing was sent"):
        refuse_changed(report)
