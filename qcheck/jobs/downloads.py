"""A result downloaded: from an address that may be, whole or not at all, and never without end.

Over the standard library's `http.client` and `urllib.request`, put together here: they speak HTTP,
TLS and the user's proxy. No library brings the rest: `requests`, `urllib3` and `httpx` have no
limit on the time of a whole download, none checks where a name leads, and what they add (redirects,
passwords from `.netrc`, decoding) is what must not happen here.

- The proxy that the environment names (`https_proxy`, `no_proxy`) is used, as by other programs of
  the user. The proxy then looks names up, so where a name leads is not checked here; that the host
  is an allowed one, and proves it with its certificate, is.
- No password is sent, from wherever, and no cookie. Nothing is decoded.
- Looking a name up is not interrupted by our limits: the system has its own (resolv.conf(5)).
"""

from __future__ import annotations

import http.client
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Collection
from functools import partial
from typing import IO, Any

from qcheck.core.version import VERSION
from qcheck.jobs.hosts import Address, endpoints, read_address

__all__ = ["MOST_BYTES", "download"]

# A minute of 4K video is about 400 MB; more than this is no clip of a talking head.
MOST_BYTES = 2_000_000_000
_MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_CHUNK_BYTES = 1 << 16

_IDLE_S = 30.0
"""How long nothing at all may come; and within it, so many bytes must have come:"""
_LEAST_BYTES = 10_000
# 2 GB at 9 Mbit/s.
_WHOLE_S = 1800.0


def download(location: str, file: IO[bytes], added: Collection[str] = ()) -> None:
    """Write what lies at ``location`` to ``file``.

    Raises ValueError and OSError, with what is wrong as their text.
    """
    address = read_address(location, added)
    with _Watch() as watch:
        try:
            for _ in range(_MOST_REDIRECTS + 1):
                response = _opened(address, watch)
                with response:
                    if response.status not in _REDIRECTS:
                        _copy(response, file, watch)
                        return
                    address = _next(address, response, added)
        except (http.client.HTTPException, OSError, ValueError) as error:
            if watch.ran_out:
                raise TimeoutError(watch.says) from error
            if isinstance(error, http.client.HTTPException):
                # Of what such an answer says itself, nothing is repeated: it may be anything.
                raise ValueError(_says(error)) from error
            raise
    raise ValueError(f"it is redirected more than {_MOST_REDIRECTS} times")


def _says(error: http.client.HTTPException) -> str:
    if isinstance(error, http.client.IncompleteRead):
        return "it breaks off"
    return f"what answers there does not speak HTTP as it should ({type(error).__name__})"


def _next(address: Address, response: http.client.HTTPResponse, added: Collection[str]) -> Address:
    """Where a redirect leads."""
    location = urllib.parse.urljoin(address.url, response.headers.get("Location", ""))
    try:
        target = read_address(location, added)
    except ValueError as error:
        raise ValueError(f"it is redirected: {error}") from error
    if target.loopback != address.loopback:
        raise ValueError("it is redirected to another machine")
    return target


def _opened(address: Address, watch: _Watch) -> http.client.HTTPResponse:
    """The response of the host, of whatever status; redirects are not followed."""
    opener = urllib.request.OpenerDirector()
    if not address.loopback:
        opener.add_handler(urllib.request.ProxyHandler())
    opener.add_handler(_Handler(address, watch))
    request = urllib.request.Request(
        address.url, headers={"User-Agent": f"qcheck/{VERSION}", "Accept-Encoding": "identity"}
    )
    try:
        response = opener.open(request, timeout=_IDLE_S)
    except urllib.error.URLError as error:
        # What is wrapped says what is wrong, without urllib's brackets around it.
        if isinstance(error.reason, OSError):
            raise error.reason from error
        raise
    assert isinstance(response, http.client.HTTPResponse)
    return response


