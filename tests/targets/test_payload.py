"""Payloads against the contracts of their apps, and contracts that follow the platform."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.targets.catalogue import all_targets, find_target
from qcheck.targets.payload import misfits, schema_errors, unknown_keys
from qcheck.targets.payload_files import file_fields
from qcheck.targets.updates import Update, schema_in

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


def test_the_price_follows_the_resolution() -> None:
    fabric = contract("fabric-1-0")
    assert fabric.price_usd(10, {}) == pytest.approx(0.8)
    assert fabric.price_usd(10, {"resolution": "720p"}) == pytest.approx(1.5)
    assert contract("media-merger").price_usd(10, {}) is None


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


def test_ten_thousand_keys_are_compared_with_the_first_few_only() -> None:
    payload = {"imag": "a.png", "audio": "b.mp3", **{f"key{i}": i for i in range(10_000)}}
    found = unknown_keys(contract("omnihuman-1-5"), payload)
    assert found[0].meant == "image"
    assert len(found) == 10_001


def test_a_key_as_long_as_a_book_is_no_misspelling() -> None:
    found = unknown_keys(
        contract("omnihuman-1-5"), {"image" * 100_000: 1, "audio": "b", "image": 1}
    )
    assert [each.meant for each in found] == [None]


def test_misfits_are_named_up_to_a_bound_and_never_fewer_than_one() -> None:
    found = misfits(contract("media-merger"), {"media_files": [1] * 5000})
    assert len(found) == 1001
    assert "more that does not fit than the 1000" in found[-1].says


def test_a_value_is_shown_at_a_length_that_can_be_read() -> None:
    payload = {"image": "a", "audio": "b", "resolution": "x" * 1_000_000}
    for value in ("x" * 1_000_000, {"a": ["b" * 100] * 1000}, int("1" * 300)):
        payload["resolution"] = value
        found = misfits(contract("fabric-1-0"), payload)
        assert found
        assert all(len(each.says) < 400 for each in found)


def test_a_payload_deeper_than_can_be_followed_does_not_fit() -> None:
    schema = {
        "properties": {"a": {"$ref": "#/$defs/N"}},
        "$defs": {"N": {"type": "object", "properties": {"n": {"$ref": "#/$defs/N"}}}},
    }
    target = Update("x/y", schema, "2026-01-01").over(None)
    payload: dict[str, Any] = {}
    for _ in range(490):
        payload = {"n": payload}
    assert [each.says for each in misfits(target, {"a": payload})] == [
        "is nested too deeply to be compared with what the app takes"
    ]


def test_nothing_that_a_schema_refers_to_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr("urllib.request.urlopen", asked.append)
    with pytest.raises(Exception, match="Unresolvable"):
        list(schema_errors({"$ref": "http://127.0.0.1:9/schema.json"}, {}))
    assert asked == []
