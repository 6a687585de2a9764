"""Climbing: due rungs page whoever is on call, again and again, until a person answers.

If nobody is on call, this is recorded as an event and the next rung fires at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from portal.alerting import pages
from portal.alerting.escalation import (
    Plan,
    Position,
    climb,
    due_at,
    from_data,
    next_position,
    restarted,
)
from portal.alerting.log import note
from portal.alerting.tasks import tasks
from portal.db.tables.alerts import Alert
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.engine import one_by_one
from portal.people import unreachable
from portal.people.case import Case
from portal.protocol.demands.duties import Work
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Step, Tier
from portal.study_versions import StudyOf
from portal.vocabulary.alerts import AlertState, Happening
from portal.vocabulary.messages import MessageState
from portal.vocabulary.tasks import TaskKind

AT_ONCE = 50


def escalate_due(session: Session, study_of: StudyOf, *, now: datetime) -> int:
    """Page every due rung and re-arm acknowledged alerts without an outcome.

    Returns the number of alerts. An alert that fails does not stop the paging of
    others: see ``one_by_one``.
    """
    query = (
        select(Alert)
        .where(*_due(now))
        .order_by(Alert.next_due_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )

    def escalate(alert: Alert) -> None:
        study = study_of(alert.study_version_id)
        act = rearm if alert.state == AlertState.ACKED else fire_due_rungs
        act(session, study, alert, now=now)

    alerts = session.scalars(query).all()
    return one_by_one.each(session, "alert", alerts, escalate, now=now)


def anything_to_escalate(session: Session, *, now: datetime) -> bool:
    """Whether any rung is due; reads only a partial index."""
    return session.scalar(select(Alert.id).where(*_due(now)).limit(1)) is not None


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    unfailed = one_by_one.free("alert", Alert.id, now=now)
    return Alert.state != AlertState.CLOSED, Alert.next_due_at <= now, unfailed


def rearm(session: Session, study: Study, alert: Alert, *, now: datetime) -> None:
    """Open the alert again and page from the first rung, in a new round."""
    cancel_pages(session, alert.id, "paged anew", now=now)
    alert.state, alert.acked_at, alert.acked_by = AlertState.OPEN, None, None
    _move_to(alert, restarted(_position(alert), now))
    alert.ack_due_at = now + timedelta(minutes=alert.ack_minutes)
    note(session, alert, Happening.REARMED, now=now)
    fire_due_rungs(session, study, alert, now=now)


def fire_due_rungs(
    session: Session, study: Study, alert: Alert, *, now: datetime
) -> None:
    """Fire every rung that is due, overdue ones together, and set the next time.

    A rung with nobody on it is passed at once, and the site's catch-all is paged. A
    rung whose people can no longer be paged is treated the same.
    """
    plan, before = from_data(alert.plan), _position(alert)
    at, rungs = climb(plan, before, now)
    if not rungs and before.step >= 0 and unreachable.nobody_left(session, alert):
        at = _pass_on(session, study, alert, plan, before, now)
        rungs = (plan.steps[at.step],)
    if not rungs:
        alert.next_due_at = due_at(plan, next_position(plan, at))
        return
    if at.round > before.round and before.step >= 0:
        tell_participant(session, alert, now=now)
    at = _page_until_somebody(session, study, alert, plan, at, rungs, now)
    _move_to(alert, at)
    alert.next_due_at = due_at(plan, next_position(plan, at))


def _pass_on(
    session: Session,
    study: Study,
    alert: Alert,
    plan: Plan,
    at: Position,
    now: datetime,
) -> Position:
    """Leave a rung whose people can no longer be paged; return the next position."""
    until = max(due_at(plan, next_position(plan, at)), now + timedelta(minutes=10))
    page = pages.Page(alert, at.round, at.step, until)
    _nobody(session, study, page, now)
    following = next_position(plan, at)
    return replace(following, since=now) if following.round > at.round else following


def _page_until_somebody(
    session: Session,
    study: Study,
    alert: Alert,
    plan: Plan,
    at: Position,
    rungs: tuple[Step, ...],
    now: datetime,
) -> Position:
    until = due_at(plan, next_position(plan, next_position(plan, at)))
    page = pages.Page(alert, at.round, at.step, max(until, now + timedelta(minutes=10)))
    reached = _fire_rung(session, study, page, rungs, now)
    while not reached and at.step + 1 < len(plan.steps):
        at = next_position(plan, at)
        page = pages.Page(alert, at.round, at.step, page.not_after)
        reached = _fire_rung(session, study, page, (plan.steps[at.step],), now)
    return at


def _fire_rung(
    session: Session,
    study: Study,
    page: pages.Page,
    rungs: Iterable[Step],
    now: datetime,
) -> bool:
    rungs = tuple(rungs)
    reached = pages.page_who_is_on_call(session, study, page, rungs, now=now)
    if not reached:
        _nobody(session, study, page, now)
    for step in rungs:
        if step.task is not None:
            key = f"L:{page.alert.id}:{step.after_minutes}"
            _open_task(session, study, page, TaskKind.LADDER, key, now, step)
    return reached


def _nobody(session: Session, study: Study, page: pages.Page, now: datetime) -> None:
    """A rung with nobody to page: log it, page the catch-all, open a task."""
    note(session, page.alert, Happening.NOBODY_ON_CALL, now=now, step=page.step)
    pages.page_catch_all(session, study, page, now=now)
    _open_task(session, study, page, TaskKind.ROTA_GAP, f"G:{page.alert.id}", now)


def _open_task(
    session: Session,
    study: Study,
    page: pages.Page,
    kind: TaskKind,
    key: str,
    now: datetime,
    step: Step | None = None,
) -> None:
    participant = session.get_one(Participant, page.alert.participant_id)
    words = step.task if step and step.task else {}
    work = Work.ORGANISING if kind == TaskKind.ROTA_GAP else Work.REPORTS
    tasks.open_task(
        Case(session, study, participant, now),
        kind,
        key=key,
        tier=Tier.SAME_DAY,
        owner_role=study.whose(work),
        due_at=now,
        alert_id=page.alert.id,
        **words,
    )


def tell_participant(session: Session, alert: Alert, *, now: datetime) -> None:
    """Nobody answered in the first round: tell the participant once to phone."""
    if alert.told_at is None:
        alert.told_at = now
        note(session, alert, Happening.PARTICIPANT_TOLD, now=now)
        pages.tell_participant(session, alert, now=now)


def cancel_pages(
    session: Session, alert_id: int, reason: str, *, now: datetime
) -> None:
    """Cancel the pages of an alert that have not left yet."""
    session.execute(
        update(Message)
        .where(
            Message.alert_id == alert_id,
            Message.state.in_(
                (MessageState.QUEUED, MessageState.RETRY_WAIT, MessageState.HELD)
            ),
        )
        .values(state=MessageState.CANCELLED, state_reason=reason, updated_at=now)
    )


def _position(alert: Alert) -> Position:
    return Position(alert.round, alert.step, alert.paging_since)


def _move_to(alert: Alert, at: Position) -> None:
    alert.round, alert.step, alert.paging_since = at.round, at.step, at.since
