"""Findings that are known do not block; what is new or worse does."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from command import qcheck
from sized_files import PNG

from qcheck.core.errors import UsageFault
from qcheck.core.results import FileReport, Judgement, Outcome, Report, Severity, Status
from qcheck.engine.baseline import Baseline


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


def wrong(word: str, severity: Severity = Severity.ERROR) -> Judgement:
    return Judgement(severity, f"The {word} is wrong.", 10.0)


def reported(path: Path, *outcomes: Outcome, medium: str = "portrait") -> Report:
    return Report((FileReport(str(path), medium, outcomes),), None, Severity.WARNING)


def failing(*said: Judgement, rule: str = "face") -> Outcome:
    return Outcome(rule, "P99", Status.FAIL, said)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """In a project of its own, whose baseline lies beside it."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.png").write_bytes(PNG)
    return tmp_path / "a.png"


def written(picture: Path, report: Report) -> Baseline:
    """What is known after an update, read back."""
    Baseline(picture.parent / "b.json").updated(report).write()
    return Baseline.read(picture.parent / "b.json")


def test_what_is_written_is_read_back_in_order(picture: Path) -> None:
    known = written(picture, reported(picture, failing(wrong("nose"), wrong("ear"))))
    assert [(e.file, e.rule, e.severity, e.message) for e in known.entries] == [
        ("a.png", "face", "error", "The ear is wrong."),
        ("a.png", "face", "error", "The nose is wrong."),
    ]
    assert known.root == picture.parent.resolve()


def test_how_many_findings_do_not_count_is_noted(picture: Path) -> None:
    known = written(picture, reported(picture, failing(wrong("nose"))))
    left = known.without_known(reported(picture, failing(wrong("nose"), wrong("ear"))))
    assert [f.judgement for f in left.findings] == [wrong("ear")]
    assert left.notes == (f"{known.path}: not counted: 1 known finding",)
    assert left.exit_code == 1


@pytest.mark.parametrize(
    ("known_as", "found_as", "counts"),
    [
        (Severity.WARNING, Severity.WARNING, False),
        (Severity.ERROR, Severity.WARNING, False),
        (Severity.ERROR, Severity.ERROR, False),
        (Severity.WARNING, Severity.ERROR, True),
    ],
)
def test_what_became_more_severe_counts_again(
    picture: Path, known_as: Severity, found_as: Severity, counts: bool
) -> None:
    known = written(picture, reported(picture, failing(wrong("nose", known_as))))
    left = known.without_known(reported(picture, failing(wrong("nose", found_as))))
    assert left.blocked is counts


def test_what_never_blocks_is_not_written_down(picture: Path) -> None:
    assert written(picture, reported(picture, failing(wrong("nose", Severity.INFO)))).entries == ()


def test_a_crash_is_never_known(picture: Path) -> None:
    crashed = reported(picture, Outcome("face", "P99", Status.CRASHED, reason="boom"))
    known = written(picture, crashed)
    assert known.entries == ()
    assert known.without_known(crashed).exit_code == 2


UNMEASURED = Outcome("face", "P99", Status.SKIPPED, reason="it is dark", unmeasured=True)


def test_what_could_not_be_measured_is_known_by_its_rule_and_nothing_more(picture: Path) -> None:
    known = written(picture, reported(picture, UNMEASURED))
    assert [(e.severity, e.message) for e in known.entries] == [("unmeasured", "it is dark")]
    assert not known.without_known(reported(picture, UNMEASURED)).blocked
    other = Outcome("pose", "P98", Status.SKIPPED, reason="it is dark", unmeasured=True)
    assert known.without_known(reported(picture, UNMEASURED, other)).blocked
    assert known.without_known(reported(picture, failing(wrong("nose")))).blocked


def test_what_is_known_says_so_where_it_is_shown(picture: Path) -> None:
    known = written(picture, reported(picture, failing(wrong("nose"))))
    fine = Outcome("pose", "P98", Status.PASS, (Judgement(None, "Fine.", 100.0),))
    (file,) = known.without_known(reported(picture, failing(wrong("nose")), fine)).files
    assert file.outcomes == (fine,)
    assert list(file.ignored) == ["face"]
    assert "b.json" in file.ignored["face"]


def test_a_finding_that_is_fine_beside_a_known_one_passes(picture: Path) -> None:
    known = written(picture, reported(picture, failing(wrong("nose"))))
    fine = Judgement(None, "The ear is fine.", 90.0)
    (file,) = known.without_known(reported(picture, failing(wrong("nose"), fine))).files
    (outcome,) = file.outcomes
    assert (outcome.status, outcome.judgements) == (Status.PASS, (fine,))


