"""A whole job before it is sent: the payload, and everything that it names or holds."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qcheck.core.bounded_parsing import load_json
from qcheck.core.bounded_reading import open_regular
from qcheck.core.errors import UsageFault
from qcheck.core.job import Job
from qcheck.core.results import Report
from qcheck.engine.discovery import looks_like_media
from qcheck.engine.inputs import Input, fitting_role
from qcheck.engine.options import Options
from qcheck.engine.run import run_inputs
from qcheck.engine.setup import rules_of
from qcheck.media.content import Text, Undecodable
from qcheck.media.file import File
from qcheck.media.sniff import sniff
from qcheck.media.text import decode_text
from qcheck.targets.catalogue import find_target
from qcheck.targets.contract import Target
from qcheck.targets.payload_files import (
    file_fields,
    held_inline,
    inlines,
    is_remote,
    local_path,
    named_values,
)

__all__ = ["PAYLOAD", "check_job", "price_usd", "refuse_changed"]

PAYLOAD = "payload"


def check_job(app: str, payload: str | bytes, options: Options, shown: str = PAYLOAD) -> Report:
    """Check what will be sent to ``app``: the payload and every file that it names.

    Raises UsageFault for an app that cannot exist. A payload that is no JSON object is a finding.
    """
    data = payload.encode() if isinstance(payload, str) else payload
    options = dataclasses.replace(options, app=app.partition("@")[0], before_a_job=True)
    target = find_target(app)
    inputs = [Input(PAYLOAD, role="payload", data=data, shown=shown)]
    given = _inputs(data)
    if given is not None and target is not None:
        inputs += _parts(target, given, options)
        options = dataclasses.replace(options, mask_index=_picked_face(target, given))
    elif given is not None:
        inputs += _likely_parts(given, options)
    return run_inputs(inputs, options)


def refuse_changed(report: Report) -> None:
    """Raise UsageFault where a file is no longer what was judged: it would be sent unchecked."""
    for file in report.files:
        if file.judged is None:
            continue
        path, digest = file.judged
        try:
            with open_regular(path) as opened:
                now = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            raise UsageFault(f"{file.file}: {error.strerror or error}: nothing was sent") from error
        if now != digest:
            raise UsageFault(f"{file.file} changed while it was checked: nothing was sent")


def _picked_face(target: Target, given: Mapping[str, Any]) -> int | None:
    """The face that the payload picks, where the app lets it."""
    picked = given.get("mask_index") if "mask_index" in target.input["properties"] else None
    return picked if isinstance(picked, int) and not isinstance(picked, bool) else None


def _inputs(data: bytes) -> Mapping[str, Any] | None:
    """What the payload says, read as its own rules read it; None where they refuse it."""
    try:
        content = decode_text(File(PAYLOAD, data, role="payload")).content
    except Undecodable:
        return None
    given = load_json(content.text) if isinstance(content, Text) else None
    return given if isinstance(given, dict) else None


def _parts(target: Target, given: Mapping[str, Any], options: Options) -> list[Input]:
    """The files that are there, once each, and the texts; what is not there the payload tells."""
    job = Job(expands_home=options.expands_home)
    parts: dict[tuple[str, str], Input] = {}
    held: list[Input] = []
    known: set[str] = set()
    seen: set[tuple[str, str]] = set()
    for field in file_fields(target, given):
        known.add(field.value)
        if (field.value, field.role) in seen:
            continue
        seen.add((field.value, field.role))
        if (path := _file_named(field.value, job)) is not None:
            role = fitting_role(str(path), field.role)
            parts.setdefault((str(path), role), Input(str(path), role, shown=field.value))
        elif is_remote(field.value) and (inside := held_inline(field.value)) is not None:
            role = _fitting_role_of(inside.data, field.role)
            held.append(Input(f"{PAYLOAD}: {field.key}", role, inside.data))
    for inline in inlines(target, given):
        text = inline.value if isinstance(inline.value, str) else json.dumps(inline.value)
        name = f"{PAYLOAD}: {inline.key}"
        parts[name, inline.role] = Input(name, inline.role, text.encode())
    # An input that the contract does not call a file may name one all the same, and whoever sends
    # the payload uploads it. A key that the app does not know blocks by itself.
    inputs = target.input.get("properties", {})
    own = {key: value for key, value in given.items() if key in inputs}
    others = [each for each in _likely_parts(own, options) if (each.shown or "") not in known]
    return [*parts.values(), *held, *(each for each in others if not _is_held_by(held, each))]


def _is_held_by(parts: Sequence[Input], other: Input) -> bool:
    return other.data is not None and any(each.data == other.data for each in parts)


def _fitting_role_of(data: bytes, roles: str) -> str:
    """As :func:`fitting_role`, of content that stands in the payload itself."""
    choices = roles.split(" or ")
    found = sniff(data)
    medium = found.medium if found is not None else None
    fitting = "picture" if medium == "portrait" and "picture" in choices else medium
    return fitting if fitting in choices else choices[0]


def _likely_parts(given: Mapping[str, Any], options: Options) -> list[Input]:
    """Of an app that nobody described: each value that names, or holds, a file of a known kind."""
    job = Job(expands_home=options.expands_home)
    parts: list[Input] = []
    seen: set[Path] = set()
    looked_at: set[str] = set()
    for key, value in named_values(given):
        if value in looked_at:
            continue
        looked_at.add(value)
        inside = held_inline(value)
        # What calls itself a picture, a recording or a video is checked as one even if it is none.
        if inside is not None and (inside.declared or sniff(inside.data) is not None):
            # Two keys may read alike: "a.b", and "b" within "a".
            parts.append(Input(f"{PAYLOAD}: {key}", None, inside.data))
            continue
        path = _file_named(value, job)
        if path is not None and path not in seen and looks_like_media(path):
            seen.add(path)
            parts.append(Input(str(path), None, shown=value))
    return parts


def _file_named(value: str, job: Job) -> Path | None:
    if is_remote(value):
        return None
    try:
        path = local_path(value, job)
        return path if path.is_file() else None
    except (OSError, ValueError, RuntimeError):
        return None


def price_usd(report: Report, app: str, payload: str | bytes, options: Options) -> float | None:
    """What the render would cost, from the voice's length; None where no price is published."""
    judging_length = rules_of(options).judging_length("voice")
    target = find_target(app)
    data = payload.encode() if isinstance(payload, str) else payload
    seconds = [
        judgement.measured
        for file in report.files
        for outcome in file.outcomes
        if file.medium == "voice" and outcome.rule in judging_length
        for judgement in outcome.judgements
    ]
    if target is None or not seconds or not isinstance(seconds[0], int | float):
        return None
    return target.price_usd(float(seconds[0]), _inputs(data) or {})
