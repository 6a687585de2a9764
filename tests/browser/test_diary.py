"""The whole diary in a real browser, by thumb, on a small phone, in both languages."""

from __future__ import annotations

import re
from itertools import takewhile

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from portal.alerting.answers import answering
from portal.db.tables.diary import EntryVersion
from portal.people import reporters
from portal.people.access import enrolled_phones
from portal.runtime import Runtime
from tests.support.browser import Language, Screens, Size, fits, look
from tests.support.cast import Cast, cast, enrolled

pytestmark = pytest.mark.browser
MOST_TAPS = 30
MOST_SCREENS = 16


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def secret(runtime: Runtime, people: Cast) -> str:
    """What an enrolled phone of DS-007 holds."""
    with runtime.writing() as session:
        participant = enrolled(session, people)
        person = reporters.find(session, participant.id, None)
        assert person is not None
        return enrolled_phones.enrol(
            session, person, held=None, real_now=runtime.real_now()
        )[0]


def phone(
    screens: Screens,
    url: str,
    secret: str,
    *,
    size: Size = "small",
    language: Language = "zh-CN",
    dark: bool = False,
) -> Page:
    return screens.open(
        f"{url}/diary",
        size=size,
        language=language,
        held={"phone": secret},
        workers=False,
        color_scheme="dark" if dark else "light",
    )


class Thumb:
    """Taps, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, selector: str) -> None:
        self.page.locator(selector).first.tap()
        self.taps += 1

    def send(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.tap(selector)


def screens_of(page: Page) -> list[str]:
    """The addresses of the screens from the one that shows to the last."""
    diary, _, number = page.url.rpartition("/")
    every = (f"{diary}/{more}" for more in range(int(number), MOST_SCREENS))
    return list(takewhile(lambda url: page.request.get(url).ok, every))


def calm_screen(thumb: Thumb) -> None:
    """Answer the screen that shows as somebody who is well does."""
    page = thumb.page
    if page.locator("#temp").count():
        thumb.tap("#temp")
        page.locator("#temp").fill("36.6")
    if page.locator("button[name=none]").count():
        thumb.send("button[name=none]")
        return
    for name in ("writing", "meds", "near"):
        if page.locator(f"input[name={name}]").count():
            calm = {"writing": "no", "meds": "yes", "near": "yes"}[name]
            thumb.tap(f"label:has(input[name={name}][value={calm}])")
    thumb.send("button[name=go]")


@pytest.mark.parametrize(
    ("size", "language", "dark"),
    [("small", "zh-CN", False), ("medium", "en-GB", True)],
)
def test_a_calm_diary_takes_few_taps_and_every_screen_fits(
    screens: Screens,
    portal_url: str,
    secret: str,
    runtime: Runtime,
    size: Size,
    language: Language,
    dark: bool,
) -> None:
    page = phone(screens, portal_url, secret, size=size, language=language, dark=dark)
    thumb = Thumb(page)
    for number in range(1, 16):
        fits(page, f"diary-{language}-{number:02}")
        if "/sent/" in page.url:
            break
        calm_screen(thumb)
    assert "/sent/" in page.url
    print(f"\na calm day's diary: {thumb.taps} taps ({language})")
    assert thumb.taps < MOST_TAPS
    with runtime.reading() as session:
        kinds = session.scalars(select(EntryVersion.kind)).all()
    assert sorted(kinds) == ["complete", "red_flags"]


def test_a_red_flag_is_two_touches_and_the_page_changes_by_itself(
    screens: Screens, portal_url: str, secret: str, runtime: Runtime, people: Cast
) -> None:
    page = phone(screens, portal_url, secret)
    thumb = Thumb(page)
    assert page.locator("button[name=send]").is_hidden()
    thumb.tap("label:has(input[value=seizure])")
    fits(page, "red-flag-ticked")
    assert page.locator("button[name=none]").is_hidden()
    thumb.send("button[name=send]")
    assert thumb.taps == 2
    look(page, "advice-emergency")
    assert page.locator("a[href='tel:120']:visible").first.is_visible()
    with runtime.writing() as session:
        nurse = people.here["nurse"]
        answering.acknowledge(session, 1, nurse, source="page", now=runtime.now())
    page.locator(".told", has_text="研究团队的护士已看到您的报告").wait_for()
    fits(page, "advice-acknowledged")


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_a_fever_shows_at_once_what_to_do(
    screens: Screens, portal_url: str, secret: str, language: Language
) -> None:
    page = phone(screens, portal_url, secret, language=language)
    thumb = Thumb(page)
    thumb.send("button[name=none]")
    thumb.send("button[name=none]")
    page.locator("#temp").fill("３８．２")
    thumb.send("button[name=go]")
    look(page, f"advice-urgent-{language}")
    assert re.search("15", page.locator("main").inner_text())
    assert page.locator("a[href^='tel:028']:visible").first.is_visible()


@pytest.mark.thorough
def test_a_slip_of_the_unit_is_asked_back_in_place(
    screens: Screens, portal_url: str, secret: str
) -> None:
    screens.expect("400")
    page = phone(screens, portal_url, secret)
    thumb = Thumb(page)
    thumb.send("button[name=none]")
    thumb.send("button[name=none]")
    page.locator("#temp").fill("99.5")
    thumb.send("button[name=go]")
    look(page, "temperature-asked-again")
    assert "37.5" in page.locator("main").inner_text()
