"""What an app answered, and the result that it names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hosting import Hosting, answer

from qcheck.core.errors import UsageFault
from qcheck.jobs.answers import Named, fetch_answer, fetched, output_in, read_answer
from qcheck.jobs.stages import StageFailed

APP = "bytedance/omnihuman-1-5"


def naming(location: str) -> bytes:
    return json.dumps({"output": {"video": location}}).encode()


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_answers_are_read_with_or_without_talk_before_them() -> None:
    for said in (
        '{"video": "https://x.org/a.mp4"}',
        'Running…\n{"id": "t", "output": {"video": {"uri": "https://x.org/a.mp4"}}}\n',
        '{"event": "queued"}\n{"output": {"video": "https://x.org/a.mp4"}}',
        '{{{"a {"output": {"video": "https://x.org/a.mp4"}}',
    ):
        assert output_in(said.encode(), APP) == Named("https://x.org/a.mp4", "video")
    assert output_in(b'{"images": [{"uri": "https://x.org/1.png"}]}', "falai/flux-dev-lora")
    for nothing in (b"", b"{", b'{"output": {}}', b'{"video": null}', b'["video"]', b"\xff\xfe"):
        with pytest.raises(StageFailed, match="without a video"):
            output_in(nothing, APP)


def test_a_task_that_is_not_done_has_no_result_beside_its_output() -> None:
    with pytest.raises(StageFailed, match="without a video"):
        output_in(b'{"output": null, "video": "https://x.org/a.mp4"}', APP)


@pytest.mark.parametrize(
    "given",
    [
        "https://x.org/a",
        {"uri": "https://x.org/a"},
        {"url": "https://x.org/a"},
        [{"uri": "https://x.org/a", "path": "/etc/passwd"}],
        ["https://x.org/a"],
    ],
)
def test_a_result_may_be_described_in_any_of_these_ways(given: object) -> None:
    said = json.dumps({"output": {"video": given}}).encode()
    assert output_in(said, APP).location == "https://x.org/a"


def test_an_app_that_nobody_described_may_answer_under_any_key() -> None:
    said = b'{"output": {"n": 3, "id": "clip", "clip": "https://x.org/a"}}'
    assert output_in(said, "some/app") == Named("https://x.org/a", "unknown")
    with pytest.raises(StageFailed, match="some/app answered without a file"):
        output_in(b'{"output": {"n": 3, "clip": ""}}', "some/app")


@pytest.mark.parametrize(
    "said",
    [
        b"{" * 100_000,
        b'{"' * 100_000,
        b'{"a":' * 100_000,
        b'{"a":[' * 400 + b"1," * 200_000,
        (b'{"a":' + b"9" * 5000) * 100,
        b'{"output": {"video": ' + b"[" * 900 + b"]" * 900 + b"}}",
        b'{"output": {"video": ' + b'{"uri": ' * 300 + b"1" + b"}" * 302,
    ],
)
def test_an_answer_that_is_made_to_be_hard_to_read_is_read(said: bytes) -> None:
    with pytest.raises(StageFailed, match="without a video"):
        output_in(said, APP)


def test_an_answer_is_looked_for_only_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of many beginnings may cost the reading of all that follows: that has an end."""
    read = []
    decode = json.JSONDecoder.raw_decode

    def counted(self: json.JSONDecoder, text: str, at: int) -> object:
        read.append(at)
        return decode(self, text, at)

    monkeypatch.setattr(json.JSONDecoder, "raw_decode", counted)
    with pytest.raises(StageFailed):
        output_in(b'{"a":' * 900 + b"[" + b"1," * 1_000_000, APP)
    assert 10 < len(read) < 100


def test_an_answer_has_a_size(tmp_path: Path) -> None:
    (tmp_path / "answer").write_bytes(b"{" * 10_000_001)
    with pytest.raises(OSError, match="it is larger than 10 MB"):
        read_answer(tmp_path / "answer")


