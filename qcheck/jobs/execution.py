"""A production carried out: stage by stage, each through the gate, nothing paid for twice.

What is known of a stage stands beside its results, so that a run that was killed at any moment goes
on where it was: an answer that came while nobody waited is taken, and only what is missing is sent.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import shutil
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from qcheck.core.atomic import hidden_beside, whole, write_whole
from qcheck.core.errors import UsageFault
from qcheck.core.results import Report
from qcheck.engine.inputs import Input
from qcheck.engine.options import Options
from qcheck.engine.run import run_inputs
from qcheck.jobs.check import check_job
from qcheck.jobs.production import Plan, Stage, answer_of, captions_payload, state_of
from qcheck.jobs.split import split_voice
from qcheck.media.file import File
from qcheck.targets.catalogue import find_target
from qcheck.targets.payload import file_fields

__all__ = ["Blocked", "StageFailed", "collect", "find_program", "run_plan", "stage_states"]

PROGRAMS = ("infsh", "belt")

# A minute of 4K video is about 400 MB; more than this is no clip of a talking head.
_MOST_BYTES = 2_000_000_000
_TIMEOUT_S = 60
_TASK = re.compile(rb"\b[Tt]ask(?: ID)?:?\s+([\w-]{6,})")


class StageFailed(Exception):
    """A stage could not be carried out; the message names it and says why."""


class Blocked(Exception):
    """Something keeps a stage from being sent, or its result from being used."""

    def __init__(self, stage: str, report: Report, sent: bool) -> None:
        super().__init__(stage)
        self.report = report
        self.sent = sent
        """Whether the stage was carried out and its result is what blocks."""


@dataclass(frozen=True)
class Done:
    """What is known of a stage that was carried out."""

    key: str
    """Digest of everything that it was made from."""
    outputs: tuple[tuple[str, str], ...]
    """(path, SHA-256) of each result."""
    checked: bool
    """Whether the results were checked and did not block."""


Tell = Callable[[str], None]


def find_program() -> str:
    """``infsh``, or ``belt``, which is its newer name. Raises UsageFault where neither is there."""
    for name in PROGRAMS:
        if shutil.which(name):
            return name
    raise UsageFault("neither infsh nor belt is on the PATH: install inference.sh's command line")


def stage_states(plan: Plan) -> dict[str, bool]:
    """Whether each stage was carried out before and still holds."""
    found: dict[Path, Path] = {}
    states = {}
    for stage in plan.stages:
        done = _done(stage, plan, found)
        states[stage.name] = done is not None
        if done is not None:
            _remember(stage, done, found)
    return states


def run_plan(plan: Plan, options: Options, tell: Tell) -> Path:
    """Carry out every stage that is not done; returns where the finished video lies.

    Raises :class:`Blocked`, :class:`StageFailed`, and UsageFault before anything is sent.
    """
    production = plan.production
    program = find_program()
    output = production.output
    if output.exists() and not _is_ours(output, production.work):
        raise UsageFault(f"{output} is there already, and no run of this plan made it")
    try:
        (production.work / "state").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageFault(f"{production.work}: {error.strerror or error}") from error
    with (production.work / "state" / "run.lock").open("a") as lock:
        if not _lock(lock, wait=False):
            raise UsageFault(f"another run of {plan.path} is under way")
        found: dict[Path, Path] = {}
        for stage in plan.stages:
            done = _done(stage, plan, found)
            if done is None:
                done = _carry_out(stage, plan, program, options, tell, found)
            else:
                tell(f"{stage.name}  was done before")
            if not done.checked:
                done = _check_outputs(stage, plan, done, options)
            _remember(stage, done, found)
        return _deliver(plan, found)


def _carry_out(
    stage: Stage,
    plan: Plan,
    program: str,
    options: Options,
    tell: Tell,
    found: Mapping[Path, Path],
) -> Done:
    key = _key(stage, plan, found)
    _put_aside(stage)
    if stage.app is None:
        outputs = _do_here(stage, plan, found)
        tell(f"{stage.name}  {stage.says}")
    else:
        payload = _payload(stage, found)
        answer = _answer(stage, key, payload, program, options, tell)
        value = output_in(answer, stage.app)
        outputs = [fetch(value, stage.outputs[0])]
        tell(f"{stage.name}  {outputs[0]}")
    done = Done(key, tuple((str(path), _sha256(path)) for path in outputs), checked=False)
    _write_json(_record(stage), dataclasses.asdict(done))
    return done


def _do_here(stage: Stage, plan: Plan, found: Mapping[Path, Path]) -> list[Path]:
    production = plan.production
    if stage.source is None:
        _write_json(stage.outputs[0], captions_payload(plan, found))
        return list(stage.outputs)
    folder = stage.outputs[0].parent
    best = production.prefer_best
    split_voice(str(stage.source), plan.options, prefer_best=best, folder=folder)
    return list(stage.outputs)


def _check_outputs(stage: Stage, plan: Plan, done: Done, options: Options) -> Done:
    """Look at what came before it feeds the next stage."""
    if stage.app is not None:
        own = dataclasses.replace(
            options,
            # What is spoken is checked for who renders it; a clip is nobody's input yet.
            app=plan.production.app if stage.medium in ("voice", "portrait") else None,
            speakers=_people(stage, plan),
        )
        report = run_inputs([Input(path, stage.medium) for path, _ in done.outputs], own)
        if report.exit_code:
            raise Blocked(stage.name, report, sent=True)
    checked = dataclasses.replace(done, checked=True)
    _write_json(_record(stage), dataclasses.asdict(checked))
    return checked


def _people(stage: Stage, plan: Plan) -> int:
    """How many faces the stage's result must have."""
    shared = plan.production.performers_of
    if stage.medium == "portrait":
        return len(shared.get(None, {""}))
    if stage.medium == "video" and stage.app != plan.production.app:
        return max(len(names) for names in shared.values())
    return stage.speakers


