"""Payloads, their contracts, and the gates in front of what sends them."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.errors import UsageFault
from qcheck.engine.options import Options
from qcheck.jobs.check import check_job, price_usd
from qcheck.jobs.gate import Blocked, guard, parse_command
from qcheck.targets.catalogue import all_targets, find_target
from qcheck.targets.payload import file_fields, misfits, unknown_keys
from qcheck.targets.updates import Update, schema_in

ALONE = Options(isolated=True)

# As published, and as the apps want them.
QUICK_STARTS = [
    ("falai/dia-tts", {"prompt": "[S1] Hello."}, {"prompt": "text"}),
    (
        "infsh/caption-videos",
        {"video": "talk.mp4", "caption_file": "talk.srt"},
        {"video": "video_file", "caption_file": "segments"},
    ),
    ("infsh/media-merger", {"media": ["a.mp4", "b.mp4"]}, {"media": "media_files"}),
]
CORRECTED = [
    ("falai/dia-tts", {"text": "[S1] Hello."}),
    (
        "infsh/caption-videos",
        {"video_file": "talk.mp4", "segments": [{"start": 0, "end": 1.5, "text": "Hello"}]},
    ),
    ("infsh/media-merger", {"media_files": [{"file": "a.mp4"}, {"file": "b.mp4"}]}),
    ("bytedance/omnihuman-1-5", {"image": "portrait.png", "audio": "voice.mp3"}),
    ("bytedance/omnihuman-1-0", {"image": "portrait.png", "audio": "voice.mp3"}),
    ("falai/fabric-1-0", {"image": "a.png", "audio": "b.mp3", "resolution": "720p"}),
    ("falai/pixverse-lipsync", {"video": "talk.mp4", "audio": "voice.mp3"}),
    ("falai/flux-dev-lora", {"prompt": "a portrait", "width": 1024, "height": 1024}),
    ("infsh/birefnet", {"image": "portrait.png"}),
    ("bria/rmbg", {"image": "portrait.png"}),
]


def contract(app: str) -> Any:
    target = find_target(app)
    assert target is not None
    return target


# ------------------------------------------------------------------ contracts


@pytest.mark.parametrize(("app", "payload", "meant"), QUICK_STARTS)
def test_published_payloads_with_wrong_keys_are_told_the_right_ones(
    app: str, payload: dict[str, Any], meant: dict[str, str]
) -> None:
    found = unknown_keys(contract(app), payload)
    assert {each.key: each.meant for each in found} == meant


@pytest.mark.parametrize(("app", "payload"), CORRECTED)
def test_payloads_as_the_apps_want_them_fit(app: str, payload: dict[str, Any]) -> None:
    assert unknown_keys(contract(app), payload) == ()
    assert misfits(contract(app), payload) == ()


@pytest.mark.parametrize(
    ("app", "payload", "key", "words"),
    [
        ("fabric-1-0", {"image": "a", "audio": "b", "resolution": "480"}, "resolution", "'480p'"),
        ("omnihuman-1-5", {"image": "a", "audio": "b", "mask_index": -1}, "mask_index", "least"),
        ("omnihuman-1-5", {"image": 3, "audio": "b"}, "image", "a number; a text"),
        ("pixverse-lipsync", {"video": "a"}, "", "audio or text"),
        ("dia-tts", {"text": "x", "ref_audio": "a.wav"}, "ref_text", "ref_audio needs it"),
        ("flux-dev-lora", {"prompt": "x", "width": 4096}, "width", "2048 is the most"),
        (
            "media-merger",
            {"media_files": [{"file": "a"}, {"transition_type": "crossfade"}]},
            "media_files[1].file",
            "is missing",
        ),
        ("media-merger", {"media_files": "a.mp4"}, "media_files", "a list"),
        ("caption-videos", {"video_file": "a", "segments": [{}]}, "segments[0].end", "missing"),
    ],
)
def test_what_an_app_would_refuse_is_named(
    app: str, payload: dict[str, Any], key: str, words: str
) -> None:
    found = {each.key: each.says for each in misfits(contract(app), payload)}
    assert words in found[key]


def test_every_contract_has_sources_and_knows_its_own_roles() -> None:
    targets = all_targets()
    assert len(targets) >= 10
    for target in targets:
        assert target.sources
        for role in target.roles:
            assert role.partition("[")[0] in target.input["properties"], (target.app, role)


def test_files_are_found_in_lists_and_as_objects() -> None:
    payload = {"media_files": [{"file": "a.mp4"}, {"file": {"path": "b.mp4"}}]}
    found = file_fields(contract("media-merger"), payload)
    assert [(each.key, each.value) for each in found] == [
        ("media_files[0].file", "a.mp4"),
        ("media_files[1].file", "b.mp4"),
    ]


def test_published_schemas_are_taken_in_and_keep_what_was_known(corpus: Path) -> None:
    for path in sorted(corpus.parent.glob("apps/*.input.json")):
        target = contract(path.name.removesuffix(".input.json"))
        printed = json.dumps({"name": target.app, "version": {"input_schema": path.read_text()}})
        updated = Update(target.app, schema_in(printed), "2026-01-01").over(target)
        assert set(updated.input["properties"]) == set(target.input["properties"])
        for app, payload in CORRECTED:
            if app == target.app:
                assert misfits(updated, payload) == ()
                assert file_fields(updated, payload) == file_fields(target, payload)
        for app, payload, meant in QUICK_STARTS:
            if app == target.app:
                assert {u.key: u.meant for u in unknown_keys(updated, payload)} == meant


def test_a_schema_that_refers_to_itself_ends() -> None:
    schema = {
        "properties": {"a": {"$ref": "#/$defs/N"}},
        "$defs": {"N": {"properties": {"n": {"$ref": "#/$defs/N"}, "file": {"format": "file"}}}},
    }
    target = Update("x/y", schema, "2026-01-01").over(None)
    payload = {"a": {"n": {"n": {"file": "deep.png"}}}}
    assert [each.key for each in file_fields(target, payload)] == ["a.n.n.file"]


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"output_schema": {"properties": {}}}'])
def test_what_holds_no_schema_is_refused(text: str) -> None:
    with pytest.raises(UsageFault):
        schema_in(text)


def test_the_price_follows_the_resolution() -> None:
    fabric = contract("fabric-1-0")
    assert fabric.price_usd(10, {}) == pytest.approx(0.8)
    assert fabric.price_usd(10, {"resolution": "720p"}) == pytest.approx(1.5)
    assert contract("media-merger").price_usd(10, {}) is None


# ------------------------------------------------------------------ whole jobs


@pytest.fixture
def here(tmp_path: Path, fixtures: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("portrait.png", "voice.wav"):
        (tmp_path / name).symlink_to(fixtures / name)
    (tmp_path / "glasses.jpg").symlink_to(fixtures / "defects" / "eyes-visible.jpg")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path


GOOD = {"image": "portrait.png", "audio": "voice.wav"}


def test_a_sound_job_passes_and_its_price_is_known(here: Path) -> None:
    report = check_job("bytedance/omnihuman-1-5@v2", json.dumps(GOOD), ALONE)
    assert report.exit_code == 0
    assert [file.medium for file in report.files] == ["payload", "portrait", "voice"]
    assert price_usd(report, "bytedance/omnihuman-1-5", json.dumps(GOOD), ALONE) == pytest.approx(
        0.16 * 9.78, abs=0.05
    )


@pytest.mark.parametrize(
    ("app", "payload", "rule"),
    [
        ("falai/fabric-1-0", {**GOOD, "image": "glasses.jpg"}, "eyes-visible"),
        ("bytedance/omnihuman-1-5", {**GOOD, "mask_index": 1}, "face-count"),
        ("falai/fabric-1-0", {**GOOD, "image": "nobody.png"}, "payload-files"),
        ("falai/fabric-1-0", {**GOOD, "image": "."}, "payload-files"),
        ("falai/fabric-1-0", {**GOOD, "image": "https://example.org/a.png"}, "payload-files"),
        ("falai/fabric-1-0", {"image": "voice.wav", "audio": "portrait.png"}, "readable"),
        ("falai/fabric-1-0", {"portrait": "portrait.png", "audio": "voice.wav"}, "payload-keys"),
        ("falai/dia-tts", {"text": "[S1] Hello. [S1] Again, hello to all."}, "script-turns"),
        (
            "infsh/caption-videos",
            {
                "video_file": "https://x.org/a.mp4",
                "segments": [{"start": 2, "end": 1, "text": "x"}],
            },
            "caption-order",
        ),
    ],
)
def test_a_job_with_a_defect_is_blocked_by_its_rule(
    here: Path, app: str, payload: dict[str, Any], rule: str
) -> None:
    report = check_job(app, json.dumps(payload), ALONE)
    assert report.exit_code == 1
    assert rule in {
        finding.rule for finding in report.findings if finding.severity.label == "error"
    }


@pytest.mark.parametrize(
    "payload", ["", "no json", "[]", "3", '{"a": 1, "a": 2}', "[" * 100_000, "\ud800", '{"a": NaN}']
)
def test_a_payload_that_is_no_object_keeps_the_gate_shut(here: Path, payload: str) -> None:
    data = payload.encode("utf-8", "surrogatepass")
    assert check_job("falai/fabric-1-0", data, ALONE).exit_code == 1


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["image", "audio", "file", "x"]), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    st.sampled_from([target.app for target in all_targets()]),
)
def test_no_payload_confuses_the_contract(value: Any, app: str) -> None:
    target = contract(app)
    payload = value if isinstance(value, dict) else {next(iter(target.input["properties"])): value}
    unknown_keys(target, payload)
    misfits(target, payload)
    file_fields(target, payload)


def test_a_home_directory_is_expanded_for_the_command_line_only(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(here))
    payload = json.dumps({**GOOD, "image": "~/portrait.png"})
    assert check_job("falai/fabric-1-0", payload, ALONE).exit_code == 0
    report = check_job("falai/fabric-1-0", payload, Options(isolated=True, expands_home=False))
    assert any("does not expand ~" in finding.judgement.message for finding in report.findings)


def test_an_app_that_nobody_described_says_so(here: Path) -> None:
    report = check_job("some/app", json.dumps(GOOD), ALONE)
    assert any("no contract is known for some/app" in note for note in report.notes)


# ------------------------------------------------------------------ the command line


def test_commands_are_read_as_infsh_reads_them(here: Path) -> None:
    (here / "job.json").write_text('{"text": "x"}')
    for arguments in (
        ["infsh", "app", "run", "falai/dia-tts", "--input", '{"text": "x"}'],
        ["/usr/bin/belt", "app", "run", "--no-wait", "falai/dia-tts", '--input={"text": "x"}'],
        ["infsh", "app", "run", "--save", "a/b", "falai/dia-tts", "--input", "job.json", "--json"],
    ):
        parsed = parse_command(arguments)
        assert (parsed.app, json.loads(parsed.payload)) == ("falai/dia-tts", {"text": "x"})
        assert list(parsed.arguments) == arguments


@pytest.mark.parametrize(
    "arguments",
    [
        ["rm", "-rf", "x"],
        ["infsh"],
        ["infsh", "app", "list"],
        ["infsh", "app", "run"],
        ["infsh", "app", "run", "a/b", "c/d", "--input", "{}"],
        ["infsh", "app", "run", "a/b", "--input"],
        ["infsh", "app", "run", "a/b", "--input", "nowhere.json"],
        ["infsh", "app", "run", "a/b", "--input", "-"],
        ["infsh", "app", "run", "a/b", "--input", "{}", "--input", "{}"],
    ],
)
def test_a_command_that_is_not_understood_is_refused(here: Path, arguments: list[str]) -> None:
    with pytest.raises(UsageFault):
        parse_command(arguments)


STAND_IN = """#!{python}
import os, sys
sys.stdout.buffer.write(b"\\0".join(os.fsencode(a) for a in sys.argv[1:]))
sys.stderr.write("its own words")
sys.exit(7)
"""


def gate(here: Path, *arguments: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
    program = here / "bin" / "infsh"
    program.parent.mkdir(exist_ok=True)
    program.write_text(STAND_IN.format(python=sys.executable))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        [sys.executable, "-m", "qcheck", "gate", "--isolated", *arguments],
        capture_output=True,
        env=environment,
        cwd=here,
        **more,
    )


def test_the_gate_becomes_the_command_byte_for_byte(here: Path) -> None:
    arguments = [
        "app",
        "run",
        "falai/fabric-1-0",
        "--input",
        json.dumps({**GOOD, "resolution": "480p"}) + " " * 100_000,
        "--note=a 'quoted' \"word\"",
        "--also=$(touch never) `touch never` ; touch never",
        "--lines=a\nb\tc",
        "--bytes=é\udcff",
    ]
    ran = gate(here, "--", "infsh", *arguments)
    assert ran.returncode == 7, ran.stderr
    assert ran.stdout.split(b"\0") == [os.fsencode(a) for a in arguments]
    assert ran.stderr == b"its own words"
    assert not (here / "never").exists()


def test_a_blocked_command_does_not_run_and_says_what_was_spared(here: Path) -> None:
    payload = json.dumps({**GOOD, "image": "glasses.jpg"})
    ran = gate(here, "--", "infsh", "app", "run", "falai/fabric-1-0", "--input", payload)
    assert ran.returncode == 1
    assert ran.stdout == b""
    assert b"eyes-visible" in ran.stderr
    assert b"0.78 USD" in ran.stderr
    assert b"its own words" not in ran.stderr


def test_a_dry_run_shows_the_command_and_runs_nothing(here: Path) -> None:
    words = ["infsh", "app", "run", "falai/fabric-1-0", "--input", json.dumps(GOOD)]
    ran = gate(here, "--dry-run", "--", *words)
    assert ran.returncode == 0
    import shlex

    assert shlex.split(ran.stdout.decode()) == words


def test_a_program_that_is_not_there_is_said_so(here: Path) -> None:
    words = ["belt", "app", "run", "falai/fabric-1-0", "--input", json.dumps(GOOD)]
    ran = gate(here, "--", *words)
    assert ran.returncode == 127
    assert ran.stderr.count(b"\n") == 1


def test_contracts_follow_the_platform(here: Path) -> None:
    schema = {"properties": {"words": {"type": "string"}}, "required": ["words"]}
    printed = json.dumps({"id": 1, "version": {"input_schema": schema}})
    command = [sys.executable, "-m", "qcheck", "apps"]
    taken = subprocess.run(
        [*command, "update", "falai/dia-tts", "--from", "-"],
        input=printed,
        text=True,
        capture_output=True,
    )
    assert taken.returncode == 0, taken.stderr
    shown = subprocess.run([*command, "dia-tts"], text=True, capture_output=True)
    assert "words" in shown.stdout
    checked = subprocess.run(
        [sys.executable, "-m", "qcheck", "job", "--for", "dia-tts", "--isolated", "-"],
        input='{"text": "[S1] Hello."}',
        text=True,
        capture_output=True,
    )
    assert checked.returncode == 1
    assert "it is called words" in checked.stdout


# ------------------------------------------------------------------ the SDK


class Client:
    """What the guard needs of the SDK's client."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def run(self, params: dict[str, Any], *, wait: bool = True) -> str:
        self.sent.append(params)
        return f"done, {wait}"


