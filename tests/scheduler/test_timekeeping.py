"""A clock that is set back or leaps: nothing late, nothing twice, reminders on hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.alerting import ladder
from portal.db.tables.alerts import Alert
from portal.db.tables.engine import ClockStep
from portal.db.tables.outbox import Message
from portal.db.tables.people import Staff
from portal.delivery.sending import claims
from portal.delivery.sending.claims import Capacity
from portal.delivery.sending.last_look import SendingTerms
from portal.engine import clock_steps
from portal.people import rota
from portal.runtime import Runtime
from scheduler.leadership import Leadership
from scheduler.timekeeping import Timekeeper
from tests.engine.test_steady_clock import Seconds
from tests.support.clock import START, Clock
from tests.support.fake_gateway import FakeGateway
from tests.support.outbox import World, build, the_study
from tests.support.settings import settings_for

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class Machine:
    """A machine with one engine on it, whose clock can be set."""

    def __init__(self, database_url: str) -> None:
        self.wall, self.seconds, self.vouched = Clock(), Seconds(), False
        self.database_url = database_url
        self.start()

    def start(self) -> None:
        """A new process, on the clock as it stands."""
        self.runtime = Runtime(
            settings_for(self.database_url), clock=self.wall, monotonic=self.seconds
        )
        self.runtime.gateway = FakeGateway()
        self.leadership = Leadership(self.runtime, monotonic=self.seconds)
        self.keeper = Timekeeper(
            self.runtime, self.leadership.held, self.seconds, lambda: self.vouched
        )

    def restart(self) -> None:
        self.leadership.release()
        self.runtime.close()
        self.start()
        self.live(1)

    def live(self, seconds: float) -> None:
        """So long nothing happens to the clock; then one cycle."""
        self.seconds.passed += seconds
        self.wall.advance(seconds=seconds)
        self.cycle()

    def step(self, by: timedelta) -> None:
        """Somebody sets the clock; then one cycle, a second later."""
        self.wall.set(self.wall() + by)
        self.live(1)

    def cycle(self) -> None:
        self.runtime.clocks.read_again()
        assert self.leadership.seek()
        self.keeper.look()
        with self.runtime.writing() as session:
            ladder.escalate_due(session, lambda _: the_study(), now=self.runtime.now())
        self.leadership._finish_cycle(well=True)

    def steps(self) -> list[tuple[int, str | None]]:
        with self.runtime.reading() as session:
            rows = session.scalars(select(ClockStep).order_by(ClockStep.id))
            return [(row.seconds, row.settled_by) for row in rows]

    def leaves(self) -> list[str]:
        """The purposes of what would leave now."""
        held = self.leadership.held()
        assert held is not None
        with self.runtime.writing() as session:
            taken = claims.claim(
                session,
                held,
                Capacity(8, 8),
                SendingTerms(
                    provider="fake",
                    now=self.runtime.now(),
                    real_now=self.runtime.real_now(),
                    clock_held=self.runtime.clocks.held,
                ),
            )
            return sorted(one.purpose.value for one in taken)

    def confirm(self) -> None:
        runtime = self.runtime
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
        self.live(1)


@pytest.fixture
def machine(database_url: str) -> Iterator[Machine]:
    made = Machine(database_url)
    yield made
    made.runtime.close()


@pytest.fixture
def world(machine: Machine) -> World:
    world = build(machine.runtime)
    with machine.runtime.writing() as session:
        alert = session.get_one(Alert, world.alert_id)
        alert.state, alert.next_due_at = "closed", None
    machine.live(1)
    return world


def test_F14_a_clock_set_back_postpones_nothing_and_doubles_nothing(
    machine: Machine, world: World
) -> None:
    world.reminder(not_before=machine.runtime.now() + 10 * MINUTE)
    machine.step(-2 * HOUR)
    assert machine.leaves() == []
    machine.live(599)
    assert machine.leaves() == ["reminder"]
    machine.live(2 * 3600)
    assert machine.leaves() == []
    assert machine.steps() == [(-7200, None)], "a person is asked"
    assert not machine.runtime.clocks.held, "and nothing waits"


def test_F14_nor_does_it_after_a_restart(machine: Machine, world: World) -> None:
    world.reminder(not_before=machine.runtime.now() + 10 * MINUTE)
    machine.wall.set(machine.wall() - 2 * HOUR)
    machine.restart()
    machine.live(600)
    assert machine.leaves() == ["reminder"]
    ((seconds, settled),) = machine.steps()
    assert (seconds, settled) in {(-7200, None), (-7199, None)}


def test_F14_a_person_sets_time_right_and_what_is_due_moves_along(
    machine: Machine, world: World
) -> None:
    machine.step(-2 * HOUR)
    machine.live(60)
    page = world.page(not_before=machine.runtime.now() + 10 * MINUTE)
    with machine.runtime.writing() as session:
        alert = session.get_one(Alert, world.alert_id)
        alert.state, alert.paging_since = "open", machine.runtime.now()
        alert.next_due_at = alert.ack_due_at = machine.runtime.now() + 15 * MINUTE
    machine.confirm()
    assert machine.runtime.now() == machine.wall()
    assert machine.steps() == [(-7200, "operator:Chen Jie")]
    with machine.runtime.reading() as session:
        due = session.get_one(Alert, world.alert_id).next_due_at
        assert due is not None
        assert due - machine.wall() < 15 * MINUTE
        message = session.get_one(Message, page)
        assert message.next_try_at - machine.wall() < 10 * MINUTE
    machine.live(60)
    assert machine.runtime.now() == machine.wall(), "it stays right"


def test_F15_a_leap_of_a_day_holds_reminders_and_expiries_and_no_page(
    machine: Machine, world: World
) -> None:
    ends = machine.runtime.now() + HOUR
    world.reminder("D:1", not_after=ends)
    world.page(not_after=ends)
    with machine.runtime.writing() as session:
        session.get_one(Alert, world.alert_id).state = "open"
    machine.step(DAY)
    assert machine.runtime.clocks.held
    assert machine.steps() == [(86_400, None)]
    assert "alert" in machine.leaves(), "a page that seems too late leaves all the same"
    with machine.runtime.reading() as session:
        query = select(Message.state).filter_by(dedupe_key="D:1")
        assert session.scalars(query).one() == "queued", "neither sent nor expired"
    machine.live(600)
    assert machine.runtime.clocks.held, "it does not end of itself"


def test_F15_a_person_ends_the_hold(machine: Machine, world: World) -> None:
    machine.step(DAY)
    machine.confirm()
    assert not machine.runtime.clocks.held
    world.reminder()
    assert machine.leaves() == ["reminder"]
    machine.live(600)
    assert not machine.runtime.clocks.held
    assert machine.steps() == [(86_400, "operator:Chen Jie")]


def test_F15_a_time_source_ends_the_hold(machine: Machine, world: World) -> None:
    machine.step(DAY)
    machine.vouched = True
    machine.live(1)
    assert not machine.runtime.clocks.held
    assert machine.steps() == [(86_400, "time source")]


def test_F15_a_clock_that_comes_back_ends_it_and_no_alert_is_late(
    machine: Machine, world: World
) -> None:
    machine.step(DAY)
    with machine.runtime.writing() as session:
        alert = session.get_one(Alert, world.alert_id)
        alert.state, alert.paging_since = "open", machine.runtime.now()
        alert.next_due_at = alert.ack_due_at = machine.runtime.now() + 15 * MINUTE
    machine.step(-DAY)
    assert not machine.runtime.clocks.held
    assert machine.steps() == [(86_400, "clock returned")]
    assert machine.runtime.now() == machine.wall()
    with machine.runtime.reading() as session:
        due = session.get_one(Alert, world.alert_id).next_due_at
        assert due is not None
        assert due - machine.wall() <= 15 * MINUTE


@pytest.mark.parametrize("seconds", [1, 60, 299])
def test_F15_five_minutes_are_no_leap(
    machine: Machine, world: World, seconds: int
) -> None:
    for _ in range(5):
        machine.step(timedelta(seconds=seconds))
    assert not machine.runtime.clocks.held
    assert machine.steps() == []


def test_F26_a_machine_that_slept_eight_hours_holds_reminders(
    machine: Machine, world: World
) -> None:
    """Asleep, the seconds of a process stand still and the clock goes on."""
    machine.step(8 * HOUR)
    assert machine.runtime.clocks.held
    assert machine.steps() == [(8 * 3600, None)]


def test_F23_a_restart_counts_as_downtime(machine: Machine, world: World) -> None:
    machine.step(DAY)
    machine.restart()
    assert not machine.runtime.clocks.held
    assert machine.steps() == [(86_400, "restart")]
    machine.wall.set(machine.wall() + 3 * HOUR)
    machine.restart()
    assert not machine.runtime.clocks.held, "so long no process was there to count"


def test_F14_no_key_is_used_twice_whatever_the_clock_does(
    machine: Machine, world: World
) -> None:
    """A ladder climbs through steps back and leaps: one page a rung and person."""
    with machine.runtime.writing() as session:
        alert = session.get_one(Alert, world.alert_id)
        alert.state, alert.round, alert.step = "open", 0, -1
        alert.paging_since = alert.next_due_at = machine.runtime.now()
        alert.plan = _plan()
        nurse = session.get_one(Staff, world.staff_id)
        for duty in ("nurse", "doctor", "investigator"):
            rota.assign(session, nurse, duty, starts_at=START - DAY)
    for by in (-2 * HOUR, DAY, -DAY, 3 * HOUR, -5 * MINUTE, 6 * MINUTE, -HOUR):
        machine.step(by)
        for _ in range(4):
            machine.live(300)
    with machine.runtime.reading() as session:
        keys = list(session.scalars(select(Message.dedupe_key)))
        assert len(keys) == len(set(keys)) > 4
        row = session.get_one(Alert, world.alert_id)
        assert row.next_due_at is not None
        assert row.next_due_at - machine.runtime.now() <= 45 * MINUTE


def _plan() -> dict[str, object]:
    from portal.alerting.escalation import plan_for, to_data
    from portal.protocol.study.tiers import Tier

    return to_data(plan_for(the_study().policies[Tier.URGENT], 15))
