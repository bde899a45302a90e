"""Plans carried out: step by step with a program that answers at once, and whole."""

from __future__ import annotations

import errno
import itertools
import json
import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hosting import Hosting
from productions import (
    ALONE,
    DIALOGUE,
    ONE,
    SIX_SECONDS,
    SPOKEN,
    Platform,
    plan_of,
    sound_of,
    write,
    write_long_voice,
)
from programs import QUICK, STATE, Program, Told

from qcheck.core.errors import UsageFault
from qcheck.core.results import Report
from qcheck.engine.inputs import Input
from qcheck.engine.options import Options
from qcheck.jobs import execution, sending, states
from qcheck.jobs.execution import run_plan, stage_states
from qcheck.jobs.locks import locked
from qcheck.jobs.plan import expand_plan, read_plan
from qcheck.jobs.stages import StageBlocked, StageFailed
from qcheck.jobs.states import read_json, write_json

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the program is a shell script")


def run(text: str, told: Told, options: Options = QUICK) -> Path:
    return run_plan(plan_of(text, options), options, told)


def test_a_stage_is_sent_fetched_checked_delivered_and_never_sent_again(
    program: Program, told: Told
) -> None:
    assert run(ONE, told) == Path("talk.mp4")
    given = str(STATE / "clip-001.input.json")
    assert program.calls == [f"app run bytedance/omnihuman-1-5 --input {given} --json"]
    assert read_json(Path(given)) == {"image": "portrait.png", "audio": "voice.wav"}
    for made in ("talk.mp4", "talk-run/clip-001.mp4"):
        assert Path(made).read_bytes() == program.clip.read_bytes()
    assert read_json(STATE / "clip-001.done.json")["checked"] is True
    assert told == [
        "clip-001  is sent to bytedance/omnihuman-1-5",
        "clip-001  talk-run/clip-001.mp4",
    ]
    assert run(ONE, told) == Path("talk.mp4")
    assert told[2:] == ["clip-001  was done before"]
    assert len(program.calls) == 1


def test_states_say_what_is_done(program: Program, told: Told) -> None:
    assert stage_states(plan_of(ONE)) == {"clip-001": False}
    run(ONE, told)
    assert stage_states(plan_of(ONE)) == {"clip-001": True}
    Path("talk-run/clip-001.mp4").write_bytes(b"")
    assert stage_states(plan_of(ONE)) == {"clip-001": False}


def test_a_later_stage_is_done_though_an_earlier_result_has_another_extension(
    program: Program, told: Told
) -> None:
    run(DIALOGUE, told)
    clip = Path("talk-run/clip-001.mp4")
    record = read_json(STATE / "clip-001.done.json")
    clip.rename(clip.with_suffix(".mov"))
    record["outputs"][0][0] = str(clip.with_suffix(".mov"))
    write_json(STATE / "clip-001.done.json", record)
    assert stage_states(plan_of(DIALOGUE)) == {
        "clip-001": True,
        "clip-002": True,
        "merged": True,
    }


def test_what_the_app_would_refuse_is_not_sent(program: Program, told: Told) -> None:
    with pytest.raises(StageBlocked, match="clip-001") as blocked:
        run(ONE + "[render]\nresolution = '720p'\n", told)
    assert not blocked.value.sent
    assert blocked.value.report.files[0].file == "clip-001"
    assert program.calls == []
    assert not (STATE / "clip-001.sent.json").exists()


def test_a_result_that_blocks_stays_blocked_and_is_not_paid_for_again(
    program: Program, told: Told
) -> None:
    program.clip.write_bytes(program.clip.read_bytes()[:5000])
    for _ in range(2):
        with pytest.raises(StageBlocked, match="clip-001") as blocked:
            run(ONE, told)
        assert blocked.value.sent
    assert len(program.calls) == 1
    assert not Path("talk.mp4").exists()


def test_a_result_that_no_rule_looked_at_blocks(program: Program, told: Told) -> None:
    ignores = '[[ignores]]\npath = "talk-run/**"\nrules = ["ALL"]\nreason = "made here"\n'
    Path("qcheck.toml").write_text(ignores, "utf-8")
    with pytest.raises(StageBlocked, match="clip-001") as blocked:
        run(ONE, told, Options())
    assert blocked.value.sent
    assert not Path("talk.mp4").exists()


