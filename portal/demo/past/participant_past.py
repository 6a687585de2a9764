"""One participant's way through the study: enrolled, at home, a diary when due."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select

from portal import audit
from portal.db.tables.diary import Visit
from portal.db.tables.people import Participant
from portal.demo.past.calm_days import calm_day
from portal.demo.past.cast import UnusualReport
from portal.demo.past.diary_hours import diary_hour, evening_hour
from portal.demo.past.history import Act, History
from portal.demo.past.people import InventedParticipant
from portal.enrolment import caregivers, enrolment, events, numbers, stays
from portal.enrolment.enrolment_form import Enrolment
from portal.enrolment.events import RecordedDay
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.calendar.study_days import VisitWindow
from portal.protocol.calendar.usual_days import usual_events
from portal.protocol.calendar.whereabouts import HospitalStay, Milestones
from portal.protocol.study.timeline import DiaryKind
from portal.visits import appointments
from portal.visits.appointments import VisitForm
from portal.vocabulary.people import ActorKind

CONSENT = "1.0"
REMEMBERED = {
    DiaryKind.DAILY: 21,
    DiaryKind.WEEKDAYS: 21,
    DiaryKind.WEEKLY: 56,
    DiaryKind.ONCE: 56,
    DiaryKind.OPTIONAL: 8,
    DiaryKind.NONE: 0,
}
"""Days of entries, by diary."""
BOOKED_AHEAD = timedelta(days=13)


def plan_lives(history: History) -> None:
    """Plan everybody's life, oldest participant first."""
    for invented in history.cast.participants:
        ParticipantPast(history, invented).plan()


