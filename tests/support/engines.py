"""Engines inside a test's own process: stopped at its end, or reported.

One that went on would take the messages of the next tests.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # most tests never start one
    from portal.runtime import Runtime
    from scheduler.engine import Engine

PATIENCE = 10.0
OURS = ("waker", "heart")  # threads that only a stop ends


@contextmanager
def started(runtime: Runtime, **how: Any) -> Iterator[Engine]:
    """An engine that runs while the block lasts, however the block ends."""
    from scheduler.engine import Engine

    engine = Engine(runtime, **how)
    try:
        engine.start()
        yield engine
    finally:
        engine.stop(seconds=1)
        engines_left()  # a heart may be in the middle of a question to the database


def engines_left(patience: float = PATIENCE) -> list[str]:
    """The names of threads of engines that nobody has stopped."""
    left = [each for each in threading.enumerate() if each.name in OURS]
    for each in left:
        each.join(patience)
    return [each.name for each in left if each.is_alive()]
