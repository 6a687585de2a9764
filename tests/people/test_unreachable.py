"""Whoever cannot be paged any more holds nobody up: the next person is paged at once."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from sqlalchemy import select

from portal import audit
from portal.alerting import ladder
from portal.alerting.answers import answering
from portal.db.tables.alerts import Alert, AlertEvent, Task
from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact, Participant
from portal.delivery.sending import claims, failures, unconfirmed
from portal.delivery.sending.claims import Capacity
from portal.delivery.sending.last_look import SendingTerms
from portal.delivery.sending.receipts import DeliveryReceipt, apply_status
from portal.engine import leases
from portal.messages.gateways.outcomes import Status
from portal.messages.states import NextState
from portal.people import contacts
from portal.people.accounts import colleagues
from portal.people.case import Case
from portal.protocol.triage.verdict import Verdict
from portal.runtime import Runtime
from portal.vocabulary.messages import AttemptState, MessageState
from tests.support.cast import EMERGENCY, URGENT, Cast, cast, enrolled
from tests.support.clock import Clock

OLD, NEW = "+8613900001000", "+8613900005555"
BROKEN = NextState(
    AttemptState.REJECTED, MessageState.REJECTED, "no such number", contact_broken=True
)


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


def opened(
    runtime: Runtime, people: Cast, said: Verdict = URGENT, code: str = "DS-007"
) -> int:
    house = people.there if code.startswith("NO") else people.here
    with runtime.writing() as session:
        person = session.get_one(
            Participant, enrolled(session, people, code, house=house).id
        )
        return answering.open_from(
            Case(session, people.study, person, runtime.now()),
            said,
            entry_version_id=None,
        ).id


@pytest.fixture
def alert(runtime: Runtime, people: Cast) -> int:
    opened(runtime, people, code="NO-001")
    return opened(runtime, people)


def look(runtime: Runtime, people: Cast) -> int:
    """One look of the engine at the ladders, at this moment."""
    with runtime.writing() as session:
        return ladder.escalate_due(session, people.study_of, now=runtime.now())


def paged(runtime: Runtime, alert_id: int, *states: str) -> list[str]:
    """Who was paged about an alert, and how: ``nurse call``, ``site call``."""
    query = select(Message).where(Message.alert_id == alert_id).order_by(Message.id)
    with runtime.reading() as session:
        return [
            f"{one.dedupe_key.split(':')[4]} {one.channel}"
            for one in session.scalars(query)
            if not states or one.state in states
        ]


def pages_of(people: Cast, duty: str, channels: Iterable[str]) -> list[str]:
    return [f"{people.here[duty].id} {channel}" for channel in channels]


def break_numbers(runtime: Runtime, alert_id: int, *staff_ids: int) -> None:
    """The provider refuses these colleagues' pages: there are no such numbers."""
    query = select(Message).where(
        Message.alert_id == alert_id, Message.staff_id.in_(staff_ids)
    )
    with runtime.writing() as session:
        for message in session.scalars(query).all():
            failures.apply_next(session, message, BROKEN, voice=True, now=runtime.now())


def kinds(runtime: Runtime, alert_id: int) -> list[str]:
    query = select(AlertEvent.kind).where(AlertEvent.alert_id == alert_id)
    with runtime.reading() as session:
        return list(session.scalars(query.order_by(AlertEvent.id)))


def change(runtime: Runtime, people: Cast, *, verified: bool) -> None:
    with runtime.writing() as session:
        nurse = session.merge(people.here["nurse"])
        colleagues.change_contact(
            session,
            nurse,
            "mobile",
            NEW,
            by=audit.OPERATOR,
            now=runtime.now(),
            verified=verified,
        )


def claimed(runtime: Runtime) -> list[tuple[str, str]]:
    """What would leave now: numbers and channels."""
    with runtime.writing() as session:
        held = leases.take_lease(
            session, "one", schema_version="1", seconds=10, real_now=runtime.now()
        )
        assert held is not None
        taken = claims.claim(
            session,
            held,
            Capacity(8, 8),
            SendingTerms(provider="fake", now=runtime.now(), real_now=runtime.now()),
        )
        return [(one.number, one.channel) for one in taken]


