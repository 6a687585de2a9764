"""After a restore nothing old leaves, nothing is sent again, and a new fever pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from portal.db.tables.alerts import Alert, AlertFinding
from portal.db.tables.audit import Audit
from portal.db.tables.holding import Home
from portal.db.tables.people import Participant
from portal.delivery.sending import claims, send_journal
from portal.delivery.sending.claims import Capacity
from portal.delivery.sending.last_look import SendingTerms
from portal.delivery.sending.send_journal import JournalLine
from portal.engine import holds
from portal.errors import InvalidInput
from portal.operating import restoring
from portal.runtime import Runtime
from tests.support.clock import Clock
from tests.support.outbox import World, build
from tests.support.settings import settings_for


@pytest.fixture
def world(runtime: Runtime) -> World:
    return build(runtime)


def take(world: World) -> list[str]:
    """The keys of what a claim lets go now."""
    runtime = world.runtime
    held = world.lease(silent=True)
    with runtime.writing() as session:
        found = claims.claim(
            session,
            held,
            Capacity(8, 8),
            SendingTerms(
                provider="fake", now=runtime.now(), real_now=runtime.real_now()
            ),
        )
        return [each.dedupe_key for each in found]


def restored(world: World, clock: Clock, sent: list[JournalLine] | None = None) -> None:
    """As it is a minute after a restore that happened now."""
    with world.runtime.writing() as session:
        restoring.mark_restored(session, backup_at=None, sent=sent, now=clock())
    clock.advance(minutes=1)


def released(world: World) -> dict[int, str]:
    with world.runtime.writing() as session:
        now = world.runtime.now()
        found = restoring.release(session, "Li Na", now=now)
        return {each.id: each.becomes for each in found}


def line(key: str, purpose: str, clock: Clock) -> JournalLine:
    return JournalLine(clock(), purpose, key)


def states(world: World) -> list[str]:
    return [message.state for message in world.messages()]


def test_what_was_queued_before_a_restore_waits_for_a_person(
    world: World, clock: Clock
) -> None:
    world.page()
    world.reminder()
    restored(world, clock)
    assert take(world) == []
    assert states(world) == ["held", "held"]


def test_a_new_dangerous_report_pages_during_a_hold(world: World, clock: Clock) -> None:
    restored(world, clock)
    world.page(1)
    assert take(world) == [f"A:{world.alert_id}:0:1:1:text"]


def test_a_code_goes_out_during_a_hold_and_a_reminder_does_not(
    world: World, clock: Clock
) -> None:
    restored(world, clock)
    world.reminder()
    assert take(world) == []
    world.code()
    assert take(world) == ["O:1"]
    assert states(world) == ["held", "in_flight"]


def test_F48_what_the_journal_shows_is_never_sent_again(
    world: World, clock: Clock
) -> None:
    queued = world.reminder("D:1")
    sent = [line("D:1", "reminder", clock), line("D:2", "reminder", clock)]
    restored(world, clock, sent)
    assert released(world) == {queued: "accepted"}
    world.reminder("D:2")  # planned anew from restored rows
    world.reminder("D:3")
    assert take(world) == ["D:3"]
    assert states(world) == ["accepted", "accepted", "in_flight"]


def test_a_lost_alerts_number_given_again_silences_no_new_alert(
    world: World, clock: Clock
) -> None:
    key = f"A:{world.alert_id}:0:0:1:text"
    restored(world, clock, [line(key, "alert", clock)])
    with world.runtime.writing() as session:
        session.execute(update(Alert).values(opened_at=clock(), paging_since=clock()))
    world.page()
    assert take(world) == [key]


def test_a_new_report_that_joins_a_restored_alert_pages(
    world: World, clock: Clock
) -> None:
    key = f"A:{world.alert_id}:0:0:1:text"
    restored(world, clock, [line(key, "alert", clock)])
    with world.runtime.writing() as session:
        session.add(
            AlertFinding(
                alert_id=world.alert_id,
                rule="T10",
                tier="urgent",
                facts={},
                found_at=clock(),
            )
        )
    world.page()
    assert take(world) == [key]


def test_a_restored_alert_pages_nobody_a_second_time(
    world: World, clock: Clock
) -> None:
    key = f"A:{world.alert_id}:0:0:1:text"
    restored(world, clock, [line(key, "alert", clock)])
    world.page(0)
    world.page(1)
    assert take(world) == [f"A:{world.alert_id}:0:1:1:text"]
    assert states(world) == ["accepted", "in_flight"]


def test_a_lost_persons_number_given_again_silences_no_reminder(
    world: World, clock: Clock
) -> None:
    restored(world, clock, [line("D:1", "reminder", clock)])
    released(world)
    with world.runtime.writing() as session:
        session.execute(update(Participant).values(enrolled_at=clock()))
    world.reminder("D:1")
    assert take(world) == ["D:1"]


def test_a_release_expires_what_is_too_late_and_queues_what_is_not(
    world: World, clock: Clock
) -> None:
    late = world.reminder("D:1", not_after=clock() + timedelta(minutes=30))
    good = world.reminder("D:2", not_after=clock() + timedelta(hours=9))
    page = world.page()
    code = world.code()
    restored(world, clock, [])
    clock.advance(hours=1)
    assert released(world) == {
        late: "expired",
        good: "queued",
        page: "queued",
        code: "expired",
    }
    code_row = next(m for m in world.messages() if m.id == code)
    assert "482913" not in str(code_row.variables)
    assert set(take(world)) == {"D:2", f"A:{world.alert_id}:0:0:1:text"}


def test_without_a_journal_no_reminder_that_may_have_gone_is_repeated(
    world: World, clock: Clock
) -> None:
    due = world.reminder("D:1")
    future = world.reminder("D:2", not_before=clock() + timedelta(hours=3))
    page = world.page()
    restored(world, clock, None)
    assert released(world) == {due: "cancelled", future: "queued", page: "queued"}


def test_what_was_under_way_is_not_looked_up_and_sent_again(
    world: World, clock: Clock
) -> None:
    reminder, page = world.reminder(), world.page()
    assert len(take(world)) == 2
    restored(world, clock, [])
    assert [attempt.state for attempt in world.attempts()] == ["unresolved"] * 2
    assert states(world) == ["held", "held"]
    assert released(world) == {reminder: "cancelled", page: "queued"}


def test_a_release_names_who_did_it_and_is_done_once(
    world: World, clock: Clock
) -> None:
    restored(world, clock)
    with pytest.raises(InvalidInput), world.runtime.writing() as session:
        restoring.release(session, " ", now=clock())
    released(world)
    with pytest.raises(InvalidInput, match="Nothing is held"):
        released(world)
    with world.runtime.reading() as session:
        acts = list(session.scalars(select(Audit.act).order_by(Audit.id)))
        assert acts[-2:] == ["restored", "released"]
        assert not holds.standing(session).held


@pytest.fixture
def copy(world: World, tmp_path: Path) -> Iterator[World]:
    """The database's file copied while its original runs: another place."""
    runtime = world.runtime
    with runtime.writing() as session:
        holds.note_home(session, now=runtime.now())
    if runtime.database.engine.dialect.name == "postgresql":
        with runtime.writing() as session:  # as its place looks to another database
            session.get_one(Home, 1).place = "elsewhere"
        yield world
        return
    with runtime.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path = runtime.settings.database_url.removeprefix("sqlite:///")
    url = f"sqlite:///{shutil.copy(path, tmp_path / 'copy.db')}"
    opened = Runtime(settings_for(url), clock=runtime.real_now)
    yield World(**{**vars(world), "runtime": opened})
    opened.close()


def test_F49_a_copy_sends_nothing_not_even_a_page(copy: World) -> None:
    copy.page()
    copy.code()
    assert take(copy) == []
    assert states(copy) == ["queued", "queued"]


def test_the_original_goes_on_sending(world: World) -> None:
    with world.runtime.writing() as session:
        holds.note_home(session, now=world.runtime.now())
        holds.note_home(session, now=world.runtime.now())
    world.page()
    assert len(take(world)) == 1


def test_a_move_is_released_by_a_person(copy: World) -> None:
    copy.page()
    assert released(copy) == {}
    assert len(take(copy)) == 1


def test_the_journal_is_read_as_it_was_written(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "journal"
    first, second = line("D:1", "reminder", clock), line("A:1:0", "alert", clock)
    send_journal.note(str(path), first, clock())
    send_journal.note(str(path), second, clock())
    send_journal.note(None, first, clock())
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open("a") as file:
        file.write("nonsense\n2026-03-12T01:00:00 reminder D:9\n")  # no zone
        file.write(f"{clock().isoformat()} reminder D:1")  # torn: no end of line
    assert list(send_journal.read(path)) == [first, second]
