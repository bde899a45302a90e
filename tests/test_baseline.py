"""Only what is new: baselines, changed files, ignores, kept results, files that are excluded."""

from __future__ import annotations

import datetime
import json
import subprocess
from pathlib import Path

import pytest
from shell import qcheck

from qcheck.core.errors import UsageFault
from qcheck.core.places import Box, Span
from qcheck.core.results import FileReport, Judgement, Outcome, Report, Severity, Status
from qcheck.engine import cache as kept
from qcheck.engine import run as run_module
from qcheck.engine.baseline import Baseline
from qcheck.engine.inputs import Input
from qcheck.engine.options import Options
from qcheck.engine.settings import load_settings
from qcheck.media.file import File

RULES = '''
"""Judges the number of bytes.

What it measures: bytes.

Why it matters: It is a test.

How to mend it: Change the file.
"""
import pathlib
from dataclasses import dataclass
from qcheck import File, Judgement, Unmeasurable, at_most, rule

@dataclass(frozen=True)
class Limits:
    warn_above_bytes: float = 10
    fail_above_bytes: float = 100

@rule("size", code="T01", medium=("portrait", "voice"), limits=Limits)
def size(file: File, limits: Limits) -> Judgement:
    with pathlib.Path(__file__).with_name("judged.txt").open("a") as log:
        log.write(file.name + "\\n")
    if file.data.endswith(b"?"):
        raise Unmeasurable("nobody can count it")
    return at_most(file.size_bytes, warn=limits.warn_above_bytes, fail=limits.fail_above_bytes,
                   unit="bytes", says="It is {measured}, {wanted} are wanted.")
'''
PNG = b"\x89PNG\r\n\x1a\n"


def git(*arguments: str, cwd: Path) -> None:
    own = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *own, *arguments], cwd=cwd, check=True, capture_output=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules.py").write_text(RULES, "utf-8")
    (tmp_path / "qcheck.toml").write_text('plugins = ["rules.py"]\nselect = ["size"]\n')
    (tmp_path / "good.png").write_bytes(PNG)
    (tmp_path / "fair.png").write_bytes(PNG.ljust(50))
    (tmp_path / "bad.png").write_bytes(PNG.ljust(500))
    return tmp_path


def test_what_is_written_down_does_not_block(folder: Path) -> None:
    assert qcheck("bad.png", "fair.png", cwd=folder).returncode == 1
    wrote = qcheck("baseline", "update", ".", cwd=folder)
    assert wrote.returncode == 0, wrote.stderr
    assert "2 known findings, 2 added, 0 removed" in wrote.stdout
    ran = qcheck("--baseline", "qcheck-baseline.json", "--fail-on", "warning", ".", cwd=folder)
    assert ran.returncode == 0, ran.stdout
    assert "not counted: 2 known findings" in ran.stdout
    (folder / "new.png").write_bytes(PNG.ljust(501))
    ran = qcheck("--baseline", "qcheck-baseline.json", "-q", ".", cwd=folder)
    assert ran.returncode == 1
    assert "new.png" in ran.stdout
    assert "bad.png" not in ran.stdout


def test_what_is_no_picture_at_all_may_be_known_too(folder: Path) -> None:
    """Empty files, links that lead nowhere: also from another folder."""
    (folder / "sub").mkdir()
    (folder / ".git").mkdir()
    (folder / "sub" / "empty.png").write_bytes(b"")
    (folder / "sub" / "gone.png").symlink_to("elsewhere.png")
    (folder / "sub" / "round.png").symlink_to("round.png")
    select = ("--select", "readable")
    wrote = qcheck("baseline", "update", "sub", *select, cwd=folder)
    assert "3 known findings, 3 added" in wrote.stdout, wrote.stderr
    known = ("--baseline", str(folder / "qcheck-baseline.json"), *select, "--output-format")
    for name, place in ((".", folder / "sub"), ("sub", folder)):
        ran = qcheck(*known, "concise", name, cwd=place)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "not counted: 3 known findings" in ran.stdout
        assert "any more" not in ran.stdout


def test_a_number_that_moves_stays_known_and_what_gets_worse_does_not(folder: Path) -> None:
    qcheck("baseline", "update", "fair.png", cwd=folder)
    known = ("--baseline", "qcheck-baseline.json", "--fail-on", "warning", "fair.png")
    (folder / "fair.png").write_bytes(PNG.ljust(60))
    assert qcheck(*known, cwd=folder).returncode == 0
    (folder / "fair.png").write_bytes(PNG.ljust(600))
    assert qcheck(*known, cwd=folder).returncode == 1