def test_F37_a_page_that_waits_follows_a_colleague_to_a_new_verified_number(
    runtime: Runtime, people: Cast, alert: int
) -> None:
    change(runtime, people, verified=True)
    numbers = {number for number, _ in claimed(runtime)}
    assert NEW in numbers
    assert OLD not in numbers
    assert look(runtime, people) == 1, "the engine looked at once"
    assert "nobody_on_call" not in kinds(runtime, alert)


def test_F37_a_new_number_that_nobody_verified_is_not_used_and_the_next_is_paged_at_once(
    runtime: Runtime, people: Cast, alert: int
) -> None:
    change(runtime, people, verified=False)
    look(runtime, people)
    doctor = pages_of(people, "doctor", ("call", "text"))
    assert paged(runtime, alert)[2:] == ["site1 call", "site1 text", *doctor]
    numbers = {number for number, _ in claimed(runtime)}
    assert numbers & {OLD, NEW} == set()


def test_F38_an_undelivered_page_is_queued_on_another_channel_with_its_receipt(
    runtime: Runtime, people: Cast, alert: int
) -> None:
    taken = claimed(runtime)
    assert (OLD, "call") in taken
    query = select(Message).where(Message.alert_id == alert, Message.channel == "call")
    with runtime.writing() as session:
        message = session.scalars(query).one()
        message.provider_id = "CA1"
        reference = _reference(session, message.id)
        receipt = DeliveryReceipt("fake", Status.UNDELIVERED, {}, reference=reference)
        apply_status(session, receipt, voice=True, now=runtime.now())
    with runtime.reading() as session:
        extra = session.scalars(
            select(Message).where(Message.dedupe_key.endswith(":again"))
        ).one()
        assert (extra.channel, extra.state) == ("text", "queued")
        assert extra.next_try_at == runtime.now()
    assert look(runtime, people) == 0, "the next person comes at the timer"


def _reference(session: object, message_id: int) -> str:
    from portal.db.tables.outbox import Attempt

    query = select(Attempt.reference).filter_by(message_id=message_id)
    return str(session.scalars(query).one())  # type: ignore[attr-defined]


def accept(runtime: Runtime, alert_id: int, state: str = "accepted") -> None:
    """The provider took every page of an alert."""
    query = select(Message).where(
        Message.alert_id == alert_id, Message.state == "queued"
    )
    with runtime.writing() as session:
        for message in session.scalars(query):
            message.state, message.updated_at = state, runtime.now()


def confirm(runtime: Runtime) -> int:
    with runtime.reading() as session:
        found = unconfirmed.anything_unconfirmed(session, now=runtime.now())
    with runtime.writing() as session:
        sent = unconfirmed.page_another_way(
            session,
            lambda _: None,
            voice=True,
            now=runtime.now(),  # type: ignore[arg-type,return-value]
        )
    assert found == bool(sent)
    return sent


def test_F38_a_page_without_a_receipt_goes_another_way_after_a_minute_once(
    runtime: Runtime, people: Cast, alert: int, clock: Clock
) -> None:
    accept(runtime, alert)
    clock.advance(seconds=59)
    assert confirm(runtime) == 0
    clock.advance(seconds=1)
    assert confirm(runtime) == 1
    query = select(Message).where(Message.dedupe_key.endswith(":again"))
    with runtime.reading() as session:
        extra = session.scalars(query).one()
        assert (extra.staff_id, extra.state) == (people.here["nurse"].id, "queued")
    accept(runtime, alert)
    clock.advance(minutes=2)
    assert confirm(runtime) == 0, "once a step and person"


@pytest.mark.parametrize("state", ["delivered", "undelivered", "cancelled", "unknown"])
def test_F38_what_came_to_an_end_is_not_paged_for_want_of_a_receipt(
    runtime: Runtime, people: Cast, alert: int, clock: Clock, state: str
) -> None:
    accept(runtime, alert, state)
    clock.advance(minutes=2)
    assert confirm(runtime) == 0


