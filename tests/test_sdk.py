"""The guard with the real SDK, against a server on loopback that speaks its endpoints."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from qcheck.engine.options import Options
from qcheck.jobs.gate import Blocked, guard

inferencesh = pytest.importorskip("inferencesh", reason="the SDK is not installed")
ALONE = Options(isolated=True)


class Platform(ThreadingHTTPServer):
    """Takes files and jobs, and remembers them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.jobs: list[dict[str, Any]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Platform

    def log_message(self, *_: object) -> None:
        pass

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _answer(self, data: Any) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        asked = json.loads(self._body())
        if self.path == "/files":
            name = asked["files"][0]["filename"]
            place = f"{self.server.address}/store/{name}"
            self._answer([{"uri": place, "upload_url": place}])
        else:
            assert self.path == "/apps/run"
            self.server.jobs.append(asked)
            self._answer({"id": f"task-{len(self.server.jobs)}", "status": "received"})

    def do_PUT(self) -> None:
        self.server.files[self.path.rpartition("/")[2]] = self._body()
        self._answer({})


@pytest.fixture
def platform() -> Iterator[Platform]:
    server = Platform()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def jobs(fixtures: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """One that is sound, and one with sunglasses."""
    sound = {"image": str(fixtures / "portrait.png"), "audio": str(fixtures / "voice.wav")}
    glasses = {**sound, "image": str(fixtures / "defects" / "eyes-visible.jpg")}
    app = "falai/fabric-1-0"
    return {"app": app, "input": sound}, {"app": app, "input": glasses}


def test_sound_jobs_are_uploaded_and_run_and_others_never_leave(
    platform: Platform, jobs: tuple[dict[str, Any], dict[str, Any]], fixtures: Path
) -> None:
    sound, glasses = jobs
    client = guard(inferencesh.inference(api_key="k", base_url=platform.address), ALONE)
    assert client.run(sound, wait=False)["id"] == "task-1"
    assert platform.files["portrait.png"] == (fixtures / "portrait.png").read_bytes()
    assert platform.jobs[0]["input"]["audio"].endswith("/store/voice.wav")
    # The newer way of the SDK goes through the same door.
    for run in (client.run, client.tasks.run):
        with pytest.raises(Blocked, match="eyes-visible"):
            run(glasses, wait=False)
    assert client.tasks.run(sound, wait=False)["id"] == "task-2"
    assert len(platform.jobs) == 2
    assert "eyes-visible.jpg" not in platform.files


def test_the_asynchronous_client_is_guarded_alike(
    platform: Platform, jobs: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    pytest.importorskip("aiohttp", reason="the SDK's asynchronous client needs it")
    sound, glasses = jobs

    async def work() -> None:
        client = inferencesh.async_inference(api_key="k", base_url=platform.address)
        client = guard(client, ALONE)
        assert (await client.run(sound, wait=False))["id"] == "task-1"
        for run in (client.run, client.tasks.run):
            with pytest.raises(Blocked, match="eyes-visible"):
                await run(glasses, wait=False)

    asyncio.run(work())
    assert len(platform.jobs) == 1
    assert "eyes-visible.jpg" not in platform.files
