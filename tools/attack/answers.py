"""Hostile answers: a host on this machine that hands out results badly, and addresses that lie.

Each is an answer of an app that names a result. `qcheck collect` must fetch it whole, or write
nothing: no file of this machine, no other host, no half, nothing without end.
"""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tools.attack.loopback import LoopbackHost
from tools.attack.processes import Tree, qcheck, wrongs
from tools.attack.scenarios import Scenario
from tools.attack.transcodes import PORTRAIT

__all__ = ["Host", "scenarios"]

APP = "bytedance/omnihuman-1-5"
LOOPBACK_ORIGIN = "QCHECK_LOOPBACK_ORIGIN"
"""What tells qcheck that this one host on this machine is the platform's (qcheck.jobs.hosts)."""
_LONGEST_S = 90.0
_CLIP = (PORTRAIT.parent / "talk.mp4").read_bytes()
_SECRET = b"a file of this machine that nobody is to get"
_ENDLESS = 3_000_000_000

Play = Callable[[socket.socket, threading.Event], None]
"""What a host says on one connection, until the event is set."""


class Host(LoopbackHost):
    """Plays ``play`` to everybody who asks."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self.asked = 0
        super().__init__()

    def __enter__(self) -> Host:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def visited(self, made: socket.socket) -> None:
        self.asked += 1
        made.settimeout(10)
        made.recv(65_536)
        self._play(made, self.over)


# --------------------------------------------------------------------------------- plays


def _says(data: bytes) -> Play:
    return lambda made, over: made.sendall(data)


def _head(status: str = "200 OK", **headers: str) -> bytes:
    lines = "".join(f"{key.replace('_', '-')}: {value}\r\n" for key, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode()


def _whole(body: bytes, **headers: str) -> bytes:
    return _head(**{"Content_Length": str(len(body)), **headers}) + body


def _drip(made: socket.socket, over: threading.Event) -> None:
    made.sendall(_head(Content_Length="100000"))
    while not over.wait(0.5):
        made.sendall(b"x")


def _drip_head(made: socket.socket, over: threading.Event) -> None:
    made.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while not over.wait(0.5):
        made.sendall(b"x")


def _silent(made: socket.socket, over: threading.Event) -> None:
    del made
    over.wait(_LONGEST_S)


def _endless(head: bytes, piece: bytes) -> Play:
    def play(made: socket.socket, over: threading.Event) -> None:
        made.sendall(head)
        sent = 0
        while not over.is_set() and sent < _ENDLESS:
            made.sendall(piece)
            sent += len(piece)

    return play


_CHUNKED = _head(Transfer_Encoding="chunked")
_PIECE = b"10000\r\n" + bytes(0x10000) + b"\r\n"

# What comes, and whether it may be taken.
_PLAYS: dict[str, Play] = {
    "a short body": _says(_head(Content_Length="100000") + _CLIP[:5000]),
    "no length": _says(_head() + _CLIP),
    "two lengths": _says(
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"
    ),
    "a negative length": _says(_head(Content_Length="-1") + _CLIP),
    "a length of the earth": _says(_head(Content_Length="9" * 30) + _CLIP),
    "a length that is no number": _says(_head(Content_Length="1e3") + _CLIP),
    "chunks that break off": _says(_CHUNKED + _PIECE + b"10000\r\n" + bytes(9)),
    "chunks with a wrong length": _says(_CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n"),
    "a chunk of the earth": _says(_CHUNKED + b"F" * 16 + b"\r\nhello"),
    "chunks without end": _endless(_CHUNKED, _PIECE),
    "a body without end": _endless(_head(Content_Length=str(10**15)), bytes(1 << 16)),
    "headers without end": _endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1000),
    "a header of a gigabyte": _endless(b"HTTP/1.1 200 OK\r\nX: ", b"x" * (1 << 16)),
    "a drip of two bytes a second": _drip,
    "a drip of headers": _drip_head,
    "silence": _silent,
    "nothing": _says(b""),
    "no HTTP": _says(b"SSH-2.0-OpenSSH\r\n"),
    "noise": _says(bytes(range(256)) * 40),
    "HTTP/0.9": _says(_CLIP),
    "a page of HTML": _says(_whole(b"<html>please log in</html>", Content_Type="video/mp4")),
    "an error with a body": _says(_head("404 Not Found", Content_Length=str(len(_CLIP))) + _CLIP),
    "a partial answer": _says(_head("206 Partial Content", Content_Length=str(len(_CLIP))) + _CLIP),
    "a picture for a clip": _says(_whole(PORTRAIT.read_bytes())),
    "an empty file": _says(_whole(b"")),
    "a gzip bomb": _says(_whole(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")),
    "compressed": _says(_whole(gzip.compress(_CLIP), Content_Encoding="gzip")),
    "a cookie and a password asked for": _says(
        _head("401 Unauthorized", WWW_Authenticate='Basic realm="x"', Set_Cookie="a=b")
    ),
}
_REDIRECTS = (
    *("file:///etc/passwd", "ftp://127.0.0.1/x", "http://127.0.0.1:1/", "https://127.0.0.1/"),
    *("http://169.254.169.254/latest/meta-data/", "http://[::1]:1/", "//evil.example/x", "/again"),
    *("https://evil.example/x", "data:video/mp4;base64,AAAA", "http://localhost:1/", "", "\x00"),
    *("gopher://x/", "http://0/", "http://2130706433/", "javascript:1", "http://10.0.0.1/"),
)
_LOCATIONS = (
    *(
        "file://{secret}",
        "{secret}",
        "FILE://{secret}",
        "file:{secret}",
        "./secret.txt",
        "secret.txt",
    ),
    *("file://localhost{secret}", "http://example.org/a.mp4", "https://evil.example/a.mp4"),
    *("https://127.0.0.1/a.mp4", "https://localhost/a.mp4", "https://[::1]/a", "https://0x7f.1/a"),
    *("https://169.254.169.254/", "https://cloud.inference.sh@evil.example/a.mp4", "/dev/zero"),
    *("https://cloud.inference.sh:22/a", "https://cloud.inference.sh.evil.example/a", "ftp://x/a"),
    *(
        "https://cloud.inference.sh\\@evil.example/",
        "data:video/mp4;base64,AAAA",
        "-o/etc/x",
        "\x1b[",
    ),
    *("https://", "https:///a", "//x/a", "", " ", "https://cloud.inference.sh/" + "a" * 10_000),
)


def scenarios() -> Iterator[Scenario]:
    """All of them, and two that must be fetched: or else refusing everything would do."""
    yield Scenario("results that are as they should be", "a clip", partial(_fetched, _whole(_CLIP)))
    size = f"{len(_CLIP):x}".encode()
    chunks = _CHUNKED + size + b"\r\n" + _CLIP + b"\r\n0\r\n\r\n"
    yield Scenario("results that are as they should be", "in chunks", partial(_fetched, chunks))
    for name, play in _PLAYS.items():
        yield Scenario("bodies and headers", name, partial(_refused, play, "{origin}/a.mp4"))
    for location in _REDIRECTS:
        play = _says(_head("302 Found", Location=location, Content_Length="0"))
        yield Scenario("redirects", repr(location), partial(_refused, play, "{origin}/a.mp4"))
    for location in _LOCATIONS:
        run = partial(_refused, _says(_whole(_CLIP)), location)
        yield Scenario("addresses in an answer", repr(location[:60]), run)
    for name, answer in _ANSWERS.items():
        yield Scenario("answers that are no answers", name, partial(_unanswered, answer))
    for name in _THERE:
        yield Scenario("files that are there already", name, partial(_there, name))


_ANSWERS = {
    "nothing": b"",
    "no JSON": b"Uploading...\nDone.\n",
    "nested deeply": b'{"output": ' * 50_000,
    "many objects": b'{"a": 1}\n' * 200_000,
    "a number": b'{"output": {"video": 5}}',
    "half a character": b'{"output": {"video": "\\ud800"}}',
    "bytes": b"\xff\xfe\x00" * 1000,
    "twenty megabytes": b"x" * 20_000_000,
    "an escape": b'{"output": {"video": "https://x/\\u001b[2J"}}',
}
_THERE = ("a file", "a link", "a dangling link", "a folder", "a pipe")


def _collect(folder: Path, answer: bytes, origin: str = "") -> Any:
    (folder / "answer.json").write_bytes(answer)
    before = Tree.of(folder)
    arguments = ("collect", "--for", APP, "-o", "result.mp4", "answer.json")
    environment = {LOOPBACK_ORIGIN: origin, "no_proxy": "*"}
    return before, qcheck(*arguments, cwd=folder, environment=environment)


def _answer(location: str) -> bytes:
    return json.dumps({"output": {"video": location}, "status": "done"}).encode()


def _fetched(said: bytes, folder: Path) -> list[str]:
    with Host(_says(said)) as host:
        before, ran = _collect(folder, _answer(f"{host.origin}/a.mp4"), host.origin)
    found = wrongs(ran, before, ("result.mp4",))
    result = folder / "result.mp4"
    if ran.code != 0 or not result.exists() or result.read_bytes() != _CLIP:
        found.append(f"a sound result was not fetched: {ran.errors[-200:]}")
    return found


def _refused(play: Play, location: str, folder: Path) -> list[str]:
    secret = folder / "secret.txt"
    secret.write_bytes(_SECRET)
    with Host(play) as host:
        named = location.replace("{origin}", host.origin).replace("{secret}", str(secret))
        before, ran = _collect(folder, _answer(named), host.origin)
        asked = host.asked
    found = _nothing(ran, before)
    if "{origin}" not in location and asked:
        found.append("it asked another host than the one that was named")
    return found


def _nothing(ran: Any, before: Tree) -> list[str]:
    """Nothing was written, in time, and one line says why."""
    found = wrongs(ran, before)
    if ran.code == 0:
        found.append("it took the result")
    if ran.seconds > _LONGEST_S:
        found.append(f"it took {ran.seconds:.0f} s")
    if ran.errors.count("\n") > 2:
        found.append(f"it said {ran.errors.count(chr(10))} lines")
    return found


def _unanswered(answer: bytes, folder: Path) -> list[str]:
    before, ran = _collect(folder, answer)
    return _nothing(ran, before)


def _there(name: str, folder: Path) -> list[str]:
    import os

    result = folder / "result.mp4"
    if name == "a file":
        result.write_bytes(b"somebody's")
    elif name == "a link":
        (folder / "other").write_bytes(b"somebody's")
        result.symlink_to("other")
    elif name == "a dangling link":
        result.symlink_to("nowhere")
    elif name == "a folder":
        result.mkdir()
    else:
        os.mkfifo(result)
    with Host(_says(_whole(_CLIP))) as host:
        before, ran = _collect(folder, _answer(f"{host.origin}/a.mp4"), host.origin)
    return _nothing(ran, before)
