"""A host on this machine that answers everybody who asks, each in a thread of its own."""

from __future__ import annotations

import contextlib
import socket
import threading

__all__ = ["LoopbackHost"]


class LoopbackHost:
    """Listens until it is closed; what it says on a connection is for :meth:`visited`."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def visited(self, made: socket.socket) -> None:
        """Answer on one connection, which is closed afterwards."""
        raise NotImplementedError

    def close(self) -> None:
        """Listen no more."""
        if self.over.is_set():
            return
        self.over.set()
        with contextlib.suppress(OSError):
            # A thread that waits for a visit would keep it open.
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self) -> None:
        while not self.over.is_set():
            try:
                made, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._visit, args=(made,), daemon=True).start()

    def _visit(self, made: socket.socket) -> None:
        # The other side may go at any time.
        with made, contextlib.suppress(OSError):
            self.visited(made)
