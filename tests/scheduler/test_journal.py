"""What a provider took stands in the send journal, and what it did not take does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.delivery.sending import send_journal
from portal.runtime import Runtime
from scheduler.engine import Engine
from tests.support.outbox import NURSE_NUMBER, World, build
from tests.support.settings import settings_for


@pytest.fixture
def runtime(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    settings = settings_for(database_url, journal=str(tmp_path / "journal"))
    opened = Runtime(settings)
    yield opened
    opened.close()


@pytest.fixture
def world(runtime: Runtime) -> World:
    return build(runtime)


def run(world: World) -> None:
    engine = Engine(world.runtime)
    try:
        engine.cycle()
        assert engine.drain(20)
    finally:
        engine.stop()


def test_what_was_taken_is_noted_without_a_number(world: World, tmp_path: Path) -> None:
    world.page()
    world.change_participant("withdrawn")
    world.reminder()  # not wanted any more: it never leaves
    run(world)
    key = f"A:{world.alert_id}:0:0:1:text"
    noted = list(send_journal.read(tmp_path / "journal"))
    assert [(line.purpose, line.dedupe_key) for line in noted] == [("alert", key)]
    assert NURSE_NUMBER not in (tmp_path / "journal").read_text()


def test_a_journal_that_cannot_be_written_holds_up_no_page(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / "journal").mkdir()
    world.page()
    run(world)
    assert world.messages()[0].state == "delivered"