# ------------------------------------------------------------------ sending


def _answer(
    stage: Stage,
    key: str,
    payload: Mapping[str, Any],
    program: str,
    options: Options,
    tell: Tell,
) -> bytes:
    """What the app answers: kept from an earlier run, or sent for through the gate."""
    assert stage.app is not None
    answer, sent = answer_of(stage), state_of(stage, "sent.json")
    with state_of(stage, "lock").open("a") as lock:
        if not _lock(lock, wait=False):
            tell(f"{stage.name}  is still under way from an earlier run; waiting for it")
            _lock(lock, wait=True)
        if _read_json(sent).get("key") == key and answer.exists():
            kept = answer.read_bytes()
            try:
                output_in(kept, stage.app)
            except StageFailed:
                tell(f"{stage.name}  {_cut_off(stage, kept)}")
            else:
                tell(f"{stage.name}  was answered while nobody waited")
                return kept
        given = json.dumps(payload, ensure_ascii=False)
        own = dataclasses.replace(options, speakers=stage.speakers if stage.speakers > 1 else None)
        report = check_job(stage.app, given, own, shown=stage.name)
        if report.exit_code:
            raise Blocked(stage.name, report, sent=False)
        file = state_of(stage, "input.json")
        write_whole(file, given)
        # In this order: an older answer must never pass for the answer to this.
        answer.unlink(missing_ok=True)
        _write_json(sent, {"key": key})
        tell(f"{stage.name}  is sent to {stage.app}")
        return _send(
            stage, [program, "app", "run", stage.app, "--input", str(file), "--json"], lock
        )


