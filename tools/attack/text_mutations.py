"""What is done to a text, a JSON or TOML document, or a command: words, numbers, nesting, bytes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

from tools.attack.mutations import MUTATIONS

__all__ = ["mutated_text", "odd_value"]

_ODD_JSON = (
    "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1e-999", "9" * 400, "-0", "0", "-1", "1.5",
    "true", "null", "[]", "{}", '""', '"\\ud800"', '"\\u0000"', '"\\u001b[31m"', '"a\\nb"', "[[]]",
)  # fmt: skip
_ODD_TOML = (
    "nan", "inf", "-inf", "1e999", "9" * 30, "-1", "0", "1.5", "true", "[]", "{}", '""', "''",
    "1979-05-27", "07:32:00", "1979-05-27T07:32:00Z", '"\\u0000"', '"\\ud800"', "[[1], [2]]",
    "{a = {b = {c = 1}}}", '"../../etc/passwd"', '"~nobody/x"', '"/dev/zero"', "[1, 'a', nan]",
)  # fmt: skip
_ODD_TEXT = (
    "\ufeff", "\u2028", "\u202e", "\x1b[2J", "\0", "\r", "\t", "\U0001f600", "\ud7ff", "é", "\x85",
    "::error::", "##[command]", "<script>", "&#1114112;", "&amp;" * 3, "[S1]", "[S3]", "(laughs)",
    "-->", "WEBVTT", "NOTE", "00:00:00,000 --> 00:00:01,000", "99:99:99,999", "1e400", "%s", "{0}",
    "~root/x", "../x", "C:\\x", "file:///etc/passwd", "https://[", "http://a:b@c:99999999/",
)  # fmt: skip
_DEPTHS = (10, 100, 1000, 20_000)
_TIMES = (10, 100, 1000, 30_000)
_MOST_BYTES = 400_000


def mutated_text(
    chance: random.Random, data: bytes, others: Sequence[bytes], words: Sequence[bytes] = ()
) -> bytes:
    """``data`` with one to four things done to it."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        change = chance.choice(_CHANGES)
        data = change(chance, data, others, words)[:_MOST_BYTES]
    return data


def _change_bytes(
    chance: random.Random, data: bytes, others: Sequence[bytes], _: Sequence[bytes]
) -> bytes:
    name = chance.choice(
        ("bits", "bytes", "removed", "repeated", "swapped", "truncated", "spliced")
    )
    return MUTATIONS[name](chance, data, chance.choice(others)) if len(data) > 1 else b"\xff"


def _insert_word(
    chance: random.Random, data: bytes, _: Sequence[bytes], words: Sequence[bytes]
) -> bytes:
    word = chance.choice(words) if words and chance.random() < 0.6 else _odd(chance)
    at = chance.randrange(len(data) + 1)
    drop = chance.choice((0, 0, len(word)))
    return data[:at] + word + data[at + drop :]


def _odd(chance: random.Random) -> bytes:
    return chance.choice((*_ODD_TEXT, *_ODD_JSON, *_ODD_TOML)).encode("utf-8", "surrogatepass")


def _repeat_word(
    chance: random.Random, data: bytes, _: Sequence[bytes], words: Sequence[bytes]
) -> bytes:
    """A word many times over: what is done for each must not be done again for each other."""
    if chance.random() > 0.05:
        return _insert_word(chance, data, (), words)
    word = chance.choice(words) if words else b"a."
    at = chance.randrange(len(data) + 1)
    return data[:at] + word * chance.choice(_TIMES) + data[at:]


def _nest(chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]) -> bytes:
    if chance.random() > 0.05:
        return _lines(chance, data, (), ())
    opening, closing = chance.choice(
        (
            (b"[", b"]"),
            (b'{"a":', b"}"),
            (b"{a=", b"}"),
            (b"a.", b""),
            (b"(", b")"),
            (b"<b>", b"</b>"),
        )
    )
    depth = chance.choice(_DEPTHS)
    at = chance.randrange(len(data) + 1)
    middle = chance.choice((b"1", b"", b'"x"'))
    return data[:at] + opening * depth + middle + closing * depth + data[at:]


