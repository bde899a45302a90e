"""From measurements to the figures of a trial."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qcheck.core.job import Job
from qcheck.core.probe import Unmeasurable
from qcheck.core.results import Outcome, Severity, Status
from qcheck.engine.judge import Selected, run_rule
from qcheck.engine.registry import Rules
from qcheck.probes.evidence import ProbeCrashed
from tools.accuracy import scoring
from tools.accuracy.measuring import Measured
from tools.accuracy.trials import Case, Goal, Trial

WORST = 10


@dataclass(frozen=True)
class Judged:
    """One case as the trial's rules see it."""

    measured: Measured
    flagged: bool
    told: bool
    """Whether at least one of the rules could judge it."""
    score: float | None
    """The measure that is graded, turned so that higher is worse; None where there is none."""
    value: Any
    message: str

    @property
    def subject(self) -> str:
        return self.measured.case.row.subject


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % interval, and whether it reaches its goal."""

    goal: Goal
    value: float
    low: float
    high: float

    @property
    def met(self) -> bool:
        return not math.isnan(self.value) and self.goal.met(self.value)


@dataclass
class Result:
    """Everything the page says of one trial."""

    trial: Trial
    sound: list[Judged] = field(default_factory=list)
    defective: list[Judged] = field(default_factory=list)
    graded: dict[str, float] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    worst: list[str] = field(default_factory=list)
    confusion: dict[tuple[str, str], int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    strangers: Result | None = None
    """The same with numbers that were fitted without the whole set; None where none were fitted."""

    @property
    def met(self) -> bool | None:
        return all(figure.met for figure in self.figures) if self.figures else None


class Judge:
    """Applies rules with their default limits to measured cases; no measuring happens here."""

    def __init__(self, rules: Rules, probes: dict[str, type]) -> None:
        self.rules = rules
        self.probes = probes
        self._outcomes: dict[tuple[Case, str, int], Outcome] = {}

    def outcome(self, measured: Measured, rule: str, speakers: int = 1) -> Outcome:
        key = measured.case, rule, speakers
        if key not in self._outcomes:
            declared = self.rules.get(rule)
            selected = Selected(declared, declared.limits())
            evidence = measured.evidence(self.probes)
            self._outcomes[key] = run_rule(selected, evidence, Job(speakers=speakers))
        return self._outcomes[key]

    def judge(self, measured: Measured, trial: Trial) -> Judged:
        outcomes = [self.outcome(measured, rule, trial.speakers) for rule in trial.rules]
        if crash := next((o for o in outcomes if o.status is Status.CRASHED), None):
            raise RuntimeError(f"{measured.case.name}: {crash.rule}: {crash.reason}")
        least = Severity[trial.severity.upper()]
        found = [
            f"{outcome.rule}: {judgement.message}" if len(outcomes) > 1 else judgement.message
            for outcome in outcomes
            for judgement in outcome.judgements
            if judgement.severity is not None
            and judgement.severity >= least
            and (trial.says is None or trial.says in judgement.message)
        ]
        value = self.value(measured, trial.measure) if trial.measure else None
        score = None
        if isinstance(value, int | float | np.floating) and math.isfinite(value):
            score = float(value) if trial.worse == "high" else -float(value)
        told = any(o.status is not Status.SKIPPED for o in outcomes)
        reason = next((o.reason for o in outcomes if o.reason), "")
        return Judged(measured, bool(found), told, score, value, found[0] if found else reason)

    def value(self, measured: Measured, measure: str) -> Any:
        """``Probe.attribute`` of a case; None where it could not be measured."""
        name, *attributes = measure.split(".")
        try:
            value: Any = measured.evidence(self.probes).get(self.probes[name])
        except (Unmeasurable, ProbeCrashed):
            return None
        for attribute in attributes:
            value = getattr(value, attribute)
        return value


def evaluate(
    trial: Trial,
    judge: Judge,
    cases: Mapping[str, Sequence[Case]],
    found: Mapping[Case, Measured | str],
) -> Result:
    """All figures of ``trial``; ``cases`` has those of ``sound``, ``defective`` and ``of``."""
    result = Result(trial)
    measured: dict[str, list[Measured]] = {}
    for which, each in cases.items():
        measured[which] = []
        for case in each:
            got = found[case]
            if isinstance(got, str):
                result.lost.append(got)
            else:
                measured[which].append(got)
    if trial.kind == "truth":
        _truth(trial, judge, measured["of"], result)
    elif trial.kind == "classes":
        _classes(trial, judge, measured["of"], result)
    else:
        result.sound = [judge.judge(m, trial) for m in measured["sound"]]
        result.defective = [judge.judge(m, trial) for m in measured["defective"]]
        _detection(result)
    return result


def _detection(result: Result) -> None:
    trial, sound, defective = result.trial, result.sound, result.defective
    graded = [[j for j in side if j.score is not None] for side in (sound, defective)]
    subjects = [j.subject for j in (*graded[0], *graded[1])]
    scores = np.array([j.score for j in (*graded[0], *graded[1])], float)
    bad = np.array([False] * len(graded[0]) + [True] * len(graded[1]))

    def on(figure: Callable[..., float], *more: float) -> Callable[[NDArray[np.intp]], float]:
        return lambda at: figure(scores[at][~bad[at]], scores[at][bad[at]], *more)

    everything = np.arange(len(scores))
    if trial.measure and graded[0] and graded[1]:
        result.graded = {
            "AUC": on(scoring.auc)(everything),
            "EER": on(scoring.equal_error_rate)(everything),
            "1 %": on(scoring.caught_at, 0.01)(everything),
            "2 %": on(scoring.caught_at, 0.02)(everything),
        }
    flagged = np.array([j.flagged for j in (*sound, *defective)])
    is_bad = np.array([False] * len(sound) + [True] * len(defective))
    owners = [j.subject for j in (*sound, *defective)]

    def share(which: bool) -> Callable[[NDArray[np.intp]], float]:
        def figure(at: NDArray[np.intp]) -> float:
            chosen = flagged[at][is_bad[at] == which]
            return float(chosen.mean()) if len(chosen) else float("nan")

        return figure

    for goal in trial.goals:
        if goal.figure == "flagged":
            wanted, indices, people = share(False), np.arange(len(owners)), owners
        elif goal.figure == "caught" and not trial.measure:
            wanted, indices, people = share(True), np.arange(len(owners)), owners
        else:
            wanted = {
                "caught": on(scoring.caught_at, goal.at if goal.at is not None else 0.02),
                "eer": on(scoring.equal_error_rate),
                "auc": on(scoring.auc),
            }[goal.figure]
            indices, people = everything, subjects
        if len(indices):
            figure = Figure(goal, wanted(indices), *scoring.interval(wanted, people))
            result.figures.append(figure)
            if goal.figure == "caught" and not trial.measure and goal.at is not None:
                alarms = share(False)
                limit = Goal("flagged", False, goal.at)
                result.figures.append(
                    Figure(limit, alarms(indices), *scoring.interval(alarms, people))
                )
    alarms_first = sorted((j for j in sound if j.flagged), key=_badness, reverse=True)
    missed = sorted((j for j in defective if not j.flagged), key=_badness)
    lines = [f"false alarm: {_line(j)}" for j in alarms_first]
    misses = [f"missed: {_line(j)}" for j in missed]
    half = max(WORST - len(misses), WORST // 2)
    result.worst = [*lines[:half], *misses[: WORST - min(len(lines), half)]]


def _badness(judged: Judged) -> float:
    return judged.score if judged.score is not None else -math.inf


def _line(judged: Judged) -> str:
    value = judged.value
    shown = f" ({value:.3g})" if isinstance(value, int | float | np.floating) else ""
    said = f": {judged.message}" if judged.message and (not shown or judged.flagged) else ""
    return f"{judged.measured.case.name}{shown}{said}"


def _labelled(measured: Measured, trial: Trial) -> str | float:
    if trial.truth_value is not None:
        return trial.truth_value
    assert trial.truth is not None
    made = measured.truth.get(trial.truth)
    return made if made is not None else measured.case.row.labels.get(trial.truth, "")


def _truth(trial: Trial, judge: Judge, cases: list[Measured], result: Result) -> None:
    assert trial.measure is not None
    pairs = []
    for measured in cases:
        label = _labelled(measured, trial)
        if label == "":
            continue
        judged = judge.judge(measured, trial)
        result.sound.append(judged)
        if judged.value is not None:
            pairs.append((judged, float(judged.value), float(label)))
    if not pairs:
        return
    got = np.array([p[1] for p in pairs])
    true = np.array([p[2] for p in pairs])
    people = [p[0].subject for p in pairs]
    everything = np.arange(len(pairs))

    def error(at: NDArray[np.intp]) -> float:
        return float(np.abs(got[at] - true[at]).mean())

    def rank(at: NDArray[np.intp]) -> float:
        return scoring.rank_correlation(got[at], true[at])

    result.graded = {"error": error(everything), "bias": float(np.median(got - true))}
    for goal in trial.goals:
        wanted = rank if goal.figure == "rank" else error
        result.figures.append(Figure(goal, wanted(everything), *scoring.interval(wanted, people)))
    if any(goal.figure == "rank" for goal in trial.goals):
        result.graded = {"rank": rank(everything)}
    order = np.argsort(-np.abs(got - true))
    if "rank" not in result.graded:
        result.worst = [
            f"{pairs[i][0].measured.case.name}: {got[i]:.3g}, truly {true[i]:.3g}"
            for i in order[:WORST]
        ]


def _classes(trial: Trial, judge: Judge, cases: list[Measured], result: Result) -> None:
    assert trial.measure is not None
    rows = []
    for measured in cases:
        label = str(_labelled(measured, trial))
        if label not in trial.classes:
            continue
        judged = judge.judge(measured, trial)
        result.sound.append(judged)
        rows.append((judged, str(judged.value), trial.classes[label]))
    if not rows:
        return
    right = np.array([said == true for _, said, true in rows])
    people = [judged.subject for judged, _, _ in rows]

    def share(at: NDArray[np.intp]) -> float:
        return float(right[at].mean())

    for goal in trial.goals:
        result.figures.append(
            Figure(goal, share(np.arange(len(rows))), *scoring.interval(share, people))
        )
    result.graded = {"right": share(np.arange(len(rows)))}
    for _, said, true in rows:
        result.confusion[true, said] = result.confusion.get((true, said), 0) + 1
    wrong = [row for row in rows if row[1] != row[2]]
    result.worst = [
        f"{judged.measured.case.name}: {said}, truly {true}" for judged, said, true in wrong
    ][:WORST]