def _send(stage: Stage, command: list[str], lock: IO[str]) -> bytes:
    """Run the command; its answer goes to a file, so that it is not lost if nobody waits for it."""
    answer, log = answer_of(stage), state_of(stage, "log")
    # The child holds the lock for as long as it runs, and outlives this process: a job that was
    # sent goes on and is paid, whoever waits.
    inherit: dict[str, Any] = {"pass_fds": (lock.fileno(),)} if os.name == "posix" else {}
    try:
        with answer.open("wb") as out, log.open("wb") as err:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
                **inherit,
            )
    except OSError as error:
        raise StageFailed(f"{stage.name}: {command[0]}: {error.strerror or error}") from error
    code = child.wait()
    if code:
        # It is known to have failed: a later run sends it again without a word of doubt.
        state_of(stage, "sent.json").unlink(missing_ok=True)
        said = log.read_bytes().strip() or answer.read_bytes().strip()
        last = said.decode("utf-8", "replace").splitlines()[-1:] or ["it said nothing"]
        raise StageFailed(f"{stage.name}: {command[0]} ended with {code}: {last[0][:300]}")
    return answer.read_bytes()


def _cut_off(stage: Stage, answer: bytes) -> str:
    log = state_of(stage, "log")
    task = _TASK.search(answer + b"\n" + (log.read_bytes() if log.exists() else b""))
    hint = f"; `infsh task get {task[1].decode()}` tells" if task else ""
    return f"was cut off before its answer came; whether it was charged is not known{hint}"


def output_in(answer: bytes, app: str) -> str:
    """Where the result lies, in what an app answered. Raises :class:`StageFailed` without one."""
    target = find_target(app)
    keys = tuple(target.output) if target else ()
    for found in _objects(answer.decode("utf-8", "replace")):
        inner = found.get("output")
        output = inner if isinstance(inner, dict) else found
        for key in keys or tuple(output):
            if location := _location(output.get(key)):
                return location
    wanted = " or ".join(keys) or "file"
    raise StageFailed(f"{app} answered without a {wanted}")


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """JSON objects in what a command printed, the last one first: talk may stand before it."""
    decoder = json.JSONDecoder()
    at, objects = 0, []
    while (at := text.find("{", at)) >= 0:
        try:
            found, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
            continue
        objects.append(found)
    yield from reversed(objects)


def _location(value: Any) -> str | None:
    if isinstance(value, list):
        return _location(value[0]) if value else None
    if isinstance(value, dict):
        return _location(value.get("uri") or value.get("url") or value.get("path"))
    return value if isinstance(value, str) and value else None


# ------------------------------------------------------------------ results


def collect(answer: bytes, app: str, output: Path) -> Path:
    """Fetch what ``app`` answered to ``output``; returns where it lies.

    Raises :class:`StageFailed`, and UsageFault where ``output`` is there already.
    """
    if output.exists():
        raise UsageFault(f"{output} is there already; nothing was written")
    return fetch(output_in(answer, app), output)


def fetch(location: str, output: Path) -> Path:
    """Copy or download a result; its extension becomes what its content is.

    Only what an app answered is ever fetched, over HTTPS, and nothing is sent but the request.
    Raises :class:`StageFailed`.
    """
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with hidden_beside(output) as file, _opened(location) as source:
            _copy(source, file)
        temporary = Path(file.name)
        with temporary.open("rb") as written:
            found = File("", written.read(1 << 16)).format
        if found is not None and output.suffix.removeprefix(".").lower() not in found.extensions:
            output = output.with_suffix(f".{found.extensions[0]}")
        temporary.replace(output)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "reason", None) or error
        raise StageFailed(f"the result cannot be fetched from {location}: {reason}") from error
    return output


@contextmanager
def _opened(location: str) -> Iterator[IO[bytes]]:
    address = urllib.parse.urlsplit(location)
    if address.scheme in ("", "file"):
        with Path(urllib.parse.unquote(address.path) if address.scheme else location).open(
            "rb"
        ) as file:
            yield file
        return
    loopback = address.hostname in ("127.0.0.1", "::1", "localhost")
    if address.scheme != "https" and not (address.scheme == "http" and loopback):
        raise ValueError(f"{address.scheme} is not taken; https is")
    with urllib.request.urlopen(location, timeout=_TIMEOUT_S) as response:
        yield response


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    left = _MOST_BYTES
    while chunk := source.read(1 << 20):
        left -= len(chunk)
        if left < 0:
            raise ValueError(f"it is larger than {_MOST_BYTES / 1e9:.0f} GB")
        target.write(chunk)


