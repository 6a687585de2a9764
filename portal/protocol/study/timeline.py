"""A study's visits, events and phases, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.protocol.study.text import Text


@dataclass(frozen=True)
class PlannedVisit:
    """A clinic visit: its distance from D0, and its window.

    Exactly one of ``days`` and ``months`` is set; ``minus`` and ``plus`` are days.
    """

    code: str
    title: Text
    days: int | None
    months: int | None
    minus: int
    plus: int
    bring: Text


@dataclass(frozen=True)
class StudyEvent:
    """Something that happens to each person on a day of their own, such as a dose.

    Staff record its day; usually it happens at ``visit``.
    """

    id: str
    title: Text
    visit: str


class DiaryKind(StrEnum):
    """When a phase asks for a diary. ``WEEKDAYS``: Monday to Friday. ``ONCE``: on the
    first day of the phase. ``OPTIONAL``: whenever somebody likes to write.
    """

    NONE = "none"
    OPTIONAL = "optional"
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"
    ONCE = "once"

    @property
    def is_due(self) -> bool:
        """Whether it is missed if it does not come."""
        return self not in (DiaryKind.NONE, DiaryKind.OPTIONAL)


@dataclass(frozen=True)
class PhaseBegin:
    """Where a phase begins: ``days`` after a visit's date or an event, or after D0.

    Without a ``visit`` or ``event`` exactly one of ``days`` and ``months`` is set. An
    event that has not happened begins nothing.
    """

    visit: str | None = None
    days: int | None = None
    months: int | None = None
    event: str | None = None


@dataclass(frozen=True)
class Phase:
    """A stretch of the timeline.

    ``form`` lists the item ids asked in it. ``ward``: this is the time in hospital, usually ``planned_days`` long; it
    lasts as long as the stay. Any other phase begins where ``begins`` says (None: on
    D0) and ends where a later one begins. A phase that begins at an event counts its
    weeks from there.
    """

    code: str
    title: Text
    diary: DiaryKind
    form: tuple[str, ...]
    ward: bool = False
    planned_days: int | None = None
    begins: PhaseBegin | None = None
