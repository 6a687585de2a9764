"""The treatment card on a phone, in both languages, by day and night, and on paper."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page

from portal.runtime import Runtime
from tests.browser.test_calendar import BOTH, signed_in, speak
from tests.support import arrivals
from tests.support.browser import SHOTS, Language, Screens, Size, look
from tests.support.cast import cast, enrolled

LINES = """shown => {
    const range = document.createRange();
    range.selectNodeContents(shown);
    return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size;
}"""

pytestmark = pytest.mark.browser


@pytest.fixture
def person_id(runtime: Runtime) -> int:
    people = cast(runtime)
    with runtime.writing() as session:
        return enrolled(session, people).id


def bottom(page: Page, selector: str) -> float:
    """Where something ends, in pixels from the top of the page."""
    box = page.locator(selector).bounding_box()
    assert box is not None, selector
    return box["y"] + box["height"]


@pytest.mark.thorough
@pytest.mark.parametrize(("short", "language"), BOTH)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", ["small", "medium"])
def test_a_stranger_sees_on_one_screen_what_was_given_and_whom_to_phone(
    screens: Screens,
    app: Flask,
    portal_url: str,
    runtime: Runtime,
    person_id: int,
    short: str,
    language: Language,
    dark: bool,
    size: Size,
) -> None:
    speak(runtime, person_id, short)
    visitor = arrivals.person_visitor(app, runtime, person_id)
    page = signed_in(
        screens, visitor, portal_url, "/card", size=size, language=language, dark=dark
    )
    tone = "dark" if dark else "light"
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/card-{short}-{tone}-{size}-screen.png")
    look(page, f"card-{short}-{tone}-{size}")
    tabs = page.locator(".tabs").bounding_box()
    assert tabs is not None
    assert bottom(page, ".last-word") < tabs["y"]
    for text in ("18px", "20px", "22px"):
        page.evaluate("size => document.documentElement.style.fontSize = size", text)
        for number in page.locator(".wallet .number").all():
            assert number.evaluate(LINES) == 1, (text, number.inner_text())


@pytest.mark.thorough
def test_the_card_prints_in_black_on_half_a_page(
    screens: Screens, app: Flask, portal_url: str, runtime: Runtime, person_id: int
) -> None:
    visitor = arrivals.person_visitor(app, runtime, person_id)
    page = signed_in(screens, visitor, portal_url, "/card", size="desk", dark=True)
    page.emulate_media(media="print")
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/card-print.png", full_page=True)
        page.pdf(path=f"{SHOTS}/card.pdf", format="A4")
    assert page.locator(".wallet svg").is_visible()
    assert page.locator(".band").is_visible()  # not approved: on paper too
    for hidden in (".tabs", ".top", "a.report"):
        assert not page.locator(hidden).is_visible(), hidden
    box = page.locator(".wallet").bounding_box()
    assert box is not None
    assert box["width"] < 500  # CSS pixels: folded once, it goes into a wallet
    assert box["height"] < 560  # half of A4 is 559 by 794
    for part in (".band", ".last-word", ".wallet"):
        ground = f"getComputedStyle(document.querySelector('{part}')).backgroundColor"
        assert page.evaluate(ground) == "rgb(255, 255, 255)", part
