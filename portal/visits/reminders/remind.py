"""Reminders: each one that comes due is queued once, by keys that are unique for ever.

Each participant's row says up to when everything was dealt with and when something
comes due next, so that a tick reads only people who have something due.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, literal_column, or_, select
from sqlalchemy.orm import Session

from portal.alerting.tasks import tasks
from portal.db.tables.people import Participant
from portal.engine import one_by_one
from portal.engine.guarded import FinishedWork, guarded
from portal.people.case import Case
from portal.protocol.calendar.due import in_working_hours
from portal.protocol.demands.duties import Work
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.study_versions import StudyOf
from portal.visits.reminders import reminder_texts, silence
from portal.visits.reminders.reminded_people import snapshot, snapshots
from portal.visits.reminders.rules.occasions import moves, next_at, occasions
from portal.visits.reminders.rules.person import (
    TEXTS,
    Occasion,
    OccasionKind,
    RemindedPerson,
)
from portal.visits.reminders.stopping import renew, retract, retract_stale, stop
from portal.vocabulary.people import ParticipantStatus
from portal.vocabulary.tasks import TaskKind

__all__ = ["plan_from_now", "remind_due", "replan", "retract", "stop"]
KIND = "participant"  # the owner of a row held back
ACTIVE: ColumnElement[str] = literal_column(
    "'active'"
)  # spelled out, so that the partial index fits
AT_ONCE = 25
FIRST_LOOK_BACK = timedelta(days=1)
"""How far back somebody is looked after whom no engine has ever looked after."""
STILL_TODAY = timedelta(days=1)
TASKS = {
    OccasionKind.VISIT_MISSED: (Tier.SAME_DAY, Work.ORGANISING),
    OccasionKind.WINDOW_CLOSING: (Tier.ROUTINE, Work.ORGANISING),
    OccasionKind.RECHECK_MISSED: (Tier.SAME_DAY, Work.REPORTS),
}


def remind_due(session: Session, study_of: StudyOf, *, now: datetime) -> int:
    """Deal with everything that came due by ``now``; for how many participants.

    Only people in follow-up are looked at, at most ``AT_ONCE`` a call. After a repeat,
    a restart or a clock that went back it is already done. One that fails does not stop
    the others: see ``one_by_one``.
    """
    participants = _due(session, now)
    if not participants:
        return 0
    people = _together(session, study_of, participants, now)

    def deal_with(row: _Row) -> None:
        one = row.participant
        since = dealt_with_until(one, now)
        known = people or snapshots(session, study_of, [one], since=since, now=now)
        person = known[one.id]
        deal(Case(session, study_of(one.study_version_id), one, now), person)

    rows = [_Row(one) for one in participants]
    return one_by_one.each(session, KIND, rows, deal_with, now=now)


@dataclass(frozen=True)
class _Row:
    """A participant as a row of the engine's work."""

    participant: Participant

    @property
    def id(self) -> int:
        return self.participant.id

    @property
    def participant_id(self) -> int:
        return self.participant.id


def _together(
    session: Session,
    study_of: StudyOf,
    participants: Sequence[Participant],
    now: datetime,
) -> Mapping[int, RemindedPerson]:
    """Everybody's state by one set of queries; empty if one of them makes it fail."""
    if len(participants) == 1:
        return {}  # read when it is dealt with
    since = min(dealt_with_until(one, now) for one in participants)

    def read() -> Mapping[int, RemindedPerson]:
        with session.begin_nested():
            return snapshots(session, study_of, participants, since=since, now=now)

    done = guarded("reading participants together", read)
    return done.value if isinstance(done, FinishedWork) else {}


def anyone_due(session: Session, *, now: datetime) -> bool:
    """Whether ``remind_due`` would find anybody; one reading of a partial index."""
    query = select(Participant.id).where(Participant.status == ACTIVE, _free(now))
    query = query.limit(1)
    fresh = query.where(Participant.remind_at.is_(None))
    due = query.where(Participant.remind_at <= now)
    return any(session.scalar(which) is not None for which in (fresh, due))


