"""What stands round the portal: disks, the watch, and copies that may text nobody."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from importlib import import_module
from inspect import getsource
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from sqlalchemy import select

import portal.messages.gateways
from portal.config import from_environment
from portal.db.tables.alerts import Task
from portal.messages.gateways.channels import Channels
from portal.messages.gateways.gateway import Capabilities, Outgoing
from portal.messages.gateways.outcomes import Rejected
from portal.messages.gateways.settings import MailSettings, TwilioSettings
from portal.operating import disks, metrics, silent_watch
from portal.operating.disks import Disk
from portal.operating.watch import HEADER
from portal.runtime import Runtime
from scheduler.engine import Engine
from tests.support.cast import Cast, cast
from tests.support.clock import START, Clock
from tests.support.fake_gateway import FakeGateway
from tests.support.settings import WATCH, settings_for
from tests.support.web import Visitor

NEAR = "http://127.0.0.1:1"
REAL: dict[str, Any] = {
    "gateway": "twilio",
    "twilio": TwilioSettings("AC" + "0" * 32, "token", sender="+12025550100"),
}


def real_at(base: str) -> dict[str, Any]:
    """The provider, its API at another address."""
    return {**REAL, "twilio": replace(REAL["twilio"], base=base)}


def relay(url: str) -> dict[str, Any]:
    """Texts on simulated phones, e-mail by a relay."""
    return {"mail": MailSettings(url, "p@h.example")}


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


def test_F11_a_disk_that_is_nearly_full_is_not_well_and_a_large_one_is() -> None:
    small, large = 1024**3, 10 * 1024**3
    assert Disk("database", 0.09, small, writable=True).full
    assert not Disk("database", 0.11, small, writable=True).full
    assert Disk("database", 0.19, small, writable=True).low
    assert not Disk("database", 0.21, small, writable=True).low
    assert not Disk("database", 0.05, large, writable=True).full


def test_F11_a_journal_without_its_disk_is_not_well(tmp_path: Path) -> None:
    here = settings_for("sqlite:///:memory:", red_flag_journal=str(tmp_path / "j"))
    assert [disk.name for disk in disks.disks(here)] == ["database", "red_flag_journal"]
    gone = replace(here, red_flag_journal=str(tmp_path / "unplugged" / "j"))
    found = disks.part(gone)
    assert (found.well, found.detail) == (False, "red_flag_journal cannot be written")


def test_F11_health_and_metrics_show_the_disks(client: Visitor, people: Cast) -> None:
    answer = client.get("/healthz").json
    assert answer is not None
    assert answer["parts"]["disk"]["well"]
    assert "portal_disk_free_ratio" in client.get("/metrics").text


def sent(runtime: Runtime, number: str, channel: str = "text") -> object:
    outgoing = Outgoing(
        reference="r",
        channel=channel,
        number=number,
        body="b",
        language="en",
        sent_at=runtime.now(),
    )
    return runtime.send(outgoing)


def test_F50_a_copy_for_trying_things_out_can_text_nobody_but_those_named(
    database_url: str,
) -> None:
    settings = settings_for(
        database_url, only_reach=frozenset({"+8613800000009"}), **REAL
    )
    runtime = Runtime(settings)
    runtime.gateway = gateway = FakeGateway(local=False)
    refused = sent(runtime, "+8613800000001")
    assert isinstance(refused, Rejected)
    assert not refused.contact_broken
    sent(runtime, "+8613800000009")
    assert [outgoing.number for outgoing in gateway.sent] == ["+8613800000009"]
    runtime.close()


@pytest.mark.parametrize(
    ("changes", "channel", "may"),
    [
        ({}, "text", True),
        (REAL, "text", False),
        (REAL, "call", False),
        ({**REAL, "mode": "production"}, "text", True),
        (real_at("http://127.0.0.1:1"), "text", True),
        (real_at("https://127.0.0.1:1"), "text", False),
        (real_at("http://127.0.0.1.example:1"), "call", False),
        (REAL, "email", True),  # no relay is set up: Nobody refuses it
        ({}, "email", True),
        (relay("smtps://relay.example"), "email", False),
        (relay("smtp://localhost"), "email", False),  # passes e-mail on
        (relay("smtp://127.0.0.1:587"), "email", False),
        (relay("smtps://localhost:1025"), "email", False),
        (relay("smtp://u:p@localhost:1025"), "email", False),
        (relay("smtp://localhost:1025"), "email", True),
        ({**REAL, **relay("smtp://localhost:1025")}, "text", False),
    ],
)
def test_F50_only_production_reaches_real_people(
    changes: dict[str, Any], channel: str, may: bool
) -> None:
    runtime = Runtime(settings_for("sqlite://", **changes))
    assert runtime.may_reach(channel, "somebody") is may
    runtime.close()


class Domestic(FakeGateway):
    """A second vendor's gateway, which no setting of the first says anything about."""

    name = "domestic"


