"""A hospital whose database is taken away, with its red-flag journal on another disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.db.tables.alerts import Alert
from portal.db.tables.diary import EntryVersion
from portal.db.tables.outbox import Message
from portal.diary.journal import journal_file, journaled_reports
from portal.runtime import Runtime
from scheduler.second_path import SecondPath
from tests.support import arrivals, outage
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.fake_gateway import FakeGateway
from tests.support.settings import settings_for
from tests.support.web import Visitor, used_application

ENTRY = re.compile(r'name="entry" value="([^"]+)"')
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
MARK = re.compile(r'name="opened" value="([^"]+)"')


@dataclass
class Scene:
    """Who is there, and what a test may look at."""

    runtime: Runtime
    clock: Clock
    cast: Cast
    app: Flask
    phone: Visitor
    path: SecondPath
    gateway: FakeGateway
    journal: str

    def form(self) -> dict[str, Any]:
        """The red-flag screen, opened while all was well, filled in."""
        page = self.phone.get("/diary").text
        entry, token = ENTRY.search(page), TOKEN.search(page)
        assert entry is not None, page
        assert token is not None, page
        return {
            "csrf_token": token[1],
            "entry": entry[1],
            "reporter": "self",
            "flags": "emerg",
            "emerg": ["breathing"],
            "send": "1",
        }

    def marked(self) -> dict[str, Any]:
        """The same, with what the page says of itself."""
        mark = MARK.search(self.phone.get("/diary").text)
        assert mark is not None
        return {**self.form(), "opened": mark[1]}

    def send(self, form: dict[str, Any]) -> TestResponse:
        return self.phone.post("/diary", data=form, follow_redirects=False)

    def slips(self) -> list[journaled_reports.JournaledReport]:
        return list(journal_file.read(self.journal).slips.values())

    def versions(self) -> list[EntryVersion]:
        return self._all(EntryVersion)

    def alerts(self) -> list[Alert]:
        return self._all(Alert)

    def pages(self) -> list[Message]:
        return [each for each in self._all(Message) if each.purpose == "alert"]

    def _all(self, table: Any) -> list[Any]:
        with self.runtime.reading() as session:
            return list(session.scalars(select(table).order_by(table.id)))


@pytest.fixture
def scene(database_url: str, clock: Clock, tmp_path: Path) -> Iterator[Scene]:
    """DS-007 with an enrolled phone; the team's card was written a moment ago."""
    journal = str(tmp_path / "second" / "red-flags")
    Path(journal).parent.mkdir()
    with outage.on_small_disk(database_url, tmp_path / "disk") as url:
        settings = settings_for(url, red_flag_journal=journal)
        yield from staged(Runtime(settings, clock=clock), clock, journal)


def staged(runtime: Runtime, clock: Clock, journal: str) -> Iterator[Scene]:
    gateway = FakeGateway()
    runtime.gateway = gateway
    people = cast(runtime)
    with runtime.writing() as session:
        participant = enrolled(session, people).id
    app = used_application(runtime)
    phone = arrivals.phone_visitor(app, runtime, participant)
    path = SecondPath(runtime)
    path.look()
    yield Scene(runtime, clock, people, app, phone, path, gateway, journal)
    runtime.close()
