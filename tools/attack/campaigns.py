"""The campaigns by name, each run as the command line asks for it."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.attack import damage
from tools.attack.pages import Result
from tools.attack.scenarios import Came, Scenario, run_all, table
from tools.attack.transcodes import transcodes

__all__ = ["CAMPAIGNS"]

_TELL_EVERY_S = 60.0
_PIECE = 12_000

# What `all` gives of its time to each.
_SHARES = {"media": 0.3, "parsers": 0.25, "faults": 0.15, "trees": 0.15, "answers": 0.15}


def _damage(given: argparse.Namespace) -> Result:
    rows, lines = [], [*damage.TITLE]
    for transcode in transcodes():
        if given.only.lower() in transcode.name.lower():
            rows.append(damage.flipped(transcode, given.flips, given.seed))
            lines.append(damage.line(rows[-1]))
            print(lines[-1], file=sys.stderr, flush=True)
    return Result(tuple(lines), any(row.proves_all and row.wrong_clean for row in rows))


def _media(given: argparse.Namespace) -> Result:
    from tools.attack.media import Campaign

    campaign = Campaign(given.seed, given.keep, given.only)
    _go_on(campaign.run, lambda: f"{campaign.done:,} files, {campaign.tally.bad} bad", given)
    lines = *campaign.lines(), "", campaign.largest, *campaign.kept.lines()
    return Result(lines, campaign.tally.bad > 0)


def _parsers(given: argparse.Namespace) -> Result:
    from tools.attack.parsers import Parsers

    parsers = Parsers(given.seed, given.keep, given.only)
    _go_on(parsers.run, lambda: f"{parsers.done:,} inputs, {parsers.tally.bad} bad", given)
    lines = *parsers.lines(), "", parsers.longest, *parsers.kept.lines()
    return Result(lines, parsers.tally.bad > 0)


def _guided(given: argparse.Namespace) -> Result:
    from tools.attack import guided
    from tools.attack.entries import entries

    if not guided.is_there():
        return Result(("Not tried: Atheris is not installed (`pip install atheris`).",), bad=False)
    wanted = [each for each in entries() if each.pure and given.only.lower() in each.name.lower()]
    seconds = max(1, round(60 * (given.minutes or 10) / max(1, len(wanted))))
    with tempfile.TemporaryDirectory() as folder:
        findings = given.keep or Path(folder)
        came = []
        for entry in wanted:
            came.append(guided.fuzz(entry.name, seconds, given.seed, findings))
            print(came[-1], file=sys.stderr, flush=True)
    lines = ["| what is read | inputs | kept for new branches | faults |", "|---|--:|--:|--:|"]
    lines += [
        f"| {each.name} | {each.runs:,} | {each.added:,} | {len(each.faults):,} |" for each in came
    ]
    runs, added = sum(each.runs for each in came), sum(each.added for each in came)
    faults = [fault for each in came for fault in each.faults]
    lines.append(f"| **all** | {runs:,} | {added:,} | {len(faults):,} |")
    lines += [f"- {fault}" for fault in faults]
    return Result(tuple(lines), bool(faults))


def _soak(given: argparse.Namespace) -> Result:
    from tools.attack.soak import flat, soak

    with tempfile.TemporaryDirectory() as folder:
        found = soak(given.checks, Path(folder))
    return Result(tuple(found.lines()), not flat(found))


def _payments(given: argparse.Namespace) -> Result:
    from tools.attack import payments

    found = payments.campaign(given.kills, given.seed)
    return Result((*payments.TITLE, payments.line(found)), not found.holds)


def _faults(given: argparse.Namespace) -> Result:
    from tools.attack.faults import scenarios

    return _scenarios(scenarios(random.Random(given.seed), getattr(given, "rounds", 1)), given)


def _trees(given: argparse.Namespace) -> Result:
    from tools.attack.trees import scenarios

    return _scenarios(scenarios(), given)


def _answers(given: argparse.Namespace) -> Result:
    from tools.attack.answers import scenarios

    return _scenarios(scenarios(), given)


def _scenarios(every: Iterator[Scenario], given: argparse.Namespace) -> Result:
    """Run what was asked for, in a random order where there is not the time for all."""
    wanted = [each for each in every if given.only.lower() in f"{each.kind} {each.name}".lower()]
    end = time.monotonic() + 60 * given.minutes if given.minutes else None
    if end is not None:
        random.Random(given.seed).shuffle(wanted)
    came: list[Came] = []
    for each in run_all(iter(wanted), given.keep):
        came.append(each)
        if each.wrong:
            print(f"{each.scenario.name}: {each.wrong}", file=sys.stderr, flush=True)
        if end is not None and time.monotonic() > end:
            break
    return Result(tuple(table(came)), any(each.wrong for each in came))


def _all(given: argparse.Namespace) -> Result:
    """A slice of each; what needs minutes to say anything is left to its own command."""
    minutes = given.minutes or 2.0
    lines: list[str] = []
    bad = False
    for name, share in _SHARES.items():
        asked = argparse.Namespace(**{**vars(given), "minutes": minutes * share, "count": None})
        result = CAMPAIGNS[name](asked)
        print(f"{name}: {'something got through' if result.bad else 'held'}", file=sys.stderr)
        lines += [f"### {name}", "", *result.lines, ""]
        bad = bad or result.bad
    return Result(tuple(lines), bad)


def _go_on(run: Callable[..., None], state: Callable[[], str], given: argparse.Namespace) -> None:
    """Run as long or as often as was asked for, and say every minute how far it is."""
    begun = time.monotonic()
    end = begun + 60 * given.minutes if given.minutes else None
    left = given.count if given.count or given.minutes else _PIECE
    told = begun
    while (end is None or time.monotonic() < end) and (left is None or left > 0):
        size = _PIECE if left is None else min(_PIECE, left)
        run(count=size, until=end)
        left = None if left is None else left - size
        if time.monotonic() - told > _TELL_EVERY_S:
            told = time.monotonic()
            print(f"{told - begun:.0f} s: {state()}", file=sys.stderr, flush=True)


CAMPAIGNS: dict[str, Callable[[argparse.Namespace], Result]] = {
    "all": _all,
    "damage": _damage,
    "media": _media,
    "parsers": _parsers,
    "guided": _guided,
    "faults": _faults,
    "trees": _trees,
    "answers": _answers,
    "payments": _payments,
    "soak": _soak,
}
"""Each takes what the command line said."""
