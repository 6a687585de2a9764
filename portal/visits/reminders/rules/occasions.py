"""What comes due for one participant, and when: pure, from the study file's tables.

Days are the site's, hours the participant's; staff's work on visits goes by the site's
clock. What is already done (a diary that came, a visit attended) is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice

from portal.protocol.calendar import study_days
from portal.protocol.calendar.diary_weeks import counted_days
from portal.protocol.calendar.silence_plans import last_day_of_calls, plan_on
from portal.protocol.calendar.whereabouts import Place, place_on
from portal.protocol.study.model import Study
from portal.protocol.study.plan_model import Nudge
from portal.protocol.study.timeline import Phase
from portal.visits.reminders.rules.hours import ONE_DAY, day_ends
from portal.visits.reminders.rules.person import Occasion, OccasionKind, RemindedPerson
from portal.visits.reminders.rules.silent_days import (
    diary_begins,
    evening_work,
    has_evening_reading,
    missing_work,
    phase_of,
)
from portal.visits.reminders.rules.staff_work import recheck_work, visit_work
from portal.visits.reminders.rules.text import text_on
from portal.visits.reminders.rules.visit_texts import moves, visit_texts

__all__ = ["AHEAD", "calls_of", "moves", "next_at", "occasions"]
AHEAD = timedelta(days=8)
"""How far ``next_at`` looks: past it, the answer is to look again then."""


def occasions(
    study: Study, person: RemindedPerson, after: datetime, until: datetime
) -> tuple[Occasion, ...]:
    """What comes due after ``after``, up to and including ``until``, in order.

    Cutting an interval in two anywhere gives the same occasions.
    """
    found = [*_visits(study, person), *_dated(study, person)]
    found += _rechecks(study, person)
    late = last_day_of_calls(study)
    late += 1  # in another zone the calls about a day may come on the site's next
    first = study_days.local_date(after, person.site_zone) - late * ONE_DAY
    day = max(first, person.d0)
    last = study_days.local_date(until, person.site_zone)
    while day <= last:
        found += _on_day(study, person, day)
        day += ONE_DAY
    due = (occasion for occasion in found if after < occasion.at <= until)
    return tuple(sorted(due, key=lambda occasion: (occasion.at, occasion.key)))


def next_at(study: Study, person: RemindedPerson, after: datetime) -> datetime:
    """When the next thing comes due after ``after``; at the latest ``AHEAD`` later."""
    soon, late = after + ONE_DAY, after + AHEAD
    for begins, ends in ((after, soon), (soon, late)):
        found = occasions(study, person, begins, ends)
        if found:
            return found[0].at
    return late


def _visits(study: Study, person: RemindedPerson) -> Iterator[Occasion]:
    for visit in person.visits:
        yield from visit_texts(study, person, visit)
        yield from visit_work(study, person, visit)


def _dated(study: Study, person: RemindedPerson) -> Iterator[Occasion]:
    """Days that depend on D0 alone; after a change of it their new date is announced."""
    anew = f":{person.d0_changes}" if person.d0_changes else ""
    for dated in study.reminders.dated:
        end = study_days.after(person.d0, days=dated.days, months=dated.months)
        for before in dated.end_days:
            occasion = text_on(
                study,
                person,
                end - before * ONE_DAY,
                dated.at or study.reminders.visit_at,
                key=f"N:{person.id}:{dated.id}:{before}{anew}",
                kind=OccasionKind.DATED,
                template=dated.text,
                detail={"id": dated.id},
            )
            if occasion:
                yield occasion


def _rechecks(study: Study, person: RemindedPerson) -> Iterator[Occasion]:
    """A second reading an hour later; quiet hours do not hold it back.

    The person reported an hour ago and was asked to measure again: this text is the
    answer.
    """
    plan = study.reminders.recheck
    if plan is None:
        return
    for recheck in person.rechecks:
        day = study_days.local_date(recheck.at, person.site_zone)
        yield Occasion(
            key=f"D:{person.id}:{day}:recheck-{recheck.entry_id}",
            kind=OccasionKind.RECHECK,
            at=recheck.at + timedelta(minutes=plan.after_minutes),
            not_after=recheck.at + timedelta(minutes=plan.task_after_minutes),
            day=day,
            template=plan.text,
            detail={"entry": recheck.entry_id},
        )
        yield from recheck_work(plan, person, recheck, day)


def _on_day(study: Study, person: RemindedPerson, day: date) -> Iterator[Occasion]:
    phase = phase_of(study, person, day)
    at_home = place_on(study, person.milestones, day) is Place.HOME
    if _is_awaited(study, person, phase, day):
        texts = _diary_texts(study, person, day)
        yield from texts if at_home else _first_to_them(texts)
    yield from calls_of(study, person, day)
    if at_home:
        yield from _evening(study, person, phase, day)


def _is_awaited(study: Study, person: RemindedPerson, phase: Phase, day: date) -> bool:
    due = study_days.diary_is_due(study, phase, person.milestones, day)
    return due and phase.code in study.missing


def calls_of(study: Study, person: RemindedPerson, day: date) -> Iterator[Occasion]:
    """The calls about a silent ``day`` and about its second reading, with their rungs."""
    phase = phase_of(study, person, day)
    if _is_awaited(study, person, phase, day):
        yield from missing_work(study, person, phase, day)
    plan = study.reminders.evening
    at_home = place_on(study, person.milestones, day) is Place.HOME
    if at_home and plan is not None and phase.code in plan.phases:
        yield from evening_work(study, person, phase, day)


def _first_to_them(texts: Iterable[Occasion]) -> Iterator[Occasion]:
    """One text a day while nobody knows whether they are home.

    A person at home is reminded. A person on the ward is not told three times a day to
    do what nobody there expects. The ward is asked meanwhile.
    """
    yield from islice((one for one in texts if one.to == "participant"), 1)


def _diary_texts(study: Study, person: RemindedPerson, day: date) -> Iterator[Occasion]:
    """The reminders of one day; each is useless once that person's next one is due."""
    policy = plan_on(study, person.milestones, day)
    came = person.came(counted_days(study, person.milestones, day))
    done = any(one.complete for one in came)
    if policy is None or done or diary_begins(person, policy, day) < person.since:
        return
    found = [_nudge(study, person, day, nudge) for nudge in policy.reminders]
    nudges = sorted((one for one in found if one), key=lambda one: one.at)
    for place, one in enumerate(nudges):
        later = [two.at for two in nudges[place + 1 :] if two.to == one.to]
        until = min([one.not_after, *later])
        if one.at < until:
            yield replace(one, not_after=until)


def _nudge(
    study: Study, person: RemindedPerson, day: date, nudge: Nudge
) -> Occasion | None:
    at, to = nudge.at, nudge.to
    return text_on(
        study,
        person,
        day,
        at,
        key=f"D:{person.id}:{day}:{at}" + ("" if to == "participant" else f":{to}"),
        kind=OccasionKind.DIARY,
        template=nudge.text,
        to=to,
        limit=day_ends(day, person.site_zone),
    )


def _evening(
    study: Study, person: RemindedPerson, phase: Phase, day: date
) -> Iterator[Occasion]:
    """The day's second reading: one reminder, unless it came already.

    ``entries`` of its detail is how many came; to who wrote none it is not sent.
    """
    plan, known = study.reminders.evening, person.days.get(day)
    if plan is None or phase.code not in plan.phases:
        return
    if has_evening_reading(study, person, day):
        return
    occasion = text_on(
        study,
        person,
        day,
        plan.at,
        key=f"D:{person.id}:{day}:evening",
        kind=OccasionKind.EVENING,
        template=plan.text,
        limit=day_ends(day, person.site_zone),
        detail={"entries": known.entries if known else 0},
    )
    if occasion:
        yield occasion
