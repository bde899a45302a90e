"""What is known of stages that were carried out: files beside their results.

What a stage was made from is known by content, so that only what changed is made again. Somebody
else may have filled the folder: no link in it is followed, and no record leads out of it. What is
written survives a power failure, as it says what was paid for.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qcheck.core.atomic import write_whole
from qcheck.core.bounded_reading import open_regular, read_regular
from qcheck.jobs.plan import AnyStage, Plan
from qcheck.jobs.plan_captions import captions_payload
from qcheck.jobs.stages import AppStage, CaptionsStage, SplitStage, Stage
from qcheck.targets.catalogue import find_target
from qcheck.targets.payload_files import file_fields

__all__ = [
    "Done",
    "done_before",
    "move_aside",
    "payload_of",
    "put_aside",
    "read_json",
    "remember",
    "sha256_of",
    "stage_key",
    "write_done",
    "write_json",
]


# A payload with the captions of an hour is under a megabyte.
_MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class Done:
    """What is known of a stage that was carried out."""

    key: str
    """Digest of everything that it was made from."""
    outputs: tuple[tuple[str, str], ...]
    """(path, SHA-256) of each result."""
    checked: bool
    """Whether the results were checked and did not block."""


def done_before(stage: AnyStage, plan: Plan, found: Mapping[Path, Path]) -> Done | None:
    """What was carried out from the very same inputs and is still there unchanged."""
    record = read_json(_record(stage))
    try:
        outputs = tuple(
            (str(_lies_at(path, planned)), str(digest))
            for (path, digest), planned in zip(record["outputs"], stage.outputs, strict=True)
        )
        done = Done(str(record["key"]), outputs, bool(record["checked"]))
        if done.key != stage_key(stage, plan, found):
            return None
        if any(sha256_of(Path(path)) != digest for path, digest in done.outputs):
            return None
    except (KeyError, TypeError, ValueError, OSError):
        return None
    return done


def stage_key(stage: AnyStage, plan: Plan, found: Mapping[Path, Path]) -> str:
    """Digest of what a stage is made from: names of files do not count, their content does."""
    text = json.dumps(
        [stage.name, plan.production.app, _made_from(stage, plan, found)], sort_keys=True
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _made_from(stage: AnyStage, plan: Plan, found: Mapping[Path, Path]) -> Any:
    if isinstance(stage, SplitStage):
        made = stage.cut.manifest
        return [made.sha256, [segment.in_sample for segment in made.segments]]
    if isinstance(stage, CaptionsStage):
        return captions_payload(plan, found)
    payload = payload_of(stage, found)
    target = find_target(stage.app)
    named = {each.value for each in file_fields(target, payload)} if target else set()
    return [stage.app, _by_content(payload, named)]


def _by_content(value: Any, files: set[str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _by_content(each, files) for key, each in value.items()}
    if isinstance(value, list):
        return [_by_content(each, files) for each in value]
    return sha256_of(Path(value)) if value in files else value


def payload_of(stage: AppStage, found: Mapping[Path, Path]) -> dict[str, Any]:
    """The payload with results where they really lie."""
    given = stage.input
    payload = read_json(given) if isinstance(given, Path) else given
    real = {str(planned): str(path) for planned, path in found.items()}

    def settled(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: settled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [settled(each) for each in value]
        return real.get(value, value) if isinstance(value, str) else value

    return {key: settled(value) for key, value in payload.items()}


def remember(stage: Stage, done: Done, found: dict[Path, Path]) -> None:
    """Note in ``found`` where each planned result really lies."""
    for planned, (path, _) in zip(stage.outputs, done.outputs, strict=True):
        found[planned] = Path(path)


def put_aside(stage: Stage) -> None:
    """Results of other inputs are kept under another name: they were paid for."""
    record = read_json(_record(stage))
    olds = {stage.place}
    if not isinstance(stage, SplitStage):
        olds |= set(_recorded(record, stage.place))
    for old in olds:
        move_aside(old)
    if record:
        # Its answer was used; what is made again is sent for again.
        stage.state_file("sent.json").unlink(missing_ok=True)
    _record(stage).unlink(missing_ok=True)


def move_aside(old: Path) -> None:
    """Keep what is there, if anything, under a name that is free."""
    if not os.path.lexists(old):
        return
    number = 1
    while os.path.lexists(aside := old.with_name(f"{old.stem}.old-{number}{old.suffix}")):
        number += 1
    old.rename(aside)


def _recorded(record: Mapping[str, Any], planned: Path) -> list[Path]:
    try:
        return [_lies_at(path, planned) for path, _ in record.get("outputs", ())]
    except (TypeError, ValueError):
        return []


def _lies_at(recorded: object, planned: Path) -> Path:
    """Where a result lies that was planned to lie at ``planned``: its extension alone may differ.

    Of what was recorded, the name alone counts: it was a path from the working directory of then,
    and somebody else's record must not make us move, or send, any other file.
    """
    path = planned.with_name(Path(str(recorded)).name)
    if path.stem != planned.stem or path.is_symlink():
        raise ValueError(f"{recorded} is not {planned}")
    return path


def _record(stage: Stage) -> Path:
    return stage.state_file("done.json")


def write_done(stage: Stage, done: Done) -> None:
    write_json(_record(stage), dataclasses.asdict(done))


def sha256_of(path: Path) -> str:
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_json(path: Path) -> dict[str, Any]:
    """The object in the file; an empty one where there is none that can be read."""
    try:
        data = json.loads(read_regular(path, _MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def write_json(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    write_whole(path, text, follow=False, durable=True)
