"""Silence that comes due for staff, by the person's own clock.

Where a study waits for a diary, a missing one is a clinical event: a call task, then a
page, then the doctor on call. A second reading that nobody brought is one too, where
the plan of that day says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from portal.protocol.calendar import study_days
from portal.protocol.calendar.diary_weeks import counted_days
from portal.protocol.calendar.silence_plans import plan_on
from portal.protocol.calendar.whereabouts import Place, place_on
from portal.protocol.study.model import Study
from portal.protocol.study.plan_model import CallTask, MissingPlan
from portal.protocol.study.timeline import Phase
from portal.visits.reminders.rules.hours import ONE_DAY, hour_on
from portal.visits.reminders.rules.person import (
    STANDS,
    Occasion,
    OccasionKind,
    RemindedPerson,
)

EVENING = ":evening"  # in the keys of calls about a second reading


def phase_of(study: Study, person: RemindedPerson, day: date) -> Phase:
    """The phase that the participant is in on the site's ``day``."""
    return study.phase(study_days.phase_on(study, person.milestones, day))


def diary_begins(person: RemindedPerson, policy: MissingPlan, day: date) -> datetime:
    """When the day's diary is due, by the site's clock.

    A person who joins or comes back later that day is asked from the next day on.
    """
    return study_days.moment_at(day, policy.due, person.site_zone)


def call_at(
    person: RemindedPerson, policy: MissingPlan, day: date, clock: str, later: int
) -> datetime:
    """An hour of the calls about a silent ``day``, by the participant's own clock.

    It is ``later`` days after that day. Their reminders go by this clock too: staff are
    not called before the person was reminded.
    """
    due = hour_on(day, policy.due, person.zone, person.site_zone)
    called_on = study_days.local_date(due, person.zone)
    return study_days.moment_at(called_on + later * ONE_DAY, clock, person.zone)


def missing_work(
    study: Study, person: RemindedPerson, phase: Phase, day: date
) -> Iterator[Occasion]:
    """The call task of a silent day and the rungs after it.

    If nobody knows whether the person is home, the first steps ask the ward instead
    (``asks_ward``); the last step is the same.

    After an alarming last report the whole chain comes earlier, by as much as its first
    step. The usual hours stay planned; by then the work is done.
    """
    policy = plan_on(study, person.milestones, day)
    days = silent_days(study, person, policy, day) if policy else ()
    if not policy or not days:
        return
    ward = place_on(study, person.milestones, day) is Place.UNKNOWN
    detail = {"phase": phase.code, "days": days, "asks_ward": ward}
    chain = _Chain(person, policy, policy.task, day, detail)
    yield from chain.steps()
    forward = policy.brought_forward_minutes
    if forward is not None and _alarming_before(person, day):
        due = hour_on(day, policy.due, person.zone, person.site_zone)
        by = chain.at(policy.task.at) - due - timedelta(minutes=forward)
        if by > timedelta():
            yield from replace(chain, by=by).steps()


def evening_work(
    study: Study, person: RemindedPerson, phase: Phase, day: date
) -> Iterator[Occasion]:
    """The call about a second reading that did not come, and the rungs after it.

    Nobody is called about the evening of a day that is silent altogether: it has its
    own call.
    """
    policy = plan_on(study, person.milestones, day)
    if policy is None or policy.evening is None:
        return
    known = person.days.get(day)
    if known is None or not known.heard or not _is_asked(study, person, policy, day):
        return
    later = any(one > day and report.heard for one, report in person.days.items())
    if later or has_evening_reading(study, person, day):
        return
    detail = {"phase": phase.code, "days": (day,), "asks_ward": False}
    yield from _Chain(person, policy, policy.evening, day, detail, EVENING).steps()


def _is_asked(
    study: Study, person: RemindedPerson, policy: MissingPlan, day: date
) -> bool:
    """Whether the day's second reading is asked for after its diary was due.

    Far west of the site the evening falls before it within the site's day: then nobody
    is asked for a second reading of that day, and nobody is phoned about it.
    """
    plan, zones = study.reminders.evening, (person.zone, person.site_zone)
    if plan is None:
        return False
    return hour_on(day, plan.at, *zones) > hour_on(day, policy.due, *zones)


