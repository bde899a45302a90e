"""The command line as a shell sees it: arguments in, text and an exit code out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qcheck.reporters import formats

RULES = '''
"""Judges the number of bytes.

What it measures: bytes.

Why it matters: It is a test. It is only a test.

How to mend it: Change the file.
"""
import os
from dataclasses import dataclass
from qcheck import File, Judgement, at_most, rule

@dataclass(frozen=True)
class Limits:
    warn_above_bytes: float = 10
    fail_above_bytes: float = 100

@rule("size", code="T01", medium=("portrait", "voice"), limits=Limits)
def size(file: File, limits: Limits) -> Judgement:
    if file.data.endswith(b"CRASH"):
        raise RuntimeError("boom")
    if file.data.endswith(b"DIE"):
        os._exit(9)
    return at_most(file.size_bytes, warn=limits.warn_above_bytes, fail=limits.fail_above_bytes,
                   unit="bytes", says="It is {measured}, {wanted} are wanted.")
'''
PNG = b"\x89PNG\r\n\x1a\n"


def qcheck(
    *arguments: str, cwd: Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    ran = subprocess.run(
        [sys.executable, "-m", "qcheck", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        timeout=120,
        env={**os.environ, **environment},
    )
    return subprocess.CompletedProcess(
        ran.args, ran.returncode, ran.stdout.decode(), ran.stderr.decode()
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files that only the rule above judges."""
    (tmp_path / "rules.py").write_text(RULES, "utf-8")
    (tmp_path / "qcheck.toml").write_text('plugins = ["rules.py"]\nselect = ["size"]\n')
    (tmp_path / "good.png").write_bytes(PNG)
    (tmp_path / "fair.png").write_bytes(PNG.ljust(50))
    (tmp_path / "bad.png").write_bytes(PNG.ljust(500))
    (tmp_path / "crash.png").write_bytes(PNG + b"CRASH")
    (tmp_path / "die.png").write_bytes(PNG + b"DIE")
    return tmp_path


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


def test_a_usage_error_is_one_line_on_standard_error(folder: Path) -> None:
    for arguments in (["nowhere.png"], ["good.png", "--select", "siz"], ["good.png", "--for", "x"]):
        ran = qcheck(*arguments, cwd=folder)
        assert ran.stdout == ""
        assert ran.stderr.count("\n") == 1, ran.stderr


def test_nothing_is_checked_when_one_path_is_wrong(folder: Path) -> None:
    assert qcheck("bad.png", "nowhere.png", cwd=folder).stdout == ""


def test_full_says_what_how_much_why_and_how_to_mend_it(folder: Path) -> None:
    out = qcheck("bad.png", cwd=folder).stdout
    for words in (
        "bad.png",
        "error",
        "size",
        "(T01)",
        "It is 500 bytes, 10 bytes are wanted.",
        "It is a test.",
        "Change the file.",
        "Not ready: 1 error in 1 file",
    ):
        assert words in out
    assert "It is only a test." not in out


def test_quiet_is_silent_about_what_is_fine(folder: Path) -> None:
    out = qcheck("-q", "good.png", "bad.png", cwd=folder).stdout
    assert "good.png" not in out
    assert "bad.png" in out
    assert "Change the file." not in out


def test_verbose_shows_passes_and_tracebacks(folder: Path) -> None:
    out = qcheck("-v", "good.png", "crash.png", cwd=folder).stdout
    assert "pass  size  8 bytes" in out
    assert 'raise RuntimeError("boom")' in out


def test_colour_as_terminals_expect(folder: Path) -> None:
    assert "\x1b" not in qcheck("bad.png", cwd=folder).stdout
    assert "\x1b" in qcheck("bad.png", cwd=folder, FORCE_COLOR="1").stdout
    assert "\x1b" not in qcheck("bad.png", cwd=folder, FORCE_COLOR="1", NO_COLOR="1").stdout


def test_several_formats_each_to_its_own_file(folder: Path) -> None:
    ran = qcheck(
        "bad.png",
        "--output-format",
        "concise",
        "--output-format",
        "json=out.json",
        "--output-format",
        "junit=out.xml",
        cwd=folder,
    )
    assert ran.stdout.startswith("bad.png: error size (T01): ")
    assert json.loads((folder / "out.json").read_text())["exit_code"] == 1
    assert "<failure" in (folder / "out.xml").read_text()


