"""A host on this machine that hands out results, well or badly."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path

from tools.attack.loopback import LoopbackHost

__all__ = ["Hosting", "Visit", "answer"]


class Visit:
    """One connection, as what plays the host sees it."""

    def __init__(self, made: socket.socket, path: str, over: threading.Event) -> None:
        self._made = made
        self.path = path
        self._over = over

    def say(self, data: bytes) -> None:
        self._made.sendall(data)

    def drip(self, data: bytes, every_s: float = 0.02) -> None:
        """Byte by byte, until all is said or the other side has gone."""
        while True:
            for byte in data:
                self._made.sendall(bytes([byte]))
                if self._over.wait(every_s):
                    return

    def wait(self) -> None:
        """Say nothing any more."""
        self._over.wait()


def answer(body: bytes = b"", status: int = 200, **headers: str) -> bytes:
    """A whole response; ``content_length`` and the like replace what would be said of it."""
    given = {"Content-Length": str(len(body))}
    given |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value)
    return f"HTTP/1.1 {status} x\r\n{head}\r\n".encode() + body


class Hosting(LoopbackHost):
    """Hands out ``answers``: by path, what is said to whoever asks for it."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes | Callable[[Visit], None]] = {}
        self.asked: list[str] = []
        """The whole heads of what was asked."""
        super().__init__()

    def hand_out(self, name: str, content: bytes | Path) -> str:
        """Hand out a file as it should be; returns its address."""
        data = content.read_bytes() if isinstance(content, Path) else content
        self.answers[f"/{name}"] = answer(data)
        return f"{self.origin}/{name}"

    def play(self, name: str, play: bytes | Callable[[Visit], None]) -> str:
        self.answers[f"/{name}"] = play
        return f"{self.origin}/{name}"

    def visited(self, made: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            if not (part := made.recv(65536)):
                return
            head += part
        self.asked.append(head.decode("latin-1"))
        path = head.split(b" ")[1].decode("latin-1")
        said = self.answers.get(path.partition("?")[0], answer(status=404))
        if isinstance(said, bytes):
            made.sendall(said)
        else:
            said(Visit(made, path, self.over))
