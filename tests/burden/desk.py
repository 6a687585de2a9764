"""The team at its worklist: on the half hour it does what is due within the next hour.

Whoever has the duty that a task names does it. One task is one act. What several people
wrote is read on one page, and the ward is asked about
everybody at once: then one act is for all of them. An alert is one act, from taking it
to its outcome. The nurse answers every alert, also where a doctor is paged beside her.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.alerting.answers import answering, closing
from portal.alerting.answers.closing import Closing
from portal.audit import Actor
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.people import Staff
from portal.diary import reading_together, unread_words
from portal.diary.reading_together import ReadTick, mark_of
from portal.enrolment import ward
from portal.people import rota
from portal.protocol.study.tiers import Tier
from portal.visits.reminders import call_tasks
from portal.vocabulary.alerts import AlertState
from portal.vocabulary.people import ActorKind
from portal.vocabulary.tasks import TaskKind, TaskState
from tests.burden.acts import ActKind, TeamAct

if TYPE_CHECKING:
    from tests.burden.followed import Followed

NEXT_LOOK = timedelta(hours=1)
LOOKS = tuple(f"{hour:02}:30" for hour in range(8, 21))
NURSE = "nurse"
SAID = "Spoke."
REVIEWS = {Tier.SAME_DAY.value: ActKind.REVIEW, Tier.ROUTINE.value: ActKind.ROUTINE}
KINDS = {
    TaskKind.MISSING_DIARY: ActKind.CALL,
    TaskKind.RECHECK_MISSED: ActKind.EVENING,
    TaskKind.SAME_AGAIN: ActKind.WEEKLY,
}
TAKEN_AFTER, CLOSED_AFTER = timedelta(minutes=6), timedelta(minutes=25)
OUTCOME = Closing("spoke", SAID, adverse_event=False)


class Desk:
    """What the team does of a course, each act noted."""

    def __init__(self, course: Followed) -> None:
        self._course = course

    def look(self, now: datetime) -> None:
        """Do what is due before the next look, whoever's it is."""
        if self._course.is_morning(now):
            self._ask_ward(now)
        due = self._due(now + NEXT_LOOK)
        words = [task for task in due if task.kind == TaskKind.WORDS_TO_READ]
        if words:
            self._read(words[0].owner_role, now)
        for task in due:
            if task.kind != TaskKind.WORDS_TO_READ:
                self._finish(task, now)

    def expect(self, alert_id: int, now: datetime) -> None:
        """Answer an alert soon after ``now``, unless somebody has it by then."""
        self._course.at(now + TAKEN_AFTER, lambda at: self._take(alert_id, at))
        self._course.at(now + CLOSED_AFTER, lambda at: self._close(alert_id, at))

    # ---------------------------------------------------------------------- worklist

    def _due(self, until: datetime) -> list[Task]:
        self._course.session.flush()
        query = select(Task).where(Task.state == TaskState.OPEN, Task.due_at <= until)
        return list(self._course.session.scalars(query.order_by(Task.due_at, Task.id)))

    def _read(self, role: str, now: datetime) -> None:
        """Read on one page what everybody wrote."""
        query = select(Task).where(
            Task.state == TaskState.OPEN, Task.kind == TaskKind.WORDS_TO_READ
        )
        found = list(self._course.session.scalars(query))
        ticks = [ReadTick(task.id, mark_of(task)) for task in found]
        who, session = self._who(role, now), self._course.session
        assert not reading_together.read_together(session, who, ticks, now=now)
        people = [task.participant_id for task in found]
        self._note(ActKind.READING, role, people, now)

    def _finish(self, task: Task, now: datetime) -> None:
        heard = task.kind == TaskKind.MISSING_DIARY
        who, session = self._who(task.owner_role, now), self._course.session
        unread_words.finish_reading(
            session, task.id, who, SAID, heard_from=heard, now=now
        )
        self._note(_kind(task), task.owner_role, [task.participant_id], now)

    def _ask_ward(self, now: datetime) -> None:
        """Once a day the ward says who is still there; a discharge is told at once."""
        course = self._course
        site, zone = course.site.id, course.site.time_zone
        asked = ward.asked_at(course.session, course.study_of, site, zone=zone, now=now)
        if not asked:
            return
        people = [course.of_code(person.code) for person in asked]
        said = [ward.WardAnswer(person.code, ward.HERE) for person in asked]
        actor = Actor(ActorKind.STAFF, str(self._who(NURSE, now).id))
        ward.answer(course.session, course.study_of, site, said, actor=actor, now=now)
        self._note(ActKind.WARD, NURSE, [person.id for person in people], now)

    # ------------------------------------------------------------------------ alerts

    def _take(self, alert_id: int, now: datetime) -> None:
        alert = self._course.session.get_one(Alert, alert_id)
        if alert.state == AlertState.OPEN:
            who = self._who(NURSE, now)
            answering.acknowledge(
                self._course.session, alert_id, who, source="page", now=now
            )

    def _close(self, alert_id: int, now: datetime) -> None:
        alert = self._course.session.get_one(Alert, alert_id)
        if alert.state == AlertState.CLOSED:
            return
        who = self._course.session.get_one(Staff, alert.acked_by)
        closing.close(self._course.session, alert_id, who, OUTCOME, now=now)
        self._note(ActKind.ALERT, NURSE, [alert.participant_id], now)

    def _who(self, role: str, now: datetime) -> Staff:
        site = self._course.site.id
        return rota.on_call(self._course.session, site, role, now=now)[0]

    def _note(
        self, kind: ActKind, role: str, people: Sequence[int | None], now: datetime
    ) -> None:
        phases = tuple(
            self._course.phase_of(person, now) for person in people if person
        )
        self._course.burden.acts.append(TeamAct(kind, role, phases))


def _kind(task: Task) -> ActKind:
    if task.kind == TaskKind.REVIEW:
        return REVIEWS[task.tier]
    if task.kind == TaskKind.MISSING_DIARY and call_tasks.EVENINGS in task.detail:
        return ActKind.EVENING
    return KINDS.get(TaskKind(task.kind), ActKind.OTHER)