def test_what_could_not_be_measured_may_be_known_too(folder: Path) -> None:
    (folder / "odd.png").write_bytes(PNG + b"?")
    assert qcheck("odd.png", cwd=folder).returncode == 1
    qcheck("baseline", "update", "odd.png", cwd=folder)
    assert qcheck("--baseline", "qcheck-baseline.json", "odd.png", cwd=folder).returncode == 0


def test_stale_entries_are_told_and_pruned(folder: Path) -> None:
    qcheck("baseline", "update", ".", cwd=folder)
    (folder / "bad.png").write_bytes(PNG)
    ran = qcheck("--baseline", "qcheck-baseline.json", ".", cwd=folder)
    assert "nothing matches 1 of its 2 entries any more, the first is size of bad.png" in ran.stdout
    (folder / "fair.png").unlink()
    pruned = qcheck("baseline", "prune", cwd=folder)
    assert "0 known findings, 0 added, 2 removed" in pruned.stdout, pruned.stderr
    assert json.loads((folder / "qcheck-baseline.json").read_text("utf-8"))["findings"] == []


def test_an_update_keeps_what_it_did_not_look_at(folder: Path) -> None:
    qcheck("baseline", "update", ".", cwd=folder)
    again = qcheck("baseline", "update", "good.png", cwd=folder)
    assert "2 known findings, 0 added, 0 removed" in again.stdout


def test_the_configuration_may_name_the_baseline(folder: Path) -> None:
    with (folder / "qcheck.toml").open("a") as file:
        file.write('baseline = "known.json"\n')
    assert qcheck("baseline", "update", "bad.png", cwd=folder).returncode == 0
    assert (folder / "known.json").exists()
    assert qcheck("bad.png", cwd=folder).returncode == 0


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 1, "fingerprints": 1, "findings": [{"file": 1}]}']
)
def test_what_is_no_baseline_is_refused(folder: Path, text: str) -> None:
    (folder / "b.json").write_text(text)
    ran = qcheck("--baseline", "b.json", "good.png", cwd=folder)
    assert ran.returncode == 2
    assert ran.stderr.startswith("qcheck: b.json: ")
    assert ran.stderr.count("\n") == 1
    with pytest.raises(UsageFault, match="baseline update"):
        Baseline.read(folder / "nowhere.json")


def test_a_part_of_what_a_rule_says_may_be_known(tmp_path: Path) -> None:
    """The rest still counts, and a crash is never known."""
    (tmp_path / "a.png").write_bytes(PNG)
    said = [Judgement(Severity.ERROR, f"The {word} is wrong.", 0.0) for word in ("nose", "ear")]
    one = Outcome("face", "P99", Status.FAIL, (said[0],))
    both = Outcome("face", "P99", Status.FAIL, tuple(said))
    crash = Outcome("other", "P98", Status.CRASHED, reason="boom")
    file = str(tmp_path / "a.png")
    first = Report((FileReport(file, "portrait", (one,)),), None, Severity.ERROR)
    second = Report((FileReport(file, "portrait", (both, crash)),), None, Severity.ERROR)
    known = Baseline(tmp_path / "b.json").updated(first)
    assert not known.without_known(first).blocked
    left = known.without_known(second)
    assert [f.judgement for f in left.findings] == [said[1]]
    assert left.crashed


@pytest.fixture
def repository(folder: Path) -> Path:
    git("init", "-q", cwd=folder)
    git("add", ".", cwd=folder)
    git("commit", "-qm", "first", cwd=folder)
    return folder


def judged(folder: Path) -> set[str]:
    log = folder / "judged.txt"
    names = set(log.read_text().split("\n")) - {""} if log.exists() else set()
    log.unlink(missing_ok=True)
    return {Path(name).name for name in names}


def test_only_what_changed_is_checked(repository: Path) -> None:
    (repository / "fair.png").write_bytes(PNG.ljust(51))
    (repository / "untracked.png").write_bytes(PNG)
    ran = qcheck("--changed-since", "HEAD", ".", cwd=repository)
    assert ran.returncode == 0, ran.stderr
    assert judged(repository) == {"fair.png", "untracked.png"}
    assert "2 of 4 files did not change" in ran.stdout


