"""What a second costs in which nothing is due: time, statements, writer's locks.

Most seconds of a trial are such seconds, and on SQLite a cycle that takes the writer's
lock stands in the way of a report. ``python -m benchmarks.idle_tick [DATABASE_URL]``
runs on a new SQLite file, or on an empty database of your own.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event

from portal.db.migrate import upgrade
from portal.runtime import Runtime
from scheduler.engine import Engine
from scheduler.leadership import Leadership
from scheduler.watchdog import Watchdog
from tests.support.outbox import build
from tests.support.settings import settings_for

CYCLES = 200
WARMING = 20


def main() -> None:
    """Run idle cycles and print what one costs."""
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(folder)}/idle.db"
        upgrade(url)
        runtime = Runtime(settings_for(url, lease_seconds=10.0))
        world = build(runtime)
        world.change_alert("closed")
        engine = Engine(runtime, watchdog=Watchdog(limit=3600), period=3600)
        seconds = count()  # cycles follow at once, and count as a second apart
        engine.leadership = Leadership(runtime, monotonic=lambda: float(next(seconds)))
        try:
            measure(runtime, engine)
        finally:
            engine.stop(seconds=1)
            runtime.close()


def measure(runtime: Runtime, engine: Engine) -> None:
    """Time idle cycles and count what they ask of the database."""
    for _ in range(WARMING):
        engine.cycle()
    seen = counted(runtime)
    times = []
    for _ in range(CYCLES):
        begun = time.perf_counter_ns()
        assert engine.cycle(), "a cycle failed"
        times.append((time.perf_counter_ns() - begun) / 1000)
    ordered = sorted(times)
    print(f"{CYCLES} idle cycles on {runtime.database.engine.dialect.name}")
    print(f"  median    {statistics.median(times):8.0f} µs")
    print(f"  99 of 100 {ordered[int(CYCLES * 0.99)]:8.0f} µs")
    for what in ("read transactions", "write transactions", "statements"):
        print(f"  {what:<18} {seen[what] / CYCLES:6.2f} a cycle")


def counted(runtime: Runtime) -> Counter[str]:
    """Counts from now on what reaches the database."""
    seen: Counter[str] = Counter()

    def begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("writes", False)
        seen["write transactions" if writes else "read transactions"] += 1

    def statement(*_: Any) -> None:
        seen["statements"] += 1

    event.listen(runtime.database.engine, "begin", begin)
    event.listen(runtime.database.engine, "before_cursor_execute", statement)
    return seen


if __name__ == "__main__":
    main()