def test_an_answer_is_fetched_into_a_folder_that_is_there_or_not(
    tmp_path: Path, fixtures: Path, hosting: Hosting
) -> None:
    place = hosting.hand_out("made", fixtures / "talk.mp4")
    for output in (tmp_path / "a.mp4", tmp_path / "new" / "below" / "A.MP4", tmp_path / "bare"):
        fetch_answer(naming(place), APP, output)
        assert output.read_bytes() == (fixtures / "talk.mp4").read_bytes()
        assert [path for path in output.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    "location",
    [
        "/etc/hostname",
        "made.mp4",
        "file:///etc/hostname",
        "//host/share/a.mp4",
        "\\\\host\\share\\a.mp4",
        "data:video/mp4;base64,AAAA",
        "ftp://127.0.0.1/a.mp4",
        "http://cloud.inference.sh/a.mp4",
        "https://example.org/a.mp4",
    ],
)
def test_nothing_is_fetched_but_from_hosts_that_results_come_from(
    tmp_path: Path, location: str
) -> None:
    with pytest.raises(StageFailed, match="the result cannot be fetched from"):
        fetch_answer(naming(location), APP, tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", ["file", "folder", "link", "dangling"])
def test_nothing_that_is_there_is_replaced(
    tmp_path: Path, fixtures: Path, hosting: Hosting, there: str
) -> None:
    output, mine = tmp_path / "a.mp4", tmp_path / "mine"
    mine.write_bytes(b"my own")
    if there == "folder":
        output.mkdir()
    elif there == "file":
        output.write_bytes(b"my own")
    else:
        output.symlink_to(mine if there == "link" else tmp_path / "nowhere")
    place = hosting.hand_out("made", fixtures / "talk.mp4")
    with pytest.raises(UsageFault, match=r"a\.mp4 is there already; nothing was written"):
        fetch_answer(naming(place), APP, output)
    assert mine.read_bytes() == b"my own"
    assert {path.name for path in tmp_path.iterdir()} == {"a.mp4", "mine"}
    assert hosting.asked == []


def test_what_came_into_the_place_meanwhile_is_not_replaced(
    tmp_path: Path, fixtures: Path, hosting: Hosting
) -> None:
    output = tmp_path / "a.mp4"

    def faster(visit: object) -> None:
        output.write_bytes(b"my own")
        visit.say(answer((fixtures / "talk.mp4").read_bytes()))

    with pytest.raises(UsageFault, match="is there already"):
        fetch_answer(naming(hosting.play("made", faster)), APP, output)
    assert content(tmp_path) == {"a.mp4": b"my own"}


def test_no_other_name_is_written_than_the_one_that_was_asked_for(
    tmp_path: Path, fixtures: Path, hosting: Hosting
) -> None:
    (tmp_path / "result.wav").write_bytes(b"my own")
    place = hosting.hand_out("made", fixtures / "voice.wav")
    said = json.dumps({"output": {"audio": place}}).encode()
    with pytest.raises(UsageFault) as fault:
        fetch_answer(said, "falai/dia-tts", tmp_path / "result.mp3")
    assert str(fault.value) == (
        "the result is WAV, which result.mp3 does not say; nothing was written. Ask for result.wav"
    )
    assert content(tmp_path) == {"result.wav": b"my own"}


@pytest.mark.parametrize(
    ("app", "key", "body"),
    [
        (APP, "video", b"<!doctype html><title>Not found</title>"),
        (APP, "video", b'{"error": "gone"}'),
        (APP, "video", b""),
        (APP, "video", "voice.wav"),
        (APP, "video", "portrait.png"),
        ("falai/dia-tts", "audio", "talk.mp4"),
        ("falai/flux-dev-lora", "images", "voice.wav"),
        ("some/app", "file", b"<!doctype html>"),
        ("some/app", "file", "captions.srt"),
    ],
)
def test_what_is_not_what_the_app_makes_is_not_kept(
    tmp_path: Path, fixtures: Path, hosting: Hosting, app: str, key: str, body: bytes | str
) -> None:
    data = body if isinstance(body, bytes) else (fixtures / body).read_bytes()
    said = json.dumps({"output": {key: hosting.hand_out("made", data)}}).encode()
    with pytest.raises(StageFailed, match=r", not a (video|voice|picture)"):
        fetch_answer(said, app, tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_refused_address_is_shown_in_one_short_line_without_what_may_be_secret(
    tmp_path: Path,
) -> None:
    location = "https://example.org/\x1b]0;a\x07\n::error::" + "a" * 5000 + "?token=secret"
    with pytest.raises(StageFailed) as failed:
        fetch_answer(naming(location), APP, tmp_path / "a.mp4")
    assert str(failed.value).isprintable()
    assert len(str(failed.value)) < 400
    assert "secret" not in str(failed.value)


def test_a_result_is_gone_when_nobody_took_it(
    tmp_path: Path, fixtures: Path, hosting: Hosting
) -> None:
    place = hosting.hand_out("made", fixtures / "talk.mp4")
    with fetched(Named(place, "video"), tmp_path / "a.mp4") as (part, found):
        assert part.read_bytes() == (fixtures / "talk.mp4").read_bytes()
        assert found.name == "MP4"
    assert list(tmp_path.iterdir()) == []
