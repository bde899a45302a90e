"""A result downloaded whole or not at all, and never without end."""

from __future__ import annotations

import http.server
import io
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hosting import Hosting, Visit, answer

from qcheck.jobs import downloads
from qcheck.jobs.downloads import download

DATA = bytes(range(256)) * 1000
OPENSSL = shutil.which("openssl")


def got(location: str, *added: str) -> bytes:
    file = io.BytesIO()
    download(location, file, added)
    return file.getvalue()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "_IDLE_S", 0.5)


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    head = b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks) + end


def test_what_lies_there_comes_whole(hosting: Hosting) -> None:
    assert got(hosting.hand_out("a", DATA)) == DATA
    assert got(hosting.play("b", chunked(DATA, b"end"))) == DATA + b"end"
    [first, _] = hosting.asked
    assert first.startswith("GET /a HTTP/1.1\r\n")
    assert "Accept-Encoding: identity\r\n" in first
    assert "qcheck/" in first


def test_nothing_is_sent_but_the_request(
    hosting: Hosting, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("INFERENCE_API_KEY", "secret")
    hosting.play("a", answer(status=302, location="/b", set_cookie="id=secret"))
    hosting.hand_out("b", DATA)
    assert got(f"{hosting.origin}/a") == DATA
    names = {line.partition(":")[0] for head in hosting.asked for line in head.splitlines()[1:]}
    assert names == {"", "Host", "User-Agent", "Accept-Encoding", "Connection"}


@pytest.mark.parametrize(
    "said",
    [
        answer(DATA[:5000], content_length=str(len(DATA))),
        answer(content_length=str(len(DATA))),
        chunked(DATA, end=b""),
        chunked(DATA, end=b"ff\r\nshort"),
        chunked(DATA, end=b"zz\r\n"),
        b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_a_part_is_not_taken_for_the_whole(hosting: Hosting, said: bytes) -> None:
    with pytest.raises((ValueError, OSError)):
        got(hosting.play("a", said))


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (answer(DATA, content_length=""), "does not say how long it is"),
        (answer(DATA, content_length="-1"), "does not say how long it is"),
        (answer(DATA, content_length="x"), "does not say how long it is"),
        (b"HTTP/1.1 200 x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "how long it is"),
        (answer(DATA, content_length=str(10**12)), "it is larger than 2 GB"),
        (answer(DATA, content_encoding="gzip"), "it is compressed"),
        (answer(DATA, status=206), "status 206"),
        (answer(DATA, status=404), "status 404"),
        (answer(status=204), "status 204"),
        (answer(status=304), "status 304"),
        (answer(status=300, location="/b"), "status 300"),
    ],
)
def test_what_is_not_a_whole_result_is_refused(hosting: Hosting, said: bytes, says: str) -> None:
    hosting.hand_out("b", DATA)
    with pytest.raises(ValueError, match=says):
        got(hosting.play("a", said))


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\0\1\2",
        b"SSH-2.0-x\r\n",
        b"HTTP/9.9 200 x\r\n\r\n",
        b"HTTP/1.1 200 x\r\n" + b"A: b\r\n" * 1000 + b"\r\n",
        b"HTTP/1.1 200 x\r\nA: " + b"b" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 " + b"b" * 100_000 + b"\r\n\r\n",
    ],
)
def test_what_does_not_speak_http_is_refused(hosting: Hosting, said: bytes) -> None:
    with pytest.raises((ValueError, OSError), match=r"HTTP|reset|closed|refused"):
        got(hosting.play("a", said))


def test_no_more_is_taken_than_a_result_may_have(
    hosting: Hosting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_BYTES", len(DATA))
    assert got(hosting.play("a", chunked(DATA))) == DATA
    monkeypatch.setattr(downloads, "MOST_BYTES", len(DATA) - 1)
    for said in (answer(DATA), chunked(DATA)):
        with pytest.raises(ValueError, match="it is larger than"):
            got(hosting.play("a", said))


HEAD = b"HTTP/1.1 200 x\r\nContent-Length: 100000\r\n\r\n"


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "play",
    [
        lambda visit: visit.wait(),
        lambda visit: visit.drip(b"HTTP/1.1 200 x\r\nA: " + b"b" * 1000),
        lambda visit: visit.drip(b"HTTP/1.1 100 x\r\n\r\n"),
        lambda visit: (visit.say(HEAD), visit.wait()),
        lambda visit: (visit.say(HEAD), visit.drip(b"a")),
        lambda visit: (visit.say(HEAD + b"a" * 50_000), visit.drip(b"a")),
        lambda visit: (visit.say(chunked(end=b"")), visit.drip(b"1\r\na\r\n")),
        lambda visit: (visit.say(chunked(end=b"")), visit.drip(b"1")),
        lambda visit: (visit.say(chunked(DATA, end=b"0\r\n")), visit.drip(b"A: b\r\n")),
        lambda visit: (visit.say(answer(status=302, location="/a")), visit.drip(b"a")),
    ],
)
def test_a_trickle_ends(hosting: Hosting, play: Callable[[Visit], None]) -> None:
    with pytest.raises((OSError, ValueError), match=r"in 0.5 s|redirected more than|timed out"):
        got(hosting.play("a", play))


