"""The engine as a process whose machine's clock is set back, and forward by hours."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.db.tables.engine import ClockStep
from portal.db.tables.outbox import Handset
from portal.engine import clock_steps
from portal.runtime import Runtime
from scheduler.watchdog import EXIT_STATUS, LIMIT_SECONDS
from tests.support.clock import START, set_to, step_of
from tests.support.outbox import NURSE_NUMBER, PARTICIPANT_NUMBER, World, build
from tests.support.processes import Running, running
from tests.support.settings import SECRET, settings_for
from tests.support.waiting import until

GAP = 15.0  # seconds without an acting engine, that the watchdog is made for
Start = Callable[[], Running]


@pytest.fixture
def clock_file(tmp_path: Path) -> Path:
    """Holds the seconds by which the clock of everything here is set."""
    path = tmp_path / "clock"
    set_to(START, path)
    return path


@pytest.fixture
def runtime(database_url: str, clock_file: Path) -> Iterator[Runtime]:
    """On the same clock as the process."""
    opened = Runtime(settings_for(database_url, clock_file=str(clock_file)))
    yield opened
    opened.close()


@pytest.fixture
def world(runtime: Runtime) -> World:
    return build(runtime)


@pytest.fixture
def start(database_url: str, clock_file: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts engines as a supervisor would, and ends those that still run."""
    numbers = count(1)
    settings = {
        "PORTAL_MODE": "development",
        "PORTAL_DATABASE_URL": database_url,
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_CLOCK_FILE": str(clock_file),
    }

    def run() -> Running:
        output = tmp_path / f"engine-{next(numbers)}.txt"
        begun = running("scheduler", output=output, settings=settings)
        return stack.enter_context(begun)

    with ExitStack() as stack:
        yield run


def step_clock(path: Path, seconds: int) -> None:
    """Sets the clock of the machine forward or back, at one stroke."""
    fresh = path.with_suffix(".new")
    set_by = step_of(str(path)).total_seconds() + seconds
    fresh.write_text(str(set_by), encoding="ascii")
    fresh.replace(path)


def on_phones(world: World) -> list[str]:
    with world.runtime.reading() as session:
        return list(session.scalars(select(Handset.number).order_by(Handset.id)))


@pytest.mark.in_turn
def test_F14_an_engine_whose_ticks_stop_ends_itself_and_another_acts(
    world: World, start: Start, clock_file: Path
) -> None:
    """The watchdog's limit is what bounds the gap; the rest is the machine's speed."""
    world.page(0)
    engine = start()
    assert until(lambda: on_phones(world) == [NURSE_NUMBER])
    world.page(1, not_before=world.runtime.now())
    assert until(lambda: len(on_phones(world)) == 2)
    step_clock(clock_file, -7200)
    stepped = time.monotonic()
    assert until(engine.ended)
    ended = time.monotonic()
    assert engine.wait() == EXIT_STATUS
    due = world.runtime.now()
    start()
    world.page(2, not_before=due)
    assert until(lambda: len(on_phones(world)) == 3)
    again = time.monotonic()
    print(f"from the step to the end: {ended - stepped:.1f} s")
    print(f"from the end to the next page: {again - ended:.1f} s")
    assert LIMIT_SECONDS < GAP / 1.5, "a third of the gap is left for the restart"
    with world.runtime.reading() as session:
        step = session.scalars(select(ClockStep)).one()
        assert -7230 < step.seconds < -7170


def test_F15_a_leap_of_hours_holds_a_reminder_until_a_person_confirms_and_no_page(
    world: World, start: Start, clock_file: Path, runtime: Runtime
) -> None:
    world.page(0)
    start()
    assert until(lambda: on_phones(world) == [NURSE_NUMBER])
    step_clock(clock_file, 20 * 3600)

    def held() -> bool:
        with runtime.reading() as session:
            return clock_steps.open_step(session) is not None

    assert until(held)
    world.reminder()
    world.page(1)
    assert until(lambda: on_phones(world) == [NURSE_NUMBER] * 2)
    with runtime.writing() as session:
        step = clock_steps.open_step(session)
        assert step is not None
        clock_steps.confirm(
            session,
            step.id,
            "operator:Chen Jie",
            lead=runtime.clocks.lead(),
            now=runtime.now(),
            real_now=runtime.real_now(),
        )
    assert until(lambda: on_phones(world)[2:] == [PARTICIPANT_NUMBER])
