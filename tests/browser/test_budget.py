"""What the diary costs on the wire: bytes and requests gate, times are printed."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page

from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.browser import EMPTY, Screens
from tests.support.cast import cast, enrolled
from tests.support.meter import TWO_G, Meter, total

pytestmark = pytest.mark.browser
KB = 1024
FIRST_VISIT, REPEAT_VISIT = 14.6 * KB, 4 * KB
STYLESHEET = SCRIPT = 5 * KB
MOST_REQUESTS = 4


@pytest.fixture
def page(screens: Screens, app: Flask, runtime: Runtime, portal_url: str) -> Page:
    """A phone with an empty cache on which DS-007 is signed in."""
    with runtime.writing() as session:
        participant_id = enrolled(session, cast(runtime)).id
    context = screens.open(EMPTY).context
    for name, value in arrivals.cookies(app, runtime, participant_id).items():
        context.add_cookies([{"name": name, "value": value, "url": portal_url}])
    return context.new_page()


def test_the_first_visit_to_the_diary_fits_its_budget(
    page: Page, portal_url: str
) -> None:
    asked = Meter(page).visit(f"{portal_url}/diary")
    sizes = {kind: total(asked, kind) for kind in ("Stylesheet", "Script")}
    print(f"\nfirst visit: {len(asked)} requests, {total(asked)} bytes, {sizes}")
    assert total(asked) <= FIRST_VISIT, asked
    assert len(asked) <= MOST_REQUESTS, asked
    assert sizes["Stylesheet"] <= STYLESHEET, asked
    assert sizes["Script"] <= SCRIPT, asked


@pytest.mark.thorough
def test_the_next_visit_asks_for_the_page_alone(page: Page, portal_url: str) -> None:
    Meter(page).visit(f"{portal_url}/diary")
    asked = Meter(page.context.new_page()).visit(f"{portal_url}/diary")
    print(f"\nrepeat visit: {len(asked)} requests, {total(asked)} bytes")
    assert total(asked) <= REPEAT_VISIT, asked


@pytest.mark.thorough
def test_the_engine_is_asked_for_once(page: Page, portal_url: str) -> None:
    ready = "html[data-ready=offline]"
    page.goto(f"{portal_url}/diary")
    page.wait_for_selector(ready)
    meter = Meter(page.context.new_page())
    for path in ("/diary", "/today"):
        meter.visit(f"{portal_url}{path}")
        meter.page.wait_for_selector(ready)
        modules = [each for each in meter.asked.values() if "/js/offline" in each.path]
        assert len(modules) >= 5
        assert [each.path for each in modules if each.bytes] == []


@pytest.mark.thorough
def test_a_red_flag_gets_through_on_2g(page: Page, portal_url: str) -> None:
    """From the icon: today, report now, a tick, send, what to do."""
    for path in ("/today", "/diary"):
        Meter(page).visit(f"{portal_url}{path}")
    icon = page.context.new_page()
    Meter(icon).slow_down(**TWO_G)
    began = icon.evaluate("performance.timeOrigin + performance.now()")
    icon.goto(f"{portal_url}/", wait_until="commit")
    for hit in (".report", "label:has(input[value=seizure])", "button[name=send]"):
        icon.locator(hit).first.tap(no_wait_after=True)
    icon.wait_for_url("**/diary/sent/**", wait_until="commit")
    icon.locator("a[href='tel:120']:visible").first.wait_for()
    seconds = (
        icon.evaluate("performance.timeOrigin + performance.now()") - began
    ) / 1000
    print(f"\nat 30 kbit/s and 300 ms: told what to do after {seconds:.1f} s")
