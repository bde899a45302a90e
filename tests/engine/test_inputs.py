"""One thing to check is read once and whole, and what is wrong with it becomes part of it."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from qcheck.core.bounds import Bounds
from qcheck.engine.inputs import (
    STDIN,
    Input,
    fitting_role,
    leads_nowhere,
    medium_of,
    medium_of_file,
    read,
    read_input,
    with_standard_input,
)

PNG = b"\x89PNG\r\n\x1a\n"
WAV = b"RIFF\x24\0\0\0WAVEfmt "


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def mp4(handler: bytes, padding: int) -> bytes:
    """Tracks of one ``handler`` behind ``padding`` bytes of media: as cameras write them."""
    hdlr = box(b"hdlr", bytes(8), handler, bytes(12), b"\0")
    moov = box(b"moov", box(b"trak", box(b"mdia", hdlr)))
    return box(b"ftyp", b"isom", bytes(4), b"isom") + box(b"mdat", bytes(padding)) + moov


def standard_input(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    file = read(Input(str(tmp_path / "a.png")))
    assert (file.name, file.data) == (str(tmp_path / "a.png"), PNG)
    assert (file.fault, file.role, file.medium) == (None, None, "portrait")
    given = read_input(str(tmp_path / "a.png"), "picture")
    assert (given.data, given.medium) == (PNG, "picture")


def test_standard_input_is_read_whole_and_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, WAV)
    file = read(Input(STDIN, "voice", shown="the voice"))
    assert (file.name, file.data, file.role) == ("<stdin>", WAV, "voice")


def test_what_stands_in_a_payload_is_no_file_of_its_own(tmp_path: Path) -> None:
    file = read(Input(str(tmp_path / "nowhere"), "script", b"[S1] Hello.", "payload.json: text"))
    assert (file.name, file.data, file.fault) == ("payload.json: text", b"[S1] Hello.", None)
    assert read(Input("x", "script", b"")).fault is None


@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
def test_a_name_is_shown_as_it_can_be_printed(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/a\n\xff.png")
    Path(name).write_bytes(PNG)
    file = read(Input(name))
    assert (file.name, file.data) == (f"{tmp_path}/a\\n\\xff.png", PNG)


def test_what_cannot_be_read_is_part_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "link.png").symlink_to("elsewhere.png")
    (tmp_path / "round.png").symlink_to("round.png")
    faults = {
        "nowhere.png": "it cannot be read: No such file or directory",
        "": "it is a folder, not a file",
        "link.png": "it is a link to a file that is not there",
        "round.png": "it is a link to a file that is not there",
    }
    for name, fault in faults.items():
        file = read(Input(str(tmp_path / name), "portrait"))
        assert (file.fault, file.data, file.role) == (fault, b"", "portrait"), name


@pytest.mark.parametrize("name", ["a.png", STDIN])
@pytest.mark.parametrize(("size", "taken"), [(9, True), (10, True), (11, False), (12, False)])
def test_what_is_larger_than_its_bound_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, size: int, taken: bool
) -> None:
    (tmp_path / "a.png").write_bytes(PNG.ljust(size))
    standard_input(monkeypatch, PNG.ljust(size))
    given = Input(name if name == STDIN else str(tmp_path / name), "portrait")
    file = read(given, Bounds(file_mb=10e-6))
    assert file.fault == (None if taken else "it is larger than 10 bytes")
    assert file.data == (PNG.ljust(size) if taken else b"")
    assert file.role == "portrait"
    assert file.bounds == Bounds(file_mb=10e-6)


def test_standard_input_is_read_for_a_process_that_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named = Input("a.png")
    assert with_standard_input(named, Bounds()) is named
    standard_input(monkeypatch, PNG)
    given = with_standard_input(Input(STDIN), Bounds())
    monkeypatch.setattr(sys, "stdin", None)
    assert (read(given).name, read(given).data) == ("<stdin>", PNG)
    closed = with_standard_input(Input(STDIN), Bounds())
    assert read(closed).fault == "it cannot be read: standard input is closed"


def test_the_medium_is_the_one_given_or_what_the_content_says(tmp_path: Path) -> None:
    (tmp_path / "voice.png").write_bytes(WAV)
    name = str(tmp_path / "voice.png")
    assert medium_of(Input(name)) == "voice"
    assert medium_of(Input(name, "picture")) == "picture"
    assert medium_of(Input(STDIN)) is None
    assert medium_of(Input(STDIN, "voice")) == "voice"
    assert medium_of(Input(str(tmp_path / "nowhere"))) is None
    assert medium_of_file(str(tmp_path)) is None
    (tmp_path / "other").write_bytes(b"\0\1\2\3")
    assert medium_of_file(str(tmp_path / "other")) is None


@pytest.mark.parametrize("padding", [0, 100_000])
@pytest.mark.parametrize(("handler", "medium"), [(b"vide", "video"), (b"soun", "voice")])
def test_tracks_say_whether_a_container_is_a_video_wherever_they_stand(
    tmp_path: Path, handler: bytes, medium: str, padding: int
) -> None:
    (tmp_path / "a").write_bytes(mp4(handler, padding))
    assert medium_of_file(str(tmp_path / "a")) == medium


@pytest.mark.parametrize(
    ("content", "roles", "role"),
    [
        (PNG, "portrait", "portrait"),
        (WAV, "portrait", "portrait"),
        (PNG, "video or picture", "picture"),
        (PNG, "picture or video", "picture"),
        (mp4(b"vide", 0), "picture or video", "video"),
        (WAV, "video or picture", "video"),
        (PNG, "portrait or video", "portrait"),
        (WAV, "script or voice", "voice"),
        (b"\0\1\2\3", "picture or video", "picture"),
    ],
)
def test_of_several_roles_a_file_gets_the_one_that_it_is(
    tmp_path: Path, content: bytes, roles: str, role: str
) -> None:
    (tmp_path / "a").write_bytes(content)
    assert fitting_role(str(tmp_path / "a"), roles) == role


def test_what_is_no_file_gets_the_first_of_its_roles(tmp_path: Path) -> None:
    assert fitting_role(str(tmp_path / "nowhere"), "video or picture") == "video"


def test_only_a_link_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    (tmp_path / "good").symlink_to("a")
    (tmp_path / "bad").symlink_to("b")
    (tmp_path / "round").symlink_to("round")
    led = [name for name in ("a", "good", "bad", "round", "b") if leads_nowhere(tmp_path / name)]
    assert led == ["bad", "round"]
    assert not leads_nowhere(Path("a\0b"))
