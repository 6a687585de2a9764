"""The whole is well only when the database answers and an engine acts."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from portal.engine import beats
from portal.operating import restoring
from portal.operating.health import Health, health
from portal.runtime import Runtime
from tests.support.clock import Clock

pytestmark = pytest.mark.smoke


def look(runtime: Runtime) -> Health:
    with runtime.reading() as session:
        return health(session, runtime.real_now(), now=runtime.now())


def beat(runtime: Runtime, *, acting: bool) -> None:
    with runtime.writing() as session:
        beats.beat(session, "one", acting=acting, real_now=runtime.real_now())


def ill(found: Health) -> list[str]:
    return [part.name for part in found.parts if not part.well]


def test_a_portal_whose_engine_never_ran_is_ill(runtime: Runtime) -> None:
    assert ill(look(runtime)) == ["engine"]


def test_a_cycle_keeps_it_well_for_thirty_seconds(
    runtime: Runtime, clock: Clock
) -> None:
    beat(runtime, acting=True)
    clock.advance(seconds=30)
    assert look(runtime).well
    clock.advance(seconds=1)
    assert ill(look(runtime)) == ["engine"]


def test_a_standby_alone_keeps_nothing_well(runtime: Runtime) -> None:
    beat(runtime, acting=False)
    assert ill(look(runtime)) == ["engine"]


def test_a_database_that_fails_is_named(clock: Clock) -> None:
    empty = create_engine("sqlite://")
    with Session(empty) as session:
        assert ill(health(session, clock(), now=clock())) == [
            "database",
            "engine",
            "work",
            "hold",
            "providers",
        ]
    empty.dispose()


def test_a_portal_that_is_held_is_not_well(runtime: Runtime, clock: Clock) -> None:
    beat(runtime, acting=True)
    with runtime.writing() as session:
        restoring.mark_restored(session, backup_at=None, sent=None, now=clock())
    assert ill(look(runtime)) == ["hold"]
    with runtime.writing() as session:
        restoring.release(session, "Li Na", now=clock())
    assert look(runtime).well
