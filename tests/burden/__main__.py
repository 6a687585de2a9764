"""``python -m tests.burden``: what following people costs each role, act by act.

24 people, two infusions a week, are followed to month 3: at home they fill in a diary a
day, silent on 5 % of the days, with a note on every fifth. Everything goes through the
use cases of the portal, by the demonstration's machinery, on a database of its own. The
same seed prints the same figures.

A participant-week of a phase is seven days of people in it by the plan: W1 is discharge to
day 28 and holds no day in hospital, W2 is day 29 to month 3. An act is what somebody does
at once: one task, one alert from taking it to its outcome, one visit to the page of unread
words, one answer of the ward about everybody asked for. An act for several people counts
for each by their share, in the phase in which they are when it is done. Ends with status 1
if a figure of W1 is above its limit.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from portal.runtime import Runtime
from tests.burden.acts import Burden, table
from tests.burden.followed import followed
from tests.burden.limits import over
from tests.burden.people import APART, MONTH_3
from tests.support.databases import SqliteDatabases, forgetful
from tests.support.settings import settings_for

PHASES = ("W0", "W1", "W2")


def main() -> int:
    """Print the figures; 1 if one is above its limit."""
    chosen = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        url = SqliteDatabases(Path(folder)).migrated()
        found = measured(url, chosen.people, chosen.days, chosen.seed)
    print(file=sys.stderr)
    _tell(found)
    faults = over(found)
    print(*faults, sep="\n")
    return 1 if faults else 0


def measured(
    url: str, people: int, last: int, seed: int, apart: float = APART
) -> Burden:
    """What a course on a migrated database costs."""
    runtime = Runtime(settings_for(url))
    forgetful(runtime.database.engine)
    try:
        return followed(runtime, people=people, last=last, seed=seed, apart=apart)
    finally:
        runtime.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.burden", description=__doc__)
    parser.add_argument("--people", type=int, default=24)
    parser.add_argument(
        "--days", type=int, default=MONTH_3, help="followed to this day"
    )
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _tell(found: Burden) -> None:
    for phase in PHASES:
        print(*table(found, phase), sep="\n")
    print(f"T21 fires on {found.fires('W1', 'T21'):.0%} of diaries in W1")


if __name__ == "__main__":
    sys.exit(main())
