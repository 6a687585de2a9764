"""Named points at which a test can end this process as a power cut would.

There is one at each commit and each call to a provider, in the web and in the engine,
so this module lies below both. A point does nothing unless the setting
``PORTAL_CRASH_AT`` arms it, and production refuses to start with that setting.
"""

from __future__ import annotations

import os
import re
import signal
import threading

from portal.errors import UnsafeSettings

POINTS = (
    "transaction.before_commit",
    "transaction.after_commit",
    "submit.before_commit",
    "submit.after_commit",
    "submit.before_response",
    "lease.taken",
    "lease.renewed",
    "job.before_commit",
    "job.after_commit",
    "claim.before_commit",
    "claim.after_commit",
    "send.before",
    "send.after",
    "record.before_commit",
    "record.after_commit",
    "resolve.suspected",
    "resolve.asking",
    "resolve.answered",
    "resolve.before_commit",
    "resolve.after_commit",
)
SPELT = re.compile(r"([a-z_.]+):([1-9][0-9]{0,5})")


class _Armed:
    """The point at which this process must end, and how many passes are left."""

    def __init__(self) -> None:
        self.name: str | None = None
        self.left = 0
        self.lock = threading.Lock()


_armed = _Armed()


def arm(at: str | None) -> None:
    """End this process at ``NAME:HIT``: the HIT-th pass of that point. None: never.

    Raises:
        UnsafeSettings: there is no such point.
    """
    if at is None:
        _armed.name = None
        return
    if fault := fault_in(at):
        raise UnsafeSettings(fault)
    name, _, hit = at.partition(":")
    _armed.name, _armed.left = name, int(hit)


def fault_in(at: str) -> str | None:
    """What is wrong with ``NAME:HIT``, as a sentence; None: nothing is."""
    found = SPELT.fullmatch(at)
    if found is None or found[1] not in POINTS:
        return "PORTAL_CRASH_AT must be the name of a crash point, a colon and a count."
    return None


def point(name: str) -> None:
    """Pass a named point; if it is armed and its count is reached, the process ends."""
    if _armed.name == name:
        _pass()


def _pass() -> None:
    with _armed.lock:
        _armed.left -= 1
        if _armed.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
