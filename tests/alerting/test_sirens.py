"""The ward's screen: a credential for one site, shown once, that sees no person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.alerting import ladder, siren_codes, sirens
from portal.alerting.answers import answering
from portal.alerting.sirens import SirenScreen
from portal.db.tables.access import Siren
from portal.db.tables.alerts import Alert, AlertEvent
from portal.errors import InvalidInput, NotFound
from portal.operating import metrics
from portal.people.access.keys import Keyring
from portal.people.access.limits import TryLater
from portal.people.case import Case
from portal.protocol.triage.verdict import Verdict
from portal.runtime import Runtime
from tests.support.cast import EMERGENCY, URGENT, Cast, House, cast, enrolled
from tests.support.clock import Clock


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


def made(runtime: Runtime, house: House) -> str:
    now = runtime.now()
    with runtime.writing() as session:
        return sirens.make(session, house["admin"], "Desk", now=now, real_now=now)


def set_up(runtime: Runtime, code: str) -> str | None:
    now = runtime.now()
    with runtime.writing() as session:
        return sirens.set_up(session, code, now=now, real_now=now)


def tried(runtime: Runtime, code: str) -> str | None:
    now, keys = runtime.now(), Keyring("a key that only this test knows")
    with runtime.writing() as session:
        return siren_codes.try_code(
            session, keys, code, address="10.0.0.9", now=now, real_now=now
        )


def found(runtime: Runtime, secret: str | None) -> SirenScreen | None:
    with runtime.reading() as session:
        return sirens.find(session, secret or "")


def screen_of(runtime: Runtime, house: House) -> SirenScreen:
    screen = found(runtime, set_up(runtime, made(runtime, house)))
    assert screen is not None
    return screen


def beat(
    runtime: Runtime, screen: SirenScreen, *rings: str, armed: bool = True
) -> list[str]:
    """One sign of life; what the logs of alerts say of sirens afterwards."""
    now = runtime.now()
    with runtime.writing() as session:
        sirens.beat(session, screen, armed=armed, rings=rings, now=now, real_now=now)
    query = select(AlertEvent).filter_by(kind="siren_rings").order_by(AlertEvent.id)
    with runtime.reading() as session:
        return [
            f"{one.alert_id}:{one.detail['round']}" for one in session.scalars(query)
        ]


def live(runtime: Runtime, house: House) -> bool:
    with runtime.reading() as session:
        return sirens.any_live(session, house.site.id, real_now=runtime.now())


def opened(
    runtime: Runtime, people: Cast, code: str, said: Verdict = URGENT
) -> tuple[int, str]:
    house = people.there if code.startswith("NO") else people.here
    with runtime.writing() as session:
        person = enrolled(session, people, code, house=house)
        alert = answering.open_from(
            Case(session, people.study, person, runtime.now()),
            said,
            entry_version_id=None,
        )
        return alert.id, alert.code


def test_a_code_sets_one_screen_up_and_never_another(
    runtime: Runtime, people: Cast
) -> None:
    made(runtime, people.there)
    code = made(runtime, people.here)
    assert found(runtime, code) is None, "a code is no credential"
    typed = f" {code[:4].lower()}-{code[4:8]} {code[8:]} "
    screen = found(runtime, set_up(runtime, typed))
    assert screen is not None
    assert (screen.site_id, screen.name) == (people.here.site.id, "Desk")
    assert set_up(runtime, code) is None


def test_a_code_is_forgotten_after_a_day(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    code = made(runtime, people.here)
    clock.advance(hours=24)
    assert set_up(runtime, code) is None


def test_neither_code_nor_credential_is_kept_as_it_is(
    runtime: Runtime, people: Cast
) -> None:
    code = made(runtime, people.here)
    secret = set_up(runtime, code)
    with runtime.reading() as session:
        row = session.scalars(select(Siren)).one()
        assert row.secret_hash not in (code, secret)


def test_a_screen_needs_a_name(runtime: Runtime, people: Cast) -> None:
    now = runtime.now()
    with pytest.raises(InvalidInput), runtime.writing() as session:
        sirens.make(session, people.here["admin"], " ", now=now, real_now=now)


def test_what_is_taken_away_sees_nothing_any_more(
    runtime: Runtime, people: Cast
) -> None:
    secret = set_up(runtime, made(runtime, people.here))
    screen = found(runtime, secret)
    assert screen is not None
    now = runtime.now()
    with pytest.raises(NotFound), runtime.writing() as session:
        sirens.revoke(
            session, people.there["admin"], screen.siren_id, now=now, real_now=now
        )
    with runtime.writing() as session:
        for _ in range(2):
            sirens.revoke(
                session, people.here["admin"], screen.siren_id, now=now, real_now=now
            )
    assert found(runtime, secret) is None
    assert not live(runtime, people.here)


def test_a_screen_counts_while_it_is_heard_and_can_be_heard(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    neighbour = screen_of(runtime, people.there)
    screen = screen_of(runtime, people.here)
    beat(runtime, neighbour)
    assert not live(runtime, people.here), "it was never heard"
    beat(runtime, screen, armed=False)
    assert not live(runtime, people.here), "it makes no sound"
    beat(runtime, screen)
    assert live(runtime, people.here)
    clock.advance(seconds=61)
    assert not live(runtime, people.here), "it is not heard any more"


def test_a_clock_set_back_makes_no_dead_screen_live(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    beat(runtime, screen_of(runtime, people.here))
    clock.set(clock() - timedelta(hours=2))
    assert not live(runtime, people.here)


def test_it_shows_its_own_sites_alerts_the_waiting_ones_first(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    opened(runtime, people, "NO-001", EMERGENCY)
    taken, _ = opened(runtime, people, "DS-001")
    clock.advance(minutes=1)
    waiting, code = opened(runtime, people, "DS-002")
    with runtime.writing() as session:
        nurse = people.here["nurse"]
        answering.acknowledge(session, taken, nurse, source="page", now=clock())
    with runtime.reading() as session:
        lines = sirens.lines(session, people.here.site.id)
    assert [(one.alert_id, one.open) for one in lines] == [
        (waiting, True),
        (taken, False),
    ]
    assert lines[0].code == code
    assert sirens.loudest(lines) == "urgent"
    assert sirens.loudest(lines[1:]) == ""


def test_the_loudest_tier_stands_first_and_is_rung_for(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    opened(runtime, people, "DS-001")
    clock.advance(minutes=40)  # the urgent one is overdue, and still stands below
    opened(runtime, people, "DS-002", EMERGENCY)
    with runtime.reading() as session:
        lines = sirens.lines(session, people.here.site.id)
    assert [one.tier for one in lines] == ["emergency", "urgent"]
    assert sirens.loudest(lines) == "emergency"


def test_that_it_rings_stands_in_the_alerts_log_once_a_round(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    foreign, foreign_code = opened(runtime, people, "NO-001")
    alert, code = opened(runtime, people, "DS-001")
    screen = screen_of(runtime, people.here)
    assert beat(runtime, screen, code, foreign_code, armed=False) == []
    assert beat(runtime, screen, code, foreign_code) == [f"{alert}:0"]
    assert beat(runtime, screen, code) == [f"{alert}:0"]
    clock.advance(minutes=45)
    with runtime.writing() as session:
        ladder.escalate_due(session, people.study_of, now=clock())
    assert beat(runtime, screen, code) == [f"{alert}:0", f"{alert}:1"]
    assert foreign


@pytest.mark.in_turn
def test_F57_it_rings_on_when_every_number_is_at_its_cap(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    alert, code = opened(runtime, people, "DS-001")
    screen = screen_of(runtime, people.here)
    for _ in range(23 * 4):
        clock.advance(minutes=15)
        with runtime.writing() as session:
            ladder.escalate_due(session, people.study_of, now=clock())
        said = beat(runtime, screen, code)
    with runtime.reading() as session:
        rounds = session.get_one(Alert, alert).round
        kinds = set(session.scalars(select(AlertEvent.kind)))
    assert "capped" in kinds
    assert said[-1] == f"{alert}:{rounds}"
    assert len(said) == rounds + 1 > 30


def test_monitoring_sees_that_the_screen_of_a_ward_would_ring(
    runtime: Runtime, people: Cast, clock: Clock
) -> None:
    """Of a site without a screen nothing is said: no ladder counts on one."""

    def told() -> str:
        with runtime.reading() as session:
            now = runtime.now()
            return metrics.exposition(metrics.measure(session, now, now=now))

    assert "portal_sirens_live{" not in told()
    screen = screen_of(runtime, people.here)
    site = f'{{site="{people.here.site.code}"}}'
    assert f"portal_sirens_live{site} 0" in told()
    assert f"portal_siren_heard_age_seconds{site} -1" in told()
    beat(runtime, screen)
    assert f"portal_sirens_live{site} 1" in told()
    clock.advance(seconds=61)
    assert f"portal_sirens_live{site} 0" in told()
    assert f"portal_siren_heard_age_seconds{site} 61" in told()
    assert people.there.site.code not in told()


def test_an_address_has_ten_wrong_tries_and_a_right_code_costs_none(
    runtime: Runtime, people: Cast
) -> None:
    assert found(runtime, tried(runtime, made(runtime, people.here)))
    assert [tried(runtime, "AAAA-AAAA-AAAA") for _ in range(10)] == [None] * 10
    with pytest.raises(TryLater):
        tried(runtime, made(runtime, people.here))
