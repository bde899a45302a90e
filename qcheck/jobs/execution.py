"""A production carried out: stage by stage, each through the gate, nothing paid for twice.

What is known of a stage stands beside its results, so that a run that was killed at any moment goes
on where it was: an answer that came while nobody waited is taken, and only what is missing is sent
(:mod:`qcheck.jobs.sending`).
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qcheck.core.atomic import hidden_beside, place_new, sync_folder, whole
from qcheck.core.bounded_reading import open_regular
from qcheck.core.errors import UsageFault
from qcheck.engine.inputs import Input
from qcheck.engine.options import Options
from qcheck.engine.run import run_inputs
from qcheck.jobs.answers import fetched, output_in
from qcheck.jobs.locks import claimed, locked
from qcheck.jobs.plan import AnyStage, Plan
from qcheck.jobs.plan_captions import captions_payload
from qcheck.jobs.sending import Sender, Tell, find_program
from qcheck.jobs.split import write_segments
from qcheck.jobs.stages import AppStage, CaptionsStage, SplitStage, StageBlocked, StageFailed
from qcheck.jobs.states import (
    Done,
    done_before,
    move_aside,
    payload_of,
    put_aside,
    read_json,
    remember,
    sha256_of,
    stage_key,
    write_done,
    write_json,
)

__all__ = ["run_plan", "stage_states"]


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


def run_plan(
    plan: Plan,
    options: Options,
    tell: Tell,
    *,
    hosts: Collection[str] = (),
    again: Collection[str] = (),
) -> Path:
    """Carry out every stage that is not done; returns where the finished video lies.

    ``hosts`` are those that results may come from beside the platform's own; ``again`` names stages
    that are sent again although they may have been paid. Raises :class:`StageBlocked`,
    :class:`StageFailed`, and UsageFault before anything is sent.
    """
    production = plan.production
    sender = Sender(find_program(), options, tell, frozenset(again))
    _refuse_strangers(plan, again)
    output = production.output
    if os.path.lexists(output) and not _is_ours(output, production.work):
        raise UsageFault(f"{output} is there already, and no run of this plan made it")
    try:
        (production.work / "state").mkdir(parents=True, exist_ok=True)
        with _alone(plan):
            return _Run(plan, sender, tuple(hosts)).carry_out()
    except OSError as error:
        # A disk that is full, or a folder that may not be written; what is known is kept.
        place = error.filename or production.work
        raise UsageFault(f"{place}: {error.strerror or error}") from error


def _refuse_strangers(plan: Plan, again: Collection[str]) -> None:
    apps = [stage.name for stage in plan.stages if isinstance(stage, AppStage)]
    for name in again:
        if name not in apps:
            raise UsageFault(f"--send-again {name}: must be one of {', '.join(apps)}")


@contextmanager
def _alone(plan: Plan) -> Iterator[None]:
    """Keep every other run of the plan out, here and on other machines."""
    state = plan.production.work / "state"
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(locked(state / "run.lock"))
        except BlockingIOError as error:
            raise UsageFault(f"another run of {plan.path} is under way") from error
        held.enter_context(claimed(state / "run.host", f"{plan.path}: a run"))
        yield


@dataclass(frozen=True)
class _Run:
    """A plan on its way through its stages."""

    plan: Plan
    sender: Sender
    hosts: tuple[str, ...]
    found: dict[Path, Path] = dataclasses.field(default_factory=dict)
    """Where each planned result really lies."""

    def carry_out(self) -> Path:
        for stage in self.plan.stages:
            done = done_before(stage, self.plan, self.found)
            if done is None:
                done = self._do(stage)
            else:
                self.sender.tell(f"{stage.name}  was done before")
            if not done.checked:
                done = self._check_outputs(stage, done)
            remember(stage, done, self.found)
        return _deliver(self.plan, self.found)

    def _do(self, stage: AnyStage) -> Done:
        key = stage_key(stage, self.plan, self.found)
        put_aside(stage)
        if isinstance(stage, AppStage):
            answer = self.sender.answer(stage, key, payload_of(stage, self.found))
            outputs = [_fetch(answer, stage, self.hosts)]
            self.sender.tell(f"{stage.name}  {outputs[0]}")
        else:
            outputs = self._do_here(stage)
            self.sender.tell(f"{stage.name}  {stage.says}")
        done = Done(key, tuple((str(path), sha256_of(path)) for path in outputs), checked=False)
        write_done(stage, done)
        return done

    def _do_here(self, stage: SplitStage | CaptionsStage) -> list[Path]:
        if isinstance(stage, SplitStage):
            write_segments(stage.folder, stage.cut)
        else:
            write_json(stage.output, captions_payload(self.plan, self.found))
        return list(stage.outputs)

    def _check_outputs(self, stage: AnyStage, done: Done) -> Done:
        """Look at what came before it feeds the next stage."""
        production = self.plan.production
        if isinstance(stage, AppStage):
            own = dataclasses.replace(
                self.sender.options,
                # What is spoken is checked for who renders it; a clip is nobody's input yet.
                app=production.app if stage.medium in ("voice", "portrait") else None,
                speakers=stage.people(production),
                before_a_job=True,
            )
            report = run_inputs([Input(path, stage.medium) for path, _ in done.outputs], own)
            if report.exit_code:
                raise StageBlocked(stage.name, report, sent=True)
        checked = dataclasses.replace(done, checked=True)
        write_done(stage, checked)
        return checked


def _fetch(answer: bytes, stage: AppStage, hosts: Collection[str]) -> Path:
    """Fetch the result of a stage to its place; its extension becomes what its content is."""
    named = dataclasses.replace(output_in(answer, stage.app), medium=stage.medium)
    with fetched(named, stage.output, hosts) as (part, found):
        output = stage.output
        if output.suffix.lower().removeprefix(".") not in found.extensions:
            output = output.with_suffix(f".{found.extensions[0]}")
        # Fetched by a run that was killed before it took note of it.
        move_aside(output)
        try:
            place_new(part, output)
            # Before it is noted as done: one that is done and gone was deleted, to be made again.
            sync_folder(output.parent)
        except OSError as error:
            raise StageFailed(f"{stage.name}: {output}: {error.strerror or error}") from error
    return output


def _deliver(plan: Plan, found: Mapping[Path, Path]) -> Path:
    """The finished video, at the place that the plan names."""
    work = plan.production.work
    made = found.get(plan.final, plan.final)
    output = plan.production.output.with_suffix(made.suffix)
    digest = sha256_of(made)
    there = os.path.lexists(output)
    if there:
        if output.is_file() and sha256_of(output) == digest:
            return output
        if not _is_ours(output, work):
            raise UsageFault(f"{output} is there already; the finished video is {made}")
    # Noted first: a run that is killed in between must know its own video again.
    write_json(work / "state" / "output.json", {"sha256": [digest, *_delivered(work)]})
    with open_regular(made) as source:
        if there:
            with whole(output) as file:
                shutil.copyfileobj(source, file)
            return output
        with hidden_beside(output) as file:
            shutil.copyfileobj(source, file)
    try:
        place_new(Path(file.name), output)
    except FileExistsError as error:
        raise UsageFault(f"{output} is there already; the finished video is {made}") from error
    return output


def _is_ours(output: Path, work: Path) -> bool:
    return output.is_file() and sha256_of(output) in _delivered(work)


def _delivered(work: Path) -> list[str]:
    """Digests of the videos that runs of this plan delivered."""
    noted = read_json(work / "state" / "output.json").get("sha256")
    return [str(each) for each in noted] if isinstance(noted, list) else [str(noted)]