def has_evening_reading(study: Study, person: RemindedPerson, day: date) -> bool:
    """Whether a second entry came that day, or anything so late that it counts as one."""
    plan, known = study.reminders.evening, person.days.get(day)
    if plan is None or known is None:
        return False
    clock = plan.counts_from or plan.at
    since = hour_on(day, clock, person.zone, person.site_zone)
    late = known.heard_at is not None and known.heard_at >= since
    return known.entries > 1 or late


def silent_days(
    study: Study, person: RemindedPerson, policy: MissingPlan, day: date
) -> tuple[date, ...]:
    """The due days without a report, ``day`` first, if they are enough for a task.

    Otherwise empty. Anything that came since ends the silence, and so does anything of
    a weekly diary's week. Days on which the person was in hospital, paused or not yet
    enrolled when the diary was due do not count.
    """
    if any(known >= day and report.heard for known, report in person.days.items()):
        return ()
    wanted = policy.task.after_missed
    due = _due_days(study, person, day, wanted)
    weeks = [counted_days(study, person.milestones, one) for one in due]
    heard = any(one.heard for week in weeks for one in person.came(week))
    return () if heard or len(due) < wanted else tuple(due)


def _due_days(
    study: Study, person: RemindedPerson, day: date, wanted: int
) -> list[date]:
    """The last ``wanted`` days with a diary due, ``day`` the newest of them."""
    found: list[date] = []
    first = max(person.d0, day - 7 * wanted * ONE_DAY)
    while day >= first and len(found) < wanted:
        phase = phase_of(study, person, day)
        policy = study.missing.get(phase.code)
        if (
            policy is not None
            and study_days.diary_is_due(study, phase, person.milestones, day)
            and diary_begins(person, policy, day) >= person.since
        ):
            found.append(day)
        day -= ONE_DAY
    return found


def _alarming_before(person: RemindedPerson, day: date) -> bool:
    """Whether the last day with a report, before ``day``, was alarming."""
    earlier = [
        known
        for known, report in person.days.items()
        if known < day and (report.heard or report.alarming)
    ]
    return bool(earlier) and person.days[max(earlier)].alarming


@dataclass(frozen=True)
class _Chain:
    """The steps about one day, all ``by`` earlier than the file's hours.

    ``call`` is the one of the plan ``policy`` that they belong to; ``mark`` tells in
    the keys which it is, and ``about`` is what each step says of the silence.
    """

    person: RemindedPerson
    policy: MissingPlan
    call: CallTask
    day: date
    about: Mapping[str, Any]
    mark: str = ""
    by: timedelta = timedelta()

    def at(self, clock: str, later: int | None = None) -> datetime:
        """An hour of the file on the call's day, or so many days after the diary's."""
        days = self.call.days_later if later is None else later
        return call_at(self.person, self.policy, self.day, clock, days)

    def steps(self) -> Iterator[Occasion]:
        """The call, and the rungs after it, in the order of the file."""
        call, rungs = self.call, self.call.escalate
        detail = {
            **self.about,
            "due": self.at(call.ack_by) - self.by,
            "evening": self.mark == EVENING,
            "call": call,
        }
        first = {**detail, "role": "", "last": False}
        yield self._step(OccasionKind.CALL_TASK, self.at(call.at), "call", first)
        for rung in rungs:
            later = call.day_of(rung)
            said = {**detail, "role": rung.role, "last": rung is rungs[-1]}
            name = rung.role
            if later > call.days_later:
                name, said = f"{rung.role}+{later}", {**said, "later": later}
            at = self.at(rung.at, later)
            yield self._step(OccasionKind.CALL_LATE, at, name, said)

    def _step(
        self, kind: OccasionKind, at: datetime, name: str, detail: Mapping[str, Any]
    ) -> Occasion:
        early = ":early" if self.by else ""
        key = f"{missing_key(self.person.id, self.day)}{self.mark}:{name}{early}"
        stands = at - self.by + STANDS
        return Occasion(key, kind, at - self.by, stands, self.day, detail=detail)


def missing_key(participant_id: int, day: date) -> str:
    """The key of the one call task of a silent day."""
    return f"M:{participant_id}:{day}"
