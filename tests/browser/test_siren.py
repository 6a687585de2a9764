"""The siren in a real browser: it rings, it says when it is cut off, it tells it lives."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.alerting import sirens
from portal.alerting.answers import answering
from portal.db.tables.access import Siren
from portal.db.tables.alerts import Alert, AlertEvent
from portal.people.case import Case
from portal.runtime import Runtime
from tests.support.browser import Screens, axe_violations, small_targets
from tests.support.cast import EMERGENCY, Cast, cast, enrolled

pytestmark = pytest.mark.browser


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def desk(screens: Screens, portal_url: str, runtime: Runtime, people: Cast) -> Page:
    """A screen that was set up by hand and whose sound is still off."""
    now = runtime.now()
    with runtime.writing() as session:
        by = people.here["admin"]
        code = sirens.make(session, by, "Ward 3", now=now, real_now=now)
    page = screens.open(f"{portal_url}/siren", size="desk", language="en-GB")
    page.get_by_label("Code of this screen").fill(code)
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_text("The sound is off.")).to_be_visible()
    return page


def open_alert(runtime: Runtime, people: Cast) -> Alert:
    with runtime.writing() as session:
        return answering.open_from(
            Case(session, people.study, enrolled(session, people), runtime.now()),
            EMERGENCY,
            entry_version_id=None,
        )


def arm(page: Page) -> None:
    page.get_by_role("button", name="Switch the sound on").click()
    expect(page.get_by_text("The sound is off.")).to_be_hidden()


def tones(page: Page) -> int:
    return int(page.locator("#siren").get_attribute("data-tones") or 0)


def rings(page: Page) -> None:
    """Waits until more tones were played than so far, twice."""
    for _ in range(2):
        before = tones(page)
        page.wait_for_function(
            "before => Number(document.getElementById('siren').dataset.tones) > before",
            arg=before,
        )


def test_it_rings_when_a_page_comes_until_a_person_takes_it(
    desk: Page, runtime: Runtime, people: Cast
) -> None:
    arm(desk)
    expect(desk.get_by_text("Listening.")).to_be_visible()
    expect(desk.get_by_text("Nobody is waiting.")).to_be_visible()
    alert = open_alert(runtime, people)
    expect(desk.get_by_text(alert.code)).to_be_visible()
    expect(desk.get_by_text("Somebody is waiting.")).to_be_visible()
    assert desk.title().startswith("●")
    rings(desk)
    with runtime.reading() as session:
        assert sirens.any_live(session, alert.site_id, real_now=runtime.real_now())
        assert session.scalars(select(AlertEvent).filter_by(kind="siren_rings")).one()
    with runtime.writing() as session:
        nurse = people.here["nurse"]
        answering.acknowledge(
            session, alert.id, nurse, source="page", now=runtime.now()
        )
    expect(desk.get_by_text("Listening.")).to_be_visible()
    expect(desk.get_by_text("Somebody has it")).to_be_visible()


@pytest.mark.thorough
def test_it_says_and_sounds_that_its_connection_is_lost(
    desk: Page, screens: Screens
) -> None:
    arm(desk)
    screens.expect("ERR_INTERNET_DISCONNECTED")
    desk.context.set_offline(True)
    expect(desk.get_by_text("No connection.")).to_be_visible()
    expect(desk.get_by_text("Listening.")).to_be_hidden()
    rings(desk)
    desk.context.set_offline(False)
    expect(desk.get_by_text("Listening.")).to_be_visible()


@pytest.mark.thorough
def test_without_a_tap_it_is_silent_says_so_and_does_not_count(
    desk: Page, runtime: Runtime, people: Cast
) -> None:
    alert = open_alert(runtime, people)
    expect(desk.get_by_text(alert.code)).to_be_visible()
    expect(desk.get_by_text("The sound is off.")).to_be_visible()
    assert tones(desk) == 0
    with runtime.reading() as session:
        siren = session.scalars(select(Siren)).one()
        assert siren.heard_at is not None, "it lives"
        assert not sirens.any_live(session, alert.site_id, real_now=siren.heard_at)


@pytest.mark.thorough
def test_axe_finds_nothing_on_it(desk: Page, runtime: Runtime, people: Cast) -> None:
    assert axe_violations(desk) == []
    alert = open_alert(runtime, people)
    expect(desk.get_by_text(alert.code)).to_be_visible()
    assert axe_violations(desk) == []
    assert small_targets(desk) == []