def test_F38_whoever_has_the_alert_is_not_paged_for_want_of_a_receipt(
    runtime: Runtime, people: Cast, alert: int, clock: Clock
) -> None:
    accept(runtime, alert)
    with runtime.writing() as session:
        nurse = people.here["nurse"]
        answering.acknowledge(session, alert, nurse, source="page", now=clock())
    clock.advance(minutes=2)
    assert confirm(runtime) == 0


def test_F41_a_number_that_breaks_hands_on_to_the_next_person_at_once(
    runtime: Runtime, people: Cast, alert: int, clock: Clock
) -> None:
    clock.advance(seconds=10)
    assert look(runtime, people) == 0
    break_numbers(runtime, alert, people.here["nurse"].id)
    assert look(runtime, people) == 1
    doctor = pages_of(people, "doctor", ("call", "text"))
    assert paged(runtime, alert)[2:] == ["site1 call", "site1 text", *doctor]
    assert kinds(runtime, alert)[2:] == ["nobody_on_call", "paged_catch_all", "paged"]
    with runtime.reading() as session:
        tasks = set(session.scalars(select(Task.kind)))
    assert {"rota_gap", "broken_contact"} <= tasks
    assert look(runtime, people) == 0, "and not once more"


def test_F41_while_somebody_else_of_the_rung_can_be_paged_it_waits_for_its_timer(
    runtime: Runtime, people: Cast
) -> None:
    alert = opened(runtime, people, EMERGENCY)
    before = paged(runtime, alert)
    break_numbers(runtime, alert, people.here["nurse"].id)
    look(runtime, people)
    assert paged(runtime, alert) == before


def test_F41_the_last_rung_breaking_begins_the_next_round_and_tells_the_participant(
    runtime: Runtime, people: Cast, alert: int, clock: Clock
) -> None:
    for _ in range(2):
        clock.advance(minutes=15)
        look(runtime, people)
    now = clock.advance(seconds=5)
    break_numbers(runtime, alert, people.here["investigator"].id)
    look(runtime, people)
    with runtime.reading() as session:
        row = session.get_one(Alert, alert)
        assert (row.round, row.step, row.told_at) == (1, 0, now)
        assert row.next_due_at is not None
        assert row.next_due_at > now
    nurse = pages_of(people, "nurse", ("call", "text"))
    assert paged(runtime, alert)[-2:] == nurse


def test_F41_a_colleague_who_leaves_hands_on_to_the_next_person_at_once(
    runtime: Runtime, people: Cast, alert: int
) -> None:
    now = runtime.now()
    with runtime.writing() as session:
        admin, nurse = (session.merge(people.here[one]) for one in ("admin", "nurse"))
        colleagues.disable(session, admin, nurse, now=now, real_now=now)
    look(runtime, people)
    assert paged(runtime, alert, "queued")[-2:] == pages_of(
        people, "doctor", ("call", "text")
    )
    assert paged(runtime, alert, "cancelled") == pages_of(
        people, "nurse", ("call", "text")
    )


def test_F41_with_every_number_broken_the_ladder_goes_round_and_never_ends(
    runtime: Runtime, people: Cast, alert: int, clock: Clock
) -> None:
    with runtime.writing() as session:
        for duty in ("nurse", "doctor", "investigator"):
            query = select(Contact).filter_by(staff_id=people.here[duty].id)
            for contact in session.scalars(query):
                contact.broken_at = runtime.now()
    rounds = []
    for _ in range(4):
        clock.advance(minutes=45)
        look(runtime, people)
        with runtime.reading() as session:
            row = session.get_one(Alert, alert)
            assert row.next_due_at is not None
            assert row.next_due_at > clock()
            rounds.append(row.round)
    assert rounds == [1, 2, 3, 4]
    with runtime.reading() as session:
        own = contacts.mobile(session, site_id=people.here.site.id)
        assert own is not None
        query = select(Message.id).where(Message.contact_id == own.id)
        assert len(session.scalars(query).all()) > 4
