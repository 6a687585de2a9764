"""A provider that is down or refuses us: pages go another way, and it is known at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from portal.alerting.answers import answering
from portal.db.tables.alerts import Task
from portal.db.tables.people import Staff
from portal.messages.gateways.channels import Channels
from portal.messages.gateways.outcomes import NotSent, ProviderTrouble
from portal.operating import health, metrics, overdue
from portal.people import contacts
from portal.people.case import Case
from portal.protocol.study.tiers import Tier
from portal.runtime import Runtime
from scheduler.engine import Engine
from tests.support.cast import Cast, cast, enrolled, verdict
from tests.support.clock import Clock
from tests.support.fake_gateway import FakeGateway

REFUSED = NotSent("nobody listens", wait_seconds=5)
ACCOUNT = NotSent("the account is refused (HTTP 401)", 60, ProviderTrouble.PROVIDER)


class Down(FakeGateway):
    """Gives one answer to everything."""

    def __init__(self, name: str, answer: NotSent) -> None:
        super().__init__()
        self.name = name
        self.always = answer

    def send(self, outgoing: object) -> NotSent:
        self.sent.append(outgoing)  # type: ignore[arg-type]
        return self.always


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    """A team whose nurse has an address beside her number."""
    found = cast(runtime)
    with runtime.writing() as session:
        contacts.replace(
            session,
            "email",
            "nurse@hospital.example",
            now=runtime.now(),
            verified=True,
            staff_id=found.here["nurse"].id,
        )
        person = enrolled(session, found)
        answering.open_from(
            Case(session, found.study, person, runtime.now()),
            verdict(Tier.URGENT, "T10"),
            entry_version_id=None,
        )
    return found


@pytest.fixture
def mail() -> FakeGateway:
    relay = FakeGateway()
    relay.name = "mail"
    return relay


@pytest.fixture
def engine(runtime: Runtime) -> Iterator[Engine]:
    made = Engine(runtime)
    yield made
    made.stop()


def ill(runtime: Runtime) -> dict[str, str]:
    with runtime.reading() as session:
        found = health.health(session, runtime.real_now(), now=runtime.now())
    return {part.name: part.detail for part in found.parts if not part.well}


def cycle(engine: Engine, clock: Clock, seconds: float = 6) -> None:
    engine.cycle()
    engine.drain(5)
    clock.advance(seconds=seconds)


def test_F8_the_page_goes_by_e_mail_while_texts_and_calls_are_refused(
    runtime: Runtime, clock: Clock, people: Cast, mail: FakeGateway, engine: Engine
) -> None:
    down = Down("texts", REFUSED)
    runtime.gateway = Channels(down, email=mail)
    cycle(engine, clock)
    assert [sent.number for sent in mail.sent] == ["nurse@hospital.example"]
    for _ in range(3):
        cycle(engine, clock)
    assert ill(runtime)["providers"] == "texts does not answer"
    with runtime.reading() as session:
        assert not overdue.nothing_overdue(
            session, runtime.real_now(), now=runtime.now()
        ), "the heartbeat falls silent, so that somebody outside shouts"
    down.always = None  # type: ignore[assignment]
    runtime.gateway = Channels(FakeGateway(), email=mail)


def test_F8_what_waited_goes_out_when_it_answers_again(
    runtime: Runtime, clock: Clock, people: Cast, mail: FakeGateway, engine: Engine
) -> None:
    runtime.gateway = Channels(Down("texts", REFUSED), email=mail)
    for _ in range(3):
        cycle(engine, clock)
    back = FakeGateway()
    back.name = "texts"
    runtime.gateway = Channels(back, email=mail)
    clock.advance(seconds=60)
    for _ in range(3):
        cycle(engine, clock)
    assert {sent.channel for sent in back.sent} <= {"text", "call"}
    assert back.sent
    assert "providers" not in ill(runtime)


def test_F9_a_refused_account_is_known_within_one_cycle(
    runtime: Runtime, clock: Clock, people: Cast, mail: FakeGateway, engine: Engine
) -> None:
    runtime.gateway = Channels(Down("texts", ACCOUNT), email=mail)
    cycle(engine, clock)
    assert ill(runtime)["providers"] == "texts refuses our account"
    with runtime.reading() as session:
        kinds = set(session.scalars(select(Task.kind)))
        found = metrics.measure(session, runtime.real_now(), now=runtime.now())
    assert "provider_refuses" in kinds
    assert 'portal_provider_well{provider="texts"} 0' in metrics.exposition(found)
    assert mail.sent, "another channel carries the page"


def test_F9_an_account_that_is_taken_again_is_well_again(
    runtime: Runtime, clock: Clock, people: Cast, mail: FakeGateway, engine: Engine
) -> None:
    runtime.gateway = Channels(Down("texts", ACCOUNT), email=mail)
    cycle(engine, clock)
    back = FakeGateway()
    back.name = "texts"
    runtime.gateway = Channels(back, email=mail)
    clock.advance(seconds=61)
    for _ in range(2):
        cycle(engine, clock)
    assert "providers" not in ill(runtime)


@pytest.fixture
def admins(runtime: Runtime, people: Cast) -> dict[str, str]:
    """Two administrators, one with an address and one with a number alone."""
    found = {"email": "chen@hospital.example", "mobile": "+8613800000901"}
    with runtime.writing() as session:
        for kind, value in found.items():
            admin = Staff(
                site_id=people.here["nurse"].site_id,
                username=f"admin-{kind}",
                display_name="Admin",
                role="admin",
                password_hash="",
                language="en",
                created_at=runtime.now(),
            )
            session.add(admin)
            session.flush()
            contacts.replace(
                session,
                kind,
                value,
                now=runtime.now(),
                verified=True,
                staff_id=admin.id,
            )
    return found


def told(gateway: FakeGateway, number: str) -> list[str]:
    return [sent.body for sent in gateway.sent if sent.number == number]


def test_F9_administrators_hear_of_it_by_e_mail_once_and_again_when_it_is_over(
    runtime: Runtime,
    clock: Clock,
    admins: dict[str, str],
    mail: FakeGateway,
    engine: Engine,
) -> None:
    runtime.gateway = Channels(Down("texts", ACCOUNT), email=mail)
    for _ in range(3):
        cycle(engine, clock, seconds=61)
    (refused,) = told(mail, admins["email"])
    assert "texts refuses our account" in refused
    back = FakeGateway()
    back.name = "texts"
    runtime.gateway = Channels(back, email=mail)
    for _ in range(3):
        cycle(engine, clock, seconds=61)
    _, well = told(mail, admins["email"])
    assert "texts takes our messages again" in well
    runtime.gateway = Channels(Down("texts", ACCOUNT), email=mail)
    for _ in range(5):  # until the next rung
        cycle(engine, clock, seconds=240)
    assert told(mail, admins["email"]) == [refused, well, refused], "another outage"


def test_F9_of_a_relay_that_refuses_us_administrators_hear_by_text(
    runtime: Runtime,
    clock: Clock,
    admins: dict[str, str],
    engine: Engine,
) -> None:
    texts = FakeGateway()
    runtime.gateway = Channels(texts, email=Down("mail", ACCOUNT))
    for _ in range(3):
        cycle(engine, clock, seconds=61)
    (refused,) = told(texts, admins["mobile"])
    assert "mail refuses our account" in refused
