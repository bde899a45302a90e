"""From where results are fetched."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcheck.core.errors import UsageFault
from qcheck.jobs.hosts import Address, endpoints, read_address, read_host

HOST = "cloud.inference.sh"


@pytest.mark.parametrize(
    ("location", "url"),
    [
        (f"https://{HOST}/u/a.mp4", f"https://{HOST}/u/a.mp4"),
        ("HTTPS://Cloud.Inference.SH./a.mp4?x=1&y=%20#t", f"https://{HOST}/a.mp4?x=1&y=%20"),
        (f"https://{HOST}:443/a.mp4", f"https://{HOST}/a.mp4"),
        (f"https://{HOST}", f"https://{HOST}/"),
        (f"https://{HOST}/é.mp4", f"https://{HOST}/%C3%A9.mp4"),
    ],
)
def test_the_platform_s_addresses_are_taken_however_they_are_written(
    location: str, url: str
) -> None:
    assert read_address(location).url == url


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("", "not an https address"),
        ("a.mp4", "not an https address"),
        ("/etc/passwd", "not an https address"),
        (f"//{HOST}/a", "not an https address"),
        (f"\\\\{HOST}\\a", "not a web address"),
        (f"http://{HOST}/a", "not an https address"),
        (f"ftp://{HOST}/a", "not an https address"),
        (f"file://{HOST}/a", "not an https address"),
        ("data:video/mp4;base64,AAAA", "not an https address"),
        ("https:///a", "not an https address"),
        (f"https:{HOST}/a", "not an https address"),
        (f" https://{HOST}/a", "not a web address"),
        (f"https://{HOST}/a\r\nHost: evil.org", "not a web address"),
        (f"ht\ntps://{HOST}/a", "not a web address"),
        (f"https://evil.org\\@{HOST}/a", "not a web address"),
        (f"https://me:pw@{HOST}/a", "holds a user's name"),
        (f"https://{HOST}@evil.org/a", "holds a user's name"),
        (f"https://{HOST}.evil.org/a", "not from cloud.inference.sh.evil.org"),
        (f"https://evil.org/{HOST}", "not from evil.org"),
        (f"https://evil{HOST}/a", "not from evilcloud"),
        (f"https://{HOST}../a", r"not from cloud.inference.sh\."),
        (f"https://{HOST}%00.evil.org/a", "results come from"),
        ("https://cloud.inference。sh/a", "results come from|NFKC"),
        ("https://clоud.inference.sh/a", "results come from"),
        ("https://cloud.ınference.sh/a", "results come from"),
        ("https://xn--cloud.inference.sh/a", "results come from"),
        (f"https://{HOST}:8443/a", "port 8443 is not that of https"),
        (f"https://{HOST}:0x1/a", "Port could not be cast"),
        (f"https://{HOST}:99999/a", "Port out of range"),
        ("https://127.0.0.1/a", "results come from"),
        ("https://2130706433/a", "results come from"),
        ("https://[::1]/a", "results come from"),
        ("https://[::ffff:127.0.0.1]/a", "results come from"),
        ("https://[cloud.inference.sh]/a", "results come from|does not appear"),
        ("https://localhost/a", "results come from"),
        ("https://169.254.169.254/latest/meta-data", "results come from"),
        (f"https://{HOST}/" + "a" * 8000, "too long"),
    ],
)
def test_every_other_address_is_refused(location: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_address(location)


def test_only_a_host_that_can_be_allowed_is_offered_to_be() -> None:
    for location, offered in (("https://x.org/a", True), ("https://10.0.0.1/a", False)):
        with pytest.raises(ValueError, match="results come from") as refused:
            read_address(location)
        assert ("--result-host" in str(refused.value)) is offered


@given(st.text(max_size=60))
def test_no_text_is_an_address_of_another_host(text: str) -> None:
    for location in (text, f"https://{text}", f"https://{HOST}{text}", f"https://{text}{HOST}/a"):
        try:
            address = read_address(location)
        except ValueError:
            continue
        assert (address.scheme, address.host, address.port) == ("https", HOST, 443)
        assert address.url.isascii()
        assert address.url.isprintable()


def test_a_host_that_the_user_named_is_taken_and_its_subdomains_are_not() -> None:
    assert read_address("https://cdn.x.org/a", ["cdn.x.org"]).private
    for other in ("https://x.org/a", "https://a.cdn.x.org/a", "http://cdn.x.org/a"):
        with pytest.raises(ValueError, match=r"results come from|https"):
            read_address(other, ["cdn.x.org"])


def test_a_host_is_named_as_it_is_written_anywhere() -> None:
    assert read_host("CDN.X.org.") == "cdn.x.org"
    assert read_host("xn--mnchen-3ya.de") == "xn--mnchen-3ya.de"


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "localhost", "127.0.0.1", "127.1", "[::1]", "*.x.org", "x.org:8443", "x.org/a"),
        *("https://x.org", "a@x.org", "münchen.de", "-a.org", "a..org", "x.org\n", "\x1b[2J.org"),
    ],
)
def test_what_is_not_a_host_s_name_cannot_be_named(name: str) -> None:
    with pytest.raises(UsageFault) as fault:
        read_host(name)
    assert "must be a host name" in str(fault.value)
    assert str(fault.value).isprintable()


def test_loopback_is_refused_unless_a_test_names_the_very_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = "http://127.0.0.1:8000/a"
    with pytest.raises(ValueError, match="not an https address"):
        read_address(here)
    monkeypatch.setenv("QCHECK_LOOPBACK_ORIGIN", "http://127.0.0.1:8000")
    assert read_address(here).loopback
    for other in (
        "http://127.0.0.1:8001/a",
        "http://127.0.0.1/a",
        "http://localhost:8000/a",
        "https://127.0.0.1:8000/a",
        "http://127.0.0.2:8000/a",
        "http://a@127.0.0.1:8000/a",
    ):
        with pytest.raises(ValueError, match=r"https|results come from|user"):
            read_address(other)


@pytest.mark.parametrize(
    "origin", ["1", "true", "http://10.0.0.1:80", "http://evil.org:80", "http://127.0.0.1", "x:y:z"]
)
def test_the_switch_for_tests_names_nothing_but_this_machine(
    origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QCHECK_LOOPBACK_ORIGIN", origin)
    with pytest.raises(ValueError, match="must be like"):
        read_address("http://127.0.0.1:8000/a")


def leads_to(monkeypatch: pytest.MonkeyPatch, *ips: str) -> None:
    def found(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [
            (
                socket.AF_INET6 if ":" in ip else socket.AF_INET,
                *(socket.SOCK_STREAM, 6, ""),
                (ip, port, 0, 0) if ":" in ip else (ip, port),
            )
            for ip in ips
        ]

    monkeypatch.setattr(socket, "getaddrinfo", found)


NOT_PUBLIC = [
    *("127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
    *("100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::"),
    *("fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1"),
    *("64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1"),
]


@pytest.mark.parametrize("ip", NOT_PUBLIC)
def test_a_host_that_leads_to_no_public_address_is_refused(
    ip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ips in ([ip], ["93.184.216.34", ip]):
        leads_to(monkeypatch, *ips)
        with pytest.raises(OSError, match="which is not in public"):
            endpoints(Address("https", HOST, 443, "/"))


def test_a_host_may_lead_to_public_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    leads_to(monkeypatch, "93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822")
    assert len(endpoints(Address("https", HOST, 443, "/"))) == 3


@pytest.mark.parametrize("ip", NOT_PUBLIC)
def test_a_host_that_the_user_named_may_stand_in_their_network_but_not_on_this_machine(
    ip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads_to(monkeypatch, ip)
    own = Address("https", "cdn.x.org", 443, "/", private=True)
    real = ipaddress.ip_address(ip.partition("%")[0])
    real = getattr(real, "ipv4_mapped", None) or getattr(real, "sixtofour", None) or real
    if real.is_loopback or real.is_link_local or real.is_multicast or real.is_unspecified:
        with pytest.raises(OSError, match="not in public"):
            endpoints(own)
    else:
        assert len(endpoints(own)) == 1


def test_an_address_is_shown_without_its_query() -> None:
    assert str(read_address(f"https://{HOST}/a.mp4?token=secret")) == f"https://{HOST}/a.mp4"
