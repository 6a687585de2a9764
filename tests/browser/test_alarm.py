"""The alarm as a person meets it: on every page, at every size, without a reload.

Set PORTAL_TEST_SHOTS to a folder to look at it.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page

from portal.runtime import Runtime
from tests.browser.test_calendar import signed_in, speak
from tests.browser.test_participant_pages import enlarge
from tests.support import arrivals
from tests.support.amount import part_of
from tests.support.browser import Language, Screens, fits, look
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.story import FEVER, SEIZURE, Story
from tests.support.web import Visitor

pytestmark = pytest.mark.browser
BOTH: list[tuple[str, Language]] = [("zh", "zh-CN"), ("en", "en-GB")]
LOOKS = [  # width, times the text, language, dark
    pytest.param(320, 2, "zh", False, id="320-large-zh"),
    pytest.param(320, 2, "en", True, id="320-large-en-dark"),
    pytest.param(360, 1, "zh", True, id="360-zh-dark"),
    pytest.param(360, 1, "en", False, id="360-en"),
    pytest.param(393, 1, "zh", False, id="393-zh"),
    pytest.param(393, 1, "en", True, id="393-en-dark"),
]
REPORTED = pytest.mark.parametrize(
    "said",
    [
        pytest.param(FEVER, id="urgent"),
        pytest.param(SEIZURE, id="emergency", marks=pytest.mark.thorough),
    ],
)
GLANCE = {"width": 360, "height": 500}
CUT = """() => [...document.querySelectorAll('main *, header *')]
  .filter(one => one.checkVisibility() && one.tagName !== 'CANVAS' && !one.closest('.sr'))
  .filter(one => {
    const style = getComputedStyle(one);
    const hides = style.overflowX !== 'visible' || style.textOverflow === 'ellipsis';
    const box = one.getBoundingClientRect();
    const out = box.width && (box.right > innerWidth + 0.5 || box.left < -0.5);
    return out || (one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
      || (hides && one.scrollHeight > one.clientHeight + 1);
  })
  .map(one => one.outerHTML.slice(0, 90))"""


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def story(runtime: Runtime, people: Cast, clock: Clock) -> Story:
    with runtime.writing() as session:
        person = enrolled(session, people)
    return Story(runtime, people, clock, person.id)


@pytest.fixture
def visitor(app: Flask, runtime: Runtime, story: Story) -> Visitor:
    return arrivals.person_visitor(app, runtime, story.participant_id)


def paths(story: Story) -> list[str]:
    return ["/today", f"/diary/sent/{story.sent[-1]}", "/history/1"]


@pytest.mark.thorough
@pytest.mark.parametrize(("width", "times", "short", "dark"), LOOKS)
def test_the_alarm_is_whole_at_every_size(
    screens: Screens,
    visitor: Visitor,
    portal_url: str,
    runtime: Runtime,
    story: Story,
    width: int,
    times: int,
    short: str,
    dark: bool,
) -> None:
    speak(runtime, story.participant_id, short)
    story.report(SEIZURE if dark else FEVER)
    story.wait(20)
    language = dict(BOTH)[short]
    page = signed_in(
        screens, visitor, portal_url, "/today", language=language, dark=dark
    )
    page.set_viewport_size({"width": width, "height": 640})
    for path in part_of(paths(story), turn=0):
        page.goto(f"{portal_url}{path}")
        enlarge(page, times)
        name = f"alarm-{path.split('/')[1]}-{short}-{width}"
        look(page, name)
        assert page.evaluate(CUT) == [], name
        calls = page.locator(".alarm a[href^='tel:']:visible")
        assert calls.count() == 2
        inside = page.locator(".alarm").bounding_box()
        for call in calls.all():
            box = call.bounding_box()
            assert box
            assert inside
            assert box["height"] >= 44
            assert box["width"] >= inside["width"] - 60, "as wide as the alarm"


def first_glance(page: Page, selector: str) -> bool:
    """Whether it is in sight at once, and nothing that sticks lies over it."""
    box = page.locator(f"{selector}:visible").first.bounding_box()
    assert box
    tabs = (
        page.locator(".tabs").bounding_box() if page.locator(".tabs").count() else None
    )
    end = tabs["y"] if tabs else GLANCE["height"]
    return box["y"] >= 0 and box["y"] + box["height"] <= end


@pytest.mark.thorough
@pytest.mark.parametrize(("short", "language"), BOTH)
def test_call_120_lies_in_the_first_glance(
    screens: Screens,
    visitor: Visitor,
    portal_url: str,
    runtime: Runtime,
    story: Story,
    short: str,
    language: Language,
) -> None:
    speak(runtime, story.participant_id, short)
    story.report(SEIZURE)
    page = signed_in(screens, visitor, portal_url, "/today", language=language)
    page.set_viewport_size(GLANCE)
    page.goto(f"{portal_url}{paths(story)[1]}")
    fits(page, f"glance-advice-{short}")
    assert first_glance(page, "main a[href='tel:120']")


@REPORTED
@pytest.mark.parametrize(("short", "language"), BOTH)
def test_an_alarm_has_both_numbers_in_the_first_glance(
    screens: Screens,
    visitor: Visitor,
    portal_url: str,
    runtime: Runtime,
    story: Story,
    short: str,
    language: Language,
    said: dict[str, object],
) -> None:
    speak(runtime, story.participant_id, short)
    story.report(said)
    story.wait(16)
    page = signed_in(screens, visitor, portal_url, "/today", language=language)
    page.set_viewport_size(GLANCE)
    for path in paths(story):
        page.goto(f"{portal_url}{path}")
        fits(page, f"glance-alarm-{path.split('/')[1]}-{short}")
        for number in ("120", "02855500120"):
            assert first_glance(page, f".alarm a[href='tel:{number}']"), path


@REPORTED
def test_an_open_page_turns_into_the_alarm_without_a_reload(
    screens: Screens,
    visitor: Visitor,
    portal_url: str,
    story: Story,
    said: dict[str, object],
) -> None:
    story.report(said)
    page = signed_in(screens, visitor, portal_url, "/today")
    for path in paths(story):
        story.clock.set(story.alert().ack_due_at - timedelta(minutes=2))
        page.goto(f"{portal_url}{path}")
        page.evaluate(
            "window.here = true; document.querySelector('.safety').scrollIntoView()"
        )
        assert not page.locator(".alarm:visible").count()
        story.wait(3, engine=False)
        alarm = page.locator(".alarm:visible")
        alarm.wait_for()
        assert alarm.get_attribute("role") == "alert"
        assert page.evaluate("window.here")
        assert (
            page.evaluate(
                "document.querySelector('.alarm').getBoundingClientRect().top"
            )
            >= 0
        )
        assert "应有人回应" not in page.locator("main").inner_text()
        assert "分钟内" not in page.locator("main").inner_text()


@pytest.mark.thorough
def test_the_alarm_goes_when_somebody_has_it_and_it_is_read_out(
    screens: Screens, visitor: Visitor, portal_url: str, story: Story
) -> None:
    story.report()
    story.wait(20)
    page = signed_in(screens, visitor, portal_url, "/today")
    page.locator(".alarm:visible").wait_for()
    page.locator("[href^='/diary/sent']").focus()
    story.acknowledge()
    page.locator(".alarm").wait_for(state="detached")
    assert "已看到您的报告" in page.locator("[data-saying]").inner_text()


@pytest.mark.thorough
@pytest.mark.parametrize(("short", "language"), BOTH)
def test_a_page_that_lost_its_network_names_no_hour_that_has_passed(
    screens: Screens,
    visitor: Visitor,
    portal_url: str,
    runtime: Runtime,
    story: Story,
    short: str,
    language: Language,
) -> None:
    screens.expect("ERR_INTERNET_DISCONNECTED")
    screens.expect("fetching the script")  # the worker, asked for meanwhile
    speak(runtime, story.participant_id, short)
    story.report()
    story.clock.set(story.alert().ack_due_at - timedelta(seconds=12))
    page = signed_in(screens, visitor, portal_url, paths(story)[1], language=language)
    until = page.locator("[data-until]").first
    assert until.is_visible()
    page.context.set_offline(True)
    page.locator(".alarm:visible").wait_for()
    look(page, f"alarm-lost-{short}")
    assert not page.locator("[data-until]:visible").count()
    assert not re.search(
        "还没有人回应您的报告|Nobody has answered", page.inner_text("main")
    )
    page.context.set_offline(False)
    until.wait_for()
    assert not page.locator(".alarm:visible").count()


@pytest.mark.thorough
def test_what_does_not_change_is_left_alone(
    screens: Screens, visitor: Visitor, portal_url: str, story: Story
) -> None:
    story.report()
    page = signed_in(screens, visitor, portal_url, paths(story)[1])
    page.evaluate("document.querySelector('.advice').dataset.kept = 'yes'")
    with page.expect_response(re.compile("/status")):
        pass
    with page.expect_response(re.compile("/status")):
        pass
    assert page.locator(".advice[data-kept]").count() == 1


@pytest.mark.thorough
def test_the_alarm_shows_where_colours_are_forced(
    screens: Screens, visitor: Visitor, portal_url: str, story: Story
) -> None:
    story.report()
    story.wait(20)
    page = signed_in(screens, visitor, portal_url, "/today")
    page.emulate_media(forced_colors="active")
    look(page, "alarm-forced")
    style = "one => getComputedStyle(one).borderTopStyle + getComputedStyle(one).borderTopWidth"
    assert page.locator(".alarm").evaluate(style) == "solid4px"
    for call in page.locator(".alarm .button").all():
        assert call.evaluate(style) == "solid2px"
