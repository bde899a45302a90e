"""Plans: TOML into a production, held against what a plan may say."""

from __future__ import annotations

import datetime
import difflib
import math
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qcheck.core.bounded_parsing import load_toml
from qcheck.core.bounded_reading import read_regular
from qcheck.core.errors import UsageFault
from qcheck.core.probe import Unmeasurable
from qcheck.core.wording import shortened
from qcheck.media.content import Text
from qcheck.media.file import File
from qcheck.probes.helpers.script_turns import turns_of
from qcheck.probes.plan import (
    Performer,
    PlanFaults,
    PlanFile,
    PlannedTurn,
    PlanTable,
    Production,
)
from qcheck.targets.catalogue import find_target
from qcheck.targets.contract import Target
from qcheck.targets.payload import MOST_MISFITS, key_of, misfits_of, schema_errors

__all__ = ["hold_against_schema", "read_production", "read_table"]

_FILE = {"type": "string", "minLength": 1, "format": "file"}
_TEXT = {"type": "string", "minLength": 1}
_INPUTS = {"type": "object"}


def _table(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


_GENERATED = _table(
    {
        "prompt": _TEXT,
        "file": _FILE,
        "remove-background": {"type": "boolean"},
        "inputs": _INPUTS,
    }
)
SCHEMA = _table(
    {
        "app": _TEXT,
        "portrait": {"anyOf": [_FILE, _GENERATED]},
        "video": _FILE,
        "voice": _FILE,
        "script": _FILE,
        "captions": {"anyOf": [_FILE, {"type": "boolean"}]},
        "prefer-best": {"type": "boolean"},
        "output": _TEXT,
        "work": _TEXT,
        "render": _INPUTS,
        "merge": _INPUTS,
        "caption-style": _INPUTS,
        "speakers": {
            "type": "object",
            "additionalProperties": _table(
                {
                    "portrait": _FILE,
                    "mask-index": {"type": "integer", "minimum": 0},
                    "ref-audio": _FILE,
                    "ref-text": _TEXT,
                }
            ),
        },
        "turn": {
            "type": "array",
            "minItems": 1,
            "items": _table(
                {"speaker": _TEXT, "voice": _FILE, "text": _TEXT, "portrait": _FILE}, "speaker"
            ),
        },
    },
    "app",
)
"""What a plan may say, as JSON Schema."""

_FROM_SCRIPT = "script"
# As of any script (qcheck.media.text).
_MOST_SCRIPT_BYTES = 10_000_000
_MOST_COMPARED = 50
_LONGEST_COMPARED = 100


def read_table(text: Text) -> PlanTable:
    """Read the TOML; decoding has seen that it can be read."""
    return PlanTable(load_toml(text.text))


def hold_against_schema(table: PlanTable, file: File) -> PlanFaults:
    """Compare a plan with what a plan may say, and look for its files."""
    unknown: list[tuple[str, str | None]] = []
    misfits: list[tuple[str, str]] = []
    for error in schema_errors(SCHEMA, table.values):
        if len(misfits) >= MOST_MISFITS:
            misfits.append(("", f"has more faults than the {MOST_MISFITS} that are named"))
            break
        if error.validator == "additionalProperties" and isinstance(error.instance, dict):
            unknown += _strangers(error)
        elif error.validator == "anyOf" and isinstance(error.instance, dict):
            for within in error.context or ():
                if within.validator == "additionalProperties":
                    unknown += _strangers(within)
                elif within.validator != "type" or within.absolute_path != error.absolute_path:
                    misfits += [(each.key, each.says) for each in misfits_of(within)]
        else:
            misfits += [(each.key, each.says) for each in misfits_of(error)]
    misfits += _contradictions(table.values)
    return PlanFaults(
        unknown=tuple(dict.fromkeys(unknown)),
        misfits=tuple(dict.fromkeys(misfits)),
        files=tuple(_files(table.values, Path(file.name).parent)),
    )


def _strangers(error: Any) -> Iterator[tuple[str, str | None]]:
    known = list(error.schema.get("properties", ()))
    within = key_of(error.absolute_path)
    strangers = [key for key in error.instance if key not in known]
    for count, key in enumerate(strangers):
        # Comparing takes time, and nobody mistypes more than a few.
        told = key.lower().replace("_", "-") if count < _MOST_COMPARED else ""
        near = difflib.get_close_matches(told[:_LONGEST_COMPARED], known, n=1)
        shown = shortened(f"{within}.{key}" if within else str(key))
        yield shown, near[0] if near else None


def _contradictions(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What every key allows and the whole does not."""
    turns = plan.get("turn")
    spoken = [key for key in ("voice", "script", "turn") if key in plan]
    if not spoken:
        yield "voice", "is missing, and so are script and turn: nobody says anything"
    elif len(spoken) > 1:
        yield spoken[0], f"and {spoken[1]} are both given: one of them says what is spoken"
    if "portrait" in plan and "video" in plan:
        yield "portrait", "and video are both given: one of them is made to speak"
    if isinstance(plan.get("portrait"), dict):
        given = {"prompt", "file"} & set(plan["portrait"])
        if len(given) != 1:
            yield "portrait", "needs a file or a prompt, and not both"
    for i, turn in enumerate(turns if isinstance(turns, list) else ()):
        if isinstance(turn, dict) and ("voice" in turn) == ("text" in turn):
            yield f"turn[{i}]", "needs a voice or a text, and not both"
    own_words = isinstance(turns, list) and all(isinstance(t, dict) and "text" in t for t in turns)
    if plan.get("captions") == _FROM_SCRIPT and "script" not in plan and not own_words:
        yield "captions", 'is "script", but recordings are given: name an SRT or WebVTT file'
    if plan.get("captions") is True:
        yield "captions", 'is true: name an SRT or WebVTT file, or "script"'
    yield from _unusable(plan)
    if isinstance(app := plan.get("app"), str):
        try:
            target = find_target(app)
        except UsageFault as fault:
            yield "app", f"cannot be used: {fault}"
        else:
            yield from _without_picture(plan, target)


def _unusable(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Paths and values that TOML can write and that nobody can use."""
    for key in ("output", "work"):
        if isinstance(value := plan.get(key), str):
            try:
                _located(value, Path())
            except (RuntimeError, ValueError) as error:
                yield key, f"cannot be used: {error}"
    portrait = plan.get("portrait")
    inputs = portrait.get("inputs") if isinstance(portrait, dict) else None
    for key in ("render", "merge", "caption-style"):
        yield from _not_json(plan.get(key), key)
    yield from _not_json(inputs, "portrait.inputs")


def _not_json(value: Any, key: str) -> Iterator[tuple[str, str]]:
    """Inputs of an app are sent as JSON."""
    waiting = [(key, value)]
    while waiting:
        place, part = waiting.pop()
        if isinstance(part, dict):
            waiting += [(shortened(f"{place}.{name}"), each) for name, each in part.items()]
        elif isinstance(part, list):
            waiting += [(shortened(f"{place}[{i}]"), each) for i, each in enumerate(part)]
        elif isinstance(part, datetime.date | datetime.time):
            yield place, "is a date or a time, which no app takes: write it as text"
        elif isinstance(part, float) and not math.isfinite(part):
            yield place, f"is {part}, which is not a number that an app takes"


def _without_picture(plan: Mapping[str, Any], target: Target | None) -> Iterator[tuple[str, str]]:
    wanted = "video" if target is not None and "video" in target.takes else "portrait"
    own = [
        *(plan["speakers"].values() if isinstance(plan.get("speakers"), dict) else ()),
        *(plan["turn"] if isinstance(plan.get("turn"), list) else ()),
    ]
    if wanted not in plan and not any(isinstance(e, dict) and "portrait" in e for e in own):
        yield wanted, f"is missing: {plan['app']} needs one"


def _files(plan: Mapping[str, Any], folder: Path) -> Iterator[PlanFile]:
    for key, value in _named_files(plan):
        shown = shortened(value)
        try:
            path = _located(value, folder)
        except (RuntimeError, ValueError) as error:
            # ~somebody who has no home here.
            yield PlanFile(key, shown, folder, f"its path cannot be used: {error}")
        else:
            yield PlanFile(key, shown, path, _fault(path))


def _named_files(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    tables: list[tuple[str, Any]] = [("", plan)]
    if isinstance(plan.get("portrait"), dict):
        tables.append(("portrait.", plan["portrait"]))
    if isinstance(plan.get("speakers"), dict):
        tables += [(f"speakers.{name}.", each) for name, each in plan["speakers"].items()]
    if isinstance(plan.get("turn"), list):
        tables += [(f"turn[{i}].", each) for i, each in enumerate(plan["turn"])]
    keys = ("portrait", "video", "voice", "script", "captions", "file", "ref-audio")
    for prefix, table in tables:
        for key in keys:
            value = table.get(key) if isinstance(table, dict) else None
            if isinstance(value, str) and (key, value) != ("captions", _FROM_SCRIPT):
                yield f"{prefix}{key}", value


def _located(value: str, folder: Path) -> Path:
    # As typed where the plan lies in the working directory, so that commands can be read.
    return Path(os.path.normpath(folder / Path(value).expanduser()))


def _fault(path: Path) -> str | None:
    try:
        if path.is_file():
            return None
        return "it is a folder" if path.is_dir() else "there is no such file"
    except (OSError, ValueError) as error:
        return f"its path cannot be used: {getattr(error, 'strerror', None) or error}"


def read_production(table: PlanTable, faults: PlanFaults, file: File) -> Production:
    """Make the production. Raises :class:`Unmeasurable` for a plan with faults."""
    if faults.unknown or faults.misfits or any(each.fault for each in faults.files):
        raise Unmeasurable("the plan has faults")
    plan = table.values
    name, folder = Path(file.name).stem, Path(file.name).parent
    picture = plan.get("portrait")
    made = picture if isinstance(picture, dict) else {"file": picture} if picture else {}
    own = {each.key: each.path for each in faults.files}
    shared = own.get("portrait") or own.get("portrait.file")
    # A cut-out does not exist before its stage has run.
    first_picture = None if made.get("remove-background") else shared
    target = find_target(plan["app"])
    script = own.get("script")
    turns = _turns(plan, own, script)
    speakers: Mapping[str, Any] = plan.get("speakers", {})
    names = list(dict.fromkeys(turn["speaker"] for turn in turns))
    faces = _faces(names, own)
    performers = {
        who: Performer(
            name=who,
            portrait=own.get(f"speakers.{who}.portrait", first_picture),
            mask_index=speakers.get(who, {}).get("mask-index", faces[who]),
            ref_audio=own.get(f"speakers.{who}.ref-audio"),
            ref_text=speakers.get(who, {}).get("ref-text"),
        )
        for who in names
    }
    prompt = {"prompt": made["prompt"], **made.get("inputs", {})} if "prompt" in made else {}
    return Production(
        name=name,
        folder=folder,
        app=target.app if target else plan["app"],
        performers=tuple(performers.values()),
        turns=tuple(
            PlannedTurn(
                performer=turn["speaker"],
                voice=turn.get("voice"),
                text=turn.get("text"),
                portrait=turn.get("portrait", performers[turn["speaker"]].portrait),
            )
            for turn in turns
        ),
        script=script,
        captions=own.get("captions"),
        captions_from_script=plan.get("captions") == _FROM_SCRIPT,
        captions_declined=plan.get("captions") is False,
        video=own.get("video"),
        portrait_prompt=prompt,
        uncut_portrait=shared if made.get("remove-background") else None,
        remove_background=bool(made.get("remove-background")),
        prefer_best=plan.get("prefer-best", False),
        render=plan.get("render", {}),
        merge=plan.get("merge", {}),
        caption_style=plan.get("caption-style", {}),
        output=_located(plan.get("output", f"{name}.mp4"), folder),
        work=_located(plan.get("work", f"{name}-run"), folder),
        max_speakers=target.max_speakers if target else None,
    )


def _turns(
    plan: Mapping[str, Any], own: Mapping[str, Path], script: Path | None
) -> list[dict[str, Any]]:
    if "turn" in plan:
        return [
            {
                **turn,
                **{k: own[f"turn[{i}].{k}"] for k in ("voice", "portrait") if k in turn},
            }
            for i, turn in enumerate(plan["turn"])
        ]
    if script is None:
        return [{"speaker": _alone(plan), "voice": own["voice"]}]
    try:
        said = turns_of(read_regular(script, _MOST_SCRIPT_BYTES).decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise Unmeasurable("the script cannot be read") from error
    return [
        {"speaker": turn.speaker or "S1", "text": " ".join(turn.text.split())}
        for turn in said
        if turn.text
    ]


def _alone(plan: Mapping[str, Any]) -> str:
    """The name of who speaks alone."""
    return next(iter(plan.get("speakers", {})), "S1")


def _faces(names: list[str], own: Mapping[str, Path]) -> dict[str, int]:
    """In a shared picture the faces go to the speakers in the order of their first words."""
    sharing = [name for name in names if f"speakers.{name}.portrait" not in own]
    return {**dict.fromkeys(names, 0), **{name: i for i, name in enumerate(sharing)}}