def _due(session: Session, now: datetime) -> Sequence[Participant]:
    due = or_(Participant.remind_at.is_(None), Participant.remind_at <= now)
    query = (
        select(Participant)
        .where(Participant.status == ACTIVE, due, _free(now))
        .order_by(Participant.remind_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(query).all()


def _free(now: datetime) -> ColumnElement[bool]:
    return one_by_one.free(KIND, Participant.id, now=now)


def dealt_with_until(participant: Participant, now: datetime) -> datetime:
    """Up to when everything that came due for a person was dealt with."""
    known = participant.reminded_until
    return known or max(participant.status_at, now - FIRST_LOOK_BACK)


def deal(case: Case, person: RemindedPerson) -> None:
    """Deal with what came due by now, and record when to check this person next."""
    after = dealt_with_until(case.participant, case.now)
    for occasion in silence.newest_chains(
        occasions(case.study, person, after, case.now)
    ):
        act(case, occasion)
    until = max(after, case.now)  # never back, even if a clock goes back
    case.participant.reminded_until = until
    case.participant.remind_at = next_at(case.study, person, until)


def act(case: Case, occasion: Occasion) -> None:
    """Do what an occasion is for; after a repeat its key is already used."""
    if occasion.kind in TEXTS:
        reminder_texts.send(case, occasion)
    elif occasion.kind in silence.CHAIN:
        silence.act_on_silence(case, occasion)
    else:
        tier, work = TASKS[occasion.kind]
        said: dict[str, Any] = {k: str(v) for k, v in occasion.detail.items()}
        tasks.open_task(
            case,
            TaskKind(occasion.kind.value),
            key=occasion.key,
            tier=tier,
            owner_role=case.study.whose(work),
            due_at=_due_at_once(case, occasion),
            **said,
        )


def _due_at_once(case: Case, occasion: Occasion) -> datetime | None:
    """The hour of a second reading missed in the evening or at night; else None.

    It is looked at then: the next morning is too late for a temperature that was near
    fever and that nobody has measured since.
    """
    rule, zone = case.study.policies[Tier.SAME_DAY].due, case.site.time_zone
    if occasion.kind is not OccasionKind.RECHECK_MISSED or rule is None:
        return None
    return None if in_working_hours(rule, occasion.at, zone) else occasion.at


def replan(case: Case) -> None:
    """After a change of visits, numbers, zone or quiet hours: plan again from now on.

    In this transaction queued texts about changed visits are cancelled, the new date of
    a moved visit is queued (in quiet hours: for their end), and texts to a number that
    is no longer in force go to the new one. A repeat changes nothing. For a person who
    is not in follow-up nothing is planned.
    """
    case.session.flush()
    case.lock()
    retract_stale(case.session, case.participant, now=case.now)
    if case.participant.status != ParticipantStatus.ACTIVE:
        return
    renew(case.session, case.participant, now=case.now)
    since = min(dealt_with_until(case.participant, case.now), case.now - STILL_TODAY)
    person = snapshot(case, since=since)
    for occasion in (
        *moves(case.study, person, case.now),
        *_overtaken(case.study, person, case.now),
    ):
        reminder_texts.send(case, occasion)
    deal(case, person)


def _overtaken(study: Study, person: RemindedPerson, now: datetime) -> list[Occasion]:
    """Texts that are still useful and whose hour is in the past after the change.

    The keys of texts already sent are used.
    """
    after = max(now - STILL_TODAY, person.since)
    return [
        one
        for one in occasions(study, person, after, now)
        if one.kind in TEXTS and one.not_after > now
    ]


def plan_from_now(participant: Participant, *, now: datetime) -> None:
    """Plan after a change that leaves the past alone (a discharge, the end of a pause).

    What came due before and was not dealt with yet stays due.
    """
    waiting = participant.remind_at
    if waiting is not None and waiting > now:
        before = participant.reminded_until or now
        participant.reminded_until = max(before, now)
    participant.remind_at = now