def _copy(response: http.client.HTTPResponse, file: IO[bytes], watch: _Watch) -> None:
    if response.status != 200:
        raise ValueError(f"the server answers with status {response.status}")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ValueError("it is compressed, which was not asked for")
    declared = _declared_bytes(response)
    if declared is not None and declared > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES / 1e9:g} GB")
    got = 0
    # read1 gives what has come, so that a trickle is seen as one.
    while chunk := response.read1(_CHUNK_BYTES):
        got += len(chunk)
        if got > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES / 1e9:g} GB")
        watch.has_come(got)
        file.write(chunk)
    if watch.ran_out:
        raise TimeoutError(watch.says)
    if declared is not None and got != declared:
        raise ValueError(f"only {got} of {declared} bytes came")


def _declared_bytes(response: http.client.HTTPResponse) -> int | None:
    """How long it says that it is; None for one in chunks, which says where it ends.

    One that says neither cannot be known to be whole.
    """
    if response.chunked:
        return None
    lengths = set(response.headers.get_all("Content-Length", ()))
    if len(lengths) != 1 or not (length := lengths.pop().strip()).isdecimal():
        raise ValueError("the server does not say how long it is")
    return int(length)


class _Handler(urllib.request.AbstractHTTPHandler):
    """Opens a connection to where an address leads, and to nowhere else."""

    def __init__(self, address: Address, watch: _Watch) -> None:
        super().__init__()
        self._reach = partial(_reach, address=address, watch=watch)

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_Https, reach=self._reach), request)

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_Http, reach=self._reach), request)

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_


class _Http(http.client.HTTPConnection):
    def __init__(self, *args: Any, reach: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        # Kept there to be replaced; with a proxy, host and port are the proxy's.
        self._create_connection = partial(reach, self)


class _Https(http.client.HTTPSConnection):
    def __init__(self, *args: Any, reach: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._create_connection = partial(reach, self)


def _reach(
    connection: http.client.HTTPConnection,
    place: tuple[str, int],
    timeout_s: float,
    source: None,
    *,
    address: Address,
    watch: _Watch,
) -> socket.socket:
    """Connect to one of the places that the host leads to, each of which was checked."""
    if getattr(connection, "_tunnel_host", None):
        found = socket.getaddrinfo(*place, type=socket.SOCK_STREAM)
    else:
        found = endpoints(address)
    fault: OSError | None = None
    for family, kind, protocol, _, where in found:
        made = socket.socket(family, kind, protocol)
        try:
            made.settimeout(timeout_s)
            made.connect(where)
            watch.add(made)
        except OSError as error:
            made.close()
            fault = error
        else:
            return made
    raise fault or OSError("no address is known for it")


class _Watch:
    """Cuts connections on which too little comes, or for too long, whatever waits for them.

    The time-out of a socket does not: it begins anew with every byte.
    """

    def __init__(self) -> None:
        self._begun_s = time.monotonic()
        self._until_s = self._begun_s + _IDLE_S
        self._counted_bytes = 0
        self._sockets: list[socket.socket] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.ran_out = False
        self.says = ""

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        for each in self._sockets:
            each.close()

    def add(self, made: socket.socket) -> None:
        # A handle of our own: TLS takes the socket itself away.
        self._sockets.append(made.dup())
        if self.ran_out:
            raise TimeoutError(self.says)

    def has_come(self, so_far_bytes: int) -> None:
        if so_far_bytes - self._counted_bytes >= _LEAST_BYTES:
            self._counted_bytes = so_far_bytes
            self._until_s = time.monotonic() + _IDLE_S

    def _look(self) -> None:
        end_s = self._begun_s + _WHOLE_S
        while (left_s := min(self._until_s, end_s) - time.monotonic()) > 0:
            if self._done.wait(left_s):
                return
        whole = time.monotonic() >= end_s
        self.says = (
            f"it takes longer than {_WHOLE_S / 60:g} minutes"
            if whole
            else f"less than {_LEAST_BYTES / 1000:g} kB came in {_IDLE_S:g} s"
        )
        self.ran_out = True
        for each in self._sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