def test_what_others_changed_meanwhile_is_not_ours(repository: Path) -> None:
    git("checkout", "-qb", "topic", cwd=repository)
    (repository / "ours.png").write_bytes(PNG)
    git("add", "ours.png", cwd=repository)
    git("commit", "-qm", "ours", cwd=repository)
    git("checkout", "-q", "main", cwd=repository)
    (repository / "bad.png").write_bytes(PNG.ljust(501))
    git("commit", "-qam", "theirs", cwd=repository)
    git("checkout", "-q", "topic", cwd=repository)
    assert qcheck("--changed-since", "main", ".", cwd=repository).returncode == 0
    assert judged(repository) == {"ours.png"}


def test_a_link_that_goes_round_is_no_crash(repository: Path) -> None:
    (repository / "round.png").symlink_to("round.png")
    ran = qcheck("--changed-since", "HEAD", ".", cwd=repository)
    assert (ran.returncode, ran.stderr) == (1, "")
    with (repository / "qcheck.toml").open("a") as file:
        file.write('exclude = ["round.png"]\n')
    assert "round.png" not in qcheck(".", cwd=repository).stdout


def test_what_lies_beside_a_changed_file_goes_with_it(repository: Path) -> None:
    (repository / "fair.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    qcheck("--changed-since", "HEAD", "fair.png", "good.png", "fair.srt", cwd=repository)
    assert judged(repository) == {"fair.png"}


def test_nothing_changed_is_no_fault(repository: Path) -> None:
    ran = qcheck("--changed-since", "HEAD", "good.png", "bad.png", cwd=repository)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert judged(repository) == set()


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=x", "-h"])
def test_a_revision_that_git_does_not_know_is_one_line(repository: Path, revision: str) -> None:
    ran = qcheck(f"--changed-since={revision}", "good.png", cwd=repository)
    assert ran.returncode == 2
    assert "git knows no such revision" in ran.stderr
    assert not (repository / "x").exists()


def test_excluded_files_are_checked_when_named_unless_forced(folder: Path) -> None:
    with (folder / "qcheck.toml").open("a") as file:
        file.write('exclude = ["bad.png"]\n')
    assert qcheck("bad.png", cwd=folder).returncode == 1
    ran = qcheck("--force-exclude", "bad.png", cwd=folder)
    assert ran.returncode == 0
    assert "1 file excluded by the configuration" in ran.stdout
    assert qcheck("--force-exclude", "bad.png", "good.png", cwd=folder).returncode == 0


def test_an_unfetched_picture_in_a_folder_is_not_passed_over(folder: Path) -> None:
    (folder / "qcheck.toml").unlink()
    (folder / "shoot").mkdir()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'4d' * 32}\nsize 12345\n"
    (folder / "shoot" / "a.png").write_text(pointer)
    ran = qcheck("shoot", cwd=folder)
    assert ran.returncode == 1
    assert "it is a Git LFS pointer" in " ".join(ran.stdout.split())


BEFORE = """# Ours.
select = ["size"]  # the only one
plugins = ["rules.py"]

[limits.size]
# Larger than usual.
fail-above-bytes = 200
"""


@pytest.mark.parametrize("name", ["qcheck.toml", "pyproject.toml"])
def test_an_ignore_is_added_and_nothing_is_lost(folder: Path, name: str) -> None:
    (folder / "qcheck.toml").unlink()
    before = BEFORE
    if name == "pyproject.toml":
        before = BEFORE.replace("[limits", "[tool.qcheck.limits")
        before = f"[tool.qcheck]\n{before}\n[tool.other]\nkept = true\n"
    (folder / name).write_text(before, "utf-8")
    until = (datetime.date.today() + datetime.timedelta(days=9)).isoformat()
    for path in ("bad.png", "archive/**"):
        why = ("--reason", 'scans of "prints"', "--until", until)
        ran = qcheck("ignore", "add", "T01", path, *why, cwd=folder)
        assert ran.returncode == 0, ran.stderr
    after = (folder / name).read_text("utf-8")
    assert set(before.splitlines()) <= set(after.splitlines())
    load_settings.cache_clear()
    entries = load_settings(folder / name).ignores
    assert [entry.path for entry in entries] == ["/bad.png", "archive/**"]
    assert entries[0].reason == 'scans of "prints"'
    assert entries[0].until is not None
    assert qcheck("bad.png", cwd=folder).returncode == 0
    (folder / "sub").mkdir()
    (folder / "sub" / "bad.png").write_bytes(PNG.ljust(500))
    assert qcheck("sub/bad.png", cwd=folder).returncode == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["sise", "bad.png", "--reason", "x"], "did you mean size"),
        (["size", "nowhere.png", "--reason", "x"], "no such file"),
        (["size", "bad.png", "--reason", " "], "reason"),
        (["size", "bad.png", "--reason", "x", "--until", "2001-01-01"], "has passed"),
        (["size", "bad.png", "--reason", "x", "--until", "soon"], "a day"),
        (["size", "../elsewhere.png", "--reason", "x"], "not below"),
    ],
)
def test_an_ignore_that_cannot_hold_is_refused(
    folder: Path, arguments: list[str], says: str
) -> None:
    (folder.parent / "elsewhere.png").write_bytes(PNG)
    before = (folder / "qcheck.toml").read_bytes()
    ran = qcheck("ignore", "add", *arguments, cwd=folder)
    assert ran.returncode == 2
    assert says in ran.stderr
    assert (folder / "qcheck.toml").read_bytes() == before