@pytest.mark.parametrize(
    "formats", [["json=nowhere/out.json"], ["json="], ["full", "json"], ["json=.", "full"]]
)
def test_a_report_that_has_no_place_to_go_is_refused_before_the_check(
    folder: Path, formats: list[str]
) -> None:
    options = [word for name in formats for word in ("--output-format", name)]
    ran = qcheck("bad.png", *options, cwd=folder)
    assert (ran.returncode, ran.stdout) == (2, "")


def test_the_terminal_keeps_its_report_when_all_others_go_to_files(folder: Path) -> None:
    ran = qcheck("bad.png", "--output-format", "sarif=q.sarif", cwd=folder)
    assert ran.stdout.startswith("bad.png  blocked")
    assert json.loads((folder / "q.sarif").read_text())["version"] == "2.1.0"


@pytest.mark.parametrize(
    ("files", "target"),
    [
        (["bad.png"], "bad.png"),
        (["bad.png"], "link.png"),
        (["bad.png"], "good.png"),
        (["."], "bad.png"),
        (["notes.txt"], "notes.txt"),
        (["."], "captions.srt"),
    ],
)
def test_no_report_replaces_an_input_or_anybodys_picture(
    folder: Path, files: list[str], target: str
) -> None:
    (folder / "link.png").symlink_to("bad.png")
    (folder / "notes.txt").write_text("not known to be anything")
    (folder / "captions.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello.\n")
    before = (folder / target).read_bytes()
    ran = qcheck(*files, "--output-format", f"json={target}", cwd=folder)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert (folder / target).read_bytes() == before


def test_a_file_that_a_payload_names_is_not_replaced(folder: Path) -> None:
    (folder / "script.txt").write_text("[S1] Hello.")
    (folder / "payload.json").write_text('{"image": "good.png", "audio": "script.txt"}')
    command = ["job", "--for", "omnihuman-1-5", "--isolated", "payload.json"]
    ran = qcheck(*command, "--output-format", "json=script.txt", cwd=folder)
    assert ran.returncode == 2
    assert (folder / "script.txt").read_text() == "[S1] Hello."


def test_a_report_is_written_whole_over_an_older_one_and_links_stay(folder: Path) -> None:
    (folder / "old.json").write_text("x" * 100_000)
    (folder / "latest.json").symlink_to("old.json")
    qcheck("bad.png", "--output-format", "json=latest.json", cwd=folder)
    assert (folder / "latest.json").is_symlink()
    assert json.loads((folder / "old.json").read_text())["exit_code"] == 1
    assert not [path for path in folder.iterdir() if path.name.startswith(".latest")]
    assert not [path for path in folder.iterdir() if path.name.startswith(".old")]


def test_standard_output_by_its_device_is_standard_output(folder: Path) -> None:
    """Also where it is a file: replacing that would lose what the shell has open."""
    out = folder / "out.txt"
    with out.open("wb") as file:
        subprocess.run(
            [sys.executable, "-m", "qcheck", "bad.png", "--output-format", "json=/dev/stdout"],
            cwd=folder,
            stdout=file,
            check=False,
        )
    assert json.loads(out.read_text())["exit_code"] == 1


def test_the_step_summary_gets_everything_and_cannot_change_the_exit_code(folder: Path) -> None:
    (folder / "summary.md").write_text("## Before\n")
    github = ("bad.png", "--output-format", "github")
    ran = qcheck(*github, cwd=folder, GITHUB_STEP_SUMMARY=str(folder / "summary.md"))
    assert ran.returncode == 1
    summary = (folder / "summary.md").read_text()
    assert summary.startswith("## Before\n")
    assert "It is 500 bytes" in summary
    ran = qcheck(*github, cwd=folder, GITHUB_STEP_SUMMARY=str(folder / "no" / "summary.md"))
    assert (ran.returncode, ran.stderr.count("\n")) == (1, 1)


def test_formats_are_listed_and_their_schemas_printed(folder: Path) -> None:
    listed = qcheck("formats", cwd=folder).stdout.splitlines()
    for name in ("json", "jsonl", "sarif", "junit", "github", "gitlab", "markdown", "tap", "csv"):
        assert any(line.startswith(f"{name} ") for line in listed)
    schema = json.loads(qcheck("formats", "schema", cwd=folder).stdout)
    assert schema["$id"] == "urn:qcheck:json:1"
    assert "$defs" in json.loads(qcheck("formats", "schema", "jsonl", cwd=folder).stdout)
    for unknown in ("sarif", "nothing-like-it"):
        ran = qcheck("formats", "schema", unknown, cwd=folder)
        assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)


