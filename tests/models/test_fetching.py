"""A model is fetched only on demand, and kept only where it is the genuine file."""

from __future__ import annotations

import dataclasses
import http.server
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner
from small_model import CONTENT, MODEL

from qcheck.cli.root import qcheck_command
from qcheck.models.fetching import FetchFailed, fetch
from qcheck.models.locate import GOOGLE, locate


class Server(http.server.BaseHTTPRequestHandler):
    content = CONTENT
    requested: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        type(self).requested.append(self.path)
        if self.path.endswith("absent.tflite"):
            self.send_error(404)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(type(self).content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Server]]:
    handler = type("Handler", (Server,), {"requested": [], "content": CONTENT})
    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=httpd.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("QCHECK_MODELS_MIRROR", f"http://127.0.0.1:{httpd.server_port}")
    yield handler
    httpd.shutdown()
    httpd.server_close()


def test_fetching_puts_the_genuine_file_into_the_cache(server: type[Server]) -> None:
    path = fetch(MODEL)
    assert path.read_bytes() == CONTENT
    assert server.requested == [MODEL.address.removeprefix(GOOGLE)]
    assert locate(MODEL.name).path == path
    assert [p.name for p in path.parent.iterdir()] == [MODEL.filename]


@pytest.mark.parametrize("content", [b"", b"a m0del", CONTENT * 100_000])
def test_what_is_not_genuine_is_not_kept(
    server: type[Server], content: bytes, tmp_path: Path
) -> None:
    server.content = content
    with pytest.raises(FetchFailed, match="not the genuine"):
        fetch(MODEL)
    assert list((tmp_path / "cache" / "qcheck" / "models").iterdir()) == []


def test_a_refusal_of_the_server_is_told(server: type[Server]) -> None:
    absent = dataclasses.replace(MODEL, address=f"{GOOGLE}/absent.tflite")
    with pytest.raises(FetchFailed, match=r"absent\.tflite.*(404|Not Found)"):
        fetch(absent)


def test_a_server_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QCHECK_MODELS_MIRROR", "http://127.0.0.1:1")
    with pytest.raises(FetchFailed, match="refused"):
        fetch(MODEL)


def test_an_address_that_is_no_web_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QCHECK_MODELS_MIRROR", "file:///etc")
    with pytest.raises(FetchFailed, match="no web address"):
        fetch(MODEL)


@pytest.mark.parametrize("before", [CONTENT, b"an older one"])
def test_what_cannot_be_fetched_leaves_what_was_there(
    server: type[Server], tmp_path: Path, before: bytes
) -> None:
    path = tmp_path / "cache" / "qcheck" / "models" / MODEL.filename
    path.parent.mkdir(parents=True)
    path.write_bytes(before)
    server.content = b"not it!"
    with pytest.raises(FetchFailed, match="not the genuine"):
        fetch(MODEL)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [MODEL.filename]


def test_a_fetched_model_may_be_read_by_everybody(server: type[Server]) -> None:
    """As other files in a cache: temporary files are their owner's alone."""
    assert stat.S_IMODE(fetch(MODEL).stat().st_mode) == 0o644


def test_a_folder_that_cannot_be_made_is_told(
    server: type[Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a file"))
    with pytest.raises(FetchFailed, match=r"a file/qcheck/models: Not a directory"):
        fetch(MODEL)
    assert server.requested == []


def test_the_command_shows_and_fetches(server: type[Server]) -> None:
    shown = CliRunner().invoke(qcheck_command, ["models"])
    assert shown.exit_code == 2
    assert "missing" in shown.output
    fetched = CliRunner().invoke(qcheck_command, ["models", "fetch", MODEL.name])
    assert fetched.exit_code == 0
    assert CliRunner().invoke(qcheck_command, ["models"]).exit_code == 0
    again = CliRunner().invoke(qcheck_command, ["models", "fetch", MODEL.name])
    assert "is at" in again.output
    assert len(server.requested) == 1
