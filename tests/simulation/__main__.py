"""``python -m tests.simulation``: a two-year study in 30 zones, and what went wrong.

The participants are dealt out to as many processes as there are processors; each
lives on a database of its own. Ends with status 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.simulation.counting import Counts
from tests.simulation.size import Size
from tests.simulation.study import lived
from tests.simulation.zones import ZONES
from tests.support import postgresql
from tests.support.databases import Databases, PostgresqlDatabases, SqliteDatabases

SHOWN = 20


def main() -> int:
    """Live the study through, print the counts; 1 if anything was wrong."""
    chosen = _arguments()
    sizes = _dealt(chosen.years, chosen.people, chosen.moves, chosen.parts)
    seeds = [chosen.seed * 1_000 + part for part in range(len(sizes))]
    began, total = time.monotonic(), Counts()
    with databases(chosen.database) as made:
        urls = [made.migrated() for _ in sizes]
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            for counts in pool.map(lived, urls, seeds, sizes):
                total.add(counts)
    _tell(total, time.monotonic() - began)
    return 1 if total.wrong or not total.sent else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.simulation", description=__doc__)
    parser.add_argument("--years", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=len(ZONES))
    parser.add_argument("--moves", type=int, default=1_000)
    parser.add_argument("--parts", type=int, default=os.cpu_count() or 2)
    parser.add_argument(
        "--database", choices=["sqlite", "postgresql"], default="sqlite"
    )
    return parser.parse_args()


def _dealt(years: float, people: int, moves: int, parts: int) -> list[Size]:
    days = round(365.25 * years)
    share = [len(range(part, people, parts)) for part in range(parts)]
    return [
        Size(days, number, len(range(part, moves, parts)), first=sum(share[:part]))
        for part, number in enumerate(share)
        if number
    ]


@contextmanager
def databases(kind: str) -> Iterator[Databases]:
    """A maker of databases of this kind; what it made is gone at the end."""
    if kind == "postgresql":
        server = postgresql.start()
        try:
            yield PostgresqlDatabases(server)
        finally:
            server.stop()
        return
    with tempfile.TemporaryDirectory() as folder:
        yield SqliteDatabases(Path(folder))


def _tell(counts: Counts, seconds: float) -> None:
    acts = ", ".join(f"{name} {number}" for name, number in sorted(counts.acts.items()))
    print(f"zones {len(ZONES)}; {acts}")
    for name in ("expected", "sent", "missed", "doubled", "to_who_left"):
        print(f"{name.replace('_', ' '):>16} {getattr(counts, name)}")
    for name in ("unasked", "off_time", "wrong_number"):
        print(f"{name.replace('_', ' '):>16} {getattr(counts, name)}")
    print(f"{'seconds':>16} {seconds:.1f}")
    for fault in sorted(counts.faults)[:SHOWN]:
        print(fault)


if __name__ == "__main__":
    sys.exit(main())