def test_standard_input(folder: Path) -> None:
    ran = qcheck("-", "--output-format", "concise", cwd=folder, stdin=PNG.ljust(500))
    assert ran.returncode == 1
    assert ran.stdout.startswith("<stdin>: error size")


def test_standard_input_beside_many_files(folder: Path) -> None:
    names = ["good.png", "fair.png", "bad.png", "crash.png"]
    ran = qcheck("-", *names, "--output-format", "json", cwd=folder, stdin=PNG.ljust(50))
    first = json.loads(ran.stdout)["files"][0]
    assert (first["file"], first["severity"]) == ("<stdin>", "warning")


def test_a_folder_is_walked_and_files_are_known_by_content(folder: Path) -> None:
    shoot = folder / "shoot"
    (shoot / "deep").mkdir(parents=True)
    (shoot / ".hidden").mkdir()
    (shoot / "deep" / "portrait.txt").write_bytes(PNG)
    (shoot / ".hidden" / "a.png").write_bytes(PNG.ljust(500))
    (shoot / "notes.md").write_text("no picture")
    (shoot / "loop").symlink_to(shoot, target_is_directory=True)
    ran = qcheck("shoot", "--output-format", "json", cwd=folder)
    document = json.loads(ran.stdout)
    assert [file["file"] for file in document["files"]] == ["shoot/deep/portrait.txt"]
    assert document["notes"] == ["1 other file(s) in folders are no portrait and no recording"]


def test_an_empty_folder_is_not_a_pass(folder: Path) -> None:
    (folder / "empty").mkdir()
    ran = qcheck("empty", cwd=folder)
    assert ran.returncode == 2
    assert "nothing was checked" in ran.stdout


def test_excluded_folders_are_not_walked(folder: Path) -> None:
    (folder / "drafts").mkdir()
    (folder / "drafts" / "a.png").write_bytes(PNG.ljust(500))
    with (folder / "qcheck.toml").open("a") as file:
        file.write('exclude = ["drafts", "crash.png", "die.png", "bad.png"]\n')
    assert qcheck(".", cwd=folder).returncode == 0


def test_a_file_given_twice_is_checked_once(folder: Path) -> None:
    ran = qcheck("good.png", "good.png", "--output-format", "json", cwd=folder)
    assert len(json.loads(ran.stdout)["files"]) == 1


def test_many_files_come_back_in_order_and_a_dying_process_is_one_crash(folder: Path) -> None:
    names = ["good.png", "die.png", "fair.png", "bad.png"]
    for i in range(8):
        (folder / f"n{i}.png").write_bytes(PNG)
        names.append(f"n{i}.png")
    ran = qcheck(*names, "-j", "2", "--output-format", "json", cwd=folder)
    document = json.loads(ran.stdout)
    assert [file["file"] for file in document["files"]] == names
    crashed = [
        file["file"]
        for file in document["files"]
        if any(o["status"] == "crashed" for o in file["outcomes"])
    ]
    assert crashed == ["die.png"]
    assert document["counts"] == {"error": 1, "warning": 1, "info": 0}
    assert ran.returncode == 2


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


def test_rules_are_listed_and_explained(folder: Path) -> None:
    listed = qcheck("rule", cwd=folder).stdout.splitlines()
    assert "T01   size" in "\n".join(listed)
    assert sum(line.startswith("P") for line in listed) >= 25
    assert sum(line.startswith("V") for line in listed) >= 18
    explained = qcheck("rule", "--all", cwd=folder).stdout
    assert explained.count("How to mend it:") == len(listed)
    assert "fail-above-bytes = 100" in explained
    assert qcheck("rule", "size", cwd=folder).stdout in explained
    assert qcheck("rule", "sise", cwd=folder).returncode == 2


def test_statistics_and_timings(folder: Path) -> None:
    ran = qcheck("bad.png", "fair.png", "--statistics", "--timings", cwd=folder)
    assert "     1  error    T01   size" in ran.stdout
    assert "rule  size" in ran.stderr or "all files" in ran.stderr


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


def test_a_reader_that_goes_away_is_no_traceback(folder: Path) -> None:
    code = f"{sys.executable} -m qcheck bad.png --output-format json | true"
    ran = subprocess.run(["bash", "-c", code], cwd=folder, capture_output=True, text=True)
    assert "Traceback" not in ran.stderr
    assert "BrokenPipe" not in ran.stderr