@pytest.mark.parametrize("first", [{}, real_at(NEAR)])
def test_F50_a_copy_reaches_nobody_by_a_gateway_that_is_not_local(
    database_url: str, first: dict[str, Any]
) -> None:
    runtime = Runtime(settings_for(database_url, **first))
    runtime.gateway = vendor = Domestic(local=False)
    assert isinstance(sent(runtime, "+8613800000001"), Rejected)
    assert isinstance(sent(runtime, "+8613800000001", "call"), Rejected)
    assert vendor.sent == []
    near, far = FakeGateway(local=True), Domestic(local=False)
    runtime.gateway = Channels(near, call=far)
    assert not isinstance(sent(runtime, "+8613800000001"), Rejected)
    assert isinstance(sent(runtime, "+8613800000001", "call"), Rejected)
    assert (len(near.sent), far.sent) == (1, [])
    runtime.close()


def gateways() -> dict[str, type]:
    """Every class of ours that is a gateway, by name."""
    modules = [
        import_module(found.name)
        for found in walk_packages(
            portal.messages.gateways.__path__, "portal.messages.gateways."
        )
    ]
    return {
        name: one
        for module in modules
        for name, one in vars(module).items()
        if isinstance(one, type) and one.__module__ == module.__name__
        if hasattr(one, "send") and hasattr(one, "find") and not is_protocol(one)
    }


def is_protocol(one: type) -> bool:
    return bool(getattr(one, "_is_protocol", False))


def test_F50_every_gateway_says_for_itself_whether_it_is_local() -> None:
    defaults = {one.name: one.default for one in fields(Capabilities)}
    assert defaults["local"] is MISSING
    found = gateways()
    assert {"LogGateway", "MailGateway", "TwilioGateway"} <= set(found)
    silent = [name for name, one in found.items() if "local=" not in getsource(one)]
    assert silent == ["Channels"], "each of its channels says so"


def test_F50_the_list_comes_from_the_environment() -> None:
    said = {"PORTAL_ONLY_REACH": "+8613800000009  me@example.org"}
    assert from_environment(said).only_reach == {"+8613800000009", "me@example.org"}


def watch_tasks(runtime: Runtime) -> list[str]:
    with runtime.reading() as session:
        query = select(Task.kind).where(Task.kind == "watch_silent")
        return list(session.scalars(query))


def test_F59_a_watch_that_falls_silent_is_told_to_staff_once(
    runtime: Runtime, clock: Clock, client: Visitor, people: Cast
) -> None:
    engine = Engine(runtime)
    client.get("/healthz", headers={HEADER: WATCH})
    clock.advance(minutes=5)
    assert engine.cycle()
    assert watch_tasks(runtime) == []
    clock.advance(seconds=1)
    engine.cycle()
    engine.cycle()
    assert watch_tasks(runtime) == ["watch_silent"] * 2, "one at each site"
    client.get("/healthz", headers={HEADER: WATCH})
    clock.advance(minutes=6)
    engine.cycle()
    assert len(watch_tasks(runtime)) == 4, "another silence, another line"
    engine.stop()


@pytest.mark.parametrize("shown", ["", "1", "another token"])
def test_F59_who_asks_without_the_watchs_token_is_none(
    runtime: Runtime, clock: Clock, client: Visitor, people: Cast, shown: str
) -> None:
    client.get("/healthz", headers={HEADER: shown})
    clock.advance(minutes=10)
    engine = Engine(runtime)
    engine.cycle()
    engine.stop()
    assert watch_tasks(runtime) == []


def test_F59_a_watch_notes_its_asking_once_a_minute_and_its_age_is_a_number(
    runtime: Runtime, clock: Clock, client: Visitor, people: Cast
) -> None:
    for _ in range(6):
        client.get("/healthz", headers={HEADER: WATCH})
        clock.advance(seconds=10)
    with runtime.reading() as session:
        assert silent_watch.last_seen(session) == START
        found = metrics.measure(session, clock(), now=clock())
    assert "portal_watch_age_seconds 60" in metrics.exposition(found)
