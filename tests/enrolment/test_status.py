"""Leaving follow-up stops what is addressed to the participant, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.alerting import ladder
from portal.alerting.answers import answering
from portal.audit import OPERATOR
from portal.db.tables.audit import Audit
from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact, StatusChange
from portal.enrolment import caregivers, status
from portal.errors import InvalidInput, NotFound
from portal.messages.outbox import NewMessage, enqueue
from portal.people import contacts
from portal.people.case import Case
from portal.runtime import Runtime
from tests.support.cast import URGENT
from tests.support.clock import START, Clock
from tests.support.ward import TODAY, Ward, local, ward_of

LEAVING = ["paused", "withdrawn", "died", "transferred", "completed"]
WAITING = ("queued", "retry_wait", "held")


@pytest.fixture
def ward(runtime: Runtime, clock: Clock) -> Ward:
    ward = ward_of(runtime, clock)
    with runtime.writing() as session:
        caregivers.add_caregiver(
            session,
            ward.me(session),
            number="13800138111",
            language="zh",
            consent_version="1",
            consented_at=START,
            actor=OPERATOR,
            now=START,
        )
    ward.at("09:00")
    return ward


def change(ward: Ward, to: str, reason: str = "Asked to.") -> bool:
    with ward.runtime.writing() as session:
        staff = ward.cast.here["investigator"]
        mine = ward.me(session)
        return status.change_status(session, mine, to, reason, staff, now=ward.clock())


def waiting_for_them(ward: Ward) -> list[str]:
    """Keys of what is still to go to the participant or the caregiver."""
    query = (
        select(Message.dedupe_key)
        .join(Contact, Contact.id == Message.contact_id)
        .where(
            Message.state.in_(WAITING),
            (Contact.participant_id == ward.id) | Contact.caregiver_id.is_not(None),
        )
    )
    with ward.runtime.reading() as session:
        return list(session.scalars(query))


def with_all_sorts_queued(ward: Ward) -> int:
    """A reminder to each, a notice, an open call and an open alert; the alert's id."""
    ward.at("16:00")
    with ward.runtime.writing() as session:
        alert = answering.open_from(
            Case(session, ward.cast.study, ward.me(session), ward.clock()),
            URGENT,
            entry_version_id=None,
        )
        contact = contacts.mobile(session, participant_id=ward.id)
        assert contact is not None
        letter = NewMessage(
            dedupe_key=f"U:{alert.id}",
            purpose="notice",
            channel="text",
            contact=contact,
            study_version_id=ward.me(session).study_version_id,
            template="unanswered",
            language="zh",
            participant_id=ward.id,
        )
        assert enqueue(session, letter, now=ward.clock())
        return alert.id


@pytest.mark.parametrize("to", LEAVING)
def test_F56_leaving_cancels_all_that_waits_for_them(ward: Ward, to: str) -> None:
    with_all_sorts_queued(ward)
    assert len(waiting_for_them(ward)) == 3
    assert change(ward, to)
    assert waiting_for_them(ward) == []
    reasons = {m.state_reason for m in ward.messages() if m.state == "cancelled"}
    assert reasons == {f"the participant is {to}"}


@pytest.mark.in_turn
@pytest.mark.sampled(2)
@pytest.mark.parametrize("to", LEAVING)
@pytest.mark.thorough
def test_nothing_is_planned_for_who_left(ward: Ward, to: str) -> None:
    change(ward, to)
    before = len(ward.messages(f"D:{ward.id}:"))
    for day in range(1, 30):
        ward.at("21:30", TODAY + timedelta(days=day))
        ward.look()
    assert len(ward.messages(f"D:{ward.id}:")) == before
    assert ward.messages(f"R:{ward.id}:") == []
    assert ward.tasks("visit_missed") == ward.tasks("missing_diary") == []


def test_pages_about_an_open_alert_go_on(ward: Ward) -> None:
    alert_id = with_all_sorts_queued(ward)
    before = [m.dedupe_key for m in ward.messages(f"A:{alert_id}:")]
    change(ward, "withdrawn")
    ward.clock.advance(minutes=16)
    with ward.runtime.writing() as session:
        ladder.escalate_due(session, ward.cast.study_of, now=ward.clock())
    pages = ward.messages(f"A:{alert_id}:")
    assert {m.state for m in pages} == {"queued"}
    assert len(pages) > len(before) > 0


def test_a_call_to_make_and_its_page_are_cancelled_with_it(ward: Ward) -> None:
    with_all_sorts_queued(ward)
    (task,) = ward.tasks("missing_diary")
    assert [m.state for m in ward.messages(f"T:{task.id}:")] == ["queued"]
    change(ward, "died")
    (task,) = ward.tasks("missing_diary")
    assert (task.state, task.outcome) == ("cancelled", "the participant is died")
    assert [m.state for m in ward.messages(f"T:{task.id}:")] == ["cancelled"]


def test_somebody_paused_can_still_sign_in(ward: Ward) -> None:
    with ward.runtime.writing() as session:
        contact = contacts.mobile(session, participant_id=ward.id)
        assert contact is not None
        letter = NewMessage(
            dedupe_key="O:1",
            purpose="code",
            channel="text",
            contact=contact,
            study_version_id=ward.me(session).study_version_id,
            template="code",
            language="zh",
            variables={"code": "123456"},
            participant_id=ward.id,
        )
        enqueue(session, letter, now=ward.clock())
    change(ward, "paused")
    assert waiting_for_them(ward) == ["O:1"]
    change(ward, "withdrawn")
    (code,) = ward.messages("O:")
    assert (code.state, code.variables) == ("cancelled", {"code": "******"})


def test_after_a_pause_all_is_planned_from_then_on(ward: Ward) -> None:
    change(ward, "paused")
    back = TODAY + timedelta(days=4)  # the D14 visit passed meanwhile
    ward.at("10:30", back)
    assert change(ward, "active", "Back again.")
    ward.report()
    ward.at("20:59", back)
    assert ward.keys(f"D:{ward.id}:") == ["2026-03-16:evening"]
    assert ward.tasks("missing_diary") == []
    ward.at("10:05", back + timedelta(days=1))
    assert ward.keys(f"D:{ward.id}:2026-03-17") == ["2026-03-17:10:05"]


def test_next_door_hears_nothing_of_it(ward: Ward) -> None:
    change(ward, "withdrawn")
    ward.at("10:05")
    assert [m.participant_id for m in ward.messages("D:")] == [ward.id + 1]


def test_a_change_is_written_down_once_with_its_reason(ward: Ward) -> None:
    assert change(ward, "paused", " Travels. ")
    assert not change(ward, "paused", "Again.")
    with ward.runtime.reading() as session:
        (row,) = session.scalars(select(StatusChange)).all()
        acts = session.scalars(select(Audit.act)).all()
    staff = ward.cast.here["investigator"]
    assert (row.status, row.reason, row.staff_id) == ("paused", "Travels.", staff.id)
    assert acts.count("participant.status") == 1


@pytest.mark.parametrize(("to", "reason"), [("gone", "x"), ("paused", " ")])
def test_an_unknown_status_or_no_reason_is_refused(
    ward: Ward, to: str, reason: str
) -> None:
    with pytest.raises(InvalidInput):
        change(ward, to, reason)


def test_another_sites_participant_is_not_found(ward: Ward) -> None:
    with ward.runtime.writing() as session, pytest.raises(NotFound):
        status.change_status(
            session,
            ward.me(session),
            "died",
            "No.",
            ward.cast.there["investigator"],
            now=local("09:00"),
        )
