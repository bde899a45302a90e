"""The stages of a production."""

from __future__ import annotations

from pathlib import Path

import pytest
from productions import DIALOGUE, ONE, SIX_SECONDS, SPOKEN, plan_of

from qcheck.engine.options import Options
from qcheck.jobs.stages import (
    AppStage,
    CaptionedStage,
    CaptionsStage,
    MergeStage,
    PictureStage,
    RenderStage,
    SpeechStage,
    SplitStage,
    price_of,
)

WORK = Path("talk-run")


def test_the_stages_of_a_script_with_a_picture_to_make(here: Path) -> None:
    Path("script.txt").write_text("[S1] Hello to all of you. Here is the news.")
    plan = plan_of(SPOKEN)
    assert [type(stage) for stage in plan.stages] == [
        PictureStage,
        PictureStage,
        SpeechStage,
        RenderStage,
        CaptionsStage,
        CaptionedStage,
    ]
    assert [stage.outputs for stage in plan.stages] == [
        (WORK / "portrait.png",),
        (WORK / "portrait-cut-out.png",),
        (WORK / "voice-001.wav",),
        (WORK / "clip-001.mp4",),
        (WORK / "captions.json",),
        (WORK / "captioned.mp4",),
    ]
    speech = plan.stages[2]
    assert isinstance(speech, SpeechStage)
    assert speech.text == "[S1] Hello to all of you. Here is the news."
    assert plan.final == WORK / "captioned.mp4"
    captioned = plan.stages[-1]
    assert isinstance(captioned, CaptionedStage)
    assert captioned.input == WORK / "captions.json"
    assert speech.input == speech.payload
    assert [each.medium for each in plan.stages] == [
        *("portrait", "portrait", "voice", "video", "payload", "video"),
    ]


def test_how_many_people_each_result_must_show(here: Path) -> None:
    plan = plan_of(DIALOGUE)
    people = {
        stage.name: (stage.people(plan.production), stage.speakers)
        for stage in plan.stages
        if isinstance(stage, AppStage)
    }
    # Both are in the picture of every clip, and in the video that is merged from them.
    assert people == {"clip-001": (2, 2), "clip-002": (2, 2), "merged": (2, 1)}
    Path("script.txt").write_text("[S1] Hello to all of you.")
    plan = plan_of(SPOKEN)
    assert {
        stage.people(plan.production) for stage in plan.stages if isinstance(stage, AppStage)
    } == {1}


def test_two_people_in_a_picture_that_is_still_to_be_made(here: Path) -> None:
    Path("script.txt").write_text("[S1] Hello to all of you. [S2] And from me, too.")
    plan = plan_of(SPOKEN.replace("falai/fabric-1-0", "bytedance/omnihuman-1-5"))
    pictures = [stage for stage in plan.stages if isinstance(stage, PictureStage)]
    assert [stage.people(plan.production) for stage in pictures] == [2, 2]


def test_a_split_leaves_a_folder_and_its_state_beside_it(here: Path) -> None:
    Path("six.toml").write_text(SIX_SECONDS)
    stage = plan_of(ONE, Options(config=Path("six.toml"))).stages[0]
    assert isinstance(stage, SplitStage)
    assert stage.outputs[0] == WORK / "segments-001" / "voice-001.wav"
    assert stage.place == WORK / "segments-001"
    assert stage.state_file("done.json") == WORK / "state" / "segments-001.done.json"
    assert stage.medium == "voice"


def test_the_state_of_an_app_lies_beside_its_result(here: Path) -> None:
    stage = plan_of(ONE).stages[0]
    assert stage.answer == WORK / "state" / "clip-001.answer.json"


def test_a_render_has_a_price_where_its_voice_is_there(here: Path) -> None:
    plan = plan_of(ONE)
    assert price_of(plan.stages[0]) == pytest.approx(0.16 * 9.777, abs=0.01)
    assert plan.price_usd == price_of(plan.stages[0])
    Path("script.txt").write_text("[S1] Hello to all of you.")
    spoken = plan_of(SPOKEN)
    assert [price_of(stage) for stage in spoken.stages] == [None] * 6
    assert spoken.price_usd is None


def test_the_price_of_a_dialogue_is_that_of_its_clips(here: Path) -> None:
    plan = plan_of(DIALOGUE)
    assert plan.price_usd == pytest.approx(2 * 0.16 * 9.777, abs=0.01)
    assert isinstance(plan.stages[-1], MergeStage)
    assert price_of(plan.stages[-1]) is None
