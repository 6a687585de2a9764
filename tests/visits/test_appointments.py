"""Visits: booked, moved and settled by people, each act once and kept for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from portal.db.tables.audit import Audit
from portal.db.tables.diary import Visit, VisitChange
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant, Staff
from portal.errors import ChangedMeanwhile, InvalidInput, NotFound
from portal.people.case import Case
from portal.runtime import Runtime
from portal.visits import appointments, planned_visits
from portal.visits.appointments import VisitForm
from portal.visits.reminders import remind
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock

AT = datetime(2026, 3, 16, 1, 30, tzinfo=UTC)  # D14 is 15 March; 09:30 in Chengdu
LATER = datetime(2026, 3, 17, 2, 0, tzinfo=UTC)
FAR = datetime(2026, 3, 25, 1, 0, tzinfo=UTC)  # outside D14's window


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def person_id(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        enrolled(session, people, "NO-001", house=people.there, number="13800138900")
        return enrolled(session, people).id


class Office:
    """The coordinator's hands on the visits of one participant."""

    def __init__(self, runtime: Runtime, people: Cast, person_id: int) -> None:
        self.runtime, self.people, self.person_id = runtime, people, person_id
        self.staff: Staff = people.here["coordinator"]

    def act(
        self, name: str, *, code: str = "D14", version: int | None = None, **more: Any
    ) -> Visit:
        with self.runtime.writing() as session:
            person = session.get_one(Participant, self.person_id)
            known = self.visit(code).version if version is None else version
            case = Case(session, self.people.study, person, self.runtime.now())
            form = VisitForm(case, self.staff, code, known)
            return getattr(appointments, name)(form, **more)  # type: ignore[no-any-return]

    def visit(self, code: str = "D14") -> Visit:
        with self.runtime.reading() as session:
            query = select(Visit).filter_by(participant_id=self.person_id, code=code)
            return session.scalars(query).one()

    def changes(self) -> list[VisitChange]:
        with self.runtime.reading() as session:
            return list(session.scalars(select(VisitChange).order_by(VisitChange.id)))

    def texts(self, **wanted: str) -> list[Message]:
        with self.runtime.reading() as session:
            query = select(Message).filter_by(participant_id=self.person_id, **wanted)
            query = query.where(Message.template.startswith("visit"))
            return list(session.scalars(query.order_by(Message.id)))

    def tick(self) -> None:
        with self.runtime.writing() as session:
            remind.remind_due(session, self.people.study_of, now=self.runtime.now())


@pytest.fixture
def office(runtime: Runtime, people: Cast, person_id: int) -> Office:
    return Office(runtime, people, person_id)


def test_a_booked_time_holds_with_who_agreed_on_it(office: Office) -> None:
    office.act("book", at=AT)
    visit = office.visit()
    assert (visit.state, visit.booked_at, visit.version) == ("booked", AT, 2)
    [change] = office.changes()
    assert (change.state, change.staff_id) == ("booked", office.staff.id)
    with office.runtime.reading() as session:
        acts = session.scalars(select(Audit.act).where(Audit.act.like("visit.%")))
        assert list(acts) == ["visit.booked"]


def test_the_same_booking_again_changes_nothing_even_from_an_old_form(
    office: Office,
) -> None:
    office.act("book", at=AT)
    office.act("book", at=AT, version=1)
    assert office.visit().version == 2
    assert len(office.changes()) == 1


def test_a_day_outside_the_window_needs_a_reason(office: Office) -> None:
    with pytest.raises(InvalidInput) as refused:
        office.act("book", at=FAR, reason="  ")
    assert refused.value.field == "reason"
    assert office.visit().state == "planned"
    office.act("book", at=FAR, reason="a funeral in the family")
    assert office.changes()[0].reason == "a funeral in the family"


@pytest.mark.parametrize(
    ("at", "asks"),
    [
        (datetime(2026, 3, 17, 15, 59, tzinfo=UTC), False),  # 17 March, 23:59
        (datetime(2026, 3, 17, 16, 0, tzinfo=UTC), True),  # 18 March, 00:00
        (datetime(2026, 3, 12, 16, 0, tzinfo=UTC), False),  # 13 March, 00:00
    ],
)
def test_the_window_counts_in_the_days_of_the_site(
    office: Office, at: datetime, asks: bool
) -> None:
    if asks:
        with pytest.raises(InvalidInput):
            office.act("book", at=at, sure=True)
    else:
        office.act("book", at=at, sure=True)
        assert office.visit().state == "booked"


def test_nobody_books_a_time_that_is_over(office: Office) -> None:
    with pytest.raises(InvalidInput):
        office.act("book", at=office.runtime.now())


def test_a_form_that_shows_an_older_visit_is_refused(office: Office) -> None:
    office.act("book", at=AT)
    with pytest.raises(ChangedMeanwhile):
        office.act("book", at=LATER, version=1)
    with pytest.raises(ChangedMeanwhile):
        office.act("cancel", reason="moved away", version=1)
    assert office.visit().booked_at == AT


