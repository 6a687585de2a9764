"""The one place that catches everything: round a piece of work that must not stop others.

It stands here, below the engine, because both the engine's jobs and the single rows
within a job (``one_by_one``) are such pieces.
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
    """A piece of work that ended, and what it gave."""

    value: T


def guarded(name: str, work: Callable[[], T]) -> FinishedWork[T] | Failed:
    """Do a piece of work; whatever it raises is logged and given back."""
    try:
        return FinishedWork(work())
    except Exception as error:  # the one place: a fault in one job stops no other
        log.exception("%s failed", name)
        return Failed(error)
