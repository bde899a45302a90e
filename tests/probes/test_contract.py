"""Payloads against the contract of their app."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from qcheck.core.job import Job
from qcheck.core.probe import Inapplicable, Unmeasurable
from qcheck.media.content import Text
from qcheck.probes.contract import find_files, hold_against_contract, read_payload
from qcheck.probes.text import Contract, NamedFile, Payload

APP = "bytedance/omnihuman-1-5"


def held(inputs: dict[str, object], job: Job | None = None) -> Contract:
    return hold_against_contract(Payload(inputs), job or Job(app=APP))


@pytest.fixture
def portrait(tmp_path: Path) -> str:
    path = tmp_path / "portrait.png"
    path.write_bytes(b"")
    return str(path)


def test_a_payload_is_an_object_of_inputs() -> None:
    assert read_payload(Text('{"a": 1}')).inputs == {"a": 1}
    for other in ("[]", "3", '"a"', "null"):
        with pytest.raises(Unmeasurable, match="no JSON object"):
            read_payload(Text(other))


def test_keys_and_values_are_compared(portrait: str) -> None:
    contract = held({"image_url": portrait, "audio": portrait, "mask_index": "one"})
    assert contract.app == APP
    assert ("image_url", "image") in contract.unknown
    assert [key for key, _ in contract.misfits] == ["mask_index"]


def test_what_is_missing_is_named_apart_from_what_does_not_fit() -> None:
    contract = held({})
    assert set(contract.missing) == {"image", "audio"}
    assert contract.misfits == ()


def files_of(inputs: dict[str, object], job: Job | None = None) -> tuple[NamedFile, ...]:
    return find_files(Payload(inputs), job or Job(app=APP)).files


def test_the_files_of_a_payload_are_looked_for(portrait: str, tmp_path: Path) -> None:
    files = files_of({"image": portrait, "audio": str(tmp_path)})
    assert NamedFile("image", portrait, None, remote=False) in files
    assert NamedFile("audio", str(tmp_path), "it is a folder", remote=False) in files
    nowhere = files_of({"image": "none.png", "audio": "https://example.org/a.mp3"})
    assert {(each.fault, each.remote) for each in nowhere} == {
        ("there is no such file", False),
        (None, True),
    }


def test_of_an_unknown_app_every_value_that_names_a_file_counts(portrait: str) -> None:
    inputs = {
        "a": [{"b": portrait}],
        "prompt": "a portrait.png of somebody",
        "save_as": "none.png",
        "page": "https://example.org/",
        "face": "https://example.org/face.JPG?size=2",
    }
    assert files_of(inputs, Job(app="some/thing")) == (
        NamedFile("a[0].b", portrait, None, remote=False),
        NamedFile("face", "https://example.org/face.JPG?size=2", None, remote=True),
    )
    with pytest.raises(Inapplicable, match="no app was named"):
        files_of(inputs, Job())


def test_the_home_is_expanded_only_by_who_expands_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.png").write_bytes(b"")
    inputs = json.loads('{"image": "~/a.png", "audio": "~/a.png"}')
    assert all(each.fault is None for each in files_of(inputs, Job(app=APP, expands_home=True)))
    for each in files_of(inputs, Job(app=APP, expands_home=False)):
        assert each.fault is not None
        assert "does not expand ~" in each.fault


@pytest.mark.parametrize(
    ("app", "says"), [(None, "no app was named"), ("some/app", "no contract is known for some/app")]
)
def test_without_a_contract_there_is_nothing_to_compare(app: str | None, says: str) -> None:
    with pytest.raises(Inapplicable, match=says):
        held({}, Job(app=app))


def test_a_data_uri_is_held_and_lies_nowhere_else() -> None:
    whole, broken = "data:image/png;base64,AAAA", "data:image/png;base64,A"
    found = files_of({"image": whole, "audio": broken + "x" * 1000})
    assert found[0] == NamedFile("image", whole, None, remote=False)
    assert found[1].fault == "it is a data URI that does not decode"
    assert len(found[1].value) == 120


def test_what_is_no_address_to_us_is_not_passed_over() -> None:
    (found,) = files_of({"x": "https://[half-an-address"}, Job(app="somebody/other"))
    assert found.remote


def test_a_file_that_is_named_often_is_looked_for_once(
    portrait: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    real = Path.is_file
    monkeypatch.setattr(Path, "is_file", lambda path: asked.append(path) or real(path))
    clips = [{"file": portrait}] * 1000
    found = files_of({"media_files": clips}, Job(app="infsh/media-merger"))
    assert len({each.key for each in found}) == 1000
    assert len(asked) == 1


def test_a_key_as_long_as_a_book_is_shown_shortened() -> None:
    ((shown, _),) = [pair for pair in held({"k" * 1_000_000: 1}).unknown if pair[0][0] == "k"]
    assert len(shown) == 120


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_or_a_device_is_no_file_whatever_the_app(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    for app in (APP, "somebody/other"):
        for name in (str(tmp_path / "a.png"), "/dev/zero"):
            (found,) = files_of({"image": name}, Job(app=app))
            assert found.fault == "it is a pipe or a device, not a file"
