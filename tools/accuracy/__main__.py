"""Measures how often every rule is right, and writes ``docs/accuracy.md``.

    python -m tools.accuracy [CORPUS]            measure, judge, write the page
    python -m tools.accuracy --rule eyes-open    print one rule's figures, write nothing
    python -m tools.accuracy fit NAME [CORPUS]   fit the numbers in qcheck/probes/NAME.npz

CORPUS (default ``../shared/corpus``) is a folder with ``portraits/labels.csv``,
``voices/labels.csv`` or both. Measurements are kept under ``--cache``: an interrupted run goes on
where it stopped, a changed limit is judged again in seconds, and a changed measure is taken again
alone. Needs ``pip install -e '.[accuracy]'``.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from qcheck.core.probe import is_probe, wants
from qcheck.core.results import Severity
from qcheck.core.rule import Rule
from qcheck.engine.registry import load_rules
from qcheck.media.content import Picture, Recording
from tools import CORPUS, ROOT
from tools.accuracy import figures, fitting, page, scoring, trials
from tools.accuracy.digests import fits_of
from tools.accuracy.labels import Row, read
from tools.accuracy.measuring import Measured, load_makers, measure_many

SHARE = 24
"""Cases that a worker gets at once: enough that its start does not show."""


def main() -> None:
    parser = argparse.ArgumentParser("python -m tools.accuracy", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("words", nargs="*", metavar="[fit NAME] [CORPUS]")
    parser.add_argument("--rule", action="append", default=[], metavar="NAME")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache" / "accuracy")
    given = parser.parse_args()
    words = given.words
    store = given.cache.resolve()
    if words[:1] == ["fit"]:
        corpus = _corpus(words[2:])
        name = words[1] if len(words) > 1 else parser.error("fit what?")
        fitting.fit(name, read(corpus), corpus, store, fitting.SHIPPED / f"{name}.npz")
        return
    corpus = _corpus(words)
    text = measure(corpus, read(corpus), store, given.jobs, given.rule)
    if given.rule:
        print(text)
    else:
        (ROOT / "docs" / "accuracy.md").write_text(text, "utf-8")


def _corpus(words: list[str]) -> Path:
    return (Path(words[0]) if words else CORPUS).resolve()


def measure(corpus: Path, rows: list[Row], store: Path, jobs: int, only: list[str]) -> str:
    """Measure what is not measured yet, judge everything, and return the page."""
    load_makers()
    rules = load_rules()
    own = [rule for rule in rules.all if rule.origin.startswith("qcheck.rules.")]
    asked = trials.load(rule.name for rule in own)
    if only:
        names = {rules.get(name).name for name in only}
        asked = [trial for trial in asked if trial.rules and set(trial.rules) <= names]
    sides = {
        id(trial): {which: trial.cases(rows, which) for which in ("sound", "defective", "of")}
        for trial in asked
    }
    # A made case is looked at by the rules that ask for it, a case of the corpus by every rule.
    every = _probes(own, asked)
    needed: dict[trials.Case, dict[str, type]] = {}
    if not only:
        needed = {trials.Case(row): _of_medium(every, row) for row in rows}
    for trial in asked:
        wanted = _probes([rules.get(name) for name in trial.rules], [trial])
        for case in {case: None for side in sides[id(trial)].values() for case in side}:
            needed.setdefault(case, {}).update(_of_medium(wanted, case.row))
    asked_of = {cls for probes in needed.values() for cls in probes.values()}
    fits = sorted(set(fitting.own_fits(rows)) & {name for cls in asked_of for name in fits_of(cls)})
    for name in fitting.outdated(fits, corpus):
        print(f"{name} was fitted from other labels: python -m tools.accuracy fit {name}")
    folders = fitting.fit_without(fits, rows, corpus, store, jobs)
    start = time.perf_counter()
    found = _measure_all(needed, folders, store, jobs)
    print(f"measured {len(needed)} cases in {time.perf_counter() - start:.0f} s", flush=True)
    start = time.perf_counter()
    judges = {kind: figures.Judge(rules, every) for kind in found}
    evaluated = []
    for trial in asked:
        cases = sides[id(trial)]
        result = figures.evaluate(trial, judges["people"], cases, found["people"])
        wanted = _probes([rules.get(name) for name in trial.rules], [trial])
        if any(not fits_of(probe).isdisjoint(fits) for probe in wanted.values()):
            result.strangers = figures.evaluate(trial, judges["sets"], cases, found["sets"])
        evaluated.append(result)
    if only:
        text = page.excerpt(evaluated, own)
    else:
        by_set, sizes = _by_set(rows, own, judges["sets"], found["sets"])
        text = page.page(evaluated, own, by_set, sizes, scoring.RESAMPLES)
    print(f"judged in {time.perf_counter() - start:.0f} s", flush=True)
    return text


def _probes(rules: list[Rule], asked: list[trials.Trial]) -> dict[str, type]:
    """Every probe that a rule asks for or a trial grades, by name."""
    from qcheck.probes import portrait, voice

    probes = {
        wanted.__name__: wanted
        for rule in rules
        for wanted in wants(rule.function).values()
        if is_probe(wanted)
    }
    for trial in asked:
        if trial.measure:
            name = trial.measure.split(".")[0]
            probes[name] = getattr(portrait, name, None) or getattr(voice, name)
    return dict(sorted(probes.items()))


def _of_medium(probes: dict[str, type], row: Row) -> dict[str, type]:
    """Without those of the other medium: a recording has no face."""
    from qcheck.probes import portrait, voice

    other, content = (voice, Recording) if row.medium == "portraits" else (portrait, Picture)
    return {
        name: cls
        for name, cls in probes.items()
        if name not in other.__all__ and cls is not content
    }


def _measure_all(
    needed: dict[trials.Case, dict[str, type]],
    folders: dict[fitting.Split, Path],
    store: Path,
    jobs: int,
) -> dict[str, dict[trials.Case, Measured | str]]:
    """For each kind of split, every case with the numbers that were fitted without its part."""
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    # One part after the other, so that a worker rarely changes its fitted numbers.
    order = sorted(needed, key=lambda case: (*case.row.left_out.values(), case.row.name))
    places = [
        (
            case,
            [folders[split] for split in case.row.left_out.items()],
            {name: cls.__module__ for name, cls in needed[case].items()},
        )
        for case in order
    ]
    shares = [(places[i : i + SHARE], store) for i in range(0, len(places), SHARE)]
    found: dict[str, dict[trials.Case, Measured | str]] = defaultdict(dict)
    done = 0
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        under_way = {pool.submit(measure_many, *share): share for share in shares}
        with contextlib.closing(_Progress(len(needed))) as progress:
            for future in as_completed(under_way):
                share = under_way[future][0]
                for (case, *_), got in zip(share, future.result(), strict=True):
                    for i, kind in enumerate(case.row.left_out):
                        found[kind][case] = got if isinstance(got, str) else got[i]
                done += len(share)
                progress.show(done)
    return found


class _Progress:
    def __init__(self, total: int) -> None:
        self.total = total
        self.start = time.perf_counter()

    def show(self, done: int) -> None:
        if sys.stderr.isatty():
            left = (time.perf_counter() - self.start) / done * (self.total - done)
            print(f"\r{done} of {self.total}, {left:.0f} s left ", end="", file=sys.stderr)
        elif done % (SHARE * 20) < SHARE:
            print(f"{done} of {self.total}", file=sys.stderr, flush=True)

    def close(self) -> None:
        if sys.stderr.isatty():
            print(file=sys.stderr)


def _by_set(
    rows: list[Row],
    rules: list[Rule],
    judge: figures.Judge,
    found: dict[trials.Case, Measured | str],
) -> tuple[dict[str, dict[str, tuple[int, int]]], dict[str, int]]:
    """Errors and warnings of each rule on each set, and the sets' sizes."""
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    sizes: dict[str, int] = defaultdict(int)
    for row in rows:
        measured = found[trials.Case(row)]
        sizes[row.labels["set"]] += 1
        said = counts[row.labels["set"]]
        if isinstance(measured, str):
            continue
        for rule in rules:
            if row.medium.removesuffix("s") in rule.media:
                severity = judge.outcome(measured, rule.name).severity
                if severity in (Severity.ERROR, Severity.WARNING):
                    said[rule.name][severity is not Severity.ERROR] += 1
    return {
        name: {rule: (e, w) for rule, (e, w) in said.items()} for name, said in counts.items()
    }, dict(sizes)


if __name__ == "__main__":
    main()
