"""Keys, tokens and passwords, which belong in no message, report or log.

An address is shown without the user and the password in it, and without its query, in which signed
addresses carry their signature: what is left says well enough which one it is. What a payload is
sent with is not touched.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import cache

__all__ = ["hide_credentials", "hide_environment", "hider"]

_HIDDEN = "…"

# RFC 3986, 3: scheme, authority with userinfo, path, query and fragment.
_ADDRESS = re.compile(
    r"(?P<scheme>\b[a-z][a-z0-9+.-]{0,30}://)(?:[^\s/?#\"'<>]*@)?(?P<place>[^\s?#\"'<>]*)"
    r"(?P<query>[?#][^\s\"'<>]*[^\s\"'<>.,;:!?)\]])?",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(Bearer\s+)[\w.~+/=-]{8,}", re.IGNORECASE)

_SECRET = r"(?:api[-_]?key|access[-_]?key|token|secret|password|passwd|authorization|cookie)"
# A name that says what its value is, in JSON, in TOML, in Python's spelling, or in a finding.
_NAMED = re.compile(
    rf"({_SECRET}\b[\"']?(?:\s*[:=]\s*|\s+(?:is|does not fit:)\s+))"
    r"([\"'])(?:\\.|(?!\2)[^\\\n])+\2",
    re.IGNORECASE,
)

# Values of the environment that are shorter are words: replacing them would garble a report.
_LEAST_CHARACTERS = 8
_SECRET_VARIABLE = re.compile(rf"(?:^|_){_SECRET}(?:_|$)", re.IGNORECASE)


def hide_credentials(text: str) -> str:
    """``text`` without what it quotes of somebody's keys."""
    text = _ADDRESS.sub(_address, text)
    text = _BEARER.sub(rf"\1{_HIDDEN}", text)
    return _NAMED.sub(rf"\1\2{_HIDDEN}\2", text)


def _address(found: re.Match[str]) -> str:
    query = f"{found['query'][0]}{_HIDDEN}" if found["query"] else ""
    return f"{found['scheme']}{found['place']}{query}"


def hide_environment(text: str, environment: Mapping[str, str] = os.environ) -> str:
    """``text`` without the keys that stand in the environment: INFERENCE_API_KEY, say."""
    values = _secrets_of(environment)
    return _any_of(values).sub(_HIDDEN, text) if values else text


def hider(environment: Mapping[str, str] = os.environ) -> Callable[[str], str]:
    """Both as one function, for many texts."""
    values = _secrets_of(environment)
    if not values:
        return hide_credentials
    return lambda text: hide_credentials(_any_of(values).sub(_HIDDEN, text))


def _secrets_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        value
        for name, value in environment.items()
        if len(value) >= _LEAST_CHARACTERS and _SECRET_VARIABLE.search(name)
    )


@cache
def _any_of(values: tuple[str, ...]) -> re.Pattern[str]:
    # The longest first: one may be the beginning of another.
    return re.compile("|".join(map(re.escape, sorted(values, key=len, reverse=True))))
