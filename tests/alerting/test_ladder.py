"""The ladder climbs over real rows until a person answers, and nobody is ever silent."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from portal.alerting import ladder
from portal.alerting.answers import answering, closing
from portal.db.tables.alerts import Alert, AlertEvent, Task
from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact, Participant, Shift, Staff
from portal.errors import NotFound
from portal.people import contacts, shifts, unreachable
from portal.people.case import Case
from portal.protocol.triage.verdict import Verdict
from portal.runtime import Runtime
from tests.support.cast import EMERGENCY, URGENT, Cast, cast, enrolled
from tests.support.clock import START, Clock

MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


def opened(
    runtime: Runtime, people: Cast, code: str = "DS-007", said: Verdict = URGENT
) -> int:
    house = people.there if code.startswith("NO") else people.here
    with runtime.writing() as session:
        participant = enrolled(session, people, code, house=house)
        alert = answering.open_from(
            Case(session, people.study, participant, runtime.now()),
            said,
            entry_version_id=None,
        )
        return alert.id


def climb(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        return ladder.escalate_due(session, people.study_of, now=runtime.now())


def calls(runtime: Runtime, alert_id: int) -> list[tuple[datetime, int | None]]:
    """When each call of an alert was written, and to which colleague."""
    query = select(Message.created_at, Message.staff_id).where(
        Message.alert_id == alert_id, Message.channel == "call"
    )
    with runtime.reading() as session:
        return [(at, who) for at, who in session.execute(query.order_by(Message.id))]


def kinds(runtime: Runtime, alert_id: int) -> list[str]:
    query = select(AlertEvent.kind).where(AlertEvent.alert_id == alert_id)
    with runtime.reading() as session:
        return list(session.scalars(query.order_by(AlertEvent.id)))


def leave(runtime: Runtime, staff_id: int) -> None:
    """A colleague's account is closed, and the engine looks at what paged them."""
    with runtime.writing() as session:
        session.get_one(Staff, staff_id).active = False
        unreachable.look_again(session, staff_id, now=runtime.now())


def free(runtime: Runtime, *staff_ids: int) -> None:
    """Take these colleagues off the rota."""
    with runtime.writing() as session:
        query = select(Shift).where(Shift.staff_id.in_(staff_ids))
        for shift in session.scalars(query):
            shift.ends_at = shift.starts_at


