"""Attacks qcheck from outside and counts what it lets through.

    python -m tools.attack damage                  flip bits in every format, count wrong "clean"
    python -m tools.attack media --minutes 60      mutated pictures, recordings and videos
    python -m tools.attack parsers --count 1000000 mutated texts, headers and commands
    python -m tools.attack all --minutes 2         a slice of each

Tables are Markdown. It exits with 1 where something got through: a crash, a hang, too much memory,
or damage that could be proven and was not reported. `--keep FOLDER` keeps the inputs that did.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.attack import damage
from tools.attack.scenarios import Scenario
from tools.attack.transcodes import transcodes

__all__ = ["main"]

_TELL_EVERY_S = 60.0


def main() -> None:
    parser = argparse.ArgumentParser("python -m tools.attack", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(required=True)
    damaging = commands.add_parser("damage")
    damaging.add_argument("--flips", type=int, default=300)
    damaging.add_argument("--seed", type=int, default=1)
    damaging.add_argument("--only", default="", metavar="TEXT")
    damaging.set_defaults(run=_damage)
    for name, run in (("media", _media), ("parsers", _parsers)):
        long = commands.add_parser(name)
        long.add_argument("--minutes", type=float)
        long.add_argument("--count", type=int)
        long.add_argument("--seed", type=int, default=1)
        long.add_argument("--only", default="", metavar="TEXT")
        long.add_argument("--keep", type=Path, metavar="FOLDER")
        long.set_defaults(run=run)
    soaking = commands.add_parser("soak")
    soaking.add_argument("--checks", type=int, default=20_000)
    soaking.set_defaults(run=_soak)
    for name, run in (("faults", _faults), ("trees", _trees), ("answers", _answers)):
        short = commands.add_parser(name)
        short.add_argument("--rounds", type=int, default=1)
        short.add_argument("--minutes", type=float)
        short.add_argument("--seed", type=int, default=1)
        short.add_argument("--only", default="", metavar="TEXT")
        short.add_argument("--keep", type=Path, metavar="FOLDER")
        short.set_defaults(run=run)
    given = parser.parse_args()
    sys.exit(given.run(given))


def _damage(given: argparse.Namespace) -> bool:
    rows = []
    for line in damage.TITLE:
        print(line)
    for transcode in transcodes():
        if given.only.lower() in transcode.name.lower():
            rows.append(damage.flipped(transcode, given.flips, given.seed))
            print(damage.line(rows[-1]), flush=True)
    return any(row.proves_all and row.wrong_clean for row in rows)


def _media(given: argparse.Namespace) -> bool:
    from tools.attack.media import Campaign

    campaign = Campaign(given.seed, given.keep, given.only)
    _go_on(campaign.run, lambda: f"{campaign.done:,} files, {campaign.tally.bad} bad", given)
    for line in campaign.lines():
        print(line)
    for line in campaign.kept.lines():
        print(line)
    return campaign.tally.bad > 0


def _parsers(given: argparse.Namespace) -> bool:
    from tools.attack.parsers import Parsers

    parsers = Parsers(given.seed, given.keep, given.only)
    _go_on(parsers.run, lambda: f"{parsers.done:,} inputs, {parsers.tally.bad} bad", given)
    for line in (*parsers.lines(), *parsers.kept.lines()):
        print(line)
    return parsers.tally.bad > 0


def _soak(given: argparse.Namespace) -> bool:
    from tools.attack.soak import flat, soak

    with tempfile.TemporaryDirectory() as folder:
        found = soak(given.checks, Path(folder))
    for line in found.lines():
        print(line)
    return not flat(found)


def _faults(given: argparse.Namespace) -> bool:
    from tools.attack.faults import scenarios

    return _scenarios(scenarios(random.Random(given.seed), given.rounds), given)


def _trees(given: argparse.Namespace) -> bool:
    from tools.attack.trees import scenarios

    return _scenarios(scenarios(), given)


def _answers(given: argparse.Namespace) -> bool:
    from tools.attack.answers import scenarios

    return _scenarios(scenarios(), given)


def _scenarios(every: Iterator[Scenario], given: argparse.Namespace) -> bool:
    """Run what was asked for, in a random order where there is not the time for all."""
    from tools.attack.scenarios import run_all, table

    wanted = [each for each in every if given.only.lower() in f"{each.kind} {each.name}".lower()]
    end = time.monotonic() + 60 * given.minutes if given.minutes else None
    if end is not None:
        random.Random(given.seed).shuffle(wanted)
    came = []
    for each in run_all(iter(wanted), given.keep):
        came.append(each)
        if each.wrong:
            print(f"{each.scenario.name}: {each.wrong}", file=sys.stderr, flush=True)
        if end is not None and time.monotonic() > end:
            break
    for line in table(came):
        print(line)
    return any(each.wrong for each in came)


def _go_on(run: Callable[..., None], state: Callable[[], str], given: argparse.Namespace) -> None:
    """Run as long or as often as was asked for, and say every minute how far it is."""
    begun = time.monotonic()
    end = begun + 60 * given.minutes if given.minutes else None
    left = given.count if given.count or given.minutes else 10_000
    piece = 12_000
    told = begun
    while (end is None or time.monotonic() < end) and (left is None or left > 0):
        size = piece if left is None else min(piece, left)
        run(count=size, until=end)
        left = None if left is None else left - size
        if time.monotonic() - told > _TELL_EVERY_S:
            told = time.monotonic()
            print(f"{told - begun:.0f} s: {state()}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
