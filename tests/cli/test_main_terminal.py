"""Whatever strangers write, wherever qcheck quotes it: no terminal and no CI log obeys it.

Every way by which text of others comes to be shown is gone once: names, payloads, plans,
configurations, contracts, baselines, plugins, arguments, the shell's completion.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import shell
from command import qcheck
from harmless import HOSTILE, harms
from sized_files import PNG
from trusting import vouch

NAME = HOSTILE.replace("/", "")
TOML = json.dumps(HOSTILE)


def said(*arguments: str, cwd: Path, **environment: str) -> tuple[int, str]:
    """The exit code and both streams, which hold nothing that is obeyed."""
    ran = qcheck(*arguments, cwd=cwd, **environment)
    assert harms(ran.stdout) == []
    assert harms(ran.stderr) == []
    return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture
def hostile(folder: Path) -> Path:
    (folder / "crash.png").unlink()
    (folder / f"{NAME}.png").write_bytes(PNG.ljust(500))
    (folder / "::error::x.png").write_bytes(PNG.ljust(500))
    (folder / "--- x.png").write_bytes(PNG.ljust(500))
    return folder


@pytest.mark.parametrize(
    "format",
    ["full", "concise", "json", "jsonl", "sarif", "junit", "tap", "csv", "markdown", "gitlab"],
)
@pytest.mark.parametrize("colour", ["", "1"])
def test_names_of_files(hostile: Path, format: str, colour: str) -> None:
    code, text = said(".", "-v", "--statistics", "--output-format", format, cwd=hostile)
    assert code == 1
    assert "gotcha" in text
    coloured = qcheck(".", "--output-format", format, cwd=hostile, FORCE_COLOR=colour).stdout
    assert ("\x1b" in coloured) == (format == "full" and bool(colour))
    assert "\x1b[31m" not in coloured


def test_a_fix_that_is_copied_works(tmp_path: Path) -> None:
    """The command for a file whose name no terminal shows."""
    from PIL import Image

    for name in (f"{NAME}.png", "::error::x.png", "--- x.png", "##vso[x].png"):
        Image.new("RGBA", (600, 600), (200, 180, 160, 128)).save(tmp_path / name)
    arguments = ("--select", "transparency", "--output-format", "json", "--isolated", ".")
    ran = qcheck(*arguments, "--for", "omnihuman-1-5", cwd=tmp_path)
    fixes = [
        judgement["fix"]
        for file in json.loads(ran.stdout)["files"]
        for outcome in file["outcomes"]
        for judgement in outcome["judgements"]
    ]
    assert len(fixes) == 4
    for fix in fixes:
        assert harms(fix) == []
        own = fix.replace("qcheck ", f"{sys.executable} -m qcheck ", 1)
        done = subprocess.run(["sh", "-c", own], cwd=tmp_path, capture_output=True)
        assert harms(done.stdout.decode() + done.stderr.decode()) == []
    assert {path.name for path in (tmp_path / "fixed").iterdir()} == {
        f"{NAME}.png",
        "::error::x.png",
        "--- x.png",
        "##vso[x].png",
    }


def test_keys_and_values_of_a_payload(folder: Path) -> None:
    payload = {
        HOSTILE: 1,
        "image": f"{HOSTILE}.png",
        "audio": [HOSTILE],
        "script": f"https://u:p@x.y/{HOSTILE}",
    }
    (folder / "job.json").write_text(json.dumps(payload))
    for app, expected in (("omnihuman-1-5", 1), ("nobody/knows", 0), (HOSTILE, 2)):
        for format in ("full", "concise", "json", "html"):
            arguments = ("--isolated", "job.json", "--output-format", format)
            code, text = said("job", "--for", app, *arguments, cwd=folder)
            assert code == expected
            assert "gotcha" in text or app == "nobody/knows"
    sent = ("--", "infsh", "app", "run", "bytedance/omnihuman-1-5", "--input", json.dumps(payload))
    assert said("gate", "--isolated", *sent, cwd=folder)[0] == 1


def test_words_of_a_command_that_is_sent(folder: Path) -> None:
    for command in (
        [HOSTILE],
        ["infsh", HOSTILE],
        ["infsh", "app", "run", HOSTILE],
        ["infsh", "app", "run", "a/b", "--input", HOSTILE],
        ["infsh", "app", "run", "a/b", f"--{HOSTILE}"],
    ):
        code, text = said("gate", "--isolated", "--dry-run", "--", *command, cwd=folder)
        assert code == 2
        assert "gotcha" in text


def test_a_plan(folder: Path) -> None:
    keys = f"app = {TOML}\noutput = {TOML}\n{TOML} = 1\n[[performer]]\nname = {TOML}\n"
    for name, text in (("plan.toml", keys), (f"{NAME}.toml", "app = 1\n"), ("odd.toml", HOSTILE)):
        (folder / name).write_text(text)
        for command in ("plan", "run", "job"):
            assert said(command, "--isolated", name, cwd=folder)[0] != 0


@pytest.mark.parametrize(
    "text",
    [
        f"{TOML} = 1\n",
        f"fail-on = {TOML}\n",
        f"for = {TOML}\n",
        f"select = [{TOML}]\n",
        f"output-format = [{TOML}]\n",
        f'output-format = ["json={HOSTILE[:1].encode("unicode_escape").decode()}"]\n',
        f"plugins = [{TOML}]\n",
        f"baseline = {TOML}\n",
        f'[[ignores]]\npath = "*"\nrules = ["P10"]\nreason = {TOML}\n',
        f"[limits.{TOML}]\na = 1\n",
        f"# {HOSTILE}\nnot toml",
    ],
)
def test_a_configuration(folder: Path, text: str) -> None:
    (folder / "qcheck.toml").write_text(text.replace(r"\x1b", r"\u001b"))
    for arguments in (
        ("good.png", "-v"),
        ("config", "show", "--all"),
        ("config", "show", "--json"),
        ("ignore", "add", "P10", "good.png", "--reason", HOSTILE),
        ("baseline", "update", "good.png"),
        ("rule",),
        ("trust",),
    ):
        said(*arguments, cwd=folder)


def test_a_folder_of_a_configuration(folder: Path) -> None:
    inner = folder / NAME
    inner.mkdir()
    assert said("init", NAME, cwd=folder)[0] == 0
    (inner / "qcheck.toml").write_text("x = 1\n")
    (inner / "good.png").write_bytes(PNG)
    assert said(NAME, cwd=folder)[0] == 2
    assert said("config", "show", NAME, cwd=folder)[0] == 2


def test_a_contract(folder: Path) -> None:
    answer = {
        "input_schema": {
            "type": "object",
            "properties": {HOSTILE: {"type": HOSTILE, "enum": [HOSTILE], "default": HOSTILE}},
        }
    }
    (folder / "app.json").write_text(json.dumps(answer))
    own = {"XDG_DATA_HOME": str(folder / "data")}
    said("apps", "update", HOSTILE, "--from", "app.json", cwd=folder, **own)
    said("apps", "update", "a/b", "--from", "app.json", cwd=folder, **own)
    (folder / "app.json").write_text(HOSTILE)
    said("apps", "update", "a/b", "--from", "app.json", cwd=folder, **own)
    said("apps", cwd=folder, **own)
    said("apps", "a/b", cwd=folder, **own)
    said("apps", HOSTILE, cwd=folder, **own)


def test_an_answer_of_an_app(folder: Path) -> None:
    for answer in (
        {"output": {"video": f"https://{HOSTILE}/x.mp4"}},
        {"output": {"video": f"ftp://x/{HOSTILE}"}},
        {"output": {HOSTILE: 1}},
    ):
        (folder / "answer.json").write_text(json.dumps(answer))
        arguments = ("--for", "omnihuman-1-5", "answer.json", "-o", "out.mp4")
        assert said("collect", *arguments, cwd=folder)[0] == 2


def test_a_baseline(folder: Path) -> None:
    entry = dict.fromkeys(("file", "rule", "message", "fingerprint"), HOSTILE)
    known = {"version": 1, "fingerprints": 1, "findings": [entry | {"severity": "error"}]}
    (folder / "qcheck-baseline.json").write_text(json.dumps(known))
    arguments = ("good.png", "--baseline", "qcheck-baseline.json")
    assert said(*arguments, cwd=folder)[0] == 0
    assert said("baseline", "prune", cwd=folder)[0] == 0
    (folder / "qcheck-baseline.json").write_text(HOSTILE)
    assert said(*arguments, cwd=folder)[0] == 2


PLUGIN = f"""
from dataclasses import dataclass
from qcheck import File, Judgement, failed, rule
HOSTILE = {HOSTILE!r}

