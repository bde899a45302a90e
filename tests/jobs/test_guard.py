"""The guard around the SDK's client: a stand-in, and the real one against a server of our own."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from productions import ALONE, GOOD

from qcheck.core.errors import UsageFault
from qcheck.gate import Blocked, guard


class Client:
    """What the guard needs of the SDK's client."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def run(self, params: dict[str, Any], *, wait: bool = True) -> str:
        self.sent.append(params)
        return f"done, {wait}"


class AsyncClient(Client):
    async def run(self, params: dict[str, Any], *, wait: bool = True) -> str:
        self.sent.append(params)
        return f"done, {wait}"


def test_a_guarded_client_sends_what_is_sound_and_nothing_else(here: Path) -> None:
    client = guard(Client(), ALONE)
    assert client.run({"app": "falai/fabric-1-0", "input": GOOD}, wait=False) == "done, False"
    with pytest.raises(Blocked) as blocked:
        client.run({"app": "falai/fabric-1-0", "input": {**GOOD, "image": "glasses.jpg"}})
    assert "eyes-visible" in str(blocked.value)
    assert blocked.value.report.exit_code == 1
    assert len(client.sent) == 1


def test_an_asynchronous_client_is_guarded_alike(here: Path) -> None:
    client = guard(AsyncClient(), ALONE)
    sound = client.run({"app": "falai/fabric-1-0", "input": GOOD})
    assert asyncio.run(sound) == "done, True"
    with pytest.raises(Blocked):
        asyncio.run(client.run({"app": "falai/dia-tts", "input": {"prompt": "x"}}))
    assert len(client.sent) == 1


def test_what_cannot_be_sent_is_refused(here: Path) -> None:
    client = guard(Client(), ALONE)
    with pytest.raises(UsageFault):
        client.run({"app": "falai/dia-tts", "input": {"text": object()}})
    with pytest.raises(TypeError):
        guard(object())
    assert client.sent == []


class Server(ThreadingHTTPServer):
    """Takes files and jobs, and remembers them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.jobs: list[dict[str, Any]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

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
def sdk() -> ModuleType:
    return pytest.importorskip("inferencesh", reason="the SDK is not installed")


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
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
    sdk: ModuleType, server: Server, jobs: tuple[dict[str, Any], dict[str, Any]], fixtures: Path
) -> None:
    sound, glasses = jobs
    client = guard(sdk.inference(api_key="k", base_url=server.address), ALONE)
    assert client.run(sound, wait=False)["id"] == "task-1"
    assert server.files["portrait.png"] == (fixtures / "portrait.png").read_bytes()
    assert server.jobs[0]["input"]["audio"].endswith("/store/voice.wav")
    # The newer way of the SDK goes through the same door.
    for run in (client.run, client.tasks.run):
        with pytest.raises(Blocked, match="eyes-visible"):
            run(glasses, wait=False)
    assert client.tasks.run(sound, wait=False)["id"] == "task-2"
    assert len(server.jobs) == 2
    assert "eyes-visible.jpg" not in server.files


def test_the_real_asynchronous_client_is_guarded_alike(
    sdk: ModuleType, server: Server, jobs: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    pytest.importorskip("aiohttp", reason="the SDK's asynchronous client needs it")
    sound, glasses = jobs

    async def work() -> None:
        client = sdk.async_inference(api_key="k", base_url=server.address)
        client = guard(client, ALONE)
        assert (await client.run(sound, wait=False))["id"] == "task-1"
        for run in (client.run, client.tasks.run):
            with pytest.raises(Blocked, match="eyes-visible"):
                await run(glasses, wait=False)

    asyncio.run(work())
    assert len(server.jobs) == 1
    assert "eyes-visible.jpg" not in server.files


def test_what_blocks_is_told_line_by_line_as_a_log_takes_it(here: Path) -> None:
    with pytest.raises(Blocked) as blocked:
        guard(Client(), ALONE).run({"app": "falai/dia-tts", "input": {"prompt": "[S1] Hello."}})
    first, *findings = str(blocked.value).splitlines()
    assert first == "qcheck blocked the job"
    assert findings[0].startswith("payload: error payload-keys (J01): ")
    assert "\x1b" not in str(blocked.value)


def test_the_sdk_does_not_expand_a_home_directory(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(here))
    client = guard(Client(), ALONE)
    with pytest.raises(Blocked, match="does not expand ~"):
        client.run({"app": "falai/fabric-1-0", "input": {**GOOD, "image": "~/portrait.png"}})
    assert client.sent == []


def test_without_options_the_configuration_of_the_folder_holds(here: Path) -> None:
    (here / "qcheck.toml").write_text("[limits.duration]\nfail-above-s = 6\n")
    client = guard(Client())
    with pytest.raises(Blocked, match="duration"):
        client.run({"app": "falai/fabric-1-0", "input": GOOD})
    assert client.sent == []


def test_what_is_sent_is_a_copy_of_what_was_checked(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qcheck.jobs import guard as module

    job = {"app": "falai/fabric-1-0", "input": dict(GOOD), "wait": True}
    real = module.check_job

    def swapped_meanwhile(*arguments: Any) -> Any:
        report = real(*arguments)
        job["input"]["image"] = "glasses.jpg"
        job["app"] = "falai/dia-tts"
        return report

    monkeypatch.setattr(module, "check_job", swapped_meanwhile)
    client = guard(Client(), ALONE)
    client.run(job)
    assert client.sent == [{"app": "falai/fabric-1-0", "input": GOOD, "wait": True}]


@pytest.mark.parametrize(
    "job",
    [
        {},
        {"app": None, "input": GOOD},
        {"app": "falai/fabric-1-0", "input": float("nan")},
        {"app": "falai/fabric-1-0", "input": {**GOOD, "n": float("inf")}},
        {"app": "falai/fabric-1-0", "input": {**GOOD, "n": "\ud800"}},
        {"app": "falai/fabric-1-0", "input": {**GOOD, "n": 10**400}},
        {"app": "Falai/Fabric-1-0", "input": GOOD},
        {"app": "falai/fabric-1-0 ", "input": GOOD},
        {"app": "falai/fabric-1-0", "input": GOOD, "function": "other"},
    ],
)
def test_what_the_guard_does_not_understand_is_not_sent(here: Path, job: dict[str, Any]) -> None:
    client = guard(Client(), ALONE)
    with pytest.raises((UsageFault, Blocked)):
        client.run(job)
    assert client.sent == []
