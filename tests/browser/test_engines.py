"""The hours without a network, walked in three engines, and in one as old as the floor.

Chromium, Firefox ESR and WebKitGTK come from Debian. The network goes as it does on a
ward: whoever served is not there any more.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from portal.db.tables.alerts import Alert
from portal.db.tables.diary import EntryVersion
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import cast, enrolled
from tests.support.engine_phone import (
    ENGINES,
    EnginePhone,
    door,
    take_away_in_the_worker,
)

pytestmark = pytest.mark.browser
TRIED = [
    pytest.param(each, marks=[pytest.mark.thorough] if each == "floor" else [])
    for each in ENGINES
]
SIGN_OUT_SECONDS = (
    8.0  # a worker that takes this form waits for 15, and says it is lost
)


@pytest.fixture(params=TRIED)
def phone(
    request: pytest.FixtureRequest,
    browser: Browser,
    new_app: Flask,
    runtime: Runtime,
    tmp_path: Path,
) -> Iterator[EnginePhone]:
    """An enrolled phone with its owner signed in, ready for the hours without a network."""
    engine = str(request.param)
    people = cast(runtime)
    with runtime.writing() as session:
        participant_id = enrolled(session, people).id
    if engine == "floor":
        take_away_in_the_worker(new_app)
    home = tmp_path / "home"
    home.mkdir()
    with door(engine, browser, home) as opened:
        ready = EnginePhone(opened, new_app)
        ready.find_network()
        ready.hold(arrivals.cookies(new_app, runtime, participant_id))
        ready.get_ready()
        print(f"\n{engine}: {ready.says('navigator.userAgent')}")
        yield ready
        ready.lose_network()


def versions(runtime: Runtime) -> list[EntryVersion]:
    with runtime.reading() as session:
        return list(session.scalars(select(EntryVersion)))


def report_seizure(phone: EnginePhone) -> None:
    phone.tick("emerg", "seizure")
    phone.tap("button[name=send]")
    phone.sees(".advice .waiting")
    assert phone.says("location.hash").startswith("#advice")
    phone.sees(".advice a[href='tel:120']")
    assert "尚未发送" in phone.text(".advice")
    assert "已通知" not in phone.text(".advice")


def arrives(phone: EnginePhone, runtime: Runtime, *, before: int) -> None:
    phone.find_network()
    phone.press_if_there("[data-band] button")  # it may have gone out by itself
    phone.sees(".advice .done")
    found = versions(runtime)
    assert len(found) == before + 1
    assert all(one.answers["emerg"] == ["seizure"] for one in found)
    with runtime.reading() as session:
        assert {one.tier for one in session.scalars(select(Alert))} == {"emergency"}


def test_a_red_flag_without_a_network_gets_its_advice_and_arrives_once(
    phone: EnginePhone, runtime: Runtime
) -> None:
    phone.lose_network()
    report_seizure(phone)  # in the server's form, which the worker takes in
    phone.reload()
    phone.sees(".advice .waiting")
    arrives(phone, runtime, before=0)
    phone.lose_network()
    phone.open("/today")  # a cold start: the page that the phone keeps
    phone.until("document.documentElement.dataset.ready === 'shell'")
    assert "11" in phone.text("h1")
    phone.sees("a[href='tel:120']")
    phone.tap("a.report")
    report_seizure(phone)
    arrives(phone, runtime, before=1)


@pytest.mark.sampled(4)
@pytest.mark.alone
def test_signing_out_is_between_the_page_and_the_server(phone: EnginePhone) -> None:
    phone.open("/today")
    phone.sees("form[action='/sign-out'] button")
    began = time.monotonic()
    phone.tap("form[action='/sign-out'] button")
    phone.until("location.pathname === '/sign-in'", seconds=SIGN_OUT_SECONDS)
    print(f"signed out in {time.monotonic() - began:.1f} s")
    assert phone.says("location.hash") == ""
