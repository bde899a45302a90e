"""Readers of written inputs, and every rule that judges them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from qcheck.core.job import Job
from qcheck.core.results import FileReport, Report, Severity, Status
from qcheck.engine.judge import Selected, applies, check_file
from qcheck.engine.limits import resolve_limits
from qcheck.engine.registry import load_rules
from qcheck.jobs.texts import sentences_of, spoken_pieces
from qcheck.media.content import Decoding, Text
from qcheck.media.file import File
from qcheck.probes.evidence import Evidence
from qcheck.targets import catalogue
from tools import ROOT
from tools.attack.entries.entry import Entry, Misread

__all__ = ["entries"]

_FIXTURES = ROOT / "fixtures"
_CAPTION_WORDS = (
    *(b"-->", b"00:00:01,000", b"00:01.000", b"WEBVTT\n\n", b"NOTE x\n\n", b"STYLE\n::cue{}\n\n"),
    *(
        b"REGION\nid:a\n\n",
        b"<v A>",
        b"<00:00:01.000>",
        b"{\\an8}",
        b"&lrm;",
        b"\n\n",
        b"align:start",
    ),
)
_SCRIPT_WORDS = (
    b"[S1] ",
    b"[S2] ",
    b"(laughs)",
    b"(",
    b"]",
    b"[",
    "\u4f60\u597d".encode(),
    b"\n\n",
)
_PAYLOADS: tuple[tuple[str, Any], ...] = (
    ("bytedance/omnihuman-1-5", {"image": "portrait.png", "audio": "voice.wav", "mask_index": 0}),
    ("falai/dia-tts", {"text": "[S1] Hello. [S2] (laughs) Hi.", "seed": 1, "temperature": 1.3}),
    ("falai/fabric-1-0", {"image": "a.png", "audio": "https://x.org/a.mp3", "resolution": "720p"}),
    (
        "infsh/caption-videos",
        {"video_file": "a.mp4", "segments": [{"start": 0, "end": 1.5, "text": "Hello"}]},
    ),
    (
        "infsh/media-merger",
        {"media_files": [{"file": "a.mp4", "start_time": 0}, {"file": "b.mp4"}]},
    ),
    ("falai/flux-dev-lora", {"prompt": "a", "width": 1024, "loras": [{"path": "x", "scale": 1}]}),
    ("somebody/unknown", {"image": "a.png", "b": ["data:image/png;base64,iVBORw0KGgo=", {"c": 1}]}),
)


def entries() -> Iterator[Entry]:
    """Each text with all rules of its medium, which is how anybody would give it to qcheck."""
    captions = (
        *_texts("*.srt"),
        b"WEBVTT\n\nNOTE x\n\n1\n00:00.000 --> 00:01.500 align:start\n<v A>Hello</v>\n",
        b'[{"start": 0, "end": 1.5, "text": "Hello"}, {"start": 2, "end": 3, "text": "you"}]',
        b'{"segments": [{"start": 0, "end": 1.5, "text": "Hello"}]}',
    )
    yield Entry("captions", captions, _judged("captions"), words=_CAPTION_WORDS)
    yield Entry("scripts", _texts("script*.txt"), _judged("script"), words=_SCRIPT_WORDS)
    yield Entry("sentences to be spoken", _texts("script*.txt"), _spoken, words=_SCRIPT_WORDS)
    plans = _texts("*.toml")
    yield Entry("plans", plans, _judged("plan"), words=_words(plans))
    for app, payload in _PAYLOADS:
        seed = json.dumps(payload).encode()
        words = tuple(json.dumps(key).encode() for key in payload)
        yield Entry(f"payloads for {app}", (seed,), _payload(app), words=words)


def _texts(pattern: str) -> tuple[bytes, ...]:
    found = [*sorted(_FIXTURES.glob(pattern)), *sorted((_FIXTURES / "defects").glob(pattern))]
    return tuple(path.read_bytes() for path in found)


def _words(texts: tuple[bytes, ...]) -> tuple[bytes, ...]:
    lines = {line for text in texts for line in text.split(b"\n") if line}
    return tuple(sorted(lines))


@cache
def _selected(medium: str) -> tuple[Selected, ...]:
    return tuple(
        Selected(rule, resolve_limits(rule, []))
        for rule in load_rules().all
        if applies(rule, medium)
    )


def _report(data: bytes, medium: str, job: Job) -> tuple[FileReport, Evidence]:
    evidence = Evidence(File(f"a.{medium}", data, role=medium), job)
    report = check_file(evidence, _selected(medium), job)
    for outcome in report.outcomes:
        if outcome.status is Status.CRASHED:
            raise RuntimeError(f"{outcome.rule} crashed: {outcome.reason}\n{outcome.trace}")
    return report, evidence


def _judged(medium: str) -> Callable[[bytes], object]:
    def read(data: bytes) -> object:
        return _classes(_report(data, medium, Job())[0])

    return read


def _classes(report: FileReport) -> object:
    return tuple(
        (each.rule, each.status.name, len(each.judgements) > 1) for each in report.outcomes
    )


def _payload(app: str) -> Callable[[bytes], object]:
    known = catalogue.find_target(app) is not None

    def read(data: bytes) -> object:
        report, evidence = _report(data, "payload", Job(app=app))
        decoding = evidence.get(Decoding)
        blocked = Report((report,), None, Severity.ERROR).blocks(report)
        if isinstance(decoding.content, Text) and not blocked:
            _must_be_plain(decoding.content.text, known)
        return _classes(report), blocked

    return read


def _must_be_plain(text: str, known: bool) -> None:
    """What is not blocked is one object: keys that stand in it once, numbers that are numbers."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in found}) != len(found):
            raise Misread("a key stands in it twice, and nothing was said")
        return dict(found)

    def constant(name: str) -> float:
        raise Misread(f"{name} was taken for a number")

    value = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    if not isinstance(value, dict):
        raise Misread("it is no object, and nothing was said")
    if known and not value:
        raise Misread("it is empty, and nothing was said")


def _spoken(data: bytes) -> object:
    text = data.decode("utf-8", "replace")
    pieces, sentences = spoken_pieces(text), sentences_of(text)
    # A text without a word is blocked by its length.
    if text.strip() and any(not piece.strip() for piece in pieces):
        raise Misread("nothing would be spoken, and paid")
    return min(len(pieces), 4), min(len(sentences), 4)
