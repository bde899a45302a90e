"""A production carried out: stage by stage, each through the gate, nothing paid for twice.

What is known of a stage stands beside its results, so that a run that was killed at any moment goes
on where it was: an answer that came while nobody waited is taken, and only what is missing is sent.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from qcheck.core.atomic import whole, write_whole
from qcheck.core.errors import UsageFault
from qcheck.engine.inputs import Input
from qcheck.engine.options import Options
from qcheck.engine.run import run_inputs
from qcheck.jobs.answers import fetch_result, output_in
from qcheck.jobs.check import check_job, refuse_changed
from qcheck.jobs.gate import PROGRAMS
from qcheck.jobs.plan import AnyStage, Plan
from qcheck.jobs.plan_captions import captions_payload
from qcheck.jobs.split import write_segments
from qcheck.jobs.stages import AppStage, CaptionsStage, SplitStage, StageBlocked, StageFailed
from qcheck.jobs.states import (
    Done,
    done_before,
    payload_of,
    put_aside,
    read_json,
    remember,
    sha256_of,
    stage_key,
    take_lock,
    write_done,
    write_json,
)

__all__ = ["find_program", "run_plan", "stage_states"]

_TASK = re.compile(rb"\b[Tt]ask(?: ID)?:?\s+([\w-]{6,})")

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
        done = done_before(stage, plan, found)
        states[stage.name] = done is not None
        if done is not None:
            remember(stage, done, found)
    return states


def run_plan(plan: Plan, options: Options, tell: Tell) -> Path:
    """Carry out every stage that is not done; returns where the finished video lies.

    Raises :class:`StageBlocked`, :class:`StageFailed`, and UsageFault before anything is sent.
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
        if not take_lock(lock, wait=False):
            raise UsageFault(f"another run of {plan.path} is under way")
        found: dict[Path, Path] = {}
        for stage in plan.stages:
            done = done_before(stage, plan, found)
            if done is None:
                done = _carry_out(stage, plan, program, options, tell, found)
            else:
                tell(f"{stage.name}  was done before")
            if not done.checked:
                done = _check_outputs(stage, plan, done, options)
            remember(stage, done, found)
        return _deliver(plan, found)


def _carry_out(
    stage: AnyStage,
    plan: Plan,
    program: str,
    options: Options,
    tell: Tell,
    found: Mapping[Path, Path],
) -> Done:
    key = stage_key(stage, plan, found)
    put_aside(stage)
    if isinstance(stage, AppStage):
        answer = _answer(stage, key, payload_of(stage, found), program, options, tell)
        outputs = [fetch_result(output_in(answer, stage.app), stage.output)]
        tell(f"{stage.name}  {outputs[0]}")
    else:
        outputs = _do_here(stage, plan, found)
        tell(f"{stage.name}  {stage.says}")
    done = Done(key, tuple((str(path), sha256_of(path)) for path in outputs), checked=False)
    write_done(stage, done)
    return done


def _do_here(
    stage: SplitStage | CaptionsStage, plan: Plan, found: Mapping[Path, Path]
) -> list[Path]:
    if isinstance(stage, SplitStage):
        write_segments(stage.folder, stage.cut)
    else:
        write_json(stage.output, captions_payload(plan, found))
    return list(stage.outputs)


def _check_outputs(stage: AnyStage, plan: Plan, done: Done, options: Options) -> Done:
    """Look at what came before it feeds the next stage."""
    if isinstance(stage, AppStage):
        own = dataclasses.replace(
            options,
            # What is spoken is checked for who renders it; a clip is nobody's input yet.
            app=plan.production.app if stage.medium in ("voice", "portrait") else None,
            speakers=stage.people(plan.production),
            before_a_job=True,
        )
        report = run_inputs([Input(path, stage.medium) for path, _ in done.outputs], own)
        if report.exit_code:
            raise StageBlocked(stage.name, report, sent=True)
    checked = dataclasses.replace(done, checked=True)
    write_done(stage, checked)
    return checked


def _answer(
    stage: AppStage,
    key: str,
    payload: Mapping[str, Any],
    program: str,
    options: Options,
    tell: Tell,
) -> bytes:
    """What the app answers: kept from an earlier run, or sent for through the gate."""
    answer, sent = stage.answer, stage.state_file("sent.json")
    with stage.state_file("lock").open("a") as lock:
        if not take_lock(lock, wait=False):
            tell(f"{stage.name}  is still under way from an earlier run; waiting for it")
            take_lock(lock, wait=True)
        if read_json(sent).get("key") == key and answer.exists():
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
            raise StageBlocked(stage.name, report, sent=False)
        refuse_changed(report)
        file = stage.state_file("input.json")
        write_whole(file, given)
        # In this order: an older answer must never pass for the answer to this.
        answer.unlink(missing_ok=True)
        write_json(sent, {"key": key})
        tell(f"{stage.name}  is sent to {stage.app}")
        return _send(
            stage, [program, "app", "run", stage.app, "--input", str(file), "--json"], lock
        )


def _send(stage: AppStage, command: list[str], lock: IO[str]) -> bytes:
    """Run the command; its answer goes to a file, so that it is not lost if nobody waits for it."""
    answer, log = stage.answer, stage.state_file("log")
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
        stage.state_file("sent.json").unlink(missing_ok=True)
        said = log.read_bytes().strip() or answer.read_bytes().strip()
        last = said.decode("utf-8", "replace").splitlines()[-1:] or ["it said nothing"]
        raise StageFailed(f"{stage.name}: {command[0]} ended with {code}: {last[0][:300]}")
    return answer.read_bytes()


def _cut_off(stage: AppStage, answer: bytes) -> str:
    log = stage.state_file("log")
    task = _TASK.search(answer + b"\n" + (log.read_bytes() if log.exists() else b""))
    hint = f"; `infsh task get {task[1].decode()}` tells" if task else ""
    return f"was cut off before its answer came; whether it was charged is not known{hint}"


def _deliver(plan: Plan, found: Mapping[Path, Path]) -> Path:
    """The finished video, at the place that the plan names."""
    made = found.get(plan.final, plan.final)
    output = plan.production.output.with_suffix(made.suffix)
    digest = sha256_of(made)
    if output.exists():
        if sha256_of(output) == digest:
            return output
        if not _is_ours(output, plan.production.work):
            raise UsageFault(f"{output} is there already; the finished video is {made}")
    with made.open("rb") as source, whole(output) as file:
        shutil.copyfileobj(source, file)
    write_json(plan.production.work / "state" / "output.json", {"sha256": digest})
    return output


def _is_ours(output: Path, work: Path) -> bool:
    return read_json(work / "state" / "output.json").get("sha256") == sha256_of(output)
