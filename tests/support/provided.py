"""A hospital whose processes talk to a telephone provider and a relay of e-mail.

Both are real servers on this machine, and nobody moves a clock. It begins at noon at
the site, so that no quiet hours interfere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal import audit
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.people import Participant, Staff
from portal.people import contacts
from portal.people.accounts import accounts
from portal.protocol.calendar import study_days
from portal.runtime import Runtime
from tests.support import provider as providers
from tests.support.clock import START, ZONE, set_to
from tests.support.journey import Journey, enrol, set_scene
from tests.support.phone import Phone
from tests.support.provider import Provider
from tests.support.provider.account import SENDER
from tests.support.relay import Server, relaying
from tests.support.settings import settings_for
from tests.support.waiting import until

PASSWORD = "four words do well"
ADMINS = ("wei", "mei")


@dataclass
class Provided(Journey):
    """The scene of a journey, with the provider's and the relay's own ledgers."""

    provider: Provider = field(kw_only=True)
    relay: Server = field(kw_only=True)

    @property
    def settings(self) -> dict[str, str]:
        """What every process is told."""
        port = self.relay.server_address[1]
        return super().settings | {
            "PORTAL_MODE": "development",
            "PORTAL_GATEWAY": "twilio",
            "PORTAL_ALLOW_UNAPPROVED": "yes",
            "PORTAL_TWILIO_API_BASE": self.provider.url,
            "TWILIO_ACCOUNT_SID": self.provider.sid,
            "TWILIO_AUTH_TOKEN": self.provider.token,
            "TWILIO_FROM": SENDER,
            "PORTAL_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "PORTAL_SMTP_FROM": "portal@hospital.example",
        }

    @cached_property
    def public(self) -> str:
        """Where the web process answers; started when first asked for."""
        address = self.web().base
        self.provider.inbound_url = f"{address}/hooks/twilio/text"
        return address

    def browser(self) -> Phone:
        """One more browser at the portal's door."""
        return Phone(self.public)

    def staff(self, username: str, password: str = PASSWORD) -> Phone:
        """A browser after name and password of somebody of the team."""
        browser = self.browser()
        browser.open("/staff/sign-in")
        browser.send("/staff/sign-in", username=username, password=password)
        assert browser.status == 200, browser.page
        return browser

    def participant(self, number: str) -> Phone:
        """A browser in which the participant of a number is signed in."""
        phone = self.browser()
        phone.open("/sign-in")
        phone.send("/sign-in", number=number)
        (code,) = self.wait_for_texts(number, r"\b\d{6}\b", 1)
        found = re.search(r"\d{6}", code)
        assert found
        phone.send("/sign-in/code", code=found[0])
        assert phone.status == 200, phone.page
        return phone

    def enrol(self, code: str, number: str, **changes: Any) -> str:
        enrol(self.runtime, code, number, **changes)
        return number

    def write(self, number: str, body: str) -> None:
        """A text from a phone; returns once the portal's hook has answered."""
        item = self.provider.write(number, body)
        self.provider.settle()
        assert [status for _, status in item.answers] == [200], item.answers

    def texts(self, number: str) -> list[str]:
        """The texts that really went to a number, oldest first."""
        return [item.body for item in self.provider.sent(number) if item.kind == "text"]

    def wait_for_texts(self, number: str, words: str, times: int = 1) -> list[str]:
        """The texts with these words (a pattern), once there are exactly so many."""

        def found() -> list[str]:
            return [body for body in self.texts(number) if re.search(words, body)]

        until(lambda: len(found()) >= times, f"{words!r} to {number}", self.under_way)
        assert len(found()) == times, found()
        return found()

    def alert_of(self, code: str) -> Alert:
        """The one alert of a person, once it is there."""
        query = select(Alert).join(Participant).where(Participant.code == code)
        until(lambda: bool(self.all(query)), f"an alert of {code}")
        (alert,) = self.all(query)
        return alert  # type: ignore[no-any-return]

    def tasks_of(self, code: str) -> list[str]:
        query = select(Task.kind).join(Participant).where(Participant.code == code)
        return self.all(query.order_by(Task.id))

    def under_way(self) -> list[tuple[str, str, str]]:
        """The same; an e-mail ends with the relay's answer."""
        given = ("email", "accepted")
        return [one for one in super().under_way() if one[1:] != given]

    def all(self, query: Any) -> list[Any]:
        with self.runtime.reading() as session:
            return list(session.scalars(query))


@contextmanager
def provided(
    database_url: str, folder: Path, day: datetime = START
) -> Iterator[Provided]:
    """A staffed hospital, an engine that runs, and what is needed for the web."""
    with ExitStack() as stack:
        clock = set_to(noon_of(day), folder / "clock")
        runtime = Runtime(settings_for(database_url, clock_file=clock))
        stack.callback(runtime.close)
        set_scene(runtime)
        _add_admins(runtime)
        provider = stack.enter_context(providers.running())
        provider.clock_file = clock
        relay = stack.enter_context(relaying())
        house = Provided(runtime, folder, stack, provider=provider, relay=relay)
        house.engine()
        yield house
        assert provider.complaints == []


def _add_admins(runtime: Runtime) -> None:
    """Two administrators; and an address of e-mail for the doctor on call."""
    now = runtime.now()
    with runtime.writing() as session:
        doctor = session.scalars(select(Staff).filter_by(username="doctor")).one()
        who = {"now": now, "verified": True, "staff_id": doctor.id}
        contacts.replace(session, "email", "doctor@hospital.example", **who)
        for name in ADMINS:
            accounts.add_staff(
                session,
                site_id=doctor.site_id,
                username=name,
                display_name=name.capitalize(),
                role="admin",
                password=PASSWORD,
                language="en",
                by=audit.OPERATOR,
                now=now,
            )


def noon_of(moment: datetime) -> datetime:
    """Noon at the site on the day of a moment."""
    return study_days.moment_at(study_days.local_date(moment, ZONE), "12:00", ZONE)
