"""The command line as a shell sees it: arguments in, text and an exit code out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from shell import qcheck

from qcheck.reporters import formats

RULES = '''
"""Judges the number of bytes.

What it measures: bytes.

Why it matters: It is a test. It is only a test.

How to mend it: Change the file.
"""
import os
import time
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
    if file.data.endswith(b"SLEEP"):
        os.close(os.open(f"begun.{os.getpid()}", os.O_CREAT))
        time.sleep(600)
    return at_most(file.size_bytes, warn=limits.warn_above_bytes, fail=limits.fail_above_bytes,
                   unit="bytes", says="It is {measured}, {wanted} are wanted.")
'''
PNG = b"\x89PNG\r\n\x1a\n"


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
    assert document["notes"] == [
        "1 other file in folders passed over: no picture, recording, video or captions"
    ]


@pytest.mark.parametrize("content", [b"", b"<!doctype html><title>404</title>", b"\0\1\2\3"])
@pytest.mark.parametrize("name", ["portrait.png", "voice.WAV", "talk.mp4", "talk.srt"])
def test_a_walk_passes_over_nothing_that_is_called_a_picture_or_a_recording(
    tmp_path: Path, name: str, content: bytes
) -> None:
    """An upload of 0 bytes, or the text of an error under a picture's name, must block."""
    (tmp_path / name).write_bytes(content)
    (tmp_path / "package.json").write_bytes(content)
    (tmp_path / "notes.txt").write_bytes(content)
    ran = qcheck("--isolated", ".", "--output-format", "json", cwd=tmp_path)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    document = json.loads(ran.stdout)
    assert [file["file"] for file in document["files"]] == [name]
    if not content:
        assert "it is empty" in ran.stdout


def test_a_link_that_leads_nowhere_is_a_finding(tmp_path: Path) -> None:
    """As git-annex leaves them for what it holds back."""
    (tmp_path / "portrait.png").symlink_to("elsewhere.png")
    (tmp_path / "notes.txt").symlink_to("elsewhere.txt")
    (tmp_path / "round.wav").symlink_to("round.wav")
    ran = qcheck("--isolated", ".", "--output-format", "concise", cwd=tmp_path)
    assert ran.returncode == 1
    assert "portrait.png: error readable" in ran.stdout
    assert "it is a link to a file that is not there" in ran.stdout
    assert "round.wav: error readable" in ran.stdout
    assert "notes.txt" not in ran.stdout
    named = qcheck("--isolated", "portrait.png", "round.wav", cwd=tmp_path)
    assert (named.returncode, named.stderr) == (1, "")
    assert "2 errors in 2 files" in named.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look into every folder")
def test_a_folder_that_may_not_be_looked_into_is_not_passed_over(folder: Path) -> None:
    (folder / "closed").mkdir()
    (folder / "closed").chmod(0)
    try:
        ran = qcheck(".", cwd=folder)
        with (folder / "qcheck.toml").open("a") as file:
            file.write('exclude = ["closed"]\n')
        excluded = qcheck("good.png", ".", cwd=folder)
    finally:
        (folder / "closed").chmod(0o755)
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert "closed: Permission denied" in ran.stderr
    assert excluded.stderr == ""


def test_a_folder_that_is_left_out_is_not_looked_into(folder: Path) -> None:
    """Not even for a configuration of its own."""
    (folder / "drafts").mkdir()
    (folder / "drafts" / "qcheck.toml").write_text("no TOML")
    (folder / "drafts" / "a.png").write_bytes(PNG.ljust(500))
    with (folder / "qcheck.toml").open("a") as file:
        file.write('exclude = ["drafts", "crash.png", "die.png"]\n')
    ran = qcheck(".", "--output-format", "concise", cwd=folder)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "drafts" not in ran.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_place_that_may_not_be_written_is_refused_before_the_check(folder: Path) -> None:
    (folder / "closed").mkdir(0o555)
    ran = qcheck("crash.png", "--output-format", "json=closed/out.json", cwd=folder)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "closed/out.json cannot be written" in ran.stderr


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
    assert any(line.split()[:2] == ["T01", "size"] for line in listed)
    assert sum(line.startswith("P") for line in listed) >= 25
    assert sum(line.startswith("V") for line in listed) >= 18
    explained = qcheck("rule", "--all", cwd=folder).stdout
    assert explained.count("How to mend it:") == len(listed)
    assert "fail-above-bytes = 100" in explained
    assert qcheck("rule", "size", cwd=folder).stdout in explained
    assert qcheck("rule", "sise", cwd=folder).returncode == 2