def _lines(chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]) -> bytes:
    lines = data.split(b"\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    action = chance.randrange(4)
    if action == 0:
        del lines[one]
    elif action == 1:
        lines.insert(two, lines[one])
    elif action == 2:
        lines[one], lines[two] = lines[two], lines[one]
    else:
        lines[one] += lines[two]
    return chance.choice((b"\n", b"\n", b"\n", b"\r\n", b"\r")).join(lines)


def _change_number(
    chance: random.Random, data: bytes, _: Sequence[bytes], __: Sequence[bytes]
) -> bytes:
    places = [i for i, byte in enumerate(data) if 48 <= byte <= 57]
    if not places:
        return data + b"9"
    at = chance.choice(places)
    wanted = chance.choice((b"-1", b"0", b"9" * 20, b"1e308", b"nan", b"0.5", b"00", b"\xd9\xa1"))
    return data[:at] + wanted + data[at + 1 :]


def _change_document(
    chance: random.Random, data: bytes, others: Sequence[bytes], words: Sequence[bytes]
) -> bytes:
    """Another value at some place of a JSON document, or of a line of TOML."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return _change_toml(chance, data)
    changed = _change_node(chance, document, others)
    try:
        text = json.dumps(changed)
    except RecursionError:
        return data
    if chance.random() < 0.3:
        # What json.dumps would never write.
        text = text.replace('"ODD"', chance.choice(_ODD_JSON), 1)
    if chance.random() < 0.1 and text.startswith("{") and len(text) > 2:
        text = "{" + text[1:-1] + ", " + text[1:]  # every key twice
    return text.encode("utf-8", "surrogatepass")


def _change_node(chance: random.Random, node: Any, others: Sequence[bytes]) -> Any:
    if isinstance(node, dict) and node and chance.random() < 0.8:
        key = chance.choice(list(node))
        if chance.random() < 0.2:
            node[str(odd_value(chance)) if chance.random() < 0.1 else key + "_"] = node.pop(key)
        else:
            node[key] = _change_node(chance, node[key], others)
        return node
    if isinstance(node, list) and node and chance.random() < 0.8:
        at = chance.randrange(len(node))
        node[at] = _change_node(chance, node[at], others)
        return node
    return odd_value(chance)


def odd_value(chance: random.Random) -> Any:
    """A value that nobody expects where it stands."""
    return chance.choice(
        (
            *(None, True, False, 0, -1, 1, 2**63, -(2**63), 10**30, 0.5, 1e308, "", "x", "ODD"),
            *([], {}, [[]], [None], {"a": None}, {"path": 1}, {"uri": []}, {"": ""}, "a" * 5000),
            *(
                "\ud800",
                "\0",
                "\x1b]0;x\x07",
                "~nobody/a.png",
                "/dev/zero",
                ".",
                "//",
                "data:image/png;",
            ),
            *(
                "data:image/png;base64,AAAA",
                "A" * 64,
                "file:///etc/passwd",
                "https://[",
                "http://\n/",
            ),
        )
    )


def _change_toml(chance: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    places = [i for i, line in enumerate(lines) if b"=" in line]
    if not places:
        return data + b"\n" + _odd(chance)
    at = chance.choice(places)
    key, _, value = lines[at].partition(b"=")
    action = chance.randrange(4)
    if action < 2:
        value = chance.choice(_ODD_TOML).encode()
    elif action == 2:
        key = chance.choice((key.strip() + b"x ", b"a.b.c ", b'"" ', b"limits.x ", b"\xff "))
    else:
        lines.insert(at, chance.choice((b"[a]", b"[[a]]", b"[limits.face-count]", b"[[ignores]]")))
        return b"\n".join(lines)
    lines[at] = key + b"= " + value
    return b"\n".join(lines)


_Change = Callable[[random.Random, bytes, Sequence[bytes], Sequence[bytes]], bytes]
_CHANGES: tuple[_Change, ...] = (
    *(_change_bytes, _insert_word, _insert_word, _repeat_word, _nest, _lines, _change_number),
    *(_change_document, _change_document),
)
