"""What thumbs do to a diary: tap twice, go back, reload, open it in two tabs, use keys."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.db.tables.diary import EntryVersion
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.browser import Screens
from tests.support.cast import Cast, cast, enrolled

pytestmark = pytest.mark.browser


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def participant_id(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        return enrolled(session, people).id


@pytest.fixture
def held(app: Flask, runtime: Runtime, participant_id: int) -> dict[str, str]:
    """The cookies of an enrolled phone with its owner signed in."""
    return arrivals.cookies(app, runtime, participant_id)


def phone(
    screens: Screens, url: str, cookies: dict[str, str], path: str = "/diary"
) -> Page:
    return screens.open(f"{url}{path}", held=cookies, workers=False)


def kinds(runtime: Runtime) -> list[str]:
    with runtime.reading() as session:
        return sorted(session.scalars(select(EntryVersion.kind)))


def calmly_to_the_end(page: Page) -> None:
    """Go on from screen to screen, by whichever button shows, until advice is given."""
    while "/sent/" not in page.url:
        with page.expect_navigation():
            page.locator("button[name=none]:visible, button[name=go]:visible").tap()


def test_a_double_tap_sends_one_report(
    screens: Screens, portal_url: str, held: dict[str, str], runtime: Runtime
) -> None:
    page = phone(screens, portal_url, held)
    page.locator("label:has(input[value=seizure])").tap()
    page.locator("button[name=send]").dblclick(delay=20)
    expect(page).to_have_url(re.compile("/diary/sent/"))
    assert kinds(runtime) == ["red_flags"]


@pytest.mark.thorough
def test_two_tabs_of_one_diary_make_one_diary(
    screens: Screens, portal_url: str, held: dict[str, str], runtime: Runtime
) -> None:
    page = phone(screens, portal_url, held)
    page.locator("button[name=none]").tap()
    page.wait_for_url("**/2")
    other = page.context.new_page()
    other.goto(page.url)
    calmly_to_the_end(page)
    calmly_to_the_end(other)
    assert kinds(runtime) == ["complete", "red_flags"]


@pytest.mark.thorough
def test_back_shows_what_was_said_and_a_reload_loses_nothing(
    screens: Screens, portal_url: str, held: dict[str, str]
) -> None:
    page = phone(screens, portal_url, held)
    page.locator("button[name=none]").tap()
    page.wait_for_url("**/2")
    page.locator("button[name=none]").tap()
    page.locator("#temp").fill("36.9")
    with page.expect_navigation():
        page.locator("button[name=go]").tap()
    with page.expect_response("**/keep"):
        page.locator("label:has(input[name=antipyr][value=for_other])").tap()
    page.reload()
    expect(page.locator("input[name=antipyr][value=for_other]")).to_be_checked()
    page.go_back()
    expect(page.locator("#temp")).to_have_value("36.9")
    page.go_forward()
    expect(page.locator("input[name=antipyr][value=for_other]")).to_be_checked()
    page.locator(".steps a").tap()
    page.wait_for_url("**/3")
    expect(page.locator("#temp")).to_have_value("36.9")


@pytest.mark.thorough
def test_the_first_screen_opened_again_offers_the_diary_that_was_begun(
    screens: Screens, portal_url: str, held: dict[str, str], runtime: Runtime
) -> None:
    page = phone(screens, portal_url, held)
    page.locator("button[name=none]").tap()
    page.wait_for_url("**/2")
    page.go_back()
    page.reload()
    with page.expect_navigation():
        page.locator("a.button[href$='/resume']").tap()
    calmly_to_the_end(page)
    assert kinds(runtime) == ["complete", "red_flags"]


@pytest.mark.thorough
def test_a_whole_diary_by_keyboard_alone(
    screens: Screens, portal_url: str, held: dict[str, str], runtime: Runtime
) -> None:
    page = phone(screens, portal_url, held)
    for _ in range(16):
        if "/sent/" in page.url:
            break
        wanted = "none" if page.locator("button[name=none]").count() else "go"
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == wanted:
                break
        assert named_and_visible(page)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert kinds(runtime) == ["complete", "red_flags"]


def named_and_visible(page: Page) -> bool:
    """Whether what has the focus shows it, and has a name to be read out."""
    return bool(
        page.evaluate(
            """() => {
              const at = document.activeElement, style = getComputedStyle(at);
              return at.innerText.trim() !== '' && style.outlineStyle !== 'none';
            }"""
        )
    )


@pytest.mark.thorough
def test_a_red_flag_by_keyboard_is_a_space_and_an_enter(
    screens: Screens, portal_url: str, held: dict[str, str], runtime: Runtime
) -> None:
    page = phone(screens, portal_url, held)
    page.locator("#emerg").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/diary/sent/**")
    assert kinds(runtime) == ["red_flags"]


@pytest.mark.thorough
def test_after_signing_out_back_shows_nothing(
    screens: Screens, portal_url: str, held: dict[str, str]
) -> None:
    page = phone(screens, portal_url, held, "/history")
    page.goto(f"{portal_url}/today")
    with page.expect_navigation():
        page.locator("form[action='/sign-out'] button").tap()
    page.go_back()
    page.wait_for_url("**/sign-in")
    assert page.locator("#number").is_visible()
