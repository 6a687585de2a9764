"""What happened in a simulated study, written down as it happened: the oracle's facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Report:
    """An entry that came: the site's day, whole or not, and whether it was warm."""

    at: datetime
    day: date
    complete: bool
    warm: bool
    entry_id: int


@dataclass(frozen=True)
class Appointment:
    """One version of a visit, in force from ``made`` on."""

    made: datetime
    version: int
    state: str
    target: date
    booked_at: datetime | None


@dataclass
class Life:
    """One participant: every list is in order of time, and begins with enrolment."""

    id: int
    d0: date
    site_zone: str
    quiet: tuple[str, str]
    zones: list[tuple[datetime, str]]
    statuses: list[tuple[datetime, str]]
    numbers: list[tuple[datetime, str]]
    visits: dict[str, list[Appointment]]
    caregiver: tuple[int, str] | None = None
    discharge: tuple[datetime, date] | None = None  # entered when, for which day
    here: list[tuple[datetime, date]] = field(default_factory=list)
    """When the ward said "still here", and for which day."""
    reports: list[Report] = field(default_factory=list)
    replanned: list[datetime] = field(default_factory=list)
    """When a change made somebody look at this participant at once."""


@dataclass(frozen=True)
class Sent:
    """A text that left: its key, to which number, when."""

    participant_id: int
    key: str
    number: str
    at: datetime


@dataclass
class History:
    """The whole study, and when no engine ran (from, to)."""

    begins: datetime
    ends: datetime
    lives: list[Life] = field(default_factory=list)
    outages: list[tuple[datetime, datetime]] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    acts: dict[str, int] = field(default_factory=dict)

    def up_from(self, at: datetime) -> datetime:
        """The first moment from ``at`` on at which an engine ran."""
        for begins, ends in self.outages:
            if begins <= at < ends:
                return ends
        return at

    def did(self, act: str) -> None:
        """Count one act."""
        self.acts[act] = self.acts.get(act, 0) + 1
