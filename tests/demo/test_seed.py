"""The demonstration's people: invented, at every stage, with nothing left to be sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.alerting import ladder
from portal.alerting.tasks import tasks
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.audit import Audit
from portal.db.tables.diary import Entry, EntryVersion, Visit
from portal.db.tables.outbox import Attempt, Handset, Message
from portal.db.tables.people import Contact, Participant, Site, Staff
from portal.demo.past.casting import cast_of
from portal.demo.past.people import HELPER, PASSWORD, STAFF, colleagues
from portal.demo.past.seed import seed, seeded_at
from portal.demo.past.written_cast import CAREGIVERS, PARTICIPANTS, TO_PLAY
from portal.people import contacts, rota
from portal.people.access import passwords
from portal.people.case import Case
from portal.phone_numbers import to_e164
from portal.protocol.calendar import study_days
from portal.protocol.study.model import Study
from portal.runtime import Runtime
from portal.visits import planned_visits
from portal.visits.reminders import remind
from tests.support.clock import START, Clock
from tests.support.settings import settings_for

HOURS = {  # later than START
    "in the evening": pytest.param(14, marks=pytest.mark.thorough),
    "at night": 17.2,
}


@pytest.fixture
def demo(demonstrated: str, clock: Clock) -> Iterator[Runtime]:
    """A runtime on the demonstration that was made when the test begins."""
    opened = Runtime(settings_for(demonstrated), clock=clock)
    yield opened
    opened.close()


def test_everybody_is_there_and_nothing_of_the_past_is_sent_today(
    demo: Runtime, clock: Clock
) -> None:
    with demo.reading() as session:
        assert seeded_at(session) == START
    assert nothing_of_the_past_waits(demo, clock) == 24


@pytest.mark.thorough
@pytest.mark.parametrize("later", HOURS.values(), ids=HOURS)
def test_made_at_another_hour_it_is_in_the_same_order(
    runtime: Runtime, clock: Clock, later: float
) -> None:
    now = clock.advance(hours=later)
    assert seed(runtime)
    assert nothing_of_the_past_waits(runtime, clock) == 24
    with runtime.reading() as session:
        assert seeded_at(session) == now


def nothing_of_the_past_waits(runtime: Runtime, clock: Clock) -> int:
    """How many people there are, all in order as of now; ``tests.hours`` asks too."""
    now = clock()
    with runtime.reading() as session:
        people = session.scalars(select(Participant)).all()
        study = runtime.study(session, people[0].study_version_id)
        assert len(people) == len(cast_of(study).participants)
        phases = {phase.code for phase in study.phases}
        assert stages(runtime, session, people, now).keys() == phases
        assert nobody_waits_for_a_message(session, now)
        assert the_alerts_are_answered_but_one(session, now)
        assert somebody_is_on_call(session, study, now)
        assert work_of_other_days_is_done(session, now)
        assert audit.first_fault(session) is None
    assert the_engines_first_look_pages_nobody(runtime, clock)
    return len(people)


def the_engines_first_look_pages_nobody(runtime: Runtime, clock: Clock) -> bool:
    now = clock.advance(seconds=30)
    with runtime.writing() as session:
        before = session.scalars(select(Message.id)).all()
        for due in (remind.remind_due, tasks.page_overdue, ladder.escalate_due):
            due(session, lambda number: runtime.study(session, number), now=now)
        return session.scalars(select(Message.id)).all() == before


def stages(demo: Runtime, session: Session, people: Any, now: datetime) -> Counter[str]:
    phases: Counter[str] = Counter()
    for person in people:
        study = demo.study(session, person.study_version_id)
        phases[Case(session, study, person, now).phase] += 1
    return phases


def nobody_waits_for_a_message(session: Session, now: datetime) -> bool:
    messages = session.scalars(select(Message)).all()
    texts = session.scalars(select(Handset)).all()
    attempts = session.scalars(select(Attempt)).all()
    waiting = [one for one in messages if one.state != "delivered"]
    assert all(one.state == "queued" and one.next_try_at > now for one in waiting)
    assert {attempt.state for attempt in attempts} == {"accepted"}
    return 0 < len(messages) - len(waiting) == len(texts) == len(attempts)


def the_alerts_are_answered_but_one(session: Session, now: datetime) -> bool:
    every = session.scalars(select(Alert).order_by(Alert.opened_at)).all()
    *past, last = every
    assert {alert.state for alert in past} == {"closed"}
    assert all(alert.outcome and alert.adverse_event for alert in past)
    assert last.next_due_at is not None
    return last.state == "open" and last.next_due_at > now


def somebody_is_on_call(session: Session, study: Study, now: datetime) -> bool:
    site_id = session.scalars(select(Staff.site_id)).first()
    assert site_id is not None
    duties = [duty.id for duty in study.duties]
    return all(rota.on_call(session, site_id, duty, now=now) for duty in duties)


def work_of_other_days_is_done(session: Session, now: datetime) -> bool:
    zone = session.scalars(select(Site.time_zone)).one()
    found = session.scalars(select(Task)).all()
    left = [task for task in found if task.state == "open"]
    assert len(found) > len(left) >= 1
    began = {study_days.local_date(task.created_at, zone) for task in left}
    an_hour_ago = now - timedelta(hours=1)
    assert began <= {study_days.local_date(at, zone) for at in (now, an_hour_ago)}
    late = [task for task in left if task.due_at <= now]
    return all(task.overdue_paged_at is not None for task in late)


@pytest.mark.thorough
def test_the_same_moment_tells_the_same_story(runtime: Runtime, demo: Runtime) -> None:
    assert seed(runtime)
    assert told(runtime) == told(demo)


def told(runtime: Runtime) -> list[tuple[Any, ...]]:
    query = (
        select(Entry.local_date, EntryVersion.id, EntryVersion.answers)
        .join(EntryVersion, EntryVersion.entry_id == Entry.id)
        .order_by(Entry.id)
    )
    with runtime.reading() as session:
        return [tuple(row) for row in session.execute(query)]


def test_numbers_are_of_one_block_and_such_as_the_portal_takes() -> None:
    numbers = [one.number() for one in (*STAFF, *PARTICIPANTS, *CAREGIVERS)]
    assert all(
        to_e164(number.removeprefix("+86"), "CN") == number for number in numbers
    )
    assert all(number.startswith("+861990000") for number in numbers)


def test_a_study_has_the_colleagues_of_its_duties() -> None:
    every = {duty for one in STAFF for duty in one.duties} | {"nurse"}
    assert colleagues(every) == STAFF
    few = colleagues(["nurse", "doctor", "coordinator", "pharmacist"])
    assert [one.username for one in STAFF if one not in few] == ["xu", "luo"]
    assert few[-1].username == HELPER.username
    assert few[-1].duties == ("pharmacist",)
    numbers = [one.number() for one in (*STAFF, few[-1])]
    assert len(set(numbers)) == len(numbers)


def test_seeded_once_a_couple_shares_a_phone_and_staff_have_the_password_shown(
    demo: Runtime,
) -> None:
    assert not seed(demo)
    with demo.reading() as session:
        assert len(session.scalars(select(Staff)).all()) == len(STAFF)
        shared = [
            one.number()
            for one in CAREGIVERS
            if len(contacts.owners_of(session, one.number())) == 2
        ]
        staff = session.scalars(select(Staff).filter_by(username="tang")).one()
        played = session.scalars(
            select(Participant.code).where(Participant.code.in_(TO_PLAY.values()))
        ).all()
        names = session.scalars(select(Contact.value).filter_by(kind="name")).all()
    assert len(shared) == 1
    assert passwords.matches(staff.password_hash, PASSWORD)
    assert len(played) == 2
    assert len(names) == len(CAREGIVERS)


def test_every_visit_came_about_as_staff_do_it(demo: Runtime) -> None:
    """Booked, then attended: each a change with its version, in the audit."""
    with demo.reading() as session:
        visits = session.scalars(select(Visit).where(Visit.state != "planned")).all()
        assert {visit.state for visit in visits} == {"booked", "attended"}
        acts = Counter(
            (event.subject_id, event.act)
            for event in session.scalars(select(Audit).filter_by(subject_kind="visit"))
        )
        for visit in visits:
            changes = planned_visits.changes_of(session, visit)
            told = ["booked", "attended"][: len(changes)]
            assert [change.state for change in changes] == told
            assert visit.state == told[-1]
            assert visit.version == changes[-1].version
            assert {change.staff_id for change in changes} != {None}
            for state in told:
                assert acts[str(visit.id), f"visit.{state}"] == 1
