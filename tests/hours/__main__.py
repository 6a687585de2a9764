"""``python -m tests.hours``: does anything depend on the hour at which it begins?

A study is simulated and the demonstration is made from every hour of ordinary days, a
Sunday, a 30th, a 31st, a leap day and New Year's Eve, and of both changes of clocks in
three zones, and from each sixth hour wherever else clocks change; all journeys of real
processes are walked from four hours of three days. Ends with status 1 if anything was
wrong. ``--every 6`` takes each sixth hour of every day and each sixth of the journeys;
``--first 2`` begins at the third, so that six runs with another each try everything.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime

from tests.hours.moments import EVERY_DAY, JOURNEYS
from tests.hours.trials import Outcome, seeded, simulated, walked
from tests.simulation.__main__ import databases
from tests.support.databases import KINDS, Databases

Trial = Callable[[str, datetime, str], Outcome]
TRIALS: dict[str, Trial] = {"simulation": simulated, "demonstration": seeded}
WALKED = "journeys"


def main() -> int:
    """Try what was asked for and show how it goes; 1 if anything was wrong."""
    chosen, began = _arguments(), time.monotonic()
    outcomes: list[Outcome] = []
    with (
        databases(chosen.database) as made,
        ProcessPoolExecutor(os.cpu_count()) as pool,
    ):
        for what in chosen.what:
            if what != WALKED:
                outcomes += _everywhere(what, made, pool, chosen)
    if WALKED in chosen.what:
        outcomes += _journeys(chosen)
    return told(outcomes, time.monotonic() - began)


def _arguments() -> argparse.Namespace:
    parts = [*TRIALS, WALKED]
    parser = argparse.ArgumentParser("python -m tests.hours", description=__doc__)
    parser.add_argument("--only", choices=parts, action="append", dest="what")
    parser.add_argument("--every", type=int, default=1, metavar="HOURS")
    parser.add_argument("--first", type=int, default=0, metavar="HOUR")
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    chosen = parser.parse_args()
    chosen.what = chosen.what or parts
    return chosen


def _everywhere(
    what: str, made: Databases, pool: ProcessPoolExecutor, chosen: argparse.Namespace
) -> list[Outcome]:
    found: list[Outcome] = []
    for number, day in enumerate(EVERY_DAY, 1):
        _say(f"{what} {number}/{len(EVERY_DAY)} {day} ")
        moments = day.moments(chosen.every, chosen.first)
        outcomes = _day(TRIALS[what], moments, day.zone, made, pool)
        found += shown(outcomes)
    return found


def _day(
    trial: Trial,
    moments: list[datetime],
    zone: str,
    made: Databases,
    pool: ProcessPoolExecutor,
) -> Iterable[Outcome]:
    urls = [made.migrated() for _ in moments]
    yield from pool.map(trial, urls, moments, [zone] * len(urls))
    for url in urls:
        made.drop(url)


def _journeys(chosen: argparse.Namespace) -> list[Outcome]:
    found: list[Outcome] = []
    for begins in JOURNEYS[chosen.first % chosen.every :: chosen.every]:
        _say(f"{WALKED} {begins} ")
        found += shown([walked(begins, chosen.database)])
    return found


def shown(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """A mark for each, as it ends; then what was wrong."""
    found: list[Outcome] = []
    for one in outcomes:
        _say("F" if one.wrong else ".")
        found.append(one)
    _say(f" {sum(one.looked_at for one in found)}\n")
    for fault in (fault for one in found for fault in one.faults):
        _say(f"    {fault}\n")
    return found


def told(outcomes: list[Outcome], seconds: float) -> int:
    """The last line, and the status to end with."""
    wrong = sum(one.wrong for one in outcomes)
    looked_at = sum(one.looked_at for one in outcomes)
    _say(
        f"{len(outcomes)} moments, {looked_at} texts, people and stories looked at in"
        f" {seconds:.0f} s: {wrong} moments went wrong\n"
    )
    return 1 if wrong or not outcomes else 0


def _say(words: str) -> None:
    sys.stdout.write(words)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