def test_a_video_of_somebody_elses_is_not_replaced(program: Program, told: Told) -> None:
    Path("talk.mp4").write_bytes(b"my own")
    with pytest.raises(UsageFault, match="no run of this plan made it"):
        run(ONE, told)
    assert Path("talk.mp4").read_bytes() == b"my own"
    assert program.calls == []


def test_our_own_video_is_replaced_by_a_newer_one(program: Program, told: Told) -> None:
    run(ONE, told)
    shutil.copy("other.wav", "voice.wav")
    program.clip.write_bytes(program.clip.read_bytes() + b"\0" * 8)
    assert run(ONE, told) == Path("talk.mp4")
    assert Path("talk.mp4").read_bytes() == program.clip.read_bytes()
    assert len(program.calls) == 2


def test_a_video_that_was_changed_since_is_not_replaced(program: Program, told: Told) -> None:
    run(ONE, told)
    Path("talk.mp4").write_bytes(b"cut by hand")
    with pytest.raises(UsageFault, match="no run of this plan made it"):
        run(ONE, told)
    assert Path("talk.mp4").read_bytes() == b"cut by hand"


def test_a_video_has_the_extension_of_what_it_is(
    program: Program, told: Told, fixtures: Path
) -> None:
    shutil.copy(fixtures / "defects" / "video-container.webm", program.clip)
    assert run(ONE, told) == Path("talk.webm")
    assert Path("talk-run/clip-001.webm").exists()
    Path("talk.webm").write_bytes(b"my own")
    with pytest.raises(UsageFault, match=r"the finished video is talk-run/clip-001\.webm"):
        run(ONE, told)
    assert Path("talk.webm").read_bytes() == b"my own"


def test_a_folder_that_cannot_be_made_is_one_line(program: Program, told: Told) -> None:
    plan = plan_of(ONE)
    Path("talk-run").write_text("a file")
    with pytest.raises(UsageFault, match="talk-run"):
        run_plan(plan, QUICK, told)
    assert program.calls == []


def test_a_second_run_of_the_plan_is_refused(program: Program, told: Told) -> None:
    STATE.mkdir(parents=True)
    with (
        locked(STATE / "run.lock"),
        pytest.raises(UsageFault, match=r"another run of talk\.toml is under way"),
    ):
        run(ONE, told)
    assert program.calls == []


def test_segments_and_captions_are_made_here(program: Program, told: Told) -> None:
    Path("six.toml").write_text(SIX_SECONDS)
    options = Options(config=Path("six.toml"), select=QUICK.select)
    text = ONE.replace("captions = false", 'captions = "captions.srt"')
    assert run(text, told, options) == Path("talk.mp4")
    segments = sorted(Path("talk-run/segments-001").glob("*.wav"))
    whole = soundfile.info("voice.wav").frames
    assert sum(soundfile.info(each).frames for each in segments) == whole
    assert told.of("is cut into") != []
    assert told.of("captions are made ready") != []
    sent = read_json(STATE / "captioned.input.json")
    assert sent["segments"] == read_json(Path("talk-run/captions.json"))["segments"] != []
    calls = len(program.calls)
    assert run(text, told, options) == Path("talk.mp4")
    assert len(program.calls) == calls


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None, int | None]]:
    """(medium, app, speakers) of every result that is checked."""
    seen: list[tuple[str, str | None, int | None]] = []
    run_inputs = execution.run_inputs

    def noted(inputs: list[Input], options: Options) -> Report:
        seen.extend((str(each.role), options.app, options.speakers) for each in inputs)
        return run_inputs(inputs, options)

    monkeypatch.setattr(execution, "run_inputs", noted)
    return seen


def test_results_are_checked_for_who_takes_them_next(
    program: Program, told: Told, asked: list[Any], fixtures: Path, hosting: Hosting
) -> None:
    Path("script.txt").write_text("[S1] Hello to all of you. Here is the news.")
    answer = {
        "video": program.address,
        "audio": hosting.hand_out("voice", fixtures / "voice.wav"),
        "images": [hosting.hand_out("portrait", fixtures / "portrait.png")],
        "result": f"{hosting.origin}/portrait",
        "captioned_video": program.address,
    }
    program.answers(f"echo '{json.dumps({'output': answer})}'")
    assert run(SPOKEN, told) == Path("finished.mp4")
    app = "falai/fabric-1-0"
    assert asked == [
        ("portrait", app, 1),
        ("portrait", app, 1),
        ("voice", app, 1),
        ("video", None, 1),
        ("video", None, 1),
    ]


