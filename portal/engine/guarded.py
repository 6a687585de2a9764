"""The one place that catches every exception: around work that must not stop others.

It stands here because both the engine's jobs and the single rows within a job
(``one_by_one``) are such work.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Failed:
    """A piece of work that raised; it has been logged."""

    error: Exception


@dataclass(frozen=True)
class FinishedWork(Generic[T]):
    """A piece of work that ended, with its result."""

    value: T


def guarded(name: str, work: Callable[[], T]) -> FinishedWork[T] | Failed:
    """Do a piece of work; whatever it raises is logged and returned as ``Failed``."""
    try:
        return FinishedWork(work())
    except Exception as error:  # the one place: a fault in one job stops no other
        log.exception("%s failed", name)
        return Failed(error)