def test_results_are_kept_until_something_changes(folder: Path) -> None:
    keep = ("--cache", "kept", "--output-format", "concise", "fair.png", "bad.png")
    first = qcheck(*keep, cwd=folder)
    assert judged(folder) == {"fair.png", "bad.png"}
    again = qcheck(*keep, cwd=folder)
    assert (again.returncode, again.stdout) == (first.returncode, first.stdout)
    assert judged(folder) == set()
    (folder / "fair.png").write_bytes(PNG.ljust(52))
    qcheck(*keep, cwd=folder)
    assert judged(folder) == {"fair.png"}
    with (folder / "qcheck.toml").open("a") as file:
        file.write("[limits.size]\nfail-above-bytes = 1000\n")
    assert qcheck(*keep, cwd=folder).returncode == 0
    assert judged(folder) == {"fair.png", "bad.png"}
    with (folder / "rules.py").open("a") as file:
        file.write("# another rule\n")
    qcheck(*keep, cwd=folder)
    assert judged(folder) == {"fair.png", "bad.png"}
    for broken in ("[{]", "[]", "", "{}", "[null]"):
        for path in (folder / "kept").glob("*/*.json"):
            path.write_text(broken)
        assert qcheck(*keep, cwd=folder).returncode == 0
        assert judged(folder) == {"fair.png", "bad.png"}


def test_what_is_kept_was_judged_of_the_content_that_it_is_kept_under(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though somebody saves the file while it is judged."""
    monkeypatch.chdir(folder)
    real, read = run_module.read, []

    def saved_meanwhile(given: Input) -> File:
        file = real(given)
        read.append(file.size_bytes)
        Path("fair.png").write_bytes(PNG.ljust(500))
        return file

    monkeypatch.setattr(run_module, "read", saved_meanwhile)
    options = Options(cache=folder / "kept")
    first = run_module.run(["fair.png"], options)
    assert (read, first.exit_code) == ([50], 0)
    assert run_module.run(["fair.png"], options).exit_code == 1


def test_a_limit_of_another_medium_leaves_what_is_kept(folder: Path) -> None:
    keep = ("--cache", "kept", "--select", "size,sample-rate", "fair.png")
    assert qcheck(*keep, cwd=folder).returncode == 0
    assert judged(folder) == {"fair.png"}
    with (folder / "qcheck.toml").open("a") as file:
        file.write("[limits.sample-rate]\nfail-below-hz = 8000\n")
    assert qcheck(*keep, cwd=folder).returncode == 0
    assert judged(folder) == set()


def test_a_folder_that_keeps_nothing_is_told_of(folder: Path) -> None:
    ran = qcheck("--cache", "fair.png/kept", "fair.png", cwd=folder)
    assert ran.returncode == 0, ran.stderr
    assert "note: --cache fair.png/kept: nothing can be kept there: Not a directory" in ran.stdout
    assert judged(folder) == {"fair.png"}


def test_a_kept_report_is_the_report(tmp_path: Path) -> None:
    where = (Box(1, 2, 3.5, 4), Span(0.25, 1))
    judgement = Judgement(Severity.WARNING, "It is.", 12.5, 3, "four", "px", where, "qcheck fix a")
    outcome = Outcome("size", "T01", Status.FAIL, (judgement,))
    report = FileReport("a.png", "portrait", (outcome,), ignored={"other": "why"})
    kept.store(tmp_path / "kept", "ab12", [report])
    assert kept.load(tmp_path / "kept", "ab12") == [report]
    assert kept.load(tmp_path / "kept", "ab13") is None
    crashed = FileReport("a.png", "portrait", (Outcome("size", "T01", Status.CRASHED),))
    kept.store(tmp_path / "kept", "ab14", [crashed])
    assert kept.load(tmp_path / "kept", "ab14") is None
