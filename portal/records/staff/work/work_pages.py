"""One alert or one task: everything its page shows, in one reading.

The site is checked first: another site's alert or task does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.alerting.answers import calls_planned
from portal.db.tables.alerts import Alert, PlannedCall, Task
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.diary import weekly_lines
from portal.diary.unread_words import HEARD
from portal.people.access import visible
from portal.people.access.sessions import Viewer
from portal.people.case import Case
from portal.records.staff import person_card
from portal.records.staff.alerts import AlertItem, alert_items
from portal.records.staff.messages import MessageItem, message_items
from portal.records.staff.person_card import Card
from portal.records.staff.tasks import TaskLine, Written, task_line, words_of_task
from portal.records.staff.work.worklist import OpenAlert, alert_lines
from portal.study_versions import StudyOf
from portal.vocabulary.tasks import TaskState


@dataclass(frozen=True)
class AlertPage:
    """A whole alert. ``line`` is its line of the worklist, None once it is closed.

    ``planned``: the call planned in this round, made or not. ``mine``: the viewer has
    it, or had it when it was closed.
    """

    alert: AlertItem
    line: OpenAlert | None
    card: Card
    messages: tuple[MessageItem, ...]
    planned: PlannedCall | None
    mine: bool

    @property
    def may_be_closed(self) -> bool:
        """Whether the viewer may write its outcome: who has it closes it."""
        return self.alert.is_taken and self.mine

    @property
    def may_wait_for_a_call(self) -> bool:
        """Whether the viewer may plan a call: once a round, if nobody else has it."""
        return self.planned is None and (self.alert.is_waiting or self.may_be_closed)


@dataclass(frozen=True)
class TaskPage:
    """A task, the person it is about if any, and what they wrote, oldest first.

    ``may_be_heard``: whoever ends it may say that they heard from the person.
    ``again_on``: the days on which a weekly line was joined.
    ``overdue``: it is open after its hour.
    """

    line: TaskLine
    state: str
    outcome: str | None
    done_at: datetime | None
    card: Card | None
    written: tuple[Written, ...]
    may_be_heard: bool
    overdue: bool
    again_on: tuple[date, ...]

    @property
    def is_done(self) -> bool:
        """Whether somebody, or the portal, has ended it with an outcome."""
        return self.state == TaskState.DONE


def alert_page(
    session: Session, study_of: StudyOf, viewer: Viewer, alert_id: int, *, now: datetime
) -> AlertPage:
    """What the page of an alert shows.

    Raises:
        NotFound: there is none, or it is another site's.
    """
    alert = visible.row(session, viewer, Alert, id=alert_id)
    person = session.get_one(Participant, alert.participant_id)
    study = study_of(person.study_version_id)
    lines = alert_lines(session, study_of, Alert.id == alert.id)
    item = alert_items(session, study_of, Alert.id == alert.id)[0]
    return AlertPage(
        alert=item,
        line=lines[0] if lines else None,
        card=person_card.card(Case(session, study, person, now)),
        messages=tuple(message_items(session, Message.alert_id == alert.id)),
        planned=calls_planned.of_round(session, alert),
        mine=item.holder_id == viewer.staff_id,
    )


def task_page(
    session: Session, study_of: StudyOf, viewer: Viewer, task_id: int, *, now: datetime
) -> TaskPage:
    """What the page of a task shows.

    Raises:
        NotFound: there is none, or it is another site's.
    """
    task = visible.row(session, viewer, Task, id=task_id)
    person = session.get(Participant, task.participant_id or 0)
    study = study_of(person.study_version_id) if person else None
    card = None
    if person is not None and study is not None:
        card = person_card.card(Case(session, study, person, now))
    return TaskPage(
        line=task_line(task, person.code if person else "", study),
        state=task.state,
        outcome=task.outcome,
        done_at=task.done_at,
        card=card,
        written=words_of_task(session, study, task),
        may_be_heard=task.kind in HEARD,
        overdue=task.state == TaskState.OPEN and task.due_at <= now,
        again_on=weekly_lines.days_of(task),
    )
