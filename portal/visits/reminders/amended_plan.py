"""Reminders and silence of a person whose plan is changed: nothing twice, nothing lost.

Before the change everything that came due is dealt with by the old plan. After it, only
texts from now on go out, so that a text of today is not sent again at another hour.
Staff work of the last day is checked once more: a call that the new plan wants earlier
than now is made now. Its key is that of the old plan, so that one silent day stays one
call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from portal.db.dialect import literals
from portal.db.tables.outbox import Message
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.study.model import Study
from portal.visits.reminders import remind, reminder_texts, silence
from portal.visits.reminders.reminded_people import snapshot
from portal.visits.reminders.rules.occasions import moves, next_at, occasions
from portal.visits.reminders.rules.person import TEXTS, Occasion, RemindedPerson
from portal.visits.reminders.rules.silent_days import phase_of
from portal.visits.reminders.stopping import NOT_LEFT, retract_keys, retract_stale
from portal.vocabulary.messages import MessageState
from portal.vocabulary.people import ParticipantStatus

NEVER_LEFT = (
    *NOT_LEFT,
    MessageState.CANCELLED,
    MessageState.EXPIRED,
    MessageState.REJECTED,
)


def settle(case: Case) -> None:
    """Deal with everything that came due by now, by the old plan."""
    if case.participant.status == ParticipantStatus.ACTIVE:
        since = remind.dealt_with_until(case.participant, case.now)
        remind.deal(case, snapshot(case, since=since))


def go_on(case: Case, before: Study, moved: Sequence[str]) -> None:
    """Go on by the new plan from now; ``moved`` are visits whose day has changed.

    A person who was reminded of such a visit's old day is told the new one.
    """

    def asked(person: RemindedPerson, day: date) -> bool:
        return _was_asked(before, person, day)

    _go_on(case, asked, moved)


def go_on_from_today(case: Case, before: RemindedPerson, moved: Sequence[str]) -> None:
    """Go on after a change of D0; ``before`` is the person as the old day had them.

    No call is made about a day that is over. Unsent texts that depend on the old day
    are withdrawn.
    """
    number, today = case.participant.id, case.today
    stale = [f"N:{number}:"]
    if not _was_asked(case.study, snapshot(case, since=case.now), today):
        stale.append(f"D:{number}:{today}:")
    for keys in stale:
        said = "D0 was changed"
        retract_keys(case.session, number, keys, said, now=case.now, but=("recheck",))

    def asked(_person: RemindedPerson, day: date) -> bool:
        return day >= today and _was_asked(case.study, before, day)

    _go_on(case, asked, moved)


def _go_on(
    case: Case, asked: Callable[[RemindedPerson, date], bool], moved: Sequence[str]
) -> None:
    case.session.flush()
    retract_stale(case.session, case.participant, now=case.now)
    if case.participant.status != ParticipantStatus.ACTIVE:
        return
    person = snapshot(case, since=case.now - remind.STILL_TODAY)
    for occasion in _work_of_the_last_day(case, person, asked):
        remind.act(case, occasion)
    for occasion in _new_days(case, person, moved):
        reminder_texts.send(case, occasion)
    case.participant.remind_at = next_at(case.study, person, case.now)


def _work_of_the_last_day(
    case: Case, person: RemindedPerson, asked: Callable[[RemindedPerson, date], bool]
) -> list[Occasion]:
    """Staff work that the new plan had due by now, if the old plan asked for it."""
    since = max(case.now - remind.STILL_TODAY, person.since)
    due = occasions(case.study, person, since, case.now)
    return [
        one
        for one in silence.newest_chains(due)
        if one.kind not in TEXTS
        and (one.kind not in silence.CHAIN or asked(person, one.day))
    ]


def _was_asked(before: Study, person: RemindedPerson, day: date) -> bool:
    """Whether the old plan had a diary due that day: nobody can be late for a new one."""
    phase = phase_of(before, person, day)
    due = study_days.diary_is_due(before, phase, person.milestones, day)
    return due and phase.code in before.missing


def _new_days(
    case: Case, person: RemindedPerson, moved: Sequence[str]
) -> tuple[Occasion, ...]:
    told = {code for code in moved if _was_reminded(case, code)}
    visits = [replace(one, moved=True) for one in person.visits if one.code in told]
    return moves(case.study, replace(person, visits=tuple(visits)), case.now)


def _was_reminded(case: Case, code: str) -> bool:
    number = case.participant.id
    query = select(Message.id).where(
        Message.participant_id == number,
        Message.dedupe_key.startswith(f"R:{number}:{code}:", autoescape=True),
        Message.state.not_in(literals(NEVER_LEFT)),
    )
    return case.session.scalar(query.limit(1)) is not None
