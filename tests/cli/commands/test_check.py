"""`qcheck check` as a shell sees it: arguments in, text and an exit code out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import qcheck
from sized_files import PNG, git

from qcheck.reporters import formats


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["good.png"], 0),
        (["fair.png"], 0),
        (["bad.png"], 1),
        (["bad.png", "crash.png"], 2),
        (["fair.png", "--fail-on", "warning"], 1),
    ],
)
def test_exit_codes_are_the_same_in_every_format(
    folder: Path, arguments: list[str], code: int
) -> None:
    every = [word for name in formats() for word in ("--output-format", f"{name}=out.{name}")]
    ran = qcheck(*arguments, *every, cwd=folder)
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert ran.stderr == ""
    for name in formats():
        # A format alone, too: nothing but its text on standard output.
        if name in ("json", "concise"):
            ran = qcheck(*arguments, "--output-format", name, cwd=folder)
            assert (ran.returncode, ran.stderr) == (code, "")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["crash.png"], 2),
        (["bad.png", "--fail-on", "never"], 0),
        (["crash.png", "--fail-on", "never"], 2),
        (["fair.png", "--min-score", "99"], 1),
        (["--select", "T01", "bad.png"], 1),
        (["check", "bad.png"], 1),
        (["nowhere.png"], 2),
        (["bad.png", "--no-such-option"], 2),
        (["bad.png", "--select", "nothing-like-it"], 2),
        (["bad.png", "--ignore", "size"], 2),
        (["bad.png", "--for", "no-such-app"], 2),
        (["bad.png", "--output-format", "xml"], 2),
        (["bad.png", "--config", "nowhere.toml"], 2),
        (["bad.png", "--config", "qcheck.toml", "--isolated"], 2),
        (["bad.png", "--for", "omnihuman-1-0", "--speakers", "2"], 2),
        (["/dev/null"], 2),
    ],
)
def test_exit_codes(folder: Path, arguments: list[str], code: int) -> None:
    ran = qcheck(*arguments, cwd=folder)
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr


def test_nothing_is_checked_when_one_path_is_wrong(folder: Path) -> None:
    assert qcheck("bad.png", "nowhere.png", cwd=folder).stdout == ""


def test_quiet_is_silent_about_what_is_fine(folder: Path) -> None:
    out = qcheck("-q", "good.png", "bad.png", cwd=folder).stdout
    assert "good.png" not in out
    assert "bad.png" in out
    assert "Change the file." not in out


def test_verbose_shows_passes_and_tracebacks(folder: Path) -> None:
    out = qcheck("-v", "good.png", "crash.png", cwd=folder).stdout
    assert "pass  size  8 bytes" in out
    assert 'raise RuntimeError("boom")' in out


def test_standard_input(folder: Path) -> None:
    ran = qcheck("-", "--output-format", "concise", cwd=folder, stdin=PNG.ljust(500))
    assert ran.returncode == 1
    assert ran.stdout.startswith("<stdin>: error size")


def test_standard_input_beside_many_files(folder: Path) -> None:
    names = ["good.png", "fair.png", "bad.png", "crash.png"]
    ran = qcheck("-", *names, "--output-format", "json", cwd=folder, stdin=PNG.ljust(50))
    first = json.loads(ran.stdout)["files"][0]
    assert (first["file"], first["severity"]) == ("<stdin>", "warning")


def test_an_empty_folder_is_not_a_pass(folder: Path) -> None:
    (folder / "empty").mkdir()
    ran = qcheck("empty", cwd=folder)
    assert ran.returncode == 2
    assert "nothing was checked" in ran.stdout


def test_ignores_need_a_reason_and_lapse(folder: Path) -> None:
    entry = '[[ignores]]\npath = "bad.png"\nrules = ["size"]\nreason = "kept on purpose"\n'
    config = folder / "qcheck.toml"
    text = config.read_text()
    config.write_text(text + entry)
    ran = qcheck("bad.png", "-v", cwd=folder)
    assert ran.returncode == 0
    assert "kept on purpose" in ran.stdout
    config.write_text(text + entry + "until = 2020-01-01\n")
    ran = qcheck("bad.png", cwd=folder)
    assert ran.returncode == 1
    assert "expired on 2020-01-01" in ran.stdout


def test_limits_of_the_configuration_count_and_isolated_forgets_them(folder: Path) -> None:
    with (folder / "qcheck.toml").open("a") as file:
        file.write("[limits.size]\nfail-above-bytes = 1000\n")
    assert qcheck("bad.png", cwd=folder).returncode == 0
    (folder / "qcheck.toml").write_text("[limits.sise]\nfail-above-bytes = 1000\n")
    ran = qcheck("bad.png", cwd=folder)
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert "limits.sise" in ran.stderr
    ran = qcheck("bad.png", "--isolated", "--select", "readable", cwd=folder)
    assert "limits.sise" not in ran.stderr


def test_an_app_without_a_contract_is_told_of(folder: Path) -> None:
    ran = qcheck("good.png", "--for", "somebody/new-app", cwd=folder)
    assert "no contract is known for somebody/new-app" in ran.stdout


def test_statistics_and_timings(folder: Path) -> None:
    ran = qcheck("bad.png", "fair.png", "--statistics", "--timings", cwd=folder)
    assert "errors  warnings  infos  rule\n     1         1      0  size (T01)\n" in ran.stdout
    assert "rule  size" in ran.stderr or "all files" in ran.stderr
    assert ran.stdout.splitlines()[-1].startswith("Not ready: ")


def test_odd_names_are_shown_and_do_not_break_the_report(folder: Path) -> None:
    name = b"a\nb\xff c.png"
    try:
        (Path(os.fsdecode(os.fsencode(folder) + b"/" + name))).write_bytes(PNG.ljust(500))
    except OSError:
        pytest.skip("this file system refuses such names")
    ran = subprocess.run(
        [sys.executable, "-m", "qcheck", name, "--output-format", "concise"],
        cwd=folder,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert ran.returncode == 1
    assert ran.stdout.startswith(b"a\\nb\\xff c.png: error size")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_finding(folder: Path) -> None:
    (folder / "good.png").chmod(0)
    ran = qcheck("good.png", "--isolated", "--select", "readable", cwd=folder)
    assert ran.returncode == 1
    assert "cannot be read" in ran.stdout


def test_what_the_baseline_knows_does_not_count(folder: Path) -> None:
    assert qcheck("baseline", "update", "bad.png", cwd=folder).returncode == 0
    assert qcheck("bad.png", cwd=folder).returncode == 1
    assert qcheck("bad.png", "--baseline", "qcheck-baseline.json", cwd=folder).returncode == 0
    with (folder / "qcheck.toml").open("a") as file:
        file.write('baseline = "qcheck-baseline.json"\n')
    assert qcheck("bad.png", cwd=folder).returncode == 0


def test_only_what_changed_is_checked_where_that_is_asked_for(folder: Path) -> None:
    git("init", "-q", cwd=folder)
    git("add", ".", cwd=folder)
    git("commit", "-qm", "first", cwd=folder)
    (folder / "fair.png").write_bytes(PNG.ljust(60))
    ran = qcheck(".", "--changed-since", "HEAD", "--output-format", "json", cwd=folder)
    assert [file["file"] for file in json.loads(ran.stdout)["files"]] == ["fair.png"]