@dataclass(frozen=True)
class Limits:
    word: str = HOSTILE

@rule("odd", code="T09", medium="portrait", limits=Limits)
def odd(file: File, limits: Limits) -> Judgement:
    if len(file.data) > 100:
        raise ValueError(HOSTILE)
    return failed(HOSTILE, measured=HOSTILE)
"""


@pytest.mark.parametrize("broken", ["", "raise ValueError(HOSTILE)", "raise SystemExit(HOSTILE)"])
def test_a_plugin(folder: Path, broken: str) -> None:
    (folder / "odd.py").write_text(f'"""Odd.\n\nWhat: {HOSTILE}\n"""\n' + PLUGIN + broken)
    (folder / "qcheck.toml").write_text('plugins = ["odd.py"]\nselect = ["odd"]\n')
    vouch(folder)
    for format in ("full", "concise", "json", "junit"):
        code, _ = said("good.png", "bad.png", "-v", "--output-format", format, cwd=folder)
        assert code == 2
    said("rule", "odd", cwd=folder)
    said("config", "show", "--all", cwd=folder)


@pytest.mark.parametrize(
    "arguments",
    [
        (f"--{HOSTILE}",),
        (f"-{HOSTILE}", "a.png"),
        ("--jobs", HOSTILE, "a.png"),
        ("--config", HOSTILE, "a.png"),
        ("--fail-on", HOSTILE, "a.png"),
        ("--for", HOSTILE, "good.png"),
        ("--select", HOSTILE, "good.png"),
        ("--output-format", HOSTILE, "good.png"),
        ("--output-format", f"json=nowhere/{HOSTILE}", "good.png"),
        ("--changed-since", HOSTILE, "good.png"),
        (HOSTILE,),
        ("rule", HOSTILE),
        ("rule", "new", HOSTILE, "--medium", "voice"),
        ("completion", HOSTILE),
        ("models", "fetch", HOSTILE),
        ("formats", "schema", HOSTILE),
        ("formats", HOSTILE),
        ("fix", "--background", HOSTILE, "a.png"),
        ("fix", HOSTILE),
        ("split", HOSTILE),
        ("captions", "to-segments", HOSTILE),
        ("captions", "for-plan", HOSTILE, "-o", HOSTILE),
        ("ignore", "add", HOSTILE, HOSTILE, "--reason", HOSTILE, "--until", HOSTILE),
        ("init", HOSTILE),
        ("trust", HOSTILE),
    ],
)
def test_arguments(folder: Path, arguments: tuple[str, ...]) -> None:
    code, text = said(*arguments, cwd=folder)
    assert code == 2
    *usage, fault = text.rstrip("\n").split("\n")
    assert len(usage) <= 3
    assert fault


def test_captions_that_are_converted(folder: Path) -> None:
    line = "\x1b[31m\u202eHello ##vso[x]"
    (folder / "a.srt").write_text(f"1\n00:00:00,000 --> 00:00:01,000\n{line}\n")
    code, text = said("captions", "to-segments", "a.srt", cwd=folder)
    assert code == 0
    assert "##vso[x]" in json.loads(text)[0]["text"]


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish"])
def test_what_a_shell_completes(hostile: Path, shell_name: str) -> None:
    words = {"COMP_WORDS": f"qcheck --for {HOSTILE}", "COMP_CWORD": HOSTILE, "_QCHECK_COMPLETE": ""}
    for cword in ("1", "2"):
        words |= {"COMP_CWORD": cword, "_QCHECK_COMPLETE": f"{shell_name}_complete"}
        said(cwd=hostile, **words)


def test_an_error_that_nobody_expected(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **more: object) -> None:
        raise RuntimeError(HOSTILE)

    monkeypatch.setattr("qcheck.engine.run.run", fail)
    code, text = said("good.png", cwd=folder)
    assert (code, text.count("\n")) == (2, 1)
    code, text = said("good.png", cwd=folder, QCHECK_TRACEBACK="1")
    assert code == 2
    assert "Traceback (most recent call last):" in text
    assert text.splitlines()[-1].startswith("qcheck: internal error: RuntimeError: ")


def test_a_step_summary_of_github(hostile: Path) -> None:
    place = str(hostile / "summary.md")
    ran = qcheck(".", "--output-format", "github", cwd=hostile, GITHUB_STEP_SUMMARY=place)
    assert ran.returncode == 1
    ours = ("::error title=qcheck%3A ", "::warning title=qcheck%3A ", "qcheck: ")
    assert all(line.startswith(ours) for line in ran.stdout.splitlines())
    assert harms((hostile / "summary.md").read_text()) == []


def test_libraries_say_nothing(folder: Path, fixtures: Path) -> None:
    """Damaged media of every format, as a shell starts it: both streams are ours alone."""
    from PIL import Image

    for format in ("png", "jpeg", "tiff", "webp", "gif"):
        path = folder / f"damaged.{format}"
        Image.effect_noise((400, 400), 50).convert("RGB").save(path, format)
        data = bytearray(path.read_bytes())
        data[len(data) // 3 : len(data) // 3 + 40] = b"\x1b[31m" * 8
        path.write_bytes(data[: len(data) * 2 // 3])
    for name in ("voice.wav", "talk.mp4", "defects/hum.mp3", "defects/video-container.webm"):
        data = bytearray((fixtures / name).read_bytes())
        data[len(data) // 2 : len(data) // 2 + 4000] = b"\x1b[31m" * 800
        (folder / f"damaged-{Path(name).name}").write_bytes(data[: len(data) * 2 // 3])
    (folder / "qcheck.toml").unlink()
    ran = shell.qcheck(".", "--output-format", "json", cwd=folder)
    assert len(json.loads(ran.stdout)["files"]) > 8
    assert ran.stderr == ""


CHATTY = """
import os
from qcheck import File, Judgement, passed, rule

@rule("chatty", code="T07", medium="portrait")
def chatty(file: File) -> Judgement:
    \"\"\"It talks.

    What it measures: nothing.

    Why it matters: it does.

    How to mend it: do not.
    \"\"\"
    for descriptor in (1, 2):
        os.write(descriptor, b"native \\x1b[31m")
    print("for its author \\x1b[31m")
    return passed("It is quiet.")
"""


@pytest.mark.parametrize("names", [["good.png"], ["good.png", "bad.png", "fair.png"]])
def test_what_a_library_writes_past_python_is_not_shown(folder: Path, names: list[str]) -> None:
    """From a worker; what a plugin prints there comes to standard error, escaped."""
    (folder / "chatty.py").write_text(CHATTY)
    (folder / "qcheck.toml").write_text('plugins = ["chatty.py"]\nselect = ["chatty"]\n')
    vouch(folder)
    ran = shell.qcheck(*names, "--output-format", "json", cwd=folder)
    assert json.loads(ran.stdout)["counts"] == {"error": 0, "warning": 0, "info": 0}
    assert ran.stderr == "for its author \\x1b[31m\n" * len(names)
