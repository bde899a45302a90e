"""What an app answered, and the result that it names."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from qcheck.core.errors import UsageFault
from qcheck.jobs import answers
from qcheck.jobs.answers import fetch_answer, fetch_result, output_in
from qcheck.jobs.stages import StageFailed


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
        fetch_result(place, tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_result_is_named_after_its_content(tmp_path: Path, fixtures: Path) -> None:
    made = fetch_result((fixtures / "portrait.png").as_uri(), tmp_path / "work" / "a.mp4")
    assert made == tmp_path / "work" / "a.png"
    assert made.read_bytes() == (fixtures / "portrait.png").read_bytes()


@pytest.mark.parametrize(
    "given",
    ["a.mp4", {"uri": "a.mp4"}, {"path": "a.mp4"}, {"url": "a.mp4"}, [{"uri": "a.mp4"}], ["a.mp4"]],
)
def test_a_result_may_be_described_in_any_of_these_ways(given: object) -> None:
    answer = json.dumps({"output": {"video": given}}).encode()
    try:
        assert output_in(answer, "bytedance/omnihuman-1-5") == "a.mp4"
    except StageFailed:
        # What the platform is not known to answer is not guessed at.
        assert given == {"url": "a.mp4"}


def test_an_app_that_nobody_described_may_answer_under_any_key() -> None:
    assert output_in(b'{"output": {"n": 3, "clip": "a.mp4"}}', "some/app") == "a.mp4"
    with pytest.raises(StageFailed, match="some/app answered without a file"):
        output_in(b'{"output": {"n": 3, "clip": ""}}', "some/app")


def test_an_answer_is_fetched_into_a_folder_that_is_there_or_not(
    tmp_path: Path, fixtures: Path
) -> None:
    answer = json.dumps({"output": {"video": str(fixtures / "talk.mp4")}}).encode()
    for output in (tmp_path / "a.mp4", tmp_path / "new" / "below" / "A.MP4"):
        assert fetch_answer(answer, "bytedance/omnihuman-1-5", output) == output
        assert output.read_bytes() == (fixtures / "talk.mp4").read_bytes()


@pytest.mark.parametrize("there", ["a.mp4", "a.png"])
def test_nothing_that_is_there_is_replaced_whatever_its_extension(
    tmp_path: Path, fixtures: Path, there: str
) -> None:
    (tmp_path / there).write_bytes(b"my own")
    answer = json.dumps({"output": {"video": str(fixtures / "portrait.png")}}).encode()
    with pytest.raises(UsageFault, match=f"{there} is there already; nothing was written"):
        fetch_answer(answer, "bytedance/omnihuman-1-5", tmp_path / "a.mp4")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {there: b"my own"}


def test_a_result_of_unknown_content_keeps_its_name(tmp_path: Path) -> None:
    (tmp_path / "notes").write_bytes(b"\x01\x02\x03")
    made = fetch_result(str(tmp_path / "notes"), tmp_path / "a.mp4")
    assert made == tmp_path / "a.mp4"


def test_a_result_that_is_too_large_is_refused_and_nothing_of_it_is_left(
    tmp_path: Path, fixtures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(fixtures / "portrait.png", tmp_path / "portrait.png")
    size = (tmp_path / "portrait.png").stat().st_size
    # Read a mebibyte at a time: the last piece is what is too much.
    assert size > 1 << 20
    monkeypatch.setattr(answers, "_MOST_BYTES", size)
    made = fetch_result(str(tmp_path / "portrait.png"), tmp_path / "out" / "a.png")
    assert made.stat().st_size == size
    monkeypatch.setattr(answers, "_MOST_BYTES", size - 1)
    with pytest.raises(StageFailed, match="it is larger than"):
        fetch_result(str(tmp_path / "portrait.png"), tmp_path / "out" / "b.png")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.png"]


def test_a_result_that_cannot_take_its_place_leaves_nothing(tmp_path: Path, fixtures: Path) -> None:
    (tmp_path / "out" / "a.png").mkdir(parents=True)
    with pytest.raises(StageFailed, match="Is a directory"):
        fetch_result(str(fixtures / "portrait.png"), tmp_path / "out" / "a.png")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.png"]
