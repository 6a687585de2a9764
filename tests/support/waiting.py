"""Waiting for a thing to happen: the one place where a test sleeps.

A test waits for an event, not for a second: on a busy machine the second is over before
the event has happened. The limit only matters if it never happens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

PATIENCE = 240.0
STEP = 0.02
LONGEST_STEP = 0.1
"""A look costs the processor what the thing that is waited for needs."""


def until(
    holds: Callable[[], object],
    what: str = "",
    instead: Callable[[], object] | None = None,
) -> bool:
    """True once ``holds()``; otherwise fails with what was expected and what is there."""
    if within(PATIENCE, holds):
        return True
    found = f"; instead: {instead()}" if instead else ""
    raise AssertionError(f"waited in vain for {what or 'it'}{found}")


def within(seconds: float, holds: Callable[[], object]) -> bool:
    """Whether ``holds()`` comes true in so many seconds.

    For something that may well not happen. A claim that something is quick measures
    real time, and its test is marked ``alone``.
    """
    looks = patiently(seconds)
    while not holds():
        if not next(looks, False):
            return False
    return True


def patiently(seconds: float) -> Iterator[bool]:
    """Rests a little longer each time, and ends after so many seconds."""
    end, step = time.monotonic() + seconds, STEP / 2
    while time.monotonic() <= end:
        time.sleep(step)
        step = min(step * 1.25, LONGEST_STEP)
        yield True


def rest(seconds: float) -> None:
    """Real time passes, in which nothing may happen, or a kill comes at any moment."""
    time.sleep(seconds)
