"""The browser tests can fail: a bad page is noticed."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.support.browser import Screens, axe_violations, small_targets, until_on

pytestmark = pytest.mark.browser


def page(body: str) -> str:
    head = '<!doctype html><html lang="en"><title>Page</title><main><h1>Page</h1>'
    return "data:text/html," + quote(f"{head}{body}</main>")


def test_a_phone_is_as_wide_as_it_says(screens: Screens) -> None:
    small = screens.open(page("<p>Hello"))
    medium = screens.open(page("<p>Hello"), size="medium", language="en-GB")
    shown = "[navigator.language, navigator.maxTouchPoints > 0, screen.width]"
    assert small.evaluate(shown) == ["zh-CN", True, 360]
    assert medium.evaluate(shown) == ["en-GB", True, 393]


def test_no_page_of_the_browsers_own_stands_behind_a_window(screens: Screens) -> None:
    """Chromium loads two for its address bar, dearer than the page that is looked at.

    The worker of a page that an earlier test closed may take a moment to end.
    """
    screens.open(page("<p>Hello"))
    devtools = screens.browser.new_browser_cdp_session()
    found = devtools.send("Target.getTargets", {"filter": [{}]})["targetInfos"]
    assert {one["type"] for one in found} - {"service_worker"} == {"page", "tab"}


def test_chinese_is_drawn_with_a_chinese_font(screens: Screens) -> None:
    shown = screens.open(page('<span id="a">随</span><br><span id="b">访</span>'))
    drawn = [shown.locator(f"#{name}").screenshot() for name in "ab"]
    assert drawn[0] != drawn[1], "every character is the same empty box"


def test_a_console_error_is_noticed(screens: Screens) -> None:
    screens.open(page("<script>console.error('broken')</script>"))
    assert screens.unexpected() == ["error: broken"]
    screens.expect("broken")
    assert screens.unexpected() == []


def test_a_script_that_throws_is_noticed(screens: Screens) -> None:
    shown = screens.open(
        page("<script>setTimeout(() => { throw Error('lost') })</script>")
    )
    until_on(shown, screens.unexpected, "the complaint")
    assert [text for text in screens.unexpected() if "lost" in text]
    screens.expect("lost")


def test_a_request_to_another_host_is_noticed(screens: Screens) -> None:
    screens.open(page("<img alt='' src='http://192.0.2.1/x.png'>"))
    assert [text for text in screens.unexpected() if "192.0.2.1" in text]
    screens.expect("192.0.2.1")
    screens.expect("Failed to load resource")


def test_axe_sees_a_button_without_a_name(screens: Screens) -> None:
    bad = axe_violations(screens.open(page("<button></button>")))
    assert [text for text in bad if text.startswith("button-name")]
    assert axe_violations(screens.open(page("<button>Send</button>"))) == []


def test_a_small_button_is_seen(screens: Screens) -> None:
    body = (
        '<button style="height:40px;width:200px">Low</button>'
        '<button style="height:48px;width:200px">High</button>'
        '<p>A sentence with <a href="#">a link</a> in it.</p>'
    )
    (found,) = small_targets(screens.open(page(body)))
    assert found.endswith("Low</button>")
