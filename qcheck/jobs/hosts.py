"""From where the result of a job is fetched: which addresses, and which machines behind them.

An answer is text that somebody else wrote. What it names is fetched only from hosts that the
platform is known to use, or that the user named on the command line; never from a file, this
machine or a network behind it, whatever the answer, a redirect or a name server says.
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import urllib.parse
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from qcheck.core.errors import UsageFault, printable

__all__ = ["LOOPBACK_ORIGIN", "PLATFORM_HOSTS", "Address", "endpoints", "read_address", "read_host"]

PLATFORM_HOSTS: Mapping[str, str] = {
    "cloud.inference.sh": "answers of `infsh app run` in inference.sh's own skills for agents "
    "(inference-sh/skills, running-apps.md) and uploads in its SDK (inference-sh/sdk-py at "
    "1fc9232, tests/test_client.py), read 2026-11-28",
}
"""Hosts that results come from, and where that is written."""

LOOPBACK_ORIGIN = "QCHECK_LOOPBACK_ORIGIN"
"""Environment variable, for tests only: ``http://127.0.0.1:PORT``, the one address on this machine
that results may also come from. No configuration and no answer can set it."""

_LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")
_HTTPS_PORT = 443
_MOST_CHARACTERS = 8000
# RFC 1123 2.1, in lower case and ASCII: an international name is written as its xn-- form.
_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
# RFC 6052: IPv6 addresses that a network makes of IPv4 addresses.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

_Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Address:
    """An address that may be fetched from."""

    scheme: str
    host: str
    port: int
    target: str
    """Path and query, as they are sent."""
    private: bool = False
    """Whether the user named its host, which may then stand in a network of the user's own."""
    loopback: bool = False

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.scheme == "https" and self.port == _HTTPS_PORT
        return f"{self.scheme}://{host}" if usual else f"{self.scheme}://{host}:{self.port}"

    @property
    def url(self) -> str:
        return self.origin + self.target

    def __str__(self) -> str:
        """As it may be shown: a query can hold the key to a file."""
        return self.origin + self.target.partition("?")[0]


def read_host(name: str) -> str:
    """A host that the user names. Raises UsageFault for anything but a plain host name."""
    host = _plain_host(name)
    if not _is_name(host):
        raise UsageFault(f"--result-host {printable(name)}: must be a host name, such as cdn.x.org")
    return host


def read_address(location: str, added: Collection[str] = ()) -> Address:
    """The address, where results may come from it.

    ``added`` are the hosts that the user named, as :func:`read_host` gives them. Raises ValueError.
    """
    if len(location) > _MOST_CHARACTERS:
        raise ValueError("its address is too long")
    # What urllib.parse drops, or browsers read as a slash, is no part of any address.
    if not location.isprintable() or " " in location or "\\" in location:
        raise ValueError("it is not a web address")
    parts = urllib.parse.urlsplit(location)
    if parts.scheme not in ("https", "http") or not parts.netloc:
        raise ValueError("it is not an https address")
    if "@" in parts.netloc:
        raise ValueError("its address holds a user's name")
    host = _plain_host(parts.hostname or "")
    port = parts.port or (_HTTPS_PORT if parts.scheme == "https" else 80)
    path = urllib.parse.quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = urllib.parse.quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    target = f"{path}?{query}" if query else path
    if (parts.scheme, host, port) == _loopback_origin():
        return Address(parts.scheme, host, port, target, loopback=True)
    if parts.scheme != "https":
        raise ValueError("it is not an https address")
    if host not in PLATFORM_HOSTS and host not in added:
        known = ", ".join(PLATFORM_HOSTS)
        hint = "; if you know that host, allow it with --result-host" if _is_name(host) else ""
        shown = printable(host)[:100] or "no host"
        raise ValueError(f"results come from {known}, not from {shown}{hint}")
    if port != _HTTPS_PORT:
        raise ValueError(f"port {port} is not that of https")
    return Address("https", host, port, target, private=host in added)


def endpoints(address: Address) -> list[tuple[Any, ...]]:
    """Where the host can be reached, as ``getaddrinfo`` gives it.

    Raises OSError for a host that is not found, and where any of its addresses is one that a name
    in public has no business to lead to.
    """
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    for *_, where in found:
        ip = _real(ipaddress.ip_address(str(where[0]).partition("%")[0]))
        if not _may_be(ip, address):
            raise OSError(f"{address.host} leads to {ip}, which is not in public")
    return list(found)


def _may_be(ip: _Ip, address: Address) -> bool:
    if address.loopback:
        return ip.is_loopback
    if ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return False
    return address.private or (ip.is_global and not ip.is_private and not ip.is_reserved)


def _real(ip: _Ip) -> _Ip:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        return ip.ipv4_mapped or ip.sixtofour or ip
    return ip


def _is_name(host: str) -> bool:
    """Whether it is a name, and not an address in numbers."""
    return bool(_HOST.fullmatch(host)) and not host.rpartition(".")[2].isdecimal()


def _plain_host(name: str) -> str:
    """In lower case and without the full stop that ends a name in full."""
    return name.lower().removesuffix(".")


def _loopback_origin() -> tuple[str, str, int] | None:
    given = os.environ.get(LOOPBACK_ORIGIN)
    if not given:
        return None
    parts = urllib.parse.urlsplit(given)
    host = parts.hostname or ""
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme not in ("http", "https") or host not in _LOOPBACK_HOSTS or not port:
        raise ValueError(f"{LOOPBACK_ORIGIN} must be like http://127.0.0.1:8000")
    return parts.scheme, host, port