def test_a_file_of_no_known_content_whose_finding_is_known_was_looked_at(picture: Path) -> None:
    """With no outcome at all it would block, as what nobody looked at does."""
    found = reported(picture, failing(wrong("nose")), medium="unknown")
    left = written(picture, found).without_known(found)
    assert not left.blocked
    assert [outcome.status for outcome in left.files[0].outcomes] == [Status.SKIPPED]


@pytest.mark.parametrize(
    ("outcomes", "stale"),
    [
        ((failing(wrong("nose")),), False),
        ((failing(wrong("ear")),), True),
        ((Outcome("face", "P99", Status.PASS),), True),
        ((Outcome("pose", "P98", Status.PASS),), False),
    ],
)
def test_an_entry_is_stale_where_its_rule_looked_and_did_not_find_it(
    picture: Path, outcomes: tuple[Outcome, ...], stale: bool
) -> None:
    known = written(picture, reported(picture, failing(wrong("nose"))))
    found = reported(picture, *outcomes)
    assert known.stale(found) == (list(known.entries) if stale else [])
    assert known.pruned(found).entries == (() if stale else known.entries)
    notes = [note for note in known.without_known(found).notes if "prune" in note]
    assert bool(notes) is stale


def test_an_entry_is_stale_where_its_file_is_gone(picture: Path) -> None:
    known = written(picture, reported(picture, failing(wrong("nose"))))
    nothing = Report((), None, Severity.ERROR)
    assert known.stale(nothing) == []
    assert known.updated(nothing).entries == known.entries
    picture.unlink()
    assert known.stale(nothing) == list(known.entries)
    assert known.updated(nothing).entries == ()
    picture.symlink_to("elsewhere.png")
    assert known.stale(nothing) == []


def test_of_a_file_outside_of_the_project_nobody_can_say_that_it_is_gone(picture: Path) -> None:
    """It is known by its content."""
    project = picture.parent / "project"
    (project / ".git").mkdir(parents=True)
    outside = Baseline(project / "b.json").updated(reported(picture, failing(wrong("nose"))))
    assert outside.entries[0].file.startswith("sha256:")
    picture.unlink()
    assert outside.stale(Report((), None, Severity.ERROR)) == []


def test_what_has_no_file_is_not_written_down(picture: Path) -> None:
    """Nobody finds it again."""
    assert written(picture, reported(Path("<stdin>"), failing(wrong("nose")))).entries == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"version": 0}, "another version of qcheck"),
        ({"fingerprints": 0}, "another version of qcheck"),
        ({"findings": 3}, "baseline"),
        ({"findings": [{"file": "a"}]}, "baseline"),
        ({"severity": "info"}, "there is no severity 'info'"),
        ({"severity": "unmeasured"}, None),
        ({"message": 3}, "baseline"),
    ],
)
def test_only_what_an_update_may_have_written_is_read(
    picture: Path, change: dict[str, object], says: str | None
) -> None:
    known = written(picture, reported(picture, failing(wrong("nose"))))
    data = json.loads(known.path.read_text("utf-8"))
    for key, value in change.items():
        (data if key in data else data["findings"][0])[key] = value
    known.path.write_text(json.dumps(data), "utf-8")
    if says is None:
        assert len(Baseline.read(known.path).entries) == 1
        return
    with pytest.raises(UsageFault, match=rf"^{known.path}: .*{says}"):
        Baseline.read(known.path)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"version": 1, "version": 1' + "1" * 100_000 + "}",
        "\ufeff{}",
        "null",
        '{"version": 1e999, "fingerprints": 1, "findings": []}',
        '{"version": 1, "fingerprints": 1, "findings": [[]]}',
        '{"version": 1, "fingerprints": 1, "findings": [{"x": 1}]}',
        '{"version": 1, "fingerprints": 1, "findings": {"a": 1}}',
        "[" + "[]," * 1_000_000 + "[]]",
    ],
)
def test_a_baseline_of_wrong_types_or_sizes_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageFault, match=rf"^{re.escape(str(path))}: it is no baseline: .*"):
        Baseline.read(path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_baseline_that_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageFault, match="it is a pipe, not a file"):
        Baseline.read(tmp_path / "pipe")


def test_an_entry_whose_name_no_disk_takes_is_of_no_file(tmp_path: Path) -> None:
    entry = {"rule": "hum", "severity": "error", "message": "x", "fingerprint": "ab"}
    path = tmp_path / "qcheck-baseline.json"
    names = ["a" * 5000, "a/" * 3000, "\0", "a\n"]
    findings = [{**entry, "file": name} for name in names]
    path.write_text(json.dumps({"version": 1, "fingerprints": 1, "findings": findings}))
    baseline = Baseline.read(path)
    assert len(baseline.stale(Report((), None, Severity.ERROR))) == len(names)