def test_F55_a_moved_visit_withdraws_its_texts_and_sends_one_with_the_new_day(
    office: Office, clock: Clock
) -> None:
    clock.set(datetime(2026, 3, 14, 0, 59, tzinfo=UTC))
    office.tick()
    clock.set(datetime(2026, 3, 14, 1, 0, tzinfo=UTC))  # the day before D14, 09:00
    office.tick()
    [before] = [m for m in office.texts() if m.dedupe_key.endswith(":-1:1")]
    assert before.state == "queued"
    office.act("book", at=LATER)
    [old] = office.texts(dedupe_key=before.dedupe_key)
    assert old.state == "cancelled"
    waiting = office.texts(state="queued")
    assert [m.variables["date"] for m in waiting] == ["2026年3月17日（星期二）"]
    office.tick()
    assert len(office.texts(state="queued")) == 1
    clock.set(datetime(2026, 3, 16, 1, 0, tzinfo=UTC))
    office.tick()
    clock.set(datetime(2026, 3, 17, 1, 0, tzinfo=UTC))
    office.tick()
    said = [m.variables["date"] for m in office.texts(state="queued")]
    assert (
        said == ["2026年3月17日（星期二）"] * 3
    )  # the move, the day before, the morning


def test_an_attended_visit_reminds_nobody(office: Office, clock: Clock) -> None:
    office.act("attend", on=date(2026, 3, 12), reason="came early")
    for day in range(13, 18):
        clock.set(datetime(2026, 3, day, 1, 0, tzinfo=UTC))
        office.tick()
    assert office.texts() == []
    visit = office.visit()
    assert (visit.state, visit.happened_on) == ("attended", date(2026, 3, 12))


@pytest.mark.parametrize("on", [date(2026, 2, 28), date(2026, 3, 13)])
def test_a_visit_took_place_between_the_infusion_and_today(
    office: Office, on: date
) -> None:
    with pytest.raises(InvalidInput) as refused:
        office.act("attend", on=on, reason="-")
    assert refused.value.field == "on"


def test_nobody_has_missed_a_visit_that_is_still_to_come(office: Office) -> None:
    with pytest.raises(InvalidInput):
        office.act("miss")


def test_a_missed_visit_can_be_booked_anew(office: Office, clock: Clock) -> None:
    clock.set(datetime(2026, 3, 15, 10, tzinfo=UTC))
    office.act("miss")
    office.act("miss")
    assert [change.state for change in office.changes()] == ["missed"]
    office.act("book", at=LATER)
    assert office.visit().state == "booked"


def test_cancelling_and_taking_back_need_a_reason(office: Office) -> None:
    for act, field in (("cancel", "why"), ("reopen", "back")):
        with pytest.raises(InvalidInput) as refused:
            office.act(act, reason="")
        assert refused.value.field == field
        office.act(act, reason="a mistake")
    assert office.visit().state == "planned"
    assert [change.state for change in office.changes()] == ["cancelled", "planned"]


def test_a_cancelled_visit_is_booked_only_after_it_was_taken_back(
    office: Office,
) -> None:
    office.act("cancel", reason="moved away")
    with pytest.raises(ChangedMeanwhile):
        office.act("book", at=AT)
    office.act("reopen", reason="came back")
    office.act("book", at=AT)
    assert office.visit().state == "booked"


def test_another_site_sees_no_visit(office: Office, people: Cast) -> None:
    office.staff = people.there["coordinator"]
    with pytest.raises(NotFound):
        office.act("book", at=AT)


def test_what_was_done_with_a_visit_cannot_be_changed(office: Office) -> None:
    office.act("book", at=AT)
    with pytest.raises(DBAPIError), office.runtime.writing() as session:
        session.execute(update(VisitChange).values(reason="nothing happened"))


def test_a_visit_booked_past_its_window_is_still_the_next_one(
    office: Office, clock: Clock
) -> None:
    office.act("book", at=FAR, reason="travelling")
    clock.set(datetime(2026, 3, 20, 1, tzinfo=UTC))
    with office.runtime.reading() as session:
        person = session.get_one(Participant, office.person_id)
        found = planned_visits.upcoming(session, person, today=date(2026, 3, 20))
        assert found is not None
        assert found.code == "D14"
        assert planned_visits.day_of(found, "Asia/Shanghai") == date(2026, 3, 25)
        late = planned_visits.upcoming(session, person, today=date(2026, 3, 26))
        assert late is not None
        assert late.code == "D28"


def test_a_booked_visit_stays_when_the_study_has_other_windows(
    office: Office, people: Cast
) -> None:
    """Visits are dated once, at enrolment; planning anew moves none."""
    office.act("book", at=AT)
    clock_day = office.runtime.now() + timedelta(minutes=1)
    with office.runtime.writing() as session:
        person = session.get_one(Participant, office.person_id)
        remind.replan(Case(session, people.study, person, clock_day))
    assert office.visit().booked_at == AT
