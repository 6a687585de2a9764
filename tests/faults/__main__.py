"""``python -m tests.faults``: kills processes at every point, then at random; judges."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal import crash
from tests.faults.ground import Ground
from tests.faults.killing import Run
from tests.support import postgresql, provider
from tests.support.databases import (
    KINDS,
    Databases,
    PostgresqlDatabases,
    SqliteDatabases,
)

TOLD_EVERY = 25


def main() -> int:
    options = _parser().parse_args()
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="portal-faults-") as place,
        databases(options.database, Path(place)) as made,
        provider.running() as account,
    ):
        ground = Ground(made.migrated(), str(Path(place) / "clock"))
        run = Run(ground, account, Path(place), options.seed, tell=tell)
        run.kill_at_every_point()
        run.kill_at_random(options.kills)
        found = run.verdict()
        run.close()
        ground.close()
    kills, seconds = run.kills.total(), time.monotonic() - started
    sys.stdout.write(
        f"{options.database}, seed {options.seed}: {kills} kills at all "
        f"{len(crash.POINTS)} points and at random in {seconds:.0f} s; {found.says()}\n"
    )
    sys.stdout.write(found.details() and found.details() + "\n")
    return 0 if found.holds(kills) else 1


def tell(kills: int) -> None:
    """How far it is, every so often."""
    if kills % TOLD_EVERY == 0:
        sys.stderr.write(f"{kills} kills\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    return parser


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Databases]:
    if kind == "sqlite":
        yield SqliteDatabases(folder)
        return
    server = postgresql.start()
    try:
        yield PostgresqlDatabases(server)
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
