"""Results that are kept are found again, and only where nothing changed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import forget, qcheck
from sized_files import PNG, judged
from trusting import vouch

from qcheck.core.bounds import Bounds
from qcheck.core.places import Box, Span
from qcheck.core.results import FileReport, Judgement, Outcome, Severity, Status
from qcheck.engine import cache as kept
from qcheck.engine import run as run_module
from qcheck.engine.inputs import Input
from qcheck.engine.options import Options
from qcheck.media.file import File


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
    vouch(folder)
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

    def saved_meanwhile(given: Input, bounds: Bounds) -> File:
        file = real(given, bounds)
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


def test_a_kept_result_that_somebody_changed_is_measured_again(folder: Path) -> None:
    keep = ("--cache", "kept", "bad.png")
    assert qcheck(*keep, cwd=folder).returncode == 1
    assert judged(folder) == {"bad.png"}
    (kept_file,) = (folder / "kept").glob("*/*.json")
    said = kept_file.read_bytes()
    assert b'"severity": 3' in said
    for changed in (
        said.replace(b'"severity": 3', b'"severity": 1'),
        b"[" * 100_000,
        said.partition(b"\n")[0] + b"\n[]",
        said.partition(b"\n")[2],
    ):
        kept_file.write_bytes(changed)
        assert qcheck(*keep, cwd=folder).returncode == 1
        assert judged(folder) == {"bad.png"}
    assert qcheck(*keep, cwd=folder).returncode == 1
    assert judged(folder) == set()


def test_a_kept_result_counts_only_under_its_own_name(folder: Path) -> None:
    keep = ("--cache", "kept", "--output-format", "concise")
    qcheck(*keep, "good.png", cwd=folder)
    (good,) = (folder / "kept").glob("*/*.json")
    qcheck(*keep, "bad.png", cwd=folder)
    (bad,) = set((folder / "kept").glob("*/*.json")) - {good}
    bad.write_bytes(good.read_bytes())
    assert qcheck(*keep, "bad.png", cwd=folder).returncode == 1


def test_a_kept_result_of_another_user_is_measured_again(folder: Path) -> None:
    keep = ("--cache", "kept", "good.png")
    another = {"XDG_DATA_HOME": str(folder / "another user")}
    qcheck("--config", "qcheck.toml", *keep, cwd=folder, **another)
    assert judged(folder) == {"good.png"}
    qcheck(*keep, cwd=folder)
    assert judged(folder) == {"good.png"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_in_the_place_of_a_kept_result_is_passed_over(folder: Path) -> None:
    keep = ("--cache", "kept", "good.png")
    qcheck(*keep, cwd=folder)
    (kept_file,) = (folder / "kept").glob("*/*.json")
    kept_file.unlink()
    os.mkfifo(kept_file)
    assert qcheck(*keep, cwd=folder).returncode == 0


def test_the_key_of_the_seal_is_the_users_alone(tmp_path: Path, folder: Path) -> None:
    data = tmp_path / "data"
    keep = ("--config", "qcheck.toml", "--cache", "kept", "good.png")
    qcheck(*keep, cwd=folder, XDG_DATA_HOME=str(data))
    (key,) = data.rglob("cache.key")
    assert key.stat().st_mode & 0o077 == 0
    assert [each.name for each in key.parent.iterdir()] == ["cache.key"]


@pytest.fixture
def _nothing_remembered() -> Iterator[None]:
    forget()
    yield
    forget()


def key_with(monkeypatch: pytest.MonkeyPatch, name: str, value: object) -> str:
    """The key of the same facts where something around them is another."""
    forget()
    with monkeypatch.context() as changed:
        changed.setattr(name, value)
        return kept.cache_key(["facts"], [])


@pytest.mark.usefixtures("_nothing_remembered")
def test_a_result_depends_on_everything_that_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = kept.cache_key(["facts"], [])
    forget()
    assert kept.cache_key(["facts"], []) == plain
    assert kept.cache_key(["other facts"], []) != plain
    assert kept.cache_key(["facts"], ["pytest"]) != plain
    for name, value in (
        ("qcheck.engine.cache._own_code", lambda: "other code"),
        ("qcheck.engine.cache.platform.python_version", lambda: "3.99"),
        ("qcheck.engine.cache.platform.machine", lambda: "abacus"),
        ("importlib.metadata.version", lambda name: "99"),
    ):
        assert key_with(monkeypatch, name, value) != plain, name


def test_names_that_are_no_text_are_facts_too() -> None:
    assert kept.cache_key(["a\udcff.png"], []) != kept.cache_key(["a\udcfe.png"], [])


def test_our_own_code_is_all_that_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[Path] = []
    monkeypatch.setattr(kept, "_code_in", lambda found: folders.extend(found) or "digest")
    assert kept._own_code() == "digest"
    (ours, rules) = folders
    assert (ours / "engine" / "judge.py").is_file()
    assert (rules / "portrait" / "face_resolution.py").is_file()


def test_code_is_known_by_its_content_and_its_names(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "a.py").write_text("a = 1")
    (tmp_path / "b.npz").write_bytes(b"1")
    digests = [kept._code_in([tmp_path])]
    (tmp_path / "notes.md").write_text("no code")
    assert kept._code_in([tmp_path]) == digests[0]
    for change in (
        lambda: (tmp_path / "inside" / "a.py").write_text("a = 2"),
        lambda: (tmp_path / "b.npz").write_bytes(b"2"),
        lambda: (tmp_path / "inside" / "a.py").rename(tmp_path / "a.py"),
        lambda: (tmp_path / "c.toml").touch(),
        lambda: (tmp_path / "d.json").touch(),
    ):
        change()
        digests.append(kept._code_in([tmp_path]))
    assert len(set(digests)) == 6


@pytest.mark.usefixtures("_nothing_remembered")
def test_the_code_of_a_strangers_rule_is_its_file_or_the_whole_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "strangers").mkdir()
    for name in ("strangers/__init__.py", "strangers/rule.py", "strangers/probe.py", "single.py"):
        (tmp_path / name).touch()
    __import__("strangers.rule")
    __import__("single")
    try:
        digests = {name: kept._module_digest(name) for name in ("strangers.rule", "single")}
        forget()
        assert {name: kept._module_digest(name) for name in digests} == digests
        (tmp_path / "strangers" / "probe.py").write_text("a = 1")
        (tmp_path / "single.py").write_text("a = 1")
        forget()
        for name, digest in digests.items():
            assert kept._module_digest(name) != digest, name
    finally:
        for name in ("strangers", "strangers.rule", "single"):
            sys.modules.pop(name, None)
    assert kept._module_digest("qcheck.rules.file.readable") == ""
    assert kept._module_digest("not_imported") == "not_imported"


def test_a_report_of_a_name_that_is_no_text_is_kept(tmp_path: Path) -> None:
    report = FileReport("a\udcff.png", "portrait", (Outcome("size", "T01", Status.PASS),))
    kept.store(tmp_path, "ab12", [report])
    assert kept.load(tmp_path, "ab12") is not None


def test_a_folder_is_made_that_backups_and_git_pass_over(tmp_path: Path) -> None:
    assert kept.prepare(tmp_path / "new" / "kept") is None
    made = tmp_path / "new" / "kept"
    assert (made / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806")
    assert (made / ".gitignore").read_text() == "*\n"
    (tmp_path / "theirs").mkdir()
    assert kept.prepare(tmp_path / "theirs") is None
    assert list((tmp_path / "theirs").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").touch()
    assert kept.prepare(tmp_path / "a file" / "kept") == "Not a directory"
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert kept.prepare(tmp_path / "kept") == "it cannot be written"


def test_what_was_not_asked_for_in_a_long_time_is_removed(tmp_path: Path) -> None:
    report = FileReport("a.png", "portrait", ())
    for key in ("ab12", "ab13", "cd14"):
        kept.store(tmp_path, key, [report])
    old, recent = (tmp_path / "ab" / f"{key}.json" for key in ("ab12", "ab13"))
    day_s = 86_400
    for path, days in ((old, kept.KEPT_DAYS + 1), (recent, kept.KEPT_DAYS - 1)):
        then = path.stat().st_mtime - days * day_s
        os.utime(path, (then, then))
    (tmp_path / "theirs.txt").touch()
    os.utime(tmp_path / "theirs.txt", (1, 1))
    kept.prune(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("**/*.*")) == [
        "ab13.json",
        "cd14.json",
        "theirs.txt",
    ]
    assert kept.load(tmp_path, "ab13") is not None
    assert recent.stat().st_mtime > then + day_s
