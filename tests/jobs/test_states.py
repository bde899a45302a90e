"""What is known of stages that were carried out."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
import soundfile
from productions import ALONE, ONE, SIX_SECONDS, SPOKEN, plan_of

from qcheck.engine.options import Options
from qcheck.jobs.plan import Plan, expand_plan, read_plan
from qcheck.jobs.stages import (
    AppStage,
    CaptionedStage,
    CaptionsStage,
    MergeStage,
    RenderStage,
    SplitStage,
)
from qcheck.jobs.states import (
    Done,
    done_before,
    move_aside,
    payload_of,
    put_aside,
    read_json,
    remember,
    sha256_of,
    stage_key,
    write_done,
    write_json,
)

WORK = Path("talk-run")
posix = pytest.mark.skipif(os.name != "posix", reason="pipes and links are POSIX's")


def carried_out(plan: Plan) -> tuple[RenderStage, Done]:
    """The render of a plan, as if it had been made."""
    stage = plan.stages[-1]
    assert isinstance(stage, RenderStage)
    stage.output.parent.mkdir(exist_ok=True)
    stage.output.write_bytes(b"a clip")
    key = stage_key(stage, plan, {})
    done = Done(key, ((str(stage.output), sha256_of(stage.output)),), checked=True)
    write_done(stage, done)
    return stage, done


def test_what_was_made_of_the_same_content_is_done(here: Path) -> None:
    plan = plan_of(ONE)
    stage, done = carried_out(plan)
    assert done_before(stage, plan, {}) == done
    # Names do not count: the same portrait under another one.
    shutil.copy("portrait.png", "me.png")
    assert done_before(stage, plan_of(ONE.replace("portrait.png", "me.png")), {}) == done


@pytest.mark.parametrize(
    "change",
    [
        lambda: Path("portrait.png").write_bytes(Path("both.jpg").read_bytes()),
        lambda: shutil.copy("other.wav", "voice.wav"),
        lambda: (WORK / "clip-001.mp4").write_bytes(b"another clip"),
        lambda: (WORK / "clip-001.mp4").unlink(),
        lambda: (WORK / "state" / "clip-001.done.json").unlink(),
        lambda: (WORK / "state" / "clip-001.done.json").write_text("{"),
        lambda: (WORK / "state" / "clip-001.done.json").write_text('{"key": 3}'),
    ],
)
def test_what_was_made_of_other_content_or_changed_since_is_not_done(
    here: Path, change: Any
) -> None:
    plan = plan_of(ONE)
    stage, _ = carried_out(plan)
    change()
    assert done_before(stage, plan, {}) is None


def test_another_app_or_other_words_make_another_stage(here: Path) -> None:
    plans = [
        plan_of(text)
        for text in (
            ONE,
            ONE.replace("omnihuman-1-5", "omnihuman-1-0"),
            ONE + "[render]\nseed = 7",
            ONE + "[render]\nseed = 8",
        )
    ]
    keys = {stage_key(plan.stages[-1], plan, {}) for plan in plans}
    assert len(keys) == 4


def test_the_order_of_keys_makes_no_other_stage(here: Path) -> None:
    plans = [
        plan_of(f"{ONE}[render]\n{words}")
        for words in ("seed = 7\nturbo = 1", "turbo = 1\nseed = 7")
    ]
    assert len({stage_key(plan.stages[-1], plan, {}) for plan in plans}) == 1


def test_a_cut_is_made_again_where_the_recording_or_the_limit_changed(here: Path) -> None:
    def key(limits: str) -> str:
        Path("six.toml").write_text(SIX_SECONDS)
        Path("five.toml").write_text(SIX_SECONDS.replace("6", "5"))
        plan = plan_of(ONE, Options(config=Path(limits)))
        assert isinstance(plan.stages[0], SplitStage)
        return stage_key(plan.stages[0], plan, {})

    first = key("six.toml")
    assert key("six.toml") == first
    assert key("five.toml") != first
    samples, rate_hz = soundfile.read("voice.wav", dtype="int16")
    soundfile.write("voice.wav", samples[100:], rate_hz)
    assert key("six.toml") != first


def test_captions_are_made_again_where_their_words_changed(here: Path) -> None:
    text = ONE.replace("captions = false", 'captions = "captions.srt"')

    def key() -> str:
        plan = plan_of(text)
        stage = next(each for each in plan.stages if isinstance(each, CaptionsStage))
        return stage_key(stage, plan, {})

    first = key()
    assert key() == first
    cues = Path("captions.srt").read_text("utf-8").splitlines()
    cues[2] += " Indeed."
    Path("captions.srt").write_text("\n".join(cues), "utf-8")
    assert key() != first


def test_a_payload_names_results_where_they_really_lie(here: Path) -> None:
    clips = [WORK / "clip-001.mp4", WORK / "clip-002.mp4"]
    files = [{"file": str(clip), "fade": 1} for clip in clips]
    stage = MergeStage("merged", "", "infsh/media-merger", {"media_files": files}, WORK / "m.mp4")
    found = {clips[1]: WORK / "clip-002.webm"}
    assert payload_of(stage, found) == {
        "media_files": [
            {"file": str(clips[0]), "fade": 1},
            {"file": str(WORK / "clip-002.webm"), "fade": 1},
        ]
    }


def test_a_payload_that_an_earlier_stage_wrote_is_read(here: Path) -> None:
    write_json(WORK / "captions.json", {"video_file": "a.mp4", "segments": []})
    stage = CaptionedStage(
        "captioned", "", "infsh/caption-videos", {"x": 1}, WORK / "c.mp4", WORK / "captions.json"
    )
    assert payload_of(stage, {Path("a.mp4"): Path("b.mp4")}) == {
        "video_file": "b.mp4",
        "segments": [],
    }


def test_results_of_other_inputs_are_put_aside_and_their_answer_is_not_used_again(
    here: Path,
) -> None:
    stage, _ = carried_out(plan_of(ONE))
    write_done(stage, Done("key", ((str(WORK / "clip-001.webm"), "0"),), checked=True))
    (WORK / "clip-001.webm").write_bytes(b"as it came")
    (WORK / "clip-001.old-1.mp4").write_bytes(b"older still")
    stage.state_file("sent.json").write_text("{}")
    put_aside(stage)
    assert {path.name: path.read_bytes() for path in WORK.glob("clip*")} == {
        "clip-001.old-1.mp4": b"older still",
        "clip-001.old-2.mp4": b"a clip",
        "clip-001.old-1.webm": b"as it came",
    }
    assert not stage.state_file("sent.json").exists()
    assert not stage.state_file("done.json").exists()


def test_an_answer_that_was_never_used_is_kept(here: Path) -> None:
    stage = plan_of(ONE).stages[-1]
    write_json(stage.state_file("sent.json"), {"key": "k"})
    put_aside(stage)
    assert read_json(stage.state_file("sent.json")) == {"key": "k"}


def test_segments_are_put_aside_with_their_folder(here: Path) -> None:
    Path("six.toml").write_text(SIX_SECONDS)
    stage = plan_of(ONE, Options(config=Path("six.toml"))).stages[0]
    assert isinstance(stage, SplitStage)
    stage.folder.mkdir(parents=True)
    (stage.folder / "manifest.json").write_text("{}")
    put_aside(stage)
    assert [path.name for path in WORK.iterdir()] == ["segments-001.old-1"]
    assert (WORK / "segments-001.old-1" / "manifest.json").exists()


def test_where_results_really_lie_is_remembered(here: Path) -> None:
    stage = plan_of(ONE).stages[-1]
    assert isinstance(stage, AppStage)
    found: dict[Path, Path] = {}
    remember(stage, Done("k", (("elsewhere.webm", "0"),), checked=True), found)
    assert found == {stage.output: Path("elsewhere.webm")}
    with pytest.raises(ValueError, match="shorter"):
        remember(stage, Done("k", (), checked=True), found)


@pytest.mark.parametrize("text", ["", "{", "[1]", "3", "[" * 100_000])
def test_what_is_no_object_tells_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    assert read_json(tmp_path / "a.json") == {}
    assert read_json(tmp_path / "nowhere.json") == {}


@posix
def test_what_is_no_plain_file_tells_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    assert read_json(tmp_path / "pipe") == read_json(tmp_path / "link") == {}


@posix
def test_a_link_that_somebody_put_there_is_replaced_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("my own")
    (tmp_path / "a.json").symlink_to("mine")
    write_json(tmp_path / "a.json", {})
    assert (tmp_path / "mine").read_text() == "my own"
    assert read_json(tmp_path / "a.json") == {}


def test_what_is_written_is_synced_before_it_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []
    fsync, replace = os.fsync, Path.replace

    def synced(file: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(file).st_mode) else "file")
        fsync(file)

    def replaced(self: Path, target: Path) -> Path:
        done.append("place")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    write_json(tmp_path / "a.json", {})
    assert done == ["file", "place", "folder"]


@pytest.mark.parametrize("elsewhere", ["../mine.mp4", "/mine.mp4", "mine.mp4", "state/run.lock"])
def test_a_record_that_names_another_file_moves_and_sends_none(here: Path, elsewhere: str) -> None:
    plan = plan_of(ONE)
    stage, done = carried_out(plan)
    mine = (WORK / elsewhere).resolve() if not elsewhere.startswith("/") else here / elsewhere[1:]
    mine.write_bytes(b"my own")
    named = str(here / elsewhere[1:]) if elsewhere.startswith("/") else str(WORK / elsewhere)
    write_done(stage, Done(done.key, ((named, sha256_of(mine)),), checked=True))
    assert done_before(stage, plan, {}) is None
    put_aside(stage)
    assert mine.read_bytes() == b"my own"


@posix
def test_a_link_in_place_of_a_result_is_not_sent(here: Path) -> None:
    plan = plan_of(ONE)
    stage, _ = carried_out(plan)
    stage.output.unlink()
    stage.output.symlink_to(here / "mine")
    (here / "mine").write_bytes(b"a clip")
    assert done_before(stage, plan, {}) is None


def test_results_are_known_from_any_working_directory(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan that was called by another path is not paid for again."""
    _, done = carried_out(plan_of(ONE))
    monkeypatch.chdir(here.parent)
    name = f"{here.name}/talk.toml"
    plan = expand_plan(name, read_plan(name), ALONE)
    found = done_before(plan.stages[0], plan, {})
    assert found is not None
    assert found.key == done.key
    assert Path(found.outputs[0][0]).read_bytes() == b"a clip"


def test_moving_aside_replaces_nothing_and_moves_links_as_links(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"new")
    (tmp_path / "a.old-1.mp4").write_bytes(b"old")
    move_aside(tmp_path / "a.mp4")
    move_aside(tmp_path / "nowhere.mp4")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a.old-1.mp4": b"old",
        "a.old-2.mp4": b"new",
    }


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write_json(tmp_path / "state" / "a.json", {"é": [1]})
    assert read_json(tmp_path / "state" / "a.json") == {"é": [1]}
    assert json.loads((tmp_path / "state" / "a.json").read_text("utf-8")) == {"é": [1]}


def test_a_voice_that_a_model_speaks_is_made_of_its_words(here: Path) -> None:
    def keys(words: str) -> list[str]:
        Path("script.txt").write_text(f"[S1] {words}")
        plan = plan_of(SPOKEN)
        return [stage_key(each, plan, {}) for each in plan.stages if each.name == "voice-001"]

    assert keys("Hello to all of you.") != keys("Hello to all of them.")