def test_F40_the_nurse_the_doctor_and_the_investigator_are_called_in_turn_and_again(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    noise = opened(runtime, people, "NO-001")
    alert = opened(runtime, people)
    for _minute in range(46):
        climb(runtime, people)
        clock.advance(minutes=1)
    here = people.here
    assert calls(runtime, alert) == [
        (START, here["nurse"].id),
        (START + 15 * MINUTE, here["doctor"].id),
        (START + 30 * MINUTE, here["investigator"].id),
        (START + 45 * MINUTE, here["nurse"].id),
    ]
    assert {who for _, who in calls(runtime, noise)} == {
        people.there[duty].id for duty in ("nurse", "doctor", "investigator")
    }


def test_nothing_is_paged_twice_however_often_the_engine_looks(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    alert = opened(runtime, people)
    clock.advance(minutes=15)
    assert [climb(runtime, people) for _ in range(3)] == [1, 0, 0]
    assert len(calls(runtime, alert)) == 2


def test_F23_after_a_pause_each_person_is_paged_once_for_all_overdue_steps(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    alert = opened(runtime, people, said=EMERGENCY)
    before = len(calls(runtime, alert))
    clock.advance(hours=3)
    climb(runtime, people)
    late = [who for _, who in calls(runtime, alert)[before:]]
    assert len(late) == len(set(late)) == 4


def test_the_emergency_ladder_asks_staff_to_phone_the_caregiver_after_ten_minutes(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    alert = opened(runtime, people, said=EMERGENCY)
    clock.advance(minutes=5)
    climb(runtime, people)
    with runtime.reading() as session:
        assert session.scalars(select(Task)).all() == []
    now = clock.advance(minutes=5)
    climb(runtime, people)
    with runtime.reading() as session:
        task = session.scalars(select(Task)).one()
        assert (task.kind, task.owner_role, task.alert_id) == ("ladder", "nurse", alert)
        assert task.due_at == now
        assert task.detail["en"].startswith("Phone the caregiver")


def test_a_later_round_asks_for_the_caregivers_call_no_second_time(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    opened(runtime, people, said=EMERGENCY)
    for _ in range(5):
        clock.advance(minutes=10)
        climb(runtime, people)
    with runtime.reading() as session:
        assert len(session.scalars(select(Task)).all()) == 1


def test_F41_when_nobody_is_on_call_the_next_step_and_the_sites_number_are_paged_at_once(
    runtime: Runtime, people: Cast
) -> None:
    free(runtime, people.here["nurse"].id)
    alert = opened(runtime, people)
    with runtime.reading() as session:
        own = contacts.mobile(session, site_id=people.here.site.id)
        query = select(Message.contact_id).where(Message.alert_id == alert)
        reached = set(session.scalars(query))
        doctor = contacts.mobile(session, staff_id=people.here["doctor"].id)
        assert own is not None
        assert doctor is not None
        assert reached == {own.id, doctor.id}
    assert kinds(runtime, alert) == [
        "opened",
        "nobody_on_call",
        "paged_catch_all",
        "paged",
    ]


def test_a_gap_in_the_rota_becomes_one_task_for_the_coordinator(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    free(runtime, people.here["nurse"].id)
    opened(runtime, people)
    clock.advance(minutes=45)
    climb(runtime, people)
    with runtime.reading() as session:
        task = session.scalars(select(Task)).one()
        assert (task.kind, task.owner_role) == ("rota_gap", "coordinator")


def test_F41_with_nobody_on_any_step_the_ladder_still_comes_round_again(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    free(runtime, *(staff.id for staff in people.here.staff.values()))
    alert = opened(runtime, people)
    with runtime.reading() as session:
        due = session.get_one(Alert, alert).next_due_at
    assert due is not None
    first = len(calls(runtime, alert))
    clock.set(due)
    climb(runtime, people)
    assert len(calls(runtime, alert)) > first > 0


def test_F41_a_colleague_whose_number_does_not_work_counts_as_nobody(
    runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        query = select(Contact).where(Contact.staff_id == people.here["nurse"].id)
        session.scalars(query).one().broken_at = runtime.now()
    alert = opened(runtime, people)
    assert kinds(runtime, alert)[:3] == ["opened", "no_contact", "nobody_on_call"]
    assert people.here["doctor"].id in {who for _, who in calls(runtime, alert)}


def test_a_rung_that_everybody_left_is_passed_and_the_others_keep_their_minutes(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    alert = opened(runtime, people)
    dues = []
    for minutes, leaver in ((5, "nurse"), (25, "investigator")):
        clock.advance(minutes=minutes)
        climb(runtime, people)
        clock.advance(minutes=1)
        leave(runtime, people.here[leaver].id)
        climb(runtime, people)
        with runtime.reading() as session:
            dues.append(session.get_one(Alert, alert).next_due_at)
    after = [step.after_minutes for step in people.study.policies[URGENT.tier].steps]
    assert after == [0, 15, 30]
    again = START + 32 * MINUTE  # the nurse is gone too: the doctor is paged at once
    assert dues == [START + 30 * MINUTE, again + 30 * MINUTE]


def test_somebody_with_two_duties_is_called_once(
    runtime: Runtime, people: Cast
) -> None:
    with runtime.writing() as session:
        shifts.plan(
            session,
            people.here["admin"],
            staff_id=people.here["nurse"].id,
            duty="doctor",
            starts_at=runtime.now(),
            ends_at=None,
            now=runtime.now(),
            known=people.study.paged,
        )
    alert = opened(runtime, people, said=EMERGENCY)
    called = [who for _, who in calls(runtime, alert)]
    assert sorted(called) == sorted([people.here["nurse"].id, people.here["doctor"].id])


def test_F40_after_one_whole_round_the_participant_is_told_once_to_phone(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    opened(runtime, people, "NO-001")
    alert = opened(runtime, people)
    for minutes in (44, 1, 45, 45):
        clock.advance(minutes=minutes)
        climb(runtime, people)
    query = select(Message).where(Message.dedupe_key == f"U:{alert}")
    with runtime.reading() as session:
        told = session.scalars(query).one()
        person = session.get_one(Participant, told.participant_id)
        assert (told.template, told.language, person.code) == (
            "unanswered",
            "zh",
            "DS-007",
        )
        assert told.variables == {"tel": "028-5550 0120", "emergency": "120"}
        assert told.created_at == START + 45 * MINUTE
    assert kinds(runtime, alert).count("participant_told") == 1


def test_F42_an_acknowledgement_without_outcome_lasts_thirty_minutes(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    alert = opened(runtime, people)
    clock.advance(minutes=2)
    with runtime.writing() as session:
        doctor = people.here["doctor"]
        answering.acknowledge(session, alert, doctor, source="page", now=clock())
    clock.advance(minutes=29, seconds=59)
    assert climb(runtime, people) == 0
    now = clock.advance(seconds=1)
    assert climb(runtime, people) == 1
    with runtime.reading() as session:
        again = session.get_one(Alert, alert)
        assert (again.state, again.acked_by, again.round) == ("open", None, 1)
        assert again.ack_due_at == now + 15 * MINUTE
    assert calls(runtime, alert)[-1] == (now, people.here["nurse"].id)
    assert kinds(runtime, alert).count("rearmed") == 1


def test_a_closed_alert_pages_nobody_any_more(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    alert = opened(runtime, people)
    ending = closing.Closing("spoke", "Well again.", adverse_event=False)
    with runtime.writing() as session:
        closing.close(session, alert, people.here["nurse"], ending, now=clock())
    clock.advance(days=2)
    assert climb(runtime, people) == 0
    assert len(calls(runtime, alert)) == 1


def test_a_page_carries_a_code_and_a_time_and_nothing_about_the_person(
    runtime: Runtime, people: Cast
) -> None:
    alert = opened(runtime, people)
    with runtime.reading() as session:
        code = session.get_one(Alert, alert).code
        page = session.scalars(select(Message).where(Message.channel == "text")).one()
        assert page.variables == {"level": "Urgent", "code": code, "minutes": "15"}
        assert (page.template, page.priority) == ("staff_alert", 0)


def test_a_shift_of_the_other_site_is_not_ended_from_here(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    with runtime.reading() as session:
        query = select(Shift.id).where(Shift.site_id == people.there.site.id)
        foreign = session.scalars(query.limit(1)).one()
    with pytest.raises(NotFound), runtime.writing() as session:
        shifts.end(session, people.here["admin"], foreign, now=clock())
