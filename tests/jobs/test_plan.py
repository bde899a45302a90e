"""A plan taken apart into stages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from productions import ALONE, DIALOGUE, ONE, SIX_SECONDS, SPOKEN, plan_of, write

from qcheck.core.errors import UsageFault
from qcheck.engine.options import Options
from qcheck.jobs.plan import expand_plan, read_plan
from qcheck.jobs.stages import AppStage, RenderStage, SplitStage


def test_paths_count_from_the_plan_and_not_from_the_working_directory(here: Path) -> None:
    below = here / "below"
    below.mkdir()
    for name in ("portrait.png", "voice.wav"):
        shutil.move(name, below / name)
    plan = expand_plan("below/talk.toml", read_plan(write(ONE, "below/talk.toml")), ALONE)
    assert plan.stages[0].payload == {"image": "below/portrait.png", "audio": "below/voice.wav"}
    assert plan.production.output == Path("below/talk.mp4")


def test_each_speaker_has_a_call_of_their_own_with_their_own_face(here: Path) -> None:
    plan = expand_plan("talk.toml", read_plan(write(DIALOGUE)), ALONE)
    clips = [stage for stage in plan.stages if isinstance(stage, RenderStage)]
    assert [(c.payload["audio"], c.payload["mask_index"], c.speakers) for c in clips] == [
        ("voice.wav", 0, 2),
        ("other.wav", 1, 2),
    ]


def payloads(text: str, options: Options = ALONE) -> dict[str, object]:
    """What every stage that runs an app is given, by its name."""
    plan = plan_of(text, options)
    return {stage.name: stage.payload for stage in plan.stages if isinstance(stage, AppStage)}


def test_every_turn_is_spoken_with_its_own_voice_and_rendered_in_order(here: Path) -> None:
    Path("script.txt").write_text("[S1] Hello to all of you. [S2] And from me, too. [S1] Goodbye.")
    given = payloads(
        SPOKEN.replace("falai/fabric-1-0", "bytedance/omnihuman-1-5")
        + '[speakers.S1]\nref-audio = "voice.wav"\nref-text = "What is said."\n'
    )
    reference = {"ref_audio": "voice.wav", "ref_text": "What is said."}
    picture, work = "talk-run/portrait-cut-out.png", "talk-run"
    assert given == {
        "portrait": {
            "prompt": "a person at a desk, head and shoulders, looking into the lens",
        },
        "cut-out": {"image": f"{work}/portrait.png"},
        "voice-001": {"text": "[S1] Hello to all of you.", **reference},
        "voice-002": {"text": "[S1] And from me, too."},
        "voice-003": {"text": "[S1] Goodbye.", **reference},
        "clip-001": {"image": picture, "audio": f"{work}/voice-001.wav", "mask_index": 0},
        "clip-002": {"image": picture, "audio": f"{work}/voice-002.wav", "mask_index": 1},
        "clip-003": {"image": picture, "audio": f"{work}/voice-003.wav", "mask_index": 0},
        "merged": {
            "media_files": [{"file": f"{work}/clip-00{number}.mp4"} for number in (1, 2, 3)]
        },
        "captioned": {"video_file": f"{work}/merged.mp4"},
    }


def test_a_picture_that_is_there_is_cut_out_and_rendered(here: Path) -> None:
    text = ONE.replace('portrait = "portrait.png"', "")
    text += '[portrait]\nfile = "portrait.png"\nremove-background = true\n'
    given = payloads(text)
    assert given == {
        "cut-out": {"image": "portrait.png"},
        "clip-001": {"image": "talk-run/portrait-cut-out.png", "audio": "voice.wav"},
    }


def test_segments_are_rendered_one_by_one_for_as_long_as_they_last(here: Path) -> None:
    Path("six.toml").write_text(SIX_SECONDS)
    plan = plan_of(ONE + "[merge]\nfade = 1\n", Options(config=Path("six.toml")))
    split = plan.stages[0]
    assert isinstance(split, SplitStage)
    assert split.name == "segments-001"
    assert split.says == "voice.wav is cut into 2 segments"
    clips = [stage for stage in plan.stages if isinstance(stage, RenderStage)]
    assert [clip.payload["audio"] for clip in clips] == [str(path) for path in split.outputs]
    seconds = [segment.out_s - segment.in_s for segment in split.cut.manifest.segments]
    assert [clip.seconds for clip in clips] == pytest.approx(seconds)
    assert sum(seconds) == pytest.approx(9.777, abs=0.01)
    assert plan.stages[-1].says == "2 clips are merged in order"
    assert plan.final == Path("talk-run/merged.mp4")
    assert plan.price_usd == pytest.approx(0.16 * 9.777, abs=0.01)


def test_the_best_length_is_aimed_at_where_the_plan_says_so(here: Path) -> None:
    Path("best.toml").write_text("[limits.duration]\nwarn-above-s = 4\n")
    options = Options(config=Path("best.toml"))
    assert len(plan_of(ONE, options).stages) == 1
    best = plan_of(ONE.replace("captions", "prefer-best = true\ncaptions"), options)
    assert isinstance(best.stages[0], SplitStage)


def test_a_recording_that_two_turns_share_is_cut_once(here: Path) -> None:
    plan = plan_of(DIALOGUE.replace("other.wav", "voice.wav"))
    assert list(plan.cuts) == [Path("voice.wav")]
    assert len(plan.pieces) == 2


def test_captions_follow_the_only_clip(here: Path) -> None:
    plan = plan_of(ONE.replace("captions = false", 'captions = "captions.srt"'))
    assert [stage.name for stage in plan.stages] == ["clip-001", "captions", "captioned"]
    assert plan.final == Path("talk-run/captioned.mp4")


def test_a_video_is_spoken_over(here: Path, fixtures: Path) -> None:
    shutil.copy(fixtures / "talk.mp4", "take.mp4")
    text = ONE.replace('portrait = "portrait.png"', 'video = "take.mp4"')
    text = text.replace("bytedance/omnihuman-1-5", "falai/pixverse-lipsync")
    text += 'output = "spoken.mp4"\n'
    assert payloads(text) == {"clip-001": {"video": "take.mp4", "audio": "voice.wav"}}


def test_a_plan_that_cannot_be_read_names_what_says_more(here: Path) -> None:
    with pytest.raises(UsageFault, match=r"`qcheck job talk\.toml` says which"):
        read_plan(write("no TOML at all"))
