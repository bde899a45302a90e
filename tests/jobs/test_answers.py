"""What an app answered, and the result that it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from qcheck.jobs.answers import fetch_result, output_in
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