class ParticipantPast:
    """Plans what happened to one participant."""

    def __init__(self, history: History, invented: InventedParticipant) -> None:
        self._history, self._invented = history, invented
        self._d0 = history.today() - timedelta(days=invented.day)
        home = invented.home
        self._home = self._d0 + timedelta(days=home) if home is not None else None
        study = history.study
        stays = [HospitalStay(self._d0, self._home)] if study.ward else []
        self._events = usual_events(study, self._d0)
        self._milestones = Milestones(self._d0, stays, self._events)
        self._chance = random.Random(invented.code)
        reports = history.cast.reports
        self._told = [report for report in reports if report.code == invented.code]

    def plan(self) -> None:
        """Plan enrolment, discharge, caregivers, visits and every report."""
        history, d0 = self._history, self._d0
        history.at(history.moment(d0 - timedelta(days=1), "10:00"), self._enrol)
        if self._home is not None:
            history.at(history.moment(self._home, "11:00"), self._discharge)
        history.at(history.moment(d0 + timedelta(days=1), "15:00"), self._relatives)
        self._plan_visits()
        for event, day in self._events.items():
            history.at(history.moment(day, "11:30"), self._record(event, day))
        for report in self._told:
            self._plan_report(report)
        told = {history.today() - timedelta(one.days_ago) for one in self._told}
        days = set(self._diary_days())
        for day in sorted(days):
            self._plan_diary(day)
        for day in sorted(days | told):
            self._plan_evening(day)
        self._plan_just_now()

    def _participant(self) -> Participant:
        query = select(Participant).where(Participant.code == self._invented.code)
        return self._history.session.scalars(query).one()

    def _enrol(self, now: datetime) -> None:
        history, invented = self._history, self._invented
        person = enrolment.enrol(
            history.session,
            history.version,
            history.study,
            history.site,
            Enrolment(
                code=invented.code,
                number=invented.number(),
                d0=self._d0,
                language=invented.language,
                consent_version=CONSENT,
                consented_at=now - timedelta(days=3),
                ahead=True,
            ),
            actor=audit.Actor(ActorKind.STAFF, str(history.staff["he"].id)),
            now=now,
        )
        self._sign_in(numbers.NumberOwner(person.id), now)

    def _sign_in(self, owner: numbers.NumberOwner, now: datetime) -> None:
        """The first code comes back: the number is theirs."""
        kind = ActorKind.CAREGIVER if owner.caregiver_id else ActorKind.PARTICIPANT
        number = owner.caregiver_id or owner.participant_id
        actor = audit.Actor(kind, str(number))
        numbers.confirm_number(self._history.session, owner, actor=actor, now=now)

    def _discharge(self, now: datetime) -> None:
        actor = audit.Actor(ActorKind.STAFF, str(self._history.staff["he"].id))
        on = study_days.local_date(now, self._history.site.time_zone)
        stays.discharge(self._case(now), on=on, actor=actor)

    def _relatives(self, now: datetime) -> None:
        history = self._history
        for relative in history.cast.caregivers:
            if relative.code == self._invented.code:
                who = self._participant()
                caregiver = caregivers.add_caregiver(
                    history.session,
                    who,
                    number=relative.number(),
                    language=history.study.spoken(relative.language),
                    consent_version=CONSENT,
                    consented_at=now,
                    actor=audit.Actor(ActorKind.STAFF, str(history.staff["he"].id)),
                    now=now,
                    name=relative.name,
                )
                self._sign_in(numbers.NumberOwner(who.id, caregiver.id), now)

    def _plan_visits(self) -> None:
        """Each visit is booked two weeks before, if they are enrolled, and takes place."""
        history = self._history
        for window in study_days.planned_visits(history.study, self._d0):
            ahead = max(window.date - BOOKED_AHEAD, self._d0)
            history.at(history.moment(ahead, "15:00"), self._book(window))
            history.at(history.moment(window.date, "11:00"), self._attend(window))

    def _book(self, window: VisitWindow) -> Act:
        at = self._history.moment(window.date, "09:30")

        def act(now: datetime) -> None:
            form = self._form(window, now)
            book = partial(appointments.book, form, at=at, sure=True)
            self._history.appoint(form.case, book)

        return act

    def _attend(self, window: VisitWindow) -> Act:
        def act(now: datetime) -> None:
            form = self._form(window, now)
            attend = partial(appointments.attend, form, on=window.date)
            self._history.appoint(form.case, attend)

        return act

    def _record(self, event: str, day: date) -> Act:
        def act(now: datetime) -> None:
            coordinator, said = self._history.staff["he"], RecordedDay(event, day, "")
            events.record(self._case(now), said, coordinator.id)

        return act

    def _form(self, window: VisitWindow, now: datetime) -> VisitForm:
        version = self._visit(window).version
        coordinator = self._history.staff["he"]
        return VisitForm(self._case(now), coordinator, window.code, version)

    def _case(self, now: datetime) -> Case:
        history = self._history
        return Case(history.session, history.study, self._participant(), now)

    def _visit(self, window: VisitWindow) -> Visit:
        query = select(Visit).where(
            Visit.participant_id == self._participant().id, Visit.code == window.code
        )
        return self._history.session.scalars(query).one()

    def _phase(self, day: date) -> str:
        return study_days.phase_on(self._history.study, self._milestones, day)

    def _diary_days(self) -> Iterator[date]:
        """The days on which a diary came, today's among them."""
        today = self._history.today()
        phases = {phase.code: phase for phase in self._history.study.phases}
        replaced = {report.days_ago for report in self._told if report.instead}
        silent = self._invented.silent
        first = 0 if silent is None else silent + 1
        begins = self._d0 + timedelta(days=1 if self._history.study.ward else 0)
        for ago in range(first, max(REMEMBERED.values())):
            day = today - timedelta(days=ago)
            if day < begins or ago in replaced:
                continue
            phase = phases[self._phase(day)]
            study, person = self._history.study, self._milestones
            due = study_days.diary_is_due(study, phase, person, day) or (
                phase.diary is DiaryKind.OPTIONAL and ago % 2 == 1
            )
            if due and ago <= REMEMBERED[phase.diary]:
                yield day

    def _plan_diary(self, day: date) -> None:
        hour = diary_hour(self._history.study, self._phase(day), self._chance)
        moment = self._history.moment(day, hour)
        self._history.at(moment, self._report(self._calm()))

    def _calm(self) -> UnusualReport:
        return UnusualReport(self._invented.code, 0, "", {})

    def _plan_evening(self, day: date) -> None:
        hour = evening_hour(self._history.study, self._milestones, day)
        if hour is not None:
            moment = self._history.moment(day, hour) + timedelta(minutes=25)
            self._history.at(moment, self._report(self._calm()))

    def _plan_report(self, report: UnusualReport) -> None:
        day = self._history.today() - timedelta(days=report.days_ago)
        moment = self._history.moment(day, report.at)
        self._history.at(moment, self._report(report))

    def _plan_just_now(self) -> None:
        history, code = self._history, self._invented.code
        if code in history.cast.just_now:
            minutes, changes = history.cast.just_now[code]
            moment = history.now - timedelta(minutes=minutes)
            history.at(moment, self._report(UnusualReport(code, 0, "", changes)))

    def _report(self, told: UnusualReport) -> Act:
        def act(now: datetime) -> None:
            history = self._history
            day = study_days.local_date(now, history.site.time_zone)
            code = self._phase(day)
            phase = next(one for one in history.study.phases if one.code == code)
            days = study_days.counted_from(phase, self._milestones), day
            calm = calm_day(history.study, history.cast, phase, days, self._chance)
            answers = {**calm, **told.changes}
            history.report(self._participant(), answers, told.reporter, told, now)

        return act
