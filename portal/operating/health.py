"""Whether the portal can do its job: the database answers and an engine acts."""

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
class HealthPart:
    """One part of the portal: its name, whether it is well, and a few words."""

    name: str
    well: bool
    detail: str


@dataclass(frozen=True)
class Health:
    """Every part; the portal is well if each part is."""

    parts: tuple[HealthPart, ...]

    @property
    def well(self) -> bool:
        """Whether a dangerous report would reach a person now."""
        return all(part.well for part in self.parts)


def health(session: Session, real_now: datetime, *, now: datetime) -> Health:
    """Check every part; a database that fails is a result, not an exception."""
    try:
        last = beats.last_acting(session)
        standing = holds.standing(session)
        held_back = one_by_one.count_held_back(session, now=now)
        failing = answer_rates.failing(answer_rates.recent(session, real_now))
    except SQLAlchemyError:
        return Health(
            (
                HealthPart("database", False, "gives no answer"),
                HealthPart("engine", False, "cannot be seen without the database"),
                HealthPart("work", False, "cannot be seen without the database"),
                HealthPart("hold", False, "cannot be seen without the database"),
                HealthPart("providers", False, "cannot be seen without the database"),
            )
        )
    return Health(
        (
            HealthPart("database", True, "answers"),
            _engine(last, real_now),
            _work(held_back),
            _hold(standing),
            _providers(failing),
        )
    )


def _engine(last: datetime | None, real_now: datetime) -> HealthPart:
    if last is None:
        return HealthPart("engine", False, "has never completed a cycle")
    ago = max(real_now - last, timedelta(0))
    seconds = f"completed a cycle {ago.total_seconds():.0f} s ago"
    return HealthPart("engine", ago <= LATE, seconds)


def _work(held_back: int) -> HealthPart:
    if held_back == 0:
        return HealthPart("work", True, "nothing is held back")
    return HealthPart("work", False, f"held back after failing: {held_back}")


def _hold(standing: holds.HoldState) -> HealthPart:
    if standing.is_copy:
        return HealthPart(
            "hold", False, "this is a copy, or was moved: nothing is sent"
        )
    if standing.held:
        return HealthPart("hold", False, "restored: older messages wait for a release")
    return HealthPart("hold", True, "messages may leave")


def _providers(failing: Mapping[str, str]) -> HealthPart:
    if not failing:
        return HealthPart("providers", True, "none is failing")
    said = "; ".join(f"{name} {what}" for name, what in sorted(failing.items()))
    return HealthPart("providers", False, said)
