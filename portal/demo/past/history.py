"""The past of the demonstration, told in the order in which it happened."""

from __future__ import annotations

import heapq
import random
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.alerting import ladder
from portal.alerting.answers import answering, closing
from portal.alerting.tasks import tasks, unread_pages
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.outbox import Handset
from portal.db.tables.people import Contact, Participant, Site, Staff, StudyVersion
from portal.demo.past import past_messages
from portal.demo.past.cast import StaffAnswer, UnusualReport
from portal.demo.past.casting import cast_of
from portal.diary import entries
from portal.diary.entries import Submission
from portal.people import contacts, rota
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.study.hours import named_hours
from portal.protocol.study.model import Study
from portal.visits.reminders import remind
from portal.vocabulary.diary import VersionKind
from portal.vocabulary.messages import Channel
from portal.vocabulary.people import ActorKind, ReporterKind
from portal.vocabulary.tasks import TaskState

SEED = 20_260_310
Act = Callable[[datetime], None]
DONE_AFTER = timedelta(minutes=95)
SWEPT_DAYS = 2
A_MINUTE = timedelta(minutes=1)
"""How long after its hour the engine has sent a reminder."""


class History:
    """Keeps planned events by moment, and lets them happen."""

    def __init__(
        self,
        session: Session,
        version: StudyVersion,
        study: Study,
        site: Site,
        staff: Mapping[str, Staff],
        now: datetime,
    ) -> None:
        self.session, self.version, self.study = session, version, study
        self.site, self.staff, self.now = site, staff, now
        self.chance = random.Random(SEED)
        self.cast = cast_of(study)
        self._answers = {answer.report: answer for answer in self.cast.answers}
        self._coming: list[tuple[datetime, int, Act]] = []
        self._order = count()

    def tell(self) -> None:
        """Let everything planned happen, in its order."""
        self._plan_sweeps()
        while self._coming:
            moment, _, act = heapq.heappop(self._coming)
            act(moment)

    def _plan_sweeps(self) -> None:
        """Let the engine of these last days send reminders and page about late work."""
        first = self.today() - timedelta(days=SWEPT_DAYS)
        self.at(self._reminding_since(), self._begin_reminding)
        for distance in range(SWEPT_DAYS + 1):
            day = first + timedelta(days=distance)
            for clock in named_hours(self.study):
                self.at(self.moment(day, clock) + A_MINUTE, self._sweep)
        self.at(self.now, self._sweep)

    def _reminding_since(self) -> datetime:
        return self.moment(self.today() - timedelta(days=SWEPT_DAYS), "06:00")

    def _begin_reminding(self, now: datetime) -> None:
        """Nothing from before this moment is made up for."""
        for participant in self.session.scalars(select(Participant)):
            participant.reminded_until = participant.remind_at = now

    def appoint(self, case: Case, act: Callable[[], object]) -> None:
        """Do something with a visit. Before the engine's days nobody was reminded of
        anything else, and messages about the visit arrive at that moment.
        """
        if case.now < self._reminding_since():
            case.participant.reminded_until = case.participant.remind_at = case.now
        act()
        past_messages.deliver(self.session, self.study, self.chance, now=case.now)

    def _sweep(self, now: datetime) -> None:
        while remind.remind_due(self.session, lambda _: self.study, now=now):
            self.session.flush()
        tasks.page_overdue(self.session, lambda _: self.study, now=now)
        unread_pages.page_overdue(self.session, lambda _: self.study, now=now)
        past_messages.deliver(self.session, self.study, self.chance, now=now)

    def at(self, moment: datetime, act: Act) -> None:
        """Plan something; anything in the future is left out."""
        if moment <= self.now:
            heapq.heappush(self._coming, (moment, next(self._order), act))

    def today(self) -> date:
        """Today in the site's zone."""
        return study_days.local_date(self.now, self.site.time_zone)

    def moment(self, day: date, clock: str) -> datetime:
        """A local hour of a day."""
        return study_days.moment_at(day, clock, self.site.time_zone)

    def report(
        self,
        participant: Participant,
        answers: Mapping[str, Any],
        reporter: str,
        told: UnusualReport | None,
        now: datetime,
    ) -> None:
        """Submit an entry as of ``now``, and plan what staff did about it."""
        kind = (
            ActorKind.PARTICIPANT
            if reporter == ReporterKind.SELF
            else ActorKind.CAREGIVER
        )
        submission = Submission(
            version_id=str(uuid.UUID(int=self.chance.getrandbits(128), version=4)),
            kind=VersionKind.COMPLETE,
            answers=answers,
            reporter=reporter,
            language=participant.language,
            actor=audit.Actor(kind, str(participant.id)),
        )
        receipt = entries.submit(
            Case(self.session, self.study, participant, now), submission
        )
        past_messages.deliver(self.session, self.study, self.chance, now=now)
        self._plan_tasks(receipt.version_id, now)
        answer = self._answers.get(told) if told else None
        if answer is not None and receipt.alert_id is not None:
            self._plan_answer(receipt.alert_id, answer, now)

    def _plan_tasks(self, version_id: str, now: datetime) -> None:
        if study_days.local_date(now, self.site.time_zone) == self.today():
            return  # today's work is still to be done
        query = select(Task.id).where(
            Task.entry_version_id == version_id, Task.state == TaskState.OPEN
        )
        for task_id in self.session.scalars(query):
            self.at(now + DONE_AFTER, self._finish(task_id))

    def _finish(self, task_id: int) -> Act:
        def act(now: datetime) -> None:
            task = self.session.get_one(Task, task_id)
            on_call = rota.on_call(self.session, self.site.id, task.owner_role, now=now)
            tasks.finish_task(self.session, task_id, on_call[0], "spoke", now=now)

        return act

    def _plan_answer(self, alert_id: int, answer: StaffAnswer, now: datetime) -> None:
        for minutes in answer.climbs:
            self.at(now + timedelta(minutes=minutes), self._climb)
        acked = now + timedelta(minutes=answer.acked_after)
        closed = now + timedelta(minutes=answer.closed_after)
        self.at(acked, lambda now: self._acknowledge(alert_id, answer, now))
        self.at(closed, lambda now: self._close(alert_id, answer, now))

    def _climb(self, now: datetime) -> None:
        ladder.escalate_due(self.session, lambda _: self.study, now=now)
        past_messages.deliver(self.session, self.study, self.chance, now=now)

    def _acknowledge(self, alert_id: int, answer: StaffAnswer, now: datetime) -> None:
        staff = self.staff[answer.acked_by]
        source = "call" if answer.by_call else "page"
        answering.acknowledge(self.session, alert_id, staff, source=source, now=now)
        contact = contacts.mobile(self.session, staff_id=staff.id)
        if answer.by_call and contact is not None:
            self._press(contact)

    def _press(self, contact: Contact) -> None:
        query = select(Handset).where(
            Handset.number == contact.value, Handset.channel == Channel.CALL
        )
        call = self.session.scalars(query.order_by(Handset.id.desc()).limit(1)).one()
        call.pressed = "1"

    def _close(self, alert_id: int, answer: StaffAnswer, now: datetime) -> None:
        alert = self.session.get_one(Alert, alert_id)
        staff = self.session.get_one(Staff, alert.acked_by)
        closing.close(self.session, alert_id, staff, answer.closing, now=now)
