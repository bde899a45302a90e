"""Every key that a configuration may hold, and what it is for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from qcheck.engine.settings import TABLES, Settings

__all__ = ["BOUND_KEYS", "IGNORE_KEYS", "KEYS", "Key", "config_keys"]


@dataclass(frozen=True)
class Key:
    """One key of the configuration: what it is for, and an example in TOML."""

    says: str
    example: str


KEYS = {
    "for": Key("The app that will render (`qcheck apps`); its limits apply.", '"omnihuman-1-5"'),
    "speakers": Key("How many people speak.", "1"),
    "select": Key(
        "The rules that run: names, codes, beginnings of codes (P, V2), a medium or ALL.",
        '["ALL"]',
    ),
    "extend-select": Key("Rules that run as well.", "[]"),
    "ignore": Key("Rules that do not run.", '["background"]'),
    "preview": Key("Whether preview rules run as well.", "false"),
    "fail-on": Key("The lowest severity that blocks: error, warning or never.", '"error"'),
    "min-score": Key("Files whose weakest score is below this block, 0 to 100.", "50"),
    "output-format": Key(
        "The formats (`qcheck formats`); FORMAT=FILE writes a file.", '["full", "json=qcheck.json"]'
    ),
    "plugins": Key(
        "Your own rules: files, or folders of them (`qcheck rule new` makes one).", "[]"
    ),
    "baseline": Key(
        "Known findings, which do not count (`qcheck baseline update` records them).",
        '"qcheck-baseline.json"',
    ),
    "exclude": Key(
        "Folders and files to leave out of folders that are checked.", '["drafts", "*.thumb.jpg"]'
    ),
}

BOUND_KEYS = {
    "file-mb": "The largest file that is read.",
    "picture-megapixels": "The largest picture that is decoded.",
    "recording-s": "How much sound is decoded, in seconds of mono at 48 kHz.",
    "check-s": "How long checking one file may take.",
    "memory-mb": "How much memory checking one file may take.",
}

IGNORE_KEYS = {
    "path": "A file, a folder or a glob, relative to the configuration; ** crosses folders.",
    "rules": "Rules whose findings do not count there.",
    "reason": "Why they may stay.",
    "until": "The last day on which they may stay.",
}


def config_keys() -> Iterator[tuple[str, str]]:
    """Every plain key and the field that it is read into."""
    for field in dataclasses.fields(Settings):
        if field.name not in (*TABLES, "origin"):
            yield field.name.rstrip("_").replace("_", "-"), field.name