def test_statistics_and_timings(folder: Path) -> None:
    ran = qcheck("bad.png", "fair.png", "--statistics", "--timings", cwd=folder)
    assert "errors  warnings  infos  rule\n     1         1      0  size (T01)\n" in ran.stdout
    assert "rule  size" in ran.stderr or "all files" in ran.stderr
    assert ran.stdout.splitlines()[-1].startswith("Not ready: ")


def test_statistics_leave_a_format_for_machines_alone(folder: Path) -> None:
    ran = qcheck("bad.png", "--statistics", "--output-format", "json", cwd=folder)
    assert json.loads(ran.stdout)["exit_code"] == 1
    assert "size (T01)" in ran.stderr


def test_each_rule_is_explained_once_and_the_verdict_says_how_many_files_block(
    folder: Path,
) -> None:
    (folder / "worse.png").write_bytes(PNG.ljust(600))
    ran = qcheck("bad.png", "worse.png", "fair.png", "good.png", cwd=folder)
    assert ran.stdout.count("Change the file.") == 1
    assert ran.stdout.index("bad.png") < ran.stdout.index("Change the file.")
    assert ran.stdout.index("Change the file.") < ran.stdout.index("worse.png")
    *_, note, last = ran.stdout.splitlines()
    assert "`qcheck rule NAME` says it again" in note
    assert last == "Not ready: 2 errors, 1 warning in 4 files, of which 2 block."


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


@pytest.mark.parametrize(("name", "code"), [("good.png", 0), ("bad.png", 1)])
def test_a_reader_that_goes_away_changes_neither_the_verdict_nor_the_other_reports(
    folder: Path, name: str, code: int
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "qcheck", name, "--output-format", "full"]
    ran = subprocess.run(
        [*command, "--output-format", "json=out.json", "--statistics"],
        cwd=folder,
        stdout=writer,
        stderr=subprocess.PIPE,
    )
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (code, b"")
    assert json.loads((folder / "out.json").read_text())["exit_code"] == code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_one_report_that_cannot_be_written_does_not_take_the_others_along(folder: Path) -> None:
    (folder / "full.json").symlink_to("/dev/full")
    places = ("json=full.json", "junit=out.xml", "concise")
    formats = [word for place in places for word in ("--output-format", place)]
    ran = qcheck("bad.png", *formats, cwd=folder)
    assert (ran.returncode, ran.stderr) == (2, "qcheck: full.json: No space left on device\n")
    assert "bad.png: error size" in ran.stdout
    assert "<testsuite" in (folder / "out.xml").read_text()
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "qcheck", "good.png"],
            cwd=folder,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (ran.returncode, ran.stderr) == (
        2,
        "qcheck: standard output: No space left on device\n",
    )


def test_a_standard_output_that_is_closed_is_no_crash(folder: Path) -> None:
    command = f"{sys.executable} -m qcheck bad.png --output-format json=out.json >&- 2>&-"
    assert subprocess.run(["bash", "-c", command], cwd=folder).returncode == 1
    assert json.loads((folder / "out.json").read_text())["exit_code"] == 1


def processes_of(session: int) -> list[int]:
    """What is left of a session, zombies aside."""
    left = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, of = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(of) == session and state not in "ZX":
            left.append(int(folder.name))
    return left


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")
@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGINT, 130, "interrupted"),
        (signal.SIGTERM, 143, "terminated"),
        (signal.SIGKILL, -signal.SIGKILL, ""),
    ],
)
def test_whoever_ends_a_run_leaves_nothing_behind(
    folder: Path, number: int, code: int, said: str
) -> None:
    """No worker that waits for ever, no report that could be taken for a whole one."""
    names = [f"sleep{i}.png" for i in range(6)]
    for name in names:
        (folder / name).write_bytes(PNG + b"SLEEP")
    command = [sys.executable, "-m", "qcheck", "-j", "2", "--output-format", "json=out.json"]
    run = subprocess.Popen(
        [*command, *names], cwd=folder, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        until(lambda: len(list(folder.glob("begun.*"))) == 2)
        os.kill(run.pid, number)
        _, errors = run.communicate(timeout=60)
        assert run.returncode == code
        if said:
            assert errors.strip() == f"qcheck: {said}"
        until(lambda: not processes_of(run.pid))
    finally:
        for process in processes_of(run.pid):
            os.kill(process, signal.SIGKILL)
    assert not (folder / "out.json").exists()
    assert not list(folder.glob(".qcheck-*"))


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
