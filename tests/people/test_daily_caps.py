"""Nobody's number is paged past what the provider lets through; e-mail goes on."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from portal.alerting import ladder
from portal.alerting.answers import answering
from portal.db.tables.alerts import Alert, AlertEvent
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.delivery.sending.failures import page_again
from portal.people import contacts, daily_caps
from portal.people.case import Case
from portal.protocol.study.tiers import Paging, Tier
from portal.protocol.triage.verdict import Verdict
from portal.runtime import Runtime
from tests.support.cast import EMERGENCY, URGENT, Cast, cast, enrolled
from tests.support.clock import Clock

PAGING = Paging(texts_per_person_day=10, calls_per_person_day=20)


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


def opened(
    runtime: Runtime,
    people: Cast,
    said: Verdict = URGENT,
    code: str = "DS-007",
    number: str = "13800138007",
) -> int:
    with runtime.writing() as session:
        person = enrolled(session, people, code, number=number)
        return answering.open_from(
            Case(
                session,
                people.study,
                session.get_one(Participant, person.id),
                runtime.now(),
            ),
            said,
            entry_version_id=None,
        ).id


def silent(runtime: Runtime, people: Cast, clock: Clock, hours: float) -> None:
    """So long nobody answers; between two rungs an engine finds nothing to do."""
    end = clock() + timedelta(hours=hours)
    while (due := next_rung(runtime)) <= end:
        clock.set(max(due, clock()))
        with runtime.writing() as session:
            ladder.escalate_due(session, people.study_of, now=runtime.now())
        assert next_rung(runtime) > clock()
    clock.set(end)


def next_rung(runtime: Runtime) -> datetime:
    with runtime.reading() as session:
        query = select(func.min(Alert.next_due_at)).where(Alert.state != "closed")
        due: datetime = session.scalars(query).one()
        return due


def sent(runtime: Runtime, staff_id: int) -> Counter[str]:
    with runtime.reading() as session:
        query = select(Message.channel).where(Message.staff_id == staff_id)
        return Counter(session.scalars(query))


def give_address(runtime: Runtime, people: Cast, *, verified: bool = True) -> None:
    with runtime.writing() as session:
        for duty in ("nurse", "doctor", "investigator"):
            contacts.replace(
                session,
                "email",
                f"{duty}@hospital.example",
                now=runtime.now(),
                verified=verified,
                staff_id=people.here[duty].id,
            )


@pytest.mark.parametrize(
    ("channel", "tier", "cap"),
    [
        ("text", Tier.EMERGENCY, 10),
        ("text", Tier.URGENT, 8),
        ("call", Tier.EMERGENCY, 20),
        ("call", Tier.URGENT, 16),
        ("email", Tier.URGENT, None),
    ],
)
def test_a_fifth_of_the_cap_is_kept_for_emergencies(
    channel: str, tier: Tier, cap: int | None
) -> None:
    assert daily_caps.most(PAGING, channel, tier) == cap


@pytest.mark.parametrize(("cap", "ordinary"), [(0, 0), (1, 1), (2, 1), (5, 4)])
def test_a_small_cap_still_lets_one_through(cap: int, ordinary: int) -> None:
    assert daily_caps.most(Paging(cap, cap), "text", Tier.URGENT) == ordinary


@pytest.mark.in_turn
def test_a_day_of_silence_stays_under_the_cap_of_each_person(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    opened(runtime, people)
    silent(runtime, people, clock, hours=23)
    for duty in ("nurse", "doctor", "investigator"):
        assert sent(runtime, people.here[duty].id) == {"text": 8, "call": 16}


@pytest.mark.in_turn
def test_F57_the_loop_goes_on_by_e_mail_without_a_cap(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    give_address(runtime, people)
    alert = opened(runtime, people)
    silent(runtime, people, clock, hours=23)
    nurse = sent(runtime, people.here["nurse"].id)
    rounds = int(23 * 60 / 45) + 1
    assert nurse == {"text": 8, "call": 16, "email": rounds}
    with runtime.reading() as session:
        kinds = Counter(session.scalars(select(AlertEvent.kind)))
        mail = session.scalars(select(Message).filter_by(channel="email")).first()
        assert mail is not None
        assert (mail.template, mail.purpose) == ("staff_alert", "alert")
    assert kinds["capped"] > 0
    assert kinds["nobody_on_call"] == 0, "somebody is paged at every rung"
    assert alert


@pytest.mark.in_turn
def test_without_an_address_the_sites_own_number_is_paged_instead(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    opened(runtime, people)
    silent(runtime, people, clock, hours=23)
    with runtime.reading() as session:
        own = contacts.mobile(session, site_id=people.here.site.id)
        assert own is not None
        query = select(Message.channel).where(Message.contact_id == own.id)
        assert Counter(session.scalars(query)) == {"text": 8, "call": 16}


@pytest.mark.in_turn
def test_F57_an_emergency_still_rings_when_urgent_alerts_used_their_part(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    opened(runtime, people)
    silent(runtime, people, clock, hours=16)
    before = sent(runtime, people.here["nurse"].id)
    assert before == {"text": 8, "call": 16}
    opened(runtime, people, EMERGENCY, "DS-008", "13800138008")
    after = sent(runtime, people.here["nurse"].id)
    assert after - before == {"text": 1, "call": 1}


@pytest.mark.in_turn
def test_a_day_later_the_number_rings_again(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    alert = opened(runtime, people)
    silent(runtime, people, clock, hours=16)
    full = sent(runtime, people.here["nurse"].id)
    silent(runtime, people, clock, hours=10)
    assert sent(runtime, people.here["nurse"].id)["call"] > full["call"]
    assert alert


@pytest.mark.in_turn
def test_what_was_withdrawn_does_not_count_and_others_do_not_either(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    opened(runtime, people)
    silent(runtime, people, clock, hours=16)
    nurse, doctor = people.here["nurse"].id, people.here["doctor"].id

    def open_to(staff_id: int) -> tuple[str, ...]:
        with runtime.reading() as session:
            contact = contacts.mobile(session, staff_id=staff_id)
            assert contact is not None
            both = ("call", "text")
            now = runtime.now()
            return daily_caps.allowed(
                session, PAGING, contact, both, Tier.URGENT, now=now
            ).open

    assert (open_to(nurse), open_to(doctor)) == ((), ())
    assert open_to(people.there["nurse"].id) == ("call", "text")
    with runtime.writing() as session:
        session.execute(
            update(Message)
            .where(Message.staff_id == nurse, Message.channel == "text")
            .values(state="cancelled")
        )
    assert (open_to(nurse), open_to(doctor)) == (("text",), ())


def test_an_address_that_nobody_verified_gets_nothing(
    runtime: Runtime, people: Cast
) -> None:
    give_address(runtime, people, verified=False)
    opened(runtime, people)
    assert sent(runtime, people.here["nurse"].id) == {"call": 1, "text": 1}


def test_an_e_mail_that_fails_rings_nobody_once_more(
    runtime: Runtime, people: Cast
) -> None:
    give_address(runtime, people)
    opened(runtime, people)
    with runtime.writing() as session:
        by_channel = {
            each.channel: each
            for each in session.scalars(select(Message))
            if each.staff_id == people.here["nurse"].id
        }
        mail, text = by_channel["email"], by_channel["text"]
        assert not page_again(session, mail, voice=True, now=runtime.now())
        assert page_again(session, text, voice=True, now=runtime.now())


def test_whose_number_does_not_work_gets_the_e_mail_and_counts_as_nobody(
    runtime: Runtime, people: Cast
) -> None:
    give_address(runtime, people)
    nurse = people.here["nurse"].id
    with runtime.writing() as session:
        number = contacts.mobile(session, staff_id=nurse)
        assert number is not None
        number.broken_at = runtime.now()
    opened(runtime, people)
    assert sent(runtime, nurse) == {"email": 1}
    assert sent(runtime, people.here["doctor"].id)["call"] == 1