def test_a_download_that_goes_on_and_on_ends(
    hosting: Hosting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "_WHOLE_S", 0.5)
    endless = answer(content_length=str(10**9))

    def play(visit: Visit) -> None:
        visit.say(endless)
        while True:
            visit.say(DATA)

    with pytest.raises(TimeoutError, match="it takes longer than"):
        got(hosting.play("a", play))


def test_redirects_are_followed_on_the_host(hosting: Hosting) -> None:
    hosting.play("a", answer(b"moved", 301, location="b"))
    hosting.play("b", answer(status=307, location=f"{hosting.origin}/c?x=1"))
    hosting.hand_out("c", DATA)
    assert got(f"{hosting.origin}/a") == DATA
    assert [head.split()[1] for head in hosting.asked] == ["/a", "/b", "/c?x=1"]


@pytest.mark.parametrize(
    "location",
    [
        *("http://10.0.0.1/a", "http://127.0.0.1:1/a", "http://localhost/a", "https://evil.org/a"),
        *("file:///etc/passwd", "ftp://127.0.0.1/a", "//evil.org/a", "data:,a", "\\\\host\\a"),
        *("https://cloud.inference.sh/a", "http://cloud.inference.sh/a", "http://[::1]/a"),
        *("http://a@127.0.0.1/a", "javascript:a", "http://127.0.0.1:99999/a"),
    ],
)
def test_no_redirect_leads_elsewhere(hosting: Hosting, location: str) -> None:
    with pytest.raises(ValueError, match=r"it is redirected|Port"):
        got(hosting.play("a", answer(status=302, location=location)))
    assert len(hosting.asked) == 1


def test_redirects_end(hosting: Hosting) -> None:
    with pytest.raises(ValueError, match="redirected more than 5 times"):
        got(hosting.play("a", answer(status=302, location="/a")))
    assert len(hosting.asked) == 6
    with pytest.raises(ValueError, match="redirected more than"):
        got(hosting.play("a", answer(status=302)))


def test_nobody_there_is_told(hosting: Hosting) -> None:
    hosting.close()
    with pytest.raises(OSError, match="refused"):
        got(f"{hosting.origin}/a")


def test_a_name_that_leads_into_a_private_network_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, hosting: Hosting
) -> None:
    port = int(hosting.origin.rpartition(":")[2])
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    for location, added in (
        ("https://cloud.inference.sh/a", ()),
        ("https://cdn.x.org/a", ("cdn.x.org",)),
    ):
        with pytest.raises(OSError, match=r"leads to 127\.0\.0\.1, which is not in public"):
            got(location, *added)
    assert hosting.asked == []


class Secure:
    """A host that speaks TLS under the name of the platform's."""

    def __init__(self, folder: Path) -> None:
        subject = ["-subj", "/CN=test", "-addext", "subjectAltName=DNS:cloud.inference.sh"]
        keys = ["-keyout", str(folder / "key"), "-out", str(folder / "certificate")]
        subprocess.run(
            [str(OPENSSL), *("req", "-x509", "-newkey", "rsa:2048", "-nodes"), *keys, *subject],
            check=True,
            capture_output=True,
        )
        self.certificate = folder / "certificate"

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.wfile.write(answer(DATA))

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, folder / "key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.port = self.server.server_address[1]


@pytest.fixture
def secure(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Secure]:
    if OPENSSL is None:
        pytest.skip("openssl is not installed")
    made = Secure(tmp_path_factory.mktemp("secure"))
    monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def proxy(secure: Secure, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """The user's proxy, through which all names lead to the secure host; what it was asked."""
    asked: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def pass_on(source: socket.socket, target: socket.socket) -> None:
        try:
            while part := source.recv(65536):
                target.sendall(part)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def serve() -> None:
        while True:
            try:
                made, _ = listening.accept()
            except OSError:
                return
            asked.append(made.recv(65536))
            behind = socket.create_connection(("127.0.0.1", secure.port))
            made.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            for pair in ((made, behind), (behind, made)):
                threading.Thread(target=pass_on, args=pair, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{listening.getsockname()[1]}")
    yield asked
    listening.close()


def test_the_proxy_of_the_user_is_used(proxy: list[bytes]) -> None:
    assert got("https://cloud.inference.sh/a") == DATA
    assert proxy[0].startswith(b"CONNECT cloud.inference.sh:443 ")


def test_who_does_not_prove_to_be_the_host_is_refused(proxy: list[bytes], secure: Secure) -> None:
    """Whatever a name server or a proxy says: the certificate is for another name."""
    with pytest.raises(ssl.SSLCertVerificationError, match=r"cdn\.x\.org"):
        got("https://cdn.x.org/a", "cdn.x.org")


def test_a_host_that_nobody_vouches_for_is_refused(
    proxy: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ssl.SSLCertVerificationError):
        got("https://cloud.inference.sh/a")


def test_a_host_is_reached_where_it_was_checked_to_lead(
    secure: Secure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for once: a name server that answers otherwise the second time changes nothing."""
    place = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", secure.port))
    looked_up = []

    def endpoints(address: object) -> list[tuple[object, ...]]:
        looked_up.append(address)
        return [place]

    monkeypatch.setattr(downloads, "endpoints", endpoints)
    monkeypatch.setattr(socket, "getaddrinfo", None)
    assert got("https://cloud.inference.sh/a") == DATA
    assert len(looked_up) == 1
