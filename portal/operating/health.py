"""Whether the whole can do its job: the database answers and an engine acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.delivery.sending import answer_rates
from portal.engine import beats, holds, one_by_one

LATE = timedelta(seconds=30)


@dataclass(frozen=True)
class Part:
    """One part of the whole: its name, whether it is well, and what is seen."""

    name: str
    well: bool
    detail: str


@dataclass(frozen=True)
class Health:
    """Every part; the whole is well when each is."""

    parts: tuple[Part, ...]

    @property
    def well(self) -> bool:
        """Whether a dangerous report would reach a person now."""
        return all(part.well for part in self.parts)


def health(session: Session, real_now: datetime, *, now: datetime) -> Health:
    """Look at every part; a database that fails is a finding, not an exception."""
    try:
        last = beats.last_acting(session)
        standing = holds.standing(session)
        held_back = one_by_one.count_held_back(session, now=now)
        failing = answer_rates.failing(answer_rates.recent(session, real_now))
    except SQLAlchemyError:
        return Health(
            (
                Part("database", False, "gives no answer"),
                Part("engine", False, "cannot be seen without the database"),
                Part("work", False, "cannot be seen without the database"),
                Part("hold", False, "cannot be seen without the database"),
                Part("providers", False, "cannot be seen without the database"),
            )
        )
    return Health(
        (
            Part("database", True, "answers"),
            _engine(last, real_now),
            _work(held_back),
            _hold(standing),
            _providers(failing),
        )
    )


def _engine(last: datetime | None, real_now: datetime) -> Part:
    if last is None:
        return Part("engine", False, "has never completed a cycle")
    ago = max(real_now - last, timedelta(0))
    seconds = f"completed a cycle {ago.total_seconds():.0f} s ago"
    return Part("engine", ago <= LATE, seconds)


def _work(held_back: int) -> Part:
    if held_back == 0:
        return Part("work", True, "nothing is held back")
    return Part("work", False, f"held back after failing: {held_back}")


def _hold(standing: holds.Standing) -> Part:
    if standing.is_copy:
        return Part("hold", False, "this is a copy, or was moved: nothing is sent")
    if standing.held:
        return Part("hold", False, "restored: what is older waits for a release")
    return Part("hold", True, "messages may leave")


def _providers(failing: Mapping[str, str]) -> Part:
    if not failing:
        return Part("providers", True, "none was seen to fail")
    said = "; ".join(f"{name} {what}" for name, what in sorted(failing.items()))
    return Part("providers", False, said)
