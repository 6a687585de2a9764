"""What a study plans by the clock, as frozen data: reminders, silence, switches.

There is one class for each table of the file. ``portal.protocol.study.file.plans`` reads
them, and a stored study is built from the same fields. Times are ``HH:MM``. None or
empty: the study does not have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.protocol.demands.numbers import default
from portal.protocol.demands.rules import DEVIATION, SILENCE
from portal.protocol.study.text import Text

MONTH_RULES = ("calendar",)


@dataclass(frozen=True)
class Nudge:
    """One reminder of a missing diary: when, to whom, which text.

    ``to`` is participant or caregiver.
    """

    at: str
    to: str
    text: str


@dataclass(frozen=True)
class Rung:
    """Whose phone rings next while nobody has handled a silent day.

    ``days_later``: so many days after the diary's own day; None: on the day of the call.
    """

    at: str
    role: str
    days_later: int | None = None


@dataclass(frozen=True)
class CallTask:
    """The call after ``after_missed`` silent days, and the rungs after it.

    ``at`` and ``ack_by`` are on one day, ``days_later`` after the diary's own day: the
    call about an evening diary is on the next morning. A rung may be on a later day.
    """

    after_missed: int
    at: str
    ack_by: str
    role: str
    title: Text
    escalate: tuple[Rung, ...] = ()
    days_later: int = default("missing.task.days_later")

    def day_of(self, rung: Rung) -> int:
        """How many days after the diary's own day a rung is."""
        return self.days_later if rung.days_later is None else rung.days_later

    @property
    def last_day(self) -> int:
        """How many days after the diary's own day the last step is."""
        return max([self.days_later, *map(self.day_of, self.escalate)])


@dataclass(frozen=True)
class PlanStretch:
    """The days of a phase up to one of them, which have a ``plan`` of their own.

    Exactly one is set: ``home_days`` counts days at home, of which the day of discharge
    is the first; ``until_day`` is a day of the study.
    """

    plan: MissingPlan
    home_days: int | None = None
    until_day: int | None = None

    @property
    def ends(self) -> int:
        """Its last day, as it is counted."""
        return self.home_days or self.until_day or 0


@dataclass(frozen=True)
class MissingPlan:
    """What happens in one phase when a diary does not come.

    The call comes already ``brought_forward_minutes`` after ``due`` if the last report
    had one of ``brought_forward_tiers``, or if ``brought_forward_when`` (a condition as
    in a rule) holds for it. Before ``opens`` nobody is asked for the day's diary.
    """

    due: str
    reminders: tuple[Nudge, ...]
    task: CallTask
    brought_forward_minutes: int | None = None
    brought_forward_tiers: tuple[str, ...] = ()
    brought_forward_when: Mapping[str, object] | None = None
    opens: str | None = None
    evening: CallTask | None = None
    stretches: tuple[PlanStretch, ...] = ()

    @property
    def plans(self) -> tuple[MissingPlan, ...]:
        """The plan of each stretch, and this one for all other days."""
        return (*(one.plan for one in self.stretches), self)

    @property
    def calls(self) -> tuple[CallTask, ...]:
        """The calls that this plan asks for, without those of its stretches."""
        return (self.task, self.evening) if self.evening else (self.task,)


@dataclass(frozen=True)
class EveningPlan:
    """The day's second reading: one reminder in these phases.

    What comes from ``counts_from`` on is that reading, also if it is the day's first;
    None: only a second entry is.
    """

    phases: tuple[str, ...]
    at: str
    text: str
    counts_from: str | None = None


@dataclass(frozen=True)
class RecheckPlan:
    """After one of ``rules`` the person must measure again, and is reminded of it.

    In ``task_phases`` a reading that does not come becomes a task for staff. If the
    advice is ``advice``, the page offers the second reading, which asks ``ask``: the
    first of them is the reading.
    """

    rules: tuple[str, ...]
    after_minutes: int
    text: str
    task_after_minutes: int
    rest_minutes: int | None = None
    task_phases: tuple[str, ...] = ()
    advice: str | None = None
    ask: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeviationPlan:
    """Which departures from the protocol become a task for ``role``.

    ``rule`` is their id beside those of the study's rules.
    """

    role: str
    earliest_discharge_day: int
    discharge: Text
    away: Text
    away_rules: tuple[str, ...] = ()
    rule: str = DEVIATION


@dataclass(frozen=True)
class DatedPlan:
    """A message valid until a day counted from D0, and how its end is announced.

    Exactly one of ``days`` and ``months`` is set. Without ``end_days`` nothing is
    announced, and there is neither ``end_message`` nor ``text``. ``at`` is the hour of the
    text; None: that of texts before a visit.
    """

    id: str
    message: str
    end_message: str = ""
    end_days: tuple[int, ...] = ()
    text: str = ""
    days: int | None = None
    months: int | None = None
    at: str | None = None


@dataclass(frozen=True)
class Reminders:
    """The table ``[reminders]``: visits, and the plans that a study may leave out.

    ``silence`` is the title of the alert about a participant who sends nothing, and
    ``silence_rule`` its id beside those of the study's rules.
    """

    visit_days: tuple[int, ...]
    visit_at: str
    visit_text: str
    expire_at: str
    visit_missed_task_days: int
    window_closing_task_days: int
    visit_text_booked: str | None = None
    silence: Text | None = None
    silence_rule: str = SILENCE
    evening: EveningPlan | None = None
    recheck: RecheckPlan | None = None
    deviation: DeviationPlan | None = None
    dated: tuple[DatedPlan, ...] = ()


@dataclass(frozen=True)
class Options:
    """The investigator's switches. A stored study without one has the default here."""

    month_rule: str = MONTH_RULES[0]
    show_visit_windows: bool = False
    unfinished_entry_minutes: int = default("options.unfinished_entry_minutes")
    planned_call_max_minutes: int = default("options.planned_call_max_minutes")
