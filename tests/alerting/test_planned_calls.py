"""Known, call planned: an hour at most, with a reason, and never a mute."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.alerting import ladder
from portal.alerting.answers import answering, closing, planned_calls
from portal.alerting.answers.closing import Closing
from portal.db.tables.alerts import Alert, AlertEvent, PlannedCall
from portal.db.tables.audit import Audit
from portal.db.tables.people import Participant
from portal.errors import (
    AlertClosed,
    AlreadyAcknowledged,
    ChangedMeanwhile,
    InvalidInput,
    NotFound,
)
from portal.people.case import Case
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.verdict import Verdict
from portal.runtime import Runtime
from tests.support.cast import EMERGENCY, URGENT, Cast, cast, enrolled, verdict
from tests.support.clock import Clock

MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def alert(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        enrolled(session, people)
    return report(runtime, people)


def report(runtime: Runtime, people: Cast, said: Verdict = URGENT) -> int:
    with runtime.writing() as session:
        person = session.scalars(select(Participant).filter_by(code="DS-007")).one()
        return answering.open_from(
            Case(session, people.study, person, runtime.now()),
            said,
            entry_version_id=None,
        ).id


def plan(
    runtime: Runtime,
    people: Cast,
    alert_id: int,
    *,
    minutes: int = 60,
    who: str = "nurse",
    reason: str = "Spoke at noon; phones after the blood count.",
) -> None:
    with runtime.writing() as session:
        planned_calls.plan(
            session,
            alert_id,
            people.here[who],
            minutes=minutes,
            reason=reason,
            now=runtime.now(),
        )


def climb(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        return ladder.escalate_due(session, people.study_of, now=runtime.now())


def row(runtime: Runtime, alert_id: int) -> Alert:
    with runtime.reading() as session:
        return session.get_one(Alert, alert_id)


def test_a_planned_call_holds_the_ladder_for_an_hour_and_then_it_begins_anew(
    runtime: Runtime, people: Cast, alert: int, clock: Clock
) -> None:
    clock.advance(minutes=5)
    plan(runtime, people, alert)
    clock.advance(minutes=59, seconds=59)
    assert climb(runtime, people) == 0
    assert row(runtime, alert).state == "acked"
    now = clock.advance(seconds=1)
    assert climb(runtime, people) == 1
    again = row(runtime, alert)
    assert (again.state, again.acked_by, again.round) == ("open", None, 1)
    assert again.paging_since == now


def test_who_took_it_first_may_plan_the_call_afterwards(
    runtime: Runtime, people: Cast, alert: int, clock: Clock
) -> None:
    with runtime.writing() as session:
        nurse = people.here["nurse"]
        answering.acknowledge(session, alert, nurse, source="call", now=clock())
    now = clock.advance(minutes=10)
    plan(runtime, people, alert, minutes=30)
    assert row(runtime, alert).next_due_at == now + 30 * MINUTE


def test_it_is_written_down_with_its_reason_and_in_the_audit_without(
    runtime: Runtime, people: Cast, alert: int
) -> None:
    plan(runtime, people, alert, minutes=15, reason="  Known since noon. ")
    with runtime.reading() as session:
        kept = session.scalars(select(PlannedCall)).one()
        assert (kept.reason, kept.round) == ("Known since noon.", 0)
        assert kept.until - kept.at == 15 * MINUTE
        event = session.scalars(select(AlertEvent).filter_by(kind="call_planned")).one()
        assert (event.staff_id, event.detail) == (
            people.here["nurse"].id,
            {"minutes": 15},
        )
        acts = session.scalars(select(Audit.act)).all()
        assert "alert.call_planned" in acts


@pytest.mark.parametrize("minutes", [0, 61, -5, 600])
def test_more_than_an_hour_is_refused(
    runtime: Runtime, people: Cast, alert: int, minutes: int
) -> None:
    with pytest.raises(InvalidInput) as refused:
        plan(runtime, people, alert, minutes=minutes)
    assert refused.value.field == "within"
    assert row(runtime, alert).state == "open"


def test_without_a_reason_it_is_refused(
    runtime: Runtime, people: Cast, alert: int
) -> None:
    with pytest.raises(InvalidInput) as refused:
        plan(runtime, people, alert, reason="  ")
    assert refused.value.field == "why"


def test_it_cannot_be_drawn_out_within_a_round(
    runtime: Runtime, people: Cast, alert: int, clock: Clock
) -> None:
    plan(runtime, people, alert, minutes=30)
    due = row(runtime, alert).next_due_at
    clock.advance(minutes=29)
    with pytest.raises(ChangedMeanwhile):
        plan(runtime, people, alert)
    assert row(runtime, alert).next_due_at == due
    clock.advance(minutes=1)
    climb(runtime, people)
    plan(runtime, people, alert)
    assert row(runtime, alert).state == "acked"


def test_an_equal_report_of_what_is_known_does_not_page_meanwhile(
    runtime: Runtime, people: Cast, alert: int, clock: Clock
) -> None:
    plan(runtime, people, alert)
    clock.advance(minutes=20)
    assert report(runtime, people) == alert
    assert row(runtime, alert).state == "acked"
    with runtime.reading() as session:
        kinds = session.scalars(select(AlertEvent.kind)).all()
    assert "joined" in kinds
    assert "rearmed" not in kinds


@pytest.mark.parametrize(
    "said",
    [EMERGENCY, verdict(Tier.URGENT, "T10", "T12", ack_minutes=15)],
    ids=["worse", "another danger"],
)
def test_a_worse_or_a_new_report_pages_at_once_all_the_same(
    runtime: Runtime, people: Cast, alert: int, clock: Clock, said: Verdict
) -> None:
    plan(runtime, people, alert)
    now = clock.advance(minutes=20)
    report(runtime, people, said)
    again = row(runtime, alert)
    assert (again.state, again.paging_since) == ("open", now)


def test_after_the_hour_an_equal_report_pages_again(
    runtime: Runtime, people: Cast, alert: int, clock: Clock
) -> None:
    plan(runtime, people, alert, minutes=30)
    clock.advance(minutes=30)
    report(runtime, people)
    assert row(runtime, alert).state == "open"


def test_whoever_takes_it_over_has_the_usual_half_hour(
    runtime: Runtime, people: Cast, alert: int, clock: Clock
) -> None:
    plan(runtime, people, alert)
    now = clock.advance(minutes=5)
    with runtime.writing() as session:
        answering.hand_over(session, alert, people.here["doctor"], now=now)
    assert row(runtime, alert).next_due_at == now + 30 * MINUTE
    report(runtime, people)
    assert row(runtime, alert).state == "open", "the doctor planned nothing"


def test_only_who_has_it_plans_a_call(
    runtime: Runtime, people: Cast, alert: int
) -> None:
    with runtime.writing() as session:
        doctor = people.here["doctor"]
        answering.acknowledge(session, alert, doctor, source="page", now=runtime.now())
    with pytest.raises(AlreadyAcknowledged):
        plan(runtime, people, alert)
    with runtime.writing() as session:
        ending = Closing("spoke", "Well again.", adverse_event=False)
        closing.close(session, alert, doctor, ending, now=runtime.now())
    with pytest.raises(AlertClosed):
        plan(runtime, people, alert, who="doctor")
    with pytest.raises(NotFound), runtime.writing() as session:
        planned_calls.plan(
            session,
            alert,
            people.there["nurse"],
            minutes=5,
            reason="-",
            now=runtime.now(),
        )
