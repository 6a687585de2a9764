"""A number is read back on the page before it is kept, as the team and a reader see it."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from portal.db.tables.people import Contact
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.browser import Language, Screens, axe_violations, small_targets
from tests.support.cast import Cast, cast, enrolled

pytestmark = pytest.mark.browser
HERE = "/staff/participants/DS-007"
FORMS = {
    "change": (f"{HERE}/contacts", "#number-0", "button[value=number]"),
    "caregiver": (f"{HERE}/caregiver", "#number", "main form button"),
    "enrolment": ("/staff/enrol", "#number", "button[value=save]"),
}
SAYS = {
    "zh-CN": (
        "电话号码里不能有“o”",
        "我们读到的号码是 +86\u00a0139\u00a08000\u00a01234",
    ),
    "en-GB": (
        "“o” cannot be in a telephone number",
        "We read this number as +86\u00a0139\u00a08000\u00a01234.",
    ),
}
WIDE = """width => [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > width + 1)
    .map(one => one.outerHTML.slice(0, 80))"""
TEXT = "size => { document.documentElement.style.fontSize = size }"


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    found = cast(runtime)
    with runtime.writing() as session:
        enrolled(session, found)
    return found


def fits_day_and_night(page: Page, name: str) -> None:
    """By day and night at 360 px, and with twice the text at 320 px."""
    assert axe_violations(page) == [], name
    page.emulate_media(color_scheme="dark")
    assert axe_violations(page, only="color-contrast") == [], f"{name} by night"
    page.emulate_media(color_scheme="light")
    assert small_targets(page) == [], name
    for width, size in ((360, "100%"), (320, "200%")):
        page.set_viewport_size({"width": width, "height": 740})
        page.evaluate(TEXT, size)
        wide = page.evaluate(WIDE, width)
        assert wide == [], (name, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    page.set_viewport_size({"width": 360, "height": 740})
    page.evaluate(TEXT, "")


@pytest.mark.parametrize("language", SAYS)
@pytest.mark.parametrize(
    "form",
    [
        "enrolment",
        pytest.param("change", marks=pytest.mark.thorough),
        pytest.param("caregiver", marks=pytest.mark.thorough),
    ],
)
def test_a_number_is_refused_by_its_character_then_read_back(
    screens: Screens,
    app: Flask,
    runtime: Runtime,
    people: Cast,
    portal_url: str,
    form: str,
    language: Language,
) -> None:
    screens.expect("400")
    path, box, button = FORMS[form]
    with runtime.writing() as session:
        session.merge(people.here["coordinator"]).language = language[:2]
    visitor = arrivals.staff_visitor(app, runtime, people.here["coordinator"])
    page = screens.open(
        f"{portal_url}{path}", language=language, held=arrivals.held(visitor)
    )
    if form == "change":
        page.locator(f"details:has({box}) summary").tap()
        page.locator("label[for=verified-0]").tap()
    refused, read = SAYS[language]
    for typed, said in (("139oo001234", refused), ("139 8000-1234", read)):
        page.fill(box, typed)
        with page.expect_navigation():
            page.locator(button).tap()
        assert said in page.locator("main").inner_text()
        assert page.locator(box).is_visible()
        assert page.locator(box).input_value() == typed
        fits_day_and_night(page, f"{form}-{language}-{typed[:5]}")
    if form == "change":
        assert page.locator("#verified-0").is_checked()
        with page.expect_navigation():
            page.locator(button).tap()
        with runtime.reading() as session:
            query = select(Contact.value).where(Contact.value == "+8613980001234")
            assert session.scalar(query)
        assert "+86…34" in page.locator("main").inner_text()


@pytest.mark.thorough
@pytest.mark.parametrize("language", SAYS)
def test_the_sign_in_page_names_what_is_no_number(
    screens: Screens, people: Cast, portal_url: str, language: Language
) -> None:
    screens.expect("400")
    page = screens.open(f"{portal_url}/sign-in", language=language)
    page.fill("#number", "138oo138ooo")
    with page.expect_navigation():
        page.locator("form[action='/sign-in'] button, main form button").first.tap()
    assert SAYS[language][0] in page.locator("main").inner_text()
    fits_day_and_night(page, f"sign-in-{language}")
