"""One open alert per participant: opened, joined, answered and closed by people."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.alerting.answers import answering, closing
from portal.alerting.answers.closing import Closing
from portal.db.tables.alerts import Alert, AlertEvent, AlertFinding
from portal.db.tables.audit import Audit
from portal.db.tables.diary import Entry, EntryVersion
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.errors import (
    AlertClosed,
    AlreadyAcknowledged,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from portal.people.case import Case
from portal.protocol.study.tiers import Tier
from portal.protocol.triage import verdict_json
from portal.protocol.triage.verdict import Verdict
from portal.runtime import Runtime
from tests.support.cast import EMERGENCY, URGENT, Cast, cast, enrolled, verdict
from tests.support.clock import Clock

SPOKE = Closing("spoke", "Spoke; will come in.", adverse_event=False)


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def participant(runtime: Runtime, people: Cast) -> Participant:
    with runtime.writing() as session:
        enrolled(session, people, "DS-900", house=people.there, number="13800138900")
        return enrolled(session, people)


def opened(
    runtime: Runtime,
    people: Cast,
    participant: Participant,
    said: Verdict = URGENT,
    version_id: str | None = None,
) -> Alert:
    with runtime.writing() as session:
        mine = session.get_one(Participant, participant.id)
        return answering.open_from(
            Case(session, people.study, mine, runtime.now()),
            said,
            entry_version_id=version_id,
        )


def noise(runtime: Runtime, people: Cast) -> Alert:
    """The other site's alert, open as long as this one."""
    with runtime.writing() as session:
        other = session.scalars(select(Participant).filter_by(code="DS-900")).one()
    return opened(runtime, people, other)


def paged(session: Session, alert: Alert) -> list[tuple[str, str, str]]:
    query = (
        select(Message).where(Message.alert_id == alert.id).order_by(Message.dedupe_key)
    )
    return [(m.dedupe_key, m.channel, m.state) for m in session.scalars(query)]


def kinds(session: Session, alert: Alert) -> list[str]:
    query = select(AlertEvent.kind).where(AlertEvent.alert_id == alert.id)
    return list(session.scalars(query.order_by(AlertEvent.id)))


def version_of(
    runtime: Runtime, participant: Participant, version_id: str, entry_id: int | None
) -> int:
    """Stores a version as a diary would, and says which entry it is of."""
    now = runtime.now()
    with runtime.writing() as session:
        if entry_id is None:
            entry = Entry(
                participant_id=participant.id,
                local_date=now.date(),
                reporter="self",
                created_at=now,
            )
            session.add(entry)
            session.flush()
            entry_id = entry.id
        session.add(
            EntryVersion(
                id=version_id,
                entry_id=entry_id,
                participant_id=participant.id,
                study_version_id=participant.study_version_id,
                kind="partial",
                phase="W1",
                answers={},
                verdict=verdict_json.to_data(URGENT),
                tier="urgent",
                content_hash=version_id,
                received_at=now,
                language="zh",
                source="app",
                reporter="self",
            )
        )
    return entry_id


