"""Waiting for a thing to happen: the one place where a test sleeps.

A test waits for what it is about, not for a second: on a busy machine the second is
over before the thing has happened. The patience only matters where it never does.
"""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 120.0
STEP = 0.02


def until(
    holds: Callable[[], object],
    what: str = "",
    instead: Callable[[], object] | None = None,
) -> bool:
    """True once ``holds()``; fails with what was waited for, and what is instead."""
    if within(PATIENCE, holds):
        return True
    found = f"; instead: {instead()}" if instead else ""
    raise AssertionError(f"waited in vain for {what or 'it'}{found}")


def within(seconds: float, holds: Callable[[], object]) -> bool:
    """Whether ``holds()`` comes true in so many seconds.

    For what may well not happen. A claim that something is quick measures real time,
    and its test is marked ``alone``.
    """
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(STEP)
    return True


def rest(seconds: float) -> None:
    """Real time goes by: in which nothing may happen, or a kill comes at any moment."""
    time.sleep(seconds)
