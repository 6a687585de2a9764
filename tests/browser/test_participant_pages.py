"""Every page a participant reads: both languages, day and night, and the largest text.

Set PORTAL_TEST_SHOTS to a folder to look at them side by side.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Page

from portal.audit import Actor
from portal.db.tables.people import Participant, Site
from portal.diary import entries
from portal.diary.entries import Submission
from portal.people import contacts
from portal.people.case import Case
from portal.runtime import Runtime
from tests.browser.test_calendar import signed_in, speak
from tests.support import arrivals
from tests.support.browser import Language, Screens, Size, look
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.web import Visitor

pytestmark = pytest.mark.browser
LOOKS = [
    pytest.param("small", "zh", "zh-CN", False, 1, id="360-zh"),
    pytest.param("small", "zh", "zh-CN", True, 1, id="360-zh-dark"),
    pytest.param("medium", "en", "en-GB", False, 1, id="393-en"),
    pytest.param("medium", "en", "en-GB", True, 1, id="393-en-dark"),
    pytest.param("small", "zh", "zh-CN", False, 2, id="360-zh-large"),
    pytest.param("medium", "en", "en-GB", False, 2, id="393-en-large"),
]
FEVERS = ("36.6", "36.9", "37.4", "38.3", "38.0", "37.2", "36.8", "36.7")


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def person_id(runtime: Runtime, people: Cast, clock: Clock) -> int:
    """Somebody with a long name, a long-named hospital and eight days of diaries."""
    with runtime.writing() as session:
        row = enrolled(session, people)
        site = session.get_one(Site, row.site_id)
        site.name = {
            "zh": "中国人民解放军西部战区总医院（成都）",
            "en": "General Hospital of Western Theater Command, Chengdu",
        }
        site.card_shows = "name"
        contacts.replace(
            session,
            "name",
            "阿卜杜热伊木·买买提吐尔逊",
            now=runtime.now(),
            verified=False,
            participant_id=row.id,
        )
    for days_ago, celsius in enumerate(reversed(FEVERS)):
        _report(runtime, people, row.id, days_ago, celsius)
    clock.set(datetime(2026, 3, 12, 3, tzinfo=UTC))
    return row.id


def _report(
    runtime: Runtime, people: Cast, number: int, days_ago: int, celsius: str
) -> None:
    said = {
        "emerg": [],
        "temp": {"value": celsius, "unit": "C"},
        "antipyr": "for_fever" if days_ago == 3 else "no",
        "chills": 1 if celsius >= "38" else 0,
        "cranial": "yes" if days_ago == 4 else "no",
        "headache": min(days_ago, 3),
        "fatigue": 3 - min(days_ago, 3),
    }
    me = Actor("participant", str(number))
    submission = Submission(str(uuid4()), "complete", said, "self", "zh", me)
    then = runtime.now() - timedelta(days=days_ago, hours=1)
    with runtime.writing() as session:
        row = session.get_one(Participant, number)
        entries.submit(Case(session, people.study, row, then), submission)


@pytest.fixture
def visitor(app: Flask, runtime: Runtime, person_id: int) -> Visitor:
    return arrivals.person_visitor(app, runtime, person_id)


def enlarge(page: Page, times: int) -> None:
    """Text as large as a phone's settings make it: the root's size is in per cent."""
    size = f"{112.5 * times}%"
    page.evaluate("size => { document.documentElement.style.fontSize = size }", size)


@pytest.mark.thorough
@pytest.mark.parametrize(("size", "short", "language", "dark", "times"), LOOKS)
def test_every_page_fits_and_can_be_used_by_all(
    screens: Screens,
    visitor: Visitor,
    portal_url: str,
    runtime: Runtime,
    person_id: int,
    size: Size,
    short: str,
    language: Language,
    dark: bool,
    times: int,
) -> None:
    speak(runtime, person_id, short)
    page = signed_in(
        screens, visitor, portal_url, "/today", size=size, language=language, dark=dark
    )
    name = f"{short}-{'dark' if dark else 'light'}-{times}"
    for path in ("today", "calendar", "history", "card", "diary"):
        page.goto(f"{portal_url}/{path}")
        enlarge(page, times)
        look(page, f"page-{path}-{name}")
        assert page.locator(".languages button").is_visible(), path


@pytest.mark.thorough
def test_pages_move_only_where_motion_is_welcome(
    screens: Screens, visitor: Visitor, portal_url: str
) -> None:
    page = signed_in(screens, visitor, portal_url, "/today")
    page.emulate_media(reduced_motion="reduce")
    moving = """[...document.querySelectorAll('*')].filter(each => {
      const style = getComputedStyle(each);
      return parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none';
    }).length"""
    for path in ("today", "calendar", "history", "card", "diary"):
        page.goto(f"{portal_url}/{path}")
        assert page.evaluate(moving) == 0, path
