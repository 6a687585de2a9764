"""A phone with JavaScript switched off: from the sign-in to the sign-out, in one go."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from portal.db.tables.alerts import Alert
from portal.db.tables.diary import EntryVersion
from portal.db.tables.outbox import Message
from portal.runtime import Runtime
from tests.browser.test_diary import Thumb, calm_screen, screens_of
from tests.support.browser import Screens
from tests.support.cast import cast, enrolled

pytestmark = pytest.mark.browser
NUMBER, PIN = "13800138000", "736205"


@pytest.fixture
def thumb(screens: Screens, portal_url: str, runtime: Runtime) -> Thumb:
    """Somebody enrolled in the study at the door, in whose browser no script runs."""
    with runtime.writing() as session:
        enrolled(session, cast(runtime), number=NUMBER)
    return Thumb(screens.open(f"{portal_url}/", java_script_enabled=False))


def heading(page: Page) -> str:
    return page.locator("h1").first.inner_text()


def test_without_script_everything_but_the_engine_works(
    thumb: Thumb, runtime: Runtime
) -> None:
    sign_in(thumb, runtime)
    write_the_calm_diary(thumb)
    report_a_seizure(thumb)
    look_at_what_is_kept(thumb)
    leave_and_come_back_by_the_pin(thumb)
    with runtime.reading() as session:
        kinds = session.scalars(select(EntryVersion.kind)).all()
        tiers = session.scalars(select(Alert.tier)).all()
    assert sorted(kinds) == ["complete", "red_flags", "red_flags"]
    assert tiers == ["emergency"]


def sign_in(thumb: Thumb, runtime: Runtime) -> None:
    """By number and code; then choose a PIN."""
    thumb.page.locator("input[name=number]").fill(NUMBER)
    thumb.send("form[action='/sign-in'] button")
    with runtime.reading() as session:
        newest = select(Message).order_by(Message.id.desc()).limit(1)
        code = str(session.scalars(newest).one().variables["code"])
    thumb.page.locator("input[name=code]").fill(code)
    thumb.send("form[action='/sign-in/code'] button")
    thumb.page.locator("input[name=pin]").fill(PIN)
    thumb.send("form[action='/phones/pin'] button")
    thumb.send("a[href='/today']")
    assert thumb.page.url.endswith("/today")


def write_the_calm_diary(thumb: Thumb) -> None:
    thumb.send("main a[href^='/diary']")
    for _ in range(3):
        calm_screen(thumb)
    last = screens_of(thumb.page)[-1]
    thumb.page.goto(last)  # the screens between are forms like these
    while "/sent/" not in thumb.page.url:
        calm_screen(thumb)
    assert "已收到今天的日记" in thumb.page.locator("main").inner_text()


def report_a_seizure(thumb: Thumb) -> None:
    """From today: what to do, the number, and that the team has been told."""
    thumb.send("a[href='/today']")
    thumb.send("a.report")
    thumb.tap("label:has(input[value=seizure])")
    thumb.send("button[name=send]")
    page = thumb.page
    assert page.locator("a[href='tel:120']:visible").first.is_visible()
    assert "已通知" in page.locator("main").inner_text()
    thumb.send("a[href^='/card']")
    assert "CAR-T" in page.locator("main").inner_text()


def look_at_what_is_kept(thumb: Thumb) -> None:
    """Calendar with its months, records with an entry, the language of the page."""
    page = thumb.page
    thumb.send("a[href='/calendar']")
    month = page.locator("table.month caption")
    before = month.inner_text()
    thumb.send("a[rel=next]")
    assert month.inner_text() != before
    thumb.send("a[href='/history']")
    assert page.locator("svg").first.is_visible()
    thumb.send("main a[href='/history/1']")
    assert "36.6" in page.locator("main").inner_text()
    chinese = heading(page)
    thumb.send(".languages button")
    assert heading(page) != chinese
    thumb.send(".languages button")
    assert heading(page) == chinese


def leave_and_come_back_by_the_pin(thumb: Thumb) -> None:
    page = thumb.page
    thumb.send("a[href='/today']")
    thumb.send("form[action='/sign-out'] button")
    page.goto(page.url.split("/sign-in")[0] + "/today")
    page.locator("input[name=pin]").fill(PIN)
    thumb.send("form[action='/pin'] button")
    assert page.url.endswith("/today")
    thumb.send("form[action='/sign-out'] button")
    assert not page.locator("nav.tabs").count()
