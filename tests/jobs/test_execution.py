"""Plans carried out against a stand-in for the platform."""

from __future__ import annotations

import itertools
import signal
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from productions import (
    ALONE,
    DIALOGUE,
    ONE,
    SIX_SECONDS,
    SPOKEN,
    Platform,
    sound_of,
    write,
    write_long_voice,
)

from qcheck.core.errors import UsageFault
from qcheck.jobs.execution import run_plan
from qcheck.jobs.plan import expand_plan, read_plan


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
    length = write_long_voice(here / "talk.wav", fixtures)
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


def test_without_the_program_nothing_is_begun(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(here))
    plan = expand_plan("talk.toml", read_plan(write(ONE)), ALONE)
    with pytest.raises(UsageFault, match="neither infsh nor belt"):
        run_plan(plan, ALONE, print)