def test_a_dialogue_is_checked_for_two_people(
    program: Program, told: Told, asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    speakers = []
    check_job = sending.check_job

    def seen(app: str, payload: str, options: Options, shown: str) -> Report:
        speakers.append(options.speakers)
        return check_job(app, payload, options, shown)

    monkeypatch.setattr(sending, "check_job", seen)
    run(DIALOGUE, told)
    assert speakers == [2, 2, None]
    assert asked == [("video", None, 2)] * 3


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


def test_a_clip_of_other_inputs_is_put_aside_before_it_is_made_again(
    program: Program, told: Told
) -> None:
    run(ONE, told)
    first = Path("talk-run/clip-001.mp4").read_bytes()
    shutil.copy("other.wav", "voice.wav")
    program.clip.write_bytes(first + b"\0" * 8)
    run(ONE, told)
    assert Path("talk-run/clip-001.old-1.mp4").read_bytes() == first


def test_a_video_that_a_killed_run_delivered_is_known_by_the_next(
    program: Program, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = execution.place_new

    def killed_after(part: Path, target: Path) -> None:
        place(part, target)
        if target == Path("talk.mp4"):
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(execution, "place_new", killed_after)
        with pytest.raises(KeyboardInterrupt):
            run(ONE, told)
    assert run(ONE, told) == Path("talk.mp4")
    assert len(program.calls) == 1


def test_a_result_that_a_killed_run_fetched_and_did_not_note_is_kept_aside(
    program: Program, told: Told, fixtures: Path
) -> None:
    shutil.copy(fixtures / "defects" / "video-container.webm", program.clip)
    Path("talk-run").mkdir()
    Path("talk-run/clip-001.webm").write_bytes(b"fetched, not noted")
    assert run(ONE, told) == Path("talk.webm")
    assert Path("talk-run/clip-001.old-1.webm").read_bytes() == b"fetched, not noted"


def test_what_came_to_the_place_of_the_video_meanwhile_is_not_replaced(
    program: Program, told: Told
) -> None:
    def tell(line: str) -> None:
        if line == "clip-001  talk-run/clip-001.mp4":
            Path("talk.mp4").symlink_to("nowhere")

    with pytest.raises(UsageFault, match="is there already; the finished video is"):
        run_plan(plan_of(ONE), QUICK, tell)
    assert not Path("nowhere").exists()


def test_a_run_that_another_machine_began_is_left_to_it(program: Program, told: Told) -> None:
    write_json(STATE / "run.host", {"host": "studio-2", "machine": "0", "boot": "0"})
    with pytest.raises(UsageFault, match=r"talk\.toml: a run was begun on studio-2"):
        run(ONE, told)
    assert program.calls == []
    (STATE / "run.host").unlink()
    assert run(ONE, told) == Path("talk.mp4")
    assert not (STATE / "run.host").exists()


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_disk_that_fills_up_is_one_line_and_nothing_is_paid_twice(
    program: Program, told: Told, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    left = [nth]

    def fills(path: Path, *given: object, **more: object) -> None:
        left[0] -= 1
        if not left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write_whole(path, *given, **more)

    write_whole = states.write_whole
    with monkeypatch.context() as patched:
        patched.setattr(states, "write_whole", fills)
        with pytest.raises(UsageFault, match=r"\.json: No space left on device"):
            run(ONE, told)
    assert run(ONE, told) == Path("talk.mp4")
    assert len(program.calls) == 1


def test_a_result_that_is_no_video_is_asked_for_again_not_paid_again(
    program: Program, told: Told
) -> None:
    good = program.clip.read_bytes()
    program.clip.write_bytes(b"<!doctype html><title>Please log in</title>")
    with pytest.raises(StageFailed, match="is something else, not a video"):
        run(ONE, told)
    assert sorted(path.name for path in Path("talk-run").iterdir()) == ["state"]
    program.clip.write_bytes(good)
    assert run(ONE, told) == Path("talk.mp4")
    assert len(program.calls) == 1
