"""Plans: what they may say, how they are taken apart, and how they are carried out."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.errors import UsageFault
from qcheck.engine.options import Options
from qcheck.jobs.execution import StageFailed, fetch, output_in
from qcheck.jobs.production import _chunks, check_plan, command_of, expand, read_plan

ALONE = Options(isolated=True)
ONE = """
app = "bytedance/omnihuman-1-5"
portrait = "portrait.png"
voice = "voice.wav"
captions = false
"""
DIALOGUE = """
app = "bytedance/omnihuman-1-5"
portrait = "both.jpg"
captions = false
[[turn]]
speaker = "Anna"
voice = "voice.wav"
[[turn]]
speaker = "Ben"
voice = "other.wav"
"""


@pytest.fixture
def here(tmp_path: Path, fixtures: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, source in {
        "portrait.png": "portrait.png",
        "voice.wav": "voice.wav",
        "captions.srt": "captions.srt",
        "script.txt": "script.txt",
        "both.jpg": "defects/face-count.jpg",
        "glasses.jpg": "defects/eyes-visible.jpg",
        "late.srt": "defects/caption-sync.srt",
        "gap.srt": "defects/caption-coverage.srt",
        "noisy.mp3": "defects/noise-floor.mp3",
    }.items():
        shutil.copy(fixtures / source, tmp_path / name)
    samples, rate_hz = soundfile.read(tmp_path / "voice.wav", dtype="float32")
    soundfile.write(tmp_path / "other.wav", samples * np.float32(0.95), rate_hz)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, name: str = "talk.toml") -> str:
    Path(name).write_text(text, "utf-8")
    return name


def long_voice(path: Path, fixtures: Path) -> int:
    """A recording of 95 s with pauses; returns its samples."""
    samples, rate_hz = soundfile.read(fixtures / "voice.wav", dtype="float32")
    noise = np.random.default_rng(1).standard_normal(int(0.35 * rate_hz)) * 10 ** (-62 / 20)
    parts = [part for _ in range(9) for part in (samples, noise.astype(np.float32))]
    whole = np.concatenate([*parts, samples])[: int(95 * rate_hz)]
    soundfile.write(path, whole, rate_hz)
    return len(whole)


def later(line: str, by_s: float) -> str:
    """A line of SRT, moved in time if it has one."""

    def moved(found: re.Match[str]) -> str:
        hours, minutes, seconds, thousandths = map(int, found.groups())
        ms = ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths + round(by_s * 1000)
        return f"{ms // 3600000:02d}:{ms // 60000 % 60:02d}:{ms // 1000 % 60:02d},{ms % 1000:03d}"

    return re.sub(r"(\d\d):(\d\d):(\d\d),(\d{3})", moved, line)


def findings(text: str) -> dict[str, str]:
    """Rules that found something of severity warning and more, with what they say first."""
    report = check_plan(write(text), ALONE).report
    return {f.rule: f.judgement.message for f in report.findings if f.severity.label != "info"}


# ------------------------------------------------------------------ what a plan may say


def test_a_sound_plan_has_nothing_to_mend_and_a_price(here: Path) -> None:
    checked = check_plan(write(ONE), ALONE)
    assert checked.report.exit_code == 0
    assert checked.plan is not None
    assert [stage.name for stage in checked.plan.stages] == ["clip-001"]
    assert checked.plan.price_usd == pytest.approx(0.16 * 9.777, abs=0.01)


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("this is no TOML", "readable", "no TOML"),
        (ONE.replace("portrait =", "portait ="), "plan-keys", "portrait is probably meant"),
        (ONE.replace("voice =", "voices ="), "plan-keys", "voice is probably meant"),
        (ONE + "script = 'script.txt'", "plan-keys", "both given"),
        (ONE.replace('"portrait.png"', "3"), "plan-keys", "none of what"),
        (ONE.replace("omnihuman-1-5", "omnihuman-1-6"), None, ""),
        (ONE.replace("bytedance/omnihuman-1-5", "omnihumn"), "plan-keys", "no app"),
        (ONE.replace("portrait.png", "nobody.png"), "plan-files", "no such file"),
        (ONE.replace("captions = false", ""), "plan-captions", "without sound"),
        (ONE.replace("captions = false", 'captions = "script"'), "plan-keys", "SRT"),
        (ONE.replace("portrait.png", "glasses.jpg"), "eyes-visible", "eyes"),
        (ONE.replace("captions = false", 'captions = "late.srt"'), "caption-sync", "0.7"),
        (ONE.replace("captions = false", 'captions = "gap.srt"'), "caption-coverage", "speech"),
        (ONE + '[merge]\ntransition_type = "crossfade"', "plan-merge", "crossfade"),
        (ONE + '[render]\nresolution = "720p"', "payload-keys", "no input resolution"),
        (ONE.replace("portrait.png", "both.jpg"), "face-count", "2 faces"),
        (
            DIALOGUE.replace("bytedance/omnihuman-1-5", "falai/fabric-1-0"),
            "plan-speakers",
            "2 people",
        ),
        (DIALOGUE.replace("both.jpg", "portrait.png"), "face-count", "one face"),
        (DIALOGUE + "[speakers.Anna]\nmask-index = 3", "plan-speakers", "mask-index"),
        (
            DIALOGUE + '[[turn]]\nspeaker = "Ben"\nvoice = "voice.wav"\nportrait = "portrait.png"',
            "plan-portrait",
            "2 portraits",
        ),
        (DIALOGUE.replace('voice = "other.wav"', ""), "plan-keys", "a voice or a text"),
    ],
)
def test_what_is_wrong_with_a_plan_is_told_by_its_rule(
    here: Path, text: str, rule: str | None, words: str
) -> None:
    found = findings(text)
    if rule is None:
        assert not found
    else:
        assert words in found[rule], found


def test_a_script_with_three_speakers_is_blocked(here: Path) -> None:
    Path("three.txt").write_text("[S1] One of us. [S2] And another. [S3] And I am the third.")
    report = check_plan(
        write(ONE.replace('voice = "voice.wav"', 'script = "three.txt"')), ALONE
    ).report
    assert report.exit_code == 1
    rules = {finding.rule for finding in report.findings}
    assert {"script-turns", "plan-speakers"} <= rules


def test_a_voice_without_a_pause_is_named_with_the_stretch(here: Path, fixtures: Path) -> None:
    samples, rate_hz = soundfile.read(fixtures / "voice.wav", dtype="float32")
    loud = samples[int(1.2 * rate_hz) : int(1.5 * rate_hz)]
    soundfile.write("breathless.wav", np.tile(loud, 140), rate_hz)
    checked = check_plan(write(ONE.replace("voice.wav", "breathless.wav")), ALONE)
    assert checked.plan is None
    assert checked.report.exit_code == 1
    assert any("no pause to cut at" in note for note in checked.report.notes)
    assert "duration" in {finding.rule for finding in checked.report.findings}


def test_paths_count_from_the_plan_and_not_from_the_working_directory(here: Path) -> None:
    below = here / "below"
    below.mkdir()
    for name in ("portrait.png", "voice.wav"):
        shutil.move(name, below / name)
    plan = expand("below/talk.toml", read_plan(write(ONE, "below/talk.toml")), ALONE)
    assert plan.stages[0].payload == {"image": "below/portrait.png", "audio": "below/voice.wav"}
    assert plan.production.output == Path("below/talk.mp4")


def test_each_speaker_has_a_call_of_their_own_with_their_own_face(here: Path) -> None:
    checked = check_plan(write(DIALOGUE), ALONE)
    assert checked.report.exit_code == 0, checked.report.findings
    assert checked.plan is not None
    clips = [stage for stage in checked.plan.stages if stage.name.startswith("clip")]
    assert [(c.payload["audio"], c.payload["mask_index"], c.speakers) for c in clips] == [
        ("voice.wav", 0, 2),
        ("other.wav", 1, 2),
    ]


def test_a_noise_that_the_whole_has_is_told_once_and_not_in_every_segment(
    here: Path, fixtures: Path
) -> None:
    long_voice(here / "talk.wav", fixtures)
    samples, rate_hz = soundfile.read("talk.wav", dtype="float32")
    noise = np.random.default_rng(2).standard_normal(len(samples)).astype(np.float32)
    soundfile.write("talk.wav", samples + noise * np.float32(10 ** (-38 / 20)), rate_hz)
    report = check_plan(write(ONE.replace("voice.wav", "talk.wav")), ALONE).report
    assert [f.file for f in report.findings if f.rule == "noise-floor"] == ["talk.wav"]
    assert sum("of talk.wav" in file.file for file in report.files) >= 4


SENTENCES = st.lists(
    st.text("abcdefgh ,'", min_size=3, max_size=120).map(lambda t: f"{t.strip() or 'a'}."),
    min_size=1,
    max_size=30,
)


@given(SENTENCES)
def test_a_text_is_cut_between_sentences_and_nothing_of_it_is_lost(sentences: list[str]) -> None:
    text = " ".join(" ".join(sentence.split()) for sentence in sentences)
    chunks = _chunks(text)
    assert " ".join(chunks) == text
    assert all(chunks)


def test_answers_are_read_with_or_without_talk_before_them() -> None:
    app = "bytedance/omnihuman-1-5"
    for answer in (
        '{"video": "https://x.org/a.mp4"}',
        'Running…\n{"id": "t", "output": {"video": {"uri": "https://x.org/a.mp4"}}}\n',
        '{"event": "queued"}\n{"output": {"video": "https://x.org/a.mp4"}}',
    ):
        assert output_in(answer.encode(), app) == "https://x.org/a.mp4"
    assert output_in(b'{"images": [{"uri": "https://x.org/1.png"}]}', "falai/flux-dev-lora")
    for nothing in (b"", b"{", b'{"output": {}}', b'{"video": null}', b'["video"]', b"\xff\xfe"):
        with pytest.raises(StageFailed, match="without a video"):
            output_in(nothing, app)


@pytest.mark.parametrize("place", ["http://example.org/a.mp4", "ftp://127.0.0.1/a", "data:,a"])
def test_results_are_fetched_over_https_only(tmp_path: Path, place: str) -> None:
    with pytest.raises(StageFailed, match="is not taken"):
        fetch(place, tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_result_is_named_after_its_content(tmp_path: Path, fixtures: Path) -> None:
    made = fetch((fixtures / "portrait.png").as_uri(), tmp_path / "work" / "a.mp4")
    assert made == tmp_path / "work" / "a.png"
    assert made.read_bytes() == (fixtures / "portrait.png").read_bytes()


# ------------------------------------------------------------------ carried out


class Platform:
    """The stand-in for infsh on the PATH, and the server that hands out what it makes."""

    def __init__(self, folder: Path, fixtures: Path) -> None:
        store = folder / "store"
        store.mkdir()
        (folder / "bin").mkdir()
        program = folder / "bin" / "infsh"
        standin = Path(__file__).parent / "standin" / "infsh"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{standin}" "$@"\n')
        program.chmod(0o755)

        class Quiet(SimpleHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(store)))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.log = folder / "log.jsonl"
        self.environment = {
            **os.environ,
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "STANDIN_STORE": str(store),
            "STANDIN_URL": f"http://127.0.0.1:{self.server.server_port}",
            "STANDIN_LOG": str(self.log),
            "STANDIN_SCHEMAS": str(fixtures.parent.parent / "shared" / "apps"),
        }

    @property
    def jobs(self) -> list[dict[str, Any]]:
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    @property
    def apps(self) -> list[str]:
        return [job["app"].partition("/")[2] for job in self.jobs]

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "qcheck", *arguments],
            env={**self.environment, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def qcheck(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        child = self.start(*arguments, **more)
        out, err = child.communicate(timeout=300)
        return subprocess.CompletedProcess(arguments, child.returncode, out, err)

    def run(self, plan: str, **more: str) -> subprocess.CompletedProcess[str]:
        return self.qcheck("run", "--isolated", plan, "--yes", **more)


@pytest.fixture
def platform(tmp_path_factory: pytest.TempPathFactory, fixtures: Path) -> Iterator[Platform]:
    if os.name != "posix":
        pytest.skip("the stand-in is a shell script")
    made = Platform(tmp_path_factory.mktemp("platform"), fixtures)
    yield made
    made.server.shutdown()
    made.server.server_close()


def sound_of(path: str) -> tuple[np.ndarray[Any, np.dtype[np.float32]], int]:
    import av

    with av.open(path) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler("flt", "mono", stream.rate)
        parts = [
            out.to_ndarray()[0]
            for frame in [*container.decode(stream), None]
            for out in resampler.resample(frame)
        ]
        return np.concatenate(parts), stream.rate


def test_without_yes_nothing_is_sent_and_the_outline_says_what_it_would_cost(
    here: Path, platform: Platform
) -> None:
    done = platform.qcheck("run", "--isolated", write(ONE))
    assert done.returncode == 0, done.stderr
    assert "clip-001" in done.stdout
    assert "1 of 1 stages to do, about 1.56 USD" in done.stdout
    assert platform.jobs == []
    assert not Path("talk-run").exists()


def test_a_plan_that_blocks_is_not_begun(here: Path, platform: Platform) -> None:
    done = platform.run(write(ONE.replace("portrait.png", "glasses.jpg")))
    assert done.returncode == 1
    assert "eyes-visible" in done.stderr
    assert "nothing was sent" in done.stderr
    assert platform.jobs == []


def test_95_seconds_are_split_rendered_and_merged_in_order_though_killed_in_the_middle(
    here: Path, platform: Platform, fixtures: Path
) -> None:
    length = long_voice(here / "talk.wav", fixtures)
    plan = write(ONE.replace("voice.wav", "talk.wav"))
    child = platform.start("run", "--isolated", plan, "--yes", STANDIN_SLOW_S="2")
    deadline = time.monotonic() + 240
    while len(platform.jobs) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    # The second clip is being made: nobody will wait for its answer.
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert platform.apps == ["omnihuman-1-5"] * 2
    done = platform.run(plan)
    assert done.returncode == 0, done.stderr
    assert "clip-001  was done before" in done.stdout
    assert "clip-002  was answered while nobody waited" in done.stdout
    assert platform.apps == ["omnihuman-1-5"] * 4 + ["media-merger"]
    images = {job["payload"]["image"] for job in platform.jobs[:4]}
    assert images == {"portrait.png"}
    spoken, rate_hz = sound_of("talk.mp4")
    original, _ = soundfile.read("talk.wav", dtype="float32")
    assert len(original) == length
    # A coder's frame and delay; the order is what counts: each second is where it was.
    assert len(spoken) == pytest.approx(length, abs=0.3 * rate_hz)
    seconds = range(1, 93, 7)
    levels = [
        [float(np.sqrt(np.mean(x[s * rate_hz : (s + 1) * rate_hz] ** 2))) for s in seconds]
        for x in (original, spoken)
    ]
    assert np.corrcoef(levels)[0, 1] > 0.9
    again = platform.run(plan)
    assert again.returncode == 0
    assert len(platform.jobs) == 5


def test_a_stage_that_fails_is_named_and_the_next_run_goes_on_from_there(
    here: Path, platform: Platform
) -> None:
    plan = write(DIALOGUE)
    failed = platform.run(plan, STANDIN_FAIL="infsh/media-merger")
    assert failed.returncode == 1
    assert "merged: infsh ended with 1: Error: the app failed: out of memory" in failed.stderr
    assert "qcheck run talk.toml --yes" in failed.stderr
    assert not Path("talk.mp4").exists()
    done = platform.run(plan)
    assert done.returncode == 0, done.stderr
    assert platform.apps == ["omnihuman-1-5", "omnihuman-1-5", "media-merger"]
    assert [job["payload"].get("mask_index") for job in platform.jobs[:2]] == [0, 1]


def test_only_what_changed_is_made_again_and_nothing_paid_for_is_lost(
    here: Path, platform: Platform
) -> None:
    plan = write(DIALOGUE)
    assert platform.run(plan).returncode == 0
    samples, rate_hz = soundfile.read("other.wav", dtype="float32")
    soundfile.write("other.wav", samples[: int(7.5 * rate_hz)], rate_hz)
    done = platform.run(plan)
    assert done.returncode == 0, done.stderr
    assert "clip-001  was done before" in done.stdout
    assert platform.apps[3:] == ["omnihuman-1-5", "media-merger"]
    assert Path("talk-run/clip-002.old-1.mp4").exists()
    Path("talk-run/clip-001.mp4").unlink()
    assert platform.run(plan).returncode == 0
    assert platform.apps[5] == "omnihuman-1-5"


def test_a_video_that_is_there_already_is_never_replaced(here: Path, platform: Platform) -> None:
    Path("talk.mp4").write_bytes(b"my own")
    done = platform.run(write(ONE))
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert Path("talk.mp4").read_bytes() == b"my own"
    assert platform.jobs == []


SPOKEN = """
app = "falai/fabric-1-0"
script = "script.txt"
captions = "script"
output = "finished.mp4"
[portrait]
prompt = "a person at a desk, head and shoulders, looking into the lens"
remove-background = true
"""


def test_a_script_becomes_a_captioned_video_and_every_result_is_checked(
    here: Path, platform: Platform
) -> None:
    Path("script.txt").write_text(
        "[S1] There is nothing to set up at all. You open the curtain, sit down, and look right "
        "into the lens. Then you begin to speak, and everybody listens to you."
    )
    done = platform.run(write(SPOKEN))
    assert done.returncode == 0, done.stderr
    assert platform.apps == [
        "flux-dev-lora",
        "birefnet",
        "dia-tts",
        "fabric-1-0",
        "caption-videos",
    ]
    segments = platform.jobs[-1]["payload"]["segments"]
    text = " ".join(each["text"].replace("\n", " ") for each in segments)
    assert text.startswith("There is nothing to set up at all. You open the curtain")
    assert text.endswith("listens to you.")
    assert all(a["end"] <= b["start"] + 1e-6 for a, b in itertools.pairwise(segments))
    assert Path("finished.mp4").exists()


def test_a_spoken_voice_is_checked_like_a_recorded_one(here: Path, platform: Platform) -> None:
    Path("script.txt").write_text(
        "[S1] There is nothing to set up at all. You open the curtain, sit down, and look right "
        "into the lens. Then you begin to speak."
    )
    bad = str(here / "noisy.wav")
    samples, rate_hz = soundfile.read(here / "noisy.mp3", dtype="float32")
    soundfile.write(bad, samples, rate_hz)
    plan = write(SPOKEN)
    done = platform.run(plan, STANDIN_VOICE=bad)
    assert done.returncode == 1
    assert "noise-floor" in done.stderr
    assert "the result of voice-001 cannot be used" in done.stderr
    assert "fabric-1-0" not in platform.apps
    paid = len(platform.jobs)
    # It stays blocked, and is not paid for again, until somebody deletes it.
    assert platform.run(plan).returncode == 1
    assert len(platform.jobs) == paid
    Path("talk-run/voice-001.wav").unlink()
    assert platform.run(plan).returncode == 0


def test_two_runs_of_one_plan_do_not_send_the_same_job_twice(
    here: Path, platform: Platform
) -> None:
    plan = write(ONE)
    first = platform.start("run", "--isolated", plan, "--yes", STANDIN_SLOW_S="8")
    deadline = time.monotonic() + 120
    while not platform.jobs and time.monotonic() < deadline:
        time.sleep(0.05)
    second = platform.run(plan)
    assert second.returncode == 2
    assert "another run of talk.toml is under way" in second.stderr
    first.communicate()
    assert first.returncode == 0
    assert len(platform.jobs) == 1


def test_the_printed_script_carries_the_plan_out(here: Path, platform: Platform) -> None:
    cues = Path("captions.srt").read_text("utf-8")
    again = [later(line, 9.777) for line in cues.splitlines()]
    Path("captions.srt").write_text(cues + "\n" + "\n".join(again) + "\n", "utf-8")
    plan = write(DIALOGUE.replace("captions = false", 'captions = "captions.srt"'))
    printed = platform.qcheck("plan", "--isolated", plan)
    assert printed.returncode == 0, printed.stderr
    own = here / "own-bin"
    own.mkdir()
    (own / "qcheck").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m qcheck "$@"\n')
    (own / "qcheck").chmod(0o755)
    path = f"{own}{os.pathsep}{platform.environment['PATH']}"
    done = subprocess.run(
        ["sh"],
        input=printed.stdout,
        env={**platform.environment, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert platform.apps == ["omnihuman-1-5", "omnihuman-1-5", "media-merger", "caption-videos"]
    assert Path("talk.mp4").exists()
    data = json.loads(platform.qcheck("plan", "--isolated", "--format", "json", plan).stdout)
    assert [stage["name"] for stage in data["stages"]] == [
        "clip-001",
        "clip-002",
        "merged",
        "captions",
        "captioned",
    ]


def test_without_the_program_nothing_is_begun(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from qcheck.jobs.execution import run_plan

    monkeypatch.setenv("PATH", str(here))
    plan = expand("talk.toml", read_plan(write(ONE)), ALONE)
    with pytest.raises(UsageFault, match="neither infsh nor belt"):
        run_plan(plan, ALONE, print)


# ------------------------------------------------------------------ which limits hold

SIX_SECONDS = "[limits.duration]\nwarn-above-s = 6\nfail-above-s = 6\n"


def test_a_voice_is_cut_as_its_configuration_says_and_each_segment_checked_by_it(
    here: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "qcheck.toml").write_text(SIX_SECONDS)
    write(ONE)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    checked = check_plan(str(here / "talk.toml"), Options())
    assert checked.plan is not None
    assert [stage.name for stage in checked.plan.stages][:3] == [
        "segments-001",
        "clip-001",
        "clip-002",
    ]
    judged = [each for each in checked.report.files if " s of voice.wav" in each.file]
    assert len(judged) == len(checked.plan.stages[0].outputs) >= 2
    wanted = {
        judgement.wanted
        for each in judged
        for outcome in each.outcomes
        if outcome.rule == "duration"
        for judgement in outcome.judgements
    }
    assert wanted == {6}
    assert "duration" not in {finding.rule for finding in checked.report.findings}


def test_a_limit_that_the_voice_cannot_keep_blocks_the_plan(here: Path) -> None:
    Path("qcheck.toml").write_text("[limits.duration]\nwarn-above-s = 1\nfail-above-s = 1\n")
    checked = check_plan(write(ONE), Options())
    assert checked.plan is None
    assert checked.report.exit_code == 1
    assert any("no pause to cut at" in note for note in checked.report.notes)


def test_every_command_of_a_plan_judges_by_the_configuration_that_it_was_checked_by(
    here: Path,
) -> None:
    Path("strict.toml").write_text(SIX_SECONDS)
    script = ONE.replace("captions = false", 'captions = "captions.srt"')
    for options, words in (
        (Options(config=Path("strict.toml")), ["--config", "strict.toml"]),
        (ALONE, ["--isolated"]),
        (Options(), []),
    ):
        plan = expand("talk.toml", read_plan(write(script)), options)
        ours = [command_of(stage, plan) for stage in plan.stages]
        named = [command[: command.index("--")] if "--" in command else command for command in ours]
        given = ("--config", "strict.toml", "--isolated")
        assert [[word for word in command if word in given] for command in named] == [words] * len(
            named
        )
        kinds = {command[1] for command in ours}
        assert kinds >= {"gate", "captions"}
        assert ("split" in kinds) is (options.config is not None)


def test_a_run_cuts_by_the_configuration_and_its_segments_pass_the_gate(
    here: Path, platform: Platform
) -> None:
    Path("qcheck.toml").write_text(SIX_SECONDS)
    done = platform.qcheck("run", write(ONE), "--yes")
    assert done.returncode == 0, done.stderr
    segments = sorted(Path("talk-run/segments-001").glob("*.wav"))
    assert len(segments) >= 2
    assert all(soundfile.info(each).duration <= 6 for each in segments)
    assert platform.apps == ["omnihuman-1-5"] * len(segments) + ["media-merger"]