class AsyncClient(Client):
    async def run(self, params: dict[str, Any], *, wait: bool = True) -> str:
        self.sent.append(params)
        return f"done, {wait}"


def test_a_guarded_client_sends_what_is_sound_and_nothing_else(here: Path) -> None:
    client = guard(Client(), ALONE)
    assert client.run({"app": "falai/fabric-1-0", "input": GOOD}, wait=False) == "done, False"
    with pytest.raises(Blocked) as blocked:
        client.run({"app": "falai/fabric-1-0", "input": {**GOOD, "image": "glasses.jpg"}})
    assert "eyes-visible" in str(blocked.value)
    assert blocked.value.report.exit_code == 1
    assert len(client.sent) == 1


def test_an_asynchronous_client_is_guarded_alike(here: Path) -> None:
    client = guard(AsyncClient(), ALONE)
    sound = client.run({"app": "falai/fabric-1-0", "input": GOOD})
    assert asyncio.run(sound) == "done, True"
    with pytest.raises(Blocked):
        asyncio.run(client.run({"app": "falai/dia-tts", "input": {"prompt": "x"}}))
    assert len(client.sent) == 1


def test_what_cannot_be_sent_is_refused(here: Path) -> None:
    client = guard(Client(), ALONE)
    with pytest.raises(UsageFault):
        client.run({"app": "falai/dia-tts", "input": {"text": object()}})
    with pytest.raises(TypeError):
        guard(object())
    assert client.sent == []
