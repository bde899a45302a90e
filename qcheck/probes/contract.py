"""Payloads: read as JSON, and held against the contract of the app that they are for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from qcheck.core.bounded_parsing import load_json
from qcheck.core.job import Job
from qcheck.core.probe import Inapplicable, Unmeasurable
from qcheck.core.wording import shortened
from qcheck.media.content import Text
from qcheck.media.sniff import has_media_extension
from qcheck.probes.text import Contract, NamedFile, Payload, PayloadFiles
from qcheck.targets.catalogue import find_target
from qcheck.targets.payload import misfits, unknown_keys
from qcheck.targets.payload_files import (
    FileField,
    file_fields,
    held_inline,
    is_remote,
    local_path,
    named_values,
)

__all__ = ["find_files", "hold_against_contract", "read_payload"]


def read_payload(text: Text) -> Payload:
    """The payload's inputs. Raises :class:`Unmeasurable` for JSON that is no object."""
    inputs = load_json(text.text)
    if not isinstance(inputs, dict):
        raise Unmeasurable("the payload is no JSON object of inputs")
    return Payload(inputs)


def hold_against_contract(payload: Payload, job: Job) -> Contract:
    """Compare. Raises :class:`Inapplicable` where nobody described the app."""
    target = find_target(job.app) if job.app else None
    if target is None:
        raise Inapplicable(f"no contract is known for {job.app}" if job.app else "no app was named")
    found = misfits(target, payload.inputs)
    return Contract(
        app=target.app,
        unknown=tuple(
            (shortened(each.key), each.meant) for each in unknown_keys(target, payload.inputs)
        ),
        missing=tuple(each.key for each in found if each.missing),
        misfits=tuple((each.key, each.says) for each in found if not each.missing),
    )


def find_files(payload: Payload, job: Job) -> PayloadFiles:
    """By the app's contract, or else by what the values are. Raises :class:`Inapplicable`."""
    if not job.app:
        raise Inapplicable("no app was named")
    target = find_target(job.app)
    if target is not None:
        fields: Iterable[FileField] = file_fields(target, payload.inputs)
    else:
        fields = _likely_files(payload, job)
    # A list may name one file a hundred thousand times.
    looked_at: dict[str, NamedFile] = {}
    named = []
    for each in fields:
        known = looked_at.get(each.value) or _named(each, job)
        looked_at[each.value] = known
        named.append(dataclasses.replace(known, key=each.key))
    return PayloadFiles(tuple(named))


def _likely_files(payload: Payload, job: Job) -> Iterator[FileField]:
    likely: dict[str, bool] = {}
    for key, value in named_values(payload.inputs):
        if value not in likely:
            likely[value] = (
                _promises_media(value)
                if is_remote(value)
                else _fault(value, job) in (None, _NO_FILE)
            )
        if likely[value]:
            yield FileField(key, value, "")


def _promises_media(address: str) -> bool:
    try:
        return has_media_extension(urlsplit(address).path)
    except ValueError:
        # What is no address to us may be one to others.
        return True


def _named(field: FileField, job: Job) -> NamedFile:
    shown = shortened(field.value)
    if (held := held_inline(field.value)) is not None and is_remote(field.value):
        fault = None if held.data else "it is a data URI that does not decode"
        return NamedFile(field.key, shown, fault, remote=False)
    if is_remote(field.value):
        return NamedFile(field.key, shown, None, remote=True)
    return NamedFile(field.key, shown, _fault(field.value, job), remote=False)


_NO_FILE = "it is a pipe or a device, not a file"


def _fault(value: str, job: Job) -> str | None:
    try:
        path = local_path(value, job)
        if path.is_file():
            return None
        if path.is_dir():
            return "it is a folder"
        if path.exists():
            return _NO_FILE
        if value.startswith("~") and not job.expands_home and Path(value).expanduser().is_file():
            return "the SDK does not expand ~ and would send the path as it stands"
    except (OSError, ValueError, RuntimeError) as error:
        return f"its path cannot be used: {getattr(error, 'strerror', None) or error}"
    return "there is no such file"
