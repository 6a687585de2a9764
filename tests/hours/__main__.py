"""``python -m tests.hours``: does anything depend on the hour at which it begins?

A study is simulated and the demonstration is made from every hour of ordinary days, a
Sunday, a 30th, a 31st, a leap day and New Year's Eve, and of both changes of clocks in
three zones, and from each sixth hour wherever else clocks change; all journeys of real
processes are walked from four hours of three days. Ends with status 1 if anything was
wrong. ``--every 6`` takes each sixth hour of every day.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime

from tests.hours.moments import EVERY_DAY, HOURS, JOURNEY_DAYS, Day
from tests.hours.trials import Outcome, seeded, simulated, walked
from tests.simulation.__main__ import databases
from tests.support.databases import KINDS, Databases

Trial = Callable[[str, datetime, str], Outcome]
TRIALS: dict[str, Trial] = {"simulation": simulated, "demonstration": seeded}
JOURNEYS = "journeys"


def main() -> int:
    """Try what was asked for and show how it goes; 1 if anything was wrong."""
    chosen, began = _arguments(), time.monotonic()
    outcomes: list[Outcome] = []
    with (
        databases(chosen.database) as made,
        ProcessPoolExecutor(os.cpu_count()) as pool,
    ):
        for what in chosen.what:
            if what != JOURNEYS:
                outcomes += _everywhere(what, made, pool, chosen.every)
    if JOURNEYS in chosen.what:
        outcomes += _journeys(chosen.database)
    return told(outcomes, time.monotonic() - began)


def _arguments() -> argparse.Namespace:
    parts = [*TRIALS, JOURNEYS]
    parser = argparse.ArgumentParser("python -m tests.hours", description=__doc__)
    parser.add_argument("--only", choices=parts, action="append", dest="what")
    parser.add_argument("--every", type=int, default=1, metavar="HOURS")
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    chosen = parser.parse_args()
    chosen.what = chosen.what or parts
    return chosen


def _everywhere(
    what: str, made: Databases, pool: ProcessPoolExecutor, every: int
) -> list[Outcome]:
    found: list[Outcome] = []
    for number, day in enumerate(EVERY_DAY, 1):
        _say(f"{what} {number}/{len(EVERY_DAY)} {day} ")
        outcomes = _day(TRIALS[what], day, made, pool, every)
        found += shown(outcomes)
    return found


def _day(
    trial: Trial, day: Day, made: Databases, pool: ProcessPoolExecutor, every: int
) -> Iterable[Outcome]:
    moments = day.moments(every)
    urls = [made.migrated() for _ in moments]
    yield from pool.map(trial, urls, moments, [day.zone] * len(urls))
    for url in urls:
        made.drop(url)


def _journeys(database: str) -> list[Outcome]:
    found: list[Outcome] = []
    for day in JOURNEY_DAYS:
        for hour in HOURS:
            _say(f"{JOURNEYS} {day} {hour} ")
            found += shown([walked(f"{day}T{hour}", database)])
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