def _deliver(plan: Plan, found: Mapping[Path, Path]) -> Path:
    """The finished video, at the place that the plan names."""
    made = found.get(plan.final, plan.final)
    output = plan.production.output.with_suffix(made.suffix)
    digest = _sha256(made)
    if output.exists():
        if _sha256(output) == digest:
            return output
        if not _is_ours(output, plan.production.work):
            raise UsageFault(f"{output} is there already; the finished video is {made}")
    with made.open("rb") as source, whole(output) as file:
        shutil.copyfileobj(source, file)
    _write_json(plan.production.work / "state" / "output.json", {"sha256": digest})
    return output


def _is_ours(output: Path, work: Path) -> bool:
    return _read_json(work / "state" / "output.json").get("sha256") == _sha256(output)


# ------------------------------------------------------------------ what is known of a stage


def _done(stage: Stage, plan: Plan, found: Mapping[Path, Path]) -> Done | None:
    """What was carried out from the very same inputs and is still there unchanged."""
    record = _read_json(_record(stage))
    try:
        done = Done(
            str(record["key"]),
            tuple((str(path), str(digest)) for path, digest in record["outputs"]),
            bool(record["checked"]),
        )
        if done.key != _key(stage, plan, found):
            return None
        if any(_sha256(Path(path)) != digest for path, digest in done.outputs):
            return None
    except (KeyError, TypeError, ValueError, OSError):
        return None
    return done


def _key(stage: Stage, plan: Plan, found: Mapping[Path, Path]) -> str:
    """Digest of what a stage is made from: names of files do not count, their content does."""
    production = plan.production
    if stage.source is not None:
        made = plan.cuts[stage.source].manifest
        parts: Any = [made.sha256, [segment.in_sample for segment in made.segments]]
    elif stage.app is None:
        parts = captions_payload(plan, found)
    else:
        payload = _payload(stage, found)
        target = find_target(stage.app)
        named = {each.value for each in file_fields(target, payload)} if target else set()
        parts = [stage.app, _by_content(payload, named)]
    text = json.dumps([stage.name, production.app, parts], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _by_content(value: Any, files: set[str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _by_content(each, files) for key, each in value.items()}
    if isinstance(value, list):
        return [_by_content(each, files) for each in value]
    return _sha256(Path(value)) if value in files else value


def _payload(stage: Stage, found: Mapping[Path, Path]) -> dict[str, Any]:
    """The payload with results where they really lie."""
    payload = _read_json(stage.payload_file) if stage.payload_file else stage.payload
    real = {str(planned): str(path) for planned, path in found.items()}

    def settled(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: settled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [settled(each) for each in value]
        return real.get(value, value) if isinstance(value, str) else value

    return {key: settled(value) for key, value in payload.items()}


def _remember(stage: Stage, done: Done, found: dict[Path, Path]) -> None:
    for planned, (path, _) in zip(stage.outputs, done.outputs, strict=True):
        found[planned] = Path(path)


def _put_aside(stage: Stage) -> None:
    """Results of other inputs are kept under another name: they were paid for."""
    record = _read_json(_record(stage))
    olds = {*stage.outputs, *(Path(str(path)) for path, _ in record.get("outputs", ()))}
    if stage.source is not None:
        olds = {stage.outputs[0].parent}
    for old in olds:
        if old.exists():
            number = 1
            while (aside := old.with_name(f"{old.stem}.old-{number}{old.suffix}")).exists():
                number += 1
            old.rename(aside)
    if record:
        # Its answer was used; what is made again is sent for again.
        state_of(stage, "sent.json").unlink(missing_ok=True)
    _record(stage).unlink(missing_ok=True)


def _record(stage: Stage) -> Path:
    return state_of(stage, "done.json")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _write_json(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def _lock(file: IO[str], *, wait: bool) -> bool:
    """Take a lock that lasts until every process that holds the file has ended."""
    if os.name != "posix":
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