def test_an_urgent_verdict_pages_the_nurse_by_call_and_text_at_once(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    noise(runtime, people)
    alert = opened(runtime, people, participant)
    nurse = people.here["nurse"].id
    with runtime.reading() as session:
        assert paged(session, alert) == [
            (f"A:{alert.id}:0:0:{nurse}:call", "call", "queued"),
            (f"A:{alert.id}:0:0:{nurse}:text", "text", "queued"),
        ]
        assert kinds(session, alert) == ["opened", "paged"]


def test_an_emergency_pages_doctor_and_nurse_at_once(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    alert = opened(runtime, people, participant, EMERGENCY)
    with runtime.reading() as session:
        query = select(Message.staff_id).where(Message.alert_id == alert.id)
        reached = set(session.scalars(query))
    assert reached == {people.here["doctor"].id, people.here["nurse"].id}


def test_the_verdicts_own_clock_is_the_time_to_acknowledge(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    late = verdict(Tier.URGENT, "T22", ack_minutes=60)
    alert = opened(runtime, people, participant, late)
    assert alert.ack_minutes == 60
    assert (alert.ack_due_at - alert.opened_at).total_seconds() == 3600


def test_a_further_report_joins_the_open_alert_and_keeps_its_findings(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    noise(runtime, people)
    first = opened(runtime, people, participant)
    clock.advance(minutes=5)
    second = opened(
        runtime, people, participant, verdict(Tier.URGENT, "T05", ack_minutes=15)
    )
    assert second.id == first.id
    with runtime.reading() as session:
        query = select(AlertFinding.rule).where(AlertFinding.alert_id == first.id)
        assert sorted(session.scalars(query)) == ["T05", "T10"]
        assert kinds(session, first) == ["opened", "paged", "joined"]


def test_a_report_no_worse_does_not_page_an_alert_that_is_still_paging(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    alert = opened(runtime, people, participant)
    clock.advance(minutes=5)
    opened(runtime, people, participant)
    with runtime.reading() as session:
        assert len(paged(session, alert)) == 2


def test_a_worse_report_raises_the_tier_and_pages_anew(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    alert = opened(runtime, people, participant)
    clock.advance(minutes=5)
    raised = opened(runtime, people, participant, EMERGENCY)
    assert (raised.tier, raised.ack_minutes, raised.round) == ("emergency", 5, 1)
    assert raised.ack_due_at == clock.advance(minutes=5)
    with runtime.reading() as session:
        states = {key.split(":")[2]: state for key, _, state in paged(session, alert)}
        assert states == {"0": "cancelled", "1": "queued"}


def test_a_faster_clock_at_the_same_tier_is_worse_too(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    opened(runtime, people, participant, verdict(Tier.URGENT, "T22", ack_minutes=60))
    assert opened(runtime, people, participant).ack_minutes == 15


def test_a_calmer_report_lowers_nothing(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    opened(runtime, people, participant, EMERGENCY)
    alert = opened(runtime, people, participant)
    assert (alert.tier, alert.ack_minutes, alert.state) == ("emergency", 5, "open")


def test_a_report_after_an_hour_unanswered_pages_anew(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    opened(runtime, people, participant)
    clock.advance(minutes=61)
    assert opened(runtime, people, participant).round == 1


def test_another_report_pages_again_although_somebody_has_the_alert(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    first = version_of(runtime, participant, "v1", None)
    alert = opened(runtime, people, participant, URGENT, "v1")
    with runtime.writing() as session:
        nurse = people.here["nurse"]
        answering.acknowledge(session, alert.id, nurse, source="page", now=clock())
    assert version_of(runtime, participant, "v2", None) != first
    again = opened(runtime, people, participant, URGENT, "v2")
    assert (again.state, again.acked_by, again.round) == ("open", None, 1)


def test_the_rest_of_a_diary_that_somebody_has_does_not_page_them_again(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    entry = version_of(runtime, participant, "v1", None)
    alert = opened(runtime, people, participant, URGENT, "v1")
    with runtime.writing() as session:
        nurse = people.here["nurse"]
        answering.acknowledge(session, alert.id, nurse, source="page", now=clock())
    version_of(runtime, participant, "v2", entry)
    same = opened(runtime, people, participant, URGENT, "v2")
    assert (same.state, same.acked_by) == ("acked", people.here["nurse"].id)


def test_the_rest_of_a_diary_with_another_danger_does_page_again(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    entry = version_of(runtime, participant, "v1", None)
    alert = opened(runtime, people, participant, URGENT, "v1")
    with runtime.writing() as session:
        nurse = people.here["nurse"]
        answering.acknowledge(session, alert.id, nurse, source="page", now=clock())
    version_of(runtime, participant, "v2", entry)
    more = verdict(Tier.URGENT, "T10", "T20", ack_minutes=15)
    assert opened(runtime, people, participant, more, "v2").state == "open"


def test_acknowledging_stops_the_ladder_and_says_who_and_how(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    other = noise(runtime, people)
    alert = opened(runtime, people, participant)
    now = clock.advance(minutes=3)
    doctor = people.here["doctor"]
    with runtime.writing() as session:
        acked = answering.acknowledge(session, alert.id, doctor, source="call", now=now)
    assert (acked.state, acked.acked_by, acked.acked_at) == ("acked", doctor.id, now)
    with runtime.reading() as session:
        assert {state for *_, state in paged(session, alert)} == {"cancelled"}
        assert {state for *_, state in paged(session, other)} == {"queued"}
        event = session.scalars(
            select(AlertEvent).where(AlertEvent.kind == "acknowledged")
        ).one()
        assert (event.staff_id, event.detail) == (doctor.id, {"source": "call"})
        acts = select(Audit.actor_id).where(Audit.act == "alert.acknowledged")
        assert session.scalars(acts).all() == [str(doctor.id)]


def test_acknowledging_twice_is_the_same_as_once(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    alert = opened(runtime, people, participant)
    nurse = people.here["nurse"]
    for minutes in (1, 2):
        with runtime.writing() as session:
            now = clock.advance(minutes=minutes)
            acked = answering.acknowledge(
                session, alert.id, nurse, source="page", now=now
            )
    assert (clock() - (acked.acked_at or clock())).total_seconds() == 120
    with runtime.reading() as session:
        assert kinds(session, alert).count("acknowledged") == 1


def test_who_comes_second_is_told_who_has_it(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    alert = opened(runtime, people, participant)
    with runtime.writing() as session:
        nurse = people.here["nurse"]
        answering.acknowledge(session, alert.id, nurse, source="page", now=clock())
    doctor = people.here["doctor"]
    with (
        pytest.raises(AlreadyAcknowledged, match="Nurse of here"),
        runtime.writing() as session,
    ):
        answering.acknowledge(session, alert.id, doctor, source="page", now=clock())


def test_nobody_touches_another_sites_alert(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    alert = opened(runtime, people, participant)
    stranger = people.there["doctor"]
    for act in (
        lambda s: answering.acknowledge(
            s, alert.id, stranger, source="page", now=clock()
        ),
        lambda s: answering.hand_over(s, alert.id, stranger, now=clock()),
        lambda s: closing.close(s, alert.id, stranger, SPOKE, now=clock()),
        lambda s: answering.acknowledge(
            s, 987654, stranger, source="page", now=clock()
        ),
    ):
        with (
            pytest.raises(NotFound, match=r"^There is no such alert\.$"),
            runtime.writing() as session,
        ):
            act(session)


@pytest.mark.parametrize("role", ["monitor", "admin"])
def test_a_role_that_does_not_act_stops_no_ladder(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock, role: str
) -> None:
    alert = opened(runtime, people, participant)
    reader, due = people.here[role], alert.next_due_at
    for act in (
        lambda s: answering.acknowledge(
            s, alert.id, reader, source="call", now=clock()
        ),
        lambda s: answering.hand_over(s, alert.id, reader, now=clock()),
        lambda s: closing.close(s, alert.id, reader, SPOKE, now=clock()),
    ):
        with (
            pytest.raises(NotAllowed, match="may not acknowledge or close"),
            runtime.writing() as session,
        ):
            act(session)
    with runtime.reading() as session:
        left = session.get_one(Alert, alert.id)
        assert (left.state, left.acked_by, left.next_due_at) == ("open", None, due)


def test_an_alert_is_handed_over_by_who_takes_it_and_the_half_hour_begins_anew(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    alert = opened(runtime, people, participant)
    nurse, doctor = people.here["nurse"], people.here["doctor"]
    with runtime.writing() as session:
        answering.acknowledge(session, alert.id, nurse, source="page", now=clock())
    now = clock.advance(minutes=20)
    with runtime.writing() as session:
        taken = answering.hand_over(session, alert.id, doctor, now=now)
    assert taken.acked_by == doctor.id
    assert taken.next_due_at is not None
    assert (taken.next_due_at - now).total_seconds() == 30 * 60


def test_who_has_an_alert_gains_no_time_by_taking_it_again(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    alert = opened(runtime, people, participant)
    nurse = people.here["nurse"]
    with runtime.writing() as session:
        due = answering.acknowledge(
            session, alert.id, nurse, source="page", now=clock()
        ).next_due_at
    now = clock.advance(minutes=20)
    with runtime.writing() as session:
        assert answering.hand_over(session, alert.id, nurse, now=now).next_due_at == due


def test_closing_keeps_outcome_reason_and_adverse_event(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    alert = opened(runtime, people, participant)
    ending = Closing("admitted", " Fever, admitted. ", True, " CRS ", 2)
    with runtime.writing() as session:
        closed = closing.close(
            session, alert.id, people.here["doctor"], ending, now=clock()
        )
    assert (closed.state, closed.outcome) == ("closed", "admitted")
    assert closed.reason == "Fever, admitted."
    assert closed.adverse_event == {"is": True, "term": "CRS", "grade": 2}
    assert closed.next_due_at is None
    with runtime.reading() as session:
        assert kinds(session, alert)[-2:] == ["acknowledged", "closed"]
        assert {state for *_, state in paged(session, alert)} == {"cancelled"}


def test_an_alert_that_somebody_else_has_is_not_closed_over_their_head(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    alert = opened(runtime, people, participant)
    with runtime.writing() as session:
        nurse = people.here["nurse"]
        answering.acknowledge(session, alert.id, nurse, source="page", now=clock())
    with pytest.raises(AlreadyAcknowledged), runtime.writing() as session:
        closing.close(session, alert.id, people.here["doctor"], SPOKE, now=clock())


def test_a_closed_alert_takes_no_further_act(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    alert = opened(runtime, people, participant)
    nurse = people.here["nurse"]
    with runtime.writing() as session:
        closing.close(session, alert.id, nurse, SPOKE, now=clock())
    for act in (
        lambda s: answering.acknowledge(s, alert.id, nurse, source="page", now=clock()),
        lambda s: answering.hand_over(s, alert.id, nurse, now=clock()),
        lambda s: closing.close(s, alert.id, nurse, SPOKE, now=clock()),
    ):
        with pytest.raises(AlertClosed), runtime.writing() as session:
            act(session)


def test_a_report_after_closure_opens_a_new_alert(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    alert = opened(runtime, people, participant)
    with runtime.writing() as session:
        closing.close(session, alert.id, people.here["nurse"], SPOKE, now=clock())
    again = opened(runtime, people, participant)
    assert again.id != alert.id
    assert again.code != alert.code


@pytest.mark.parametrize(
    ("ending", "field"),
    [
        (Closing("fine", "x", False), "outcome"),
        (Closing("spoke", "  \n", False), "reason"),
        (Closing("spoke", "x", True, " ", 2), "term"),
        (Closing("spoke", "x", True, "CRS", None), "grade"),
        (Closing("spoke", "x", True, "CRS", 6), "grade"),
    ],
)
def test_a_closing_that_lacks_something_names_the_field(
    runtime: Runtime,
    people: Cast,
    participant: Participant,
    clock: Clock,
    ending: Closing,
    field: str,
) -> None:
    alert = opened(runtime, people, participant)
    with pytest.raises(InvalidInput) as refused, runtime.writing() as session:
        closing.close(session, alert.id, people.here["nurse"], ending, now=clock())
    assert refused.value.field == field
    with runtime.reading() as session:
        assert session.get_one(Alert, alert.id).state == "open"
