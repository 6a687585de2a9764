"""What the rules of reminders know about one participant, and what they produce."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from portal.protocol.calendar.whereabouts import HospitalStay, Milestones
from portal.vocabulary.visits import VisitState

STANDS = timedelta(days=400)  # work does not expire


class OccasionKind(StrEnum):
    """What comes due: the first six are texts, the others work for staff."""

    VISIT = "visit"
    MOVED = "moved"
    DIARY = "diary"
    EVENING = "evening"
    DATED = "dated"
    RECHECK = "recheck"
    CALL_TASK = "call_task"  # no diary: somebody phones
    CALL_LATE = "call_late"  # that task is still open: the next rung
    VISIT_MISSED = "visit_missed"
    WINDOW_CLOSING = "window_closing"
    RECHECK_MISSED = "recheck_missed"


TEXTS = (
    OccasionKind.VISIT,
    OccasionKind.MOVED,
    OccasionKind.DIARY,
    OccasionKind.EVENING,
    OccasionKind.DATED,
    OccasionKind.RECHECK,
)


@dataclass(frozen=True)
class VisitDay:
    """A visit. ``day`` and ``closes`` are the site's days.

    ``since`` is when this version of it was made (None: at enrolment); ``moved``
    whether that changed the day.
    """

    code: str
    day: date
    closes: date
    state: VisitState
    version: int
    booked_at: datetime | None = None
    since: datetime | None = None
    moved: bool = False


@dataclass(frozen=True)
class DayReport:
    """What came on one of the site's days.

    ``complete``: a finished diary. ``heard``: something was answered, or a nurse says
    that she heard from them; a red-flag screen and words alone do not count.
    ``entries``: how many answered something. ``heard_at``: when they were last heard
    from about that day. ``alarming``: silence after the day's last such entry is worse.
    """

    complete: bool = False
    heard: bool = False
    entries: int = 0
    alarming: bool = False
    heard_at: datetime | None = None


@dataclass(frozen=True)
class Recheck:
    """An entry that asked for another reading, which has not come yet."""

    entry_id: int
    at: datetime
    phase: str


@dataclass(frozen=True)
class RemindedPerson:
    """One participant as the rules see them.

    ``d0_changes``: how often D0 was changed; texts that depend on it alone are then
    sent again. ``since``: in follow-up without a break from then on; ``quiet``: local
    hours (``HH:MM``, from and to) without reminders; ``days``: what came lately, by
    day.
    """

    id: int
    d0: date
    zone: str
    site_zone: str
    quiet: tuple[str, str]
    since: datetime
    stays: tuple[HospitalStay, ...] = ()
    visits: tuple[VisitDay, ...] = ()
    days: Mapping[date, DayReport] = field(default_factory=dict)
    rechecks: tuple[Recheck, ...] = ()
    d0_changes: int = 0
    events: Mapping[str, date] = field(default_factory=dict)

    @property
    def milestones(self) -> Milestones:
        """The dates on which their timeline depends."""
        return Milestones(self.d0, self.stays, self.events)

    def came(self, days: Iterable[date]) -> list[DayReport]:
        """What came on these days."""
        return [self.days[day] for day in days if day in self.days]


@dataclass(frozen=True)
class Occasion:
    """Something that comes due at ``at`` and is useless after ``not_after``, both UTC.

    ``key`` is unique for ever; ``day`` is the site's day that it is about; ``to`` is
    participant or caregiver, for texts.
    """

    key: str
    kind: OccasionKind
    at: datetime
    not_after: datetime
    day: date
    template: str = ""
    to: str = "participant"
    detail: Mapping[str, Any] = field(default_factory=dict)
