"""The study sentence written with a finger, in a real browser, online and not."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from portal.db.tables.diary import Handwriting
from portal.people import reporters
from portal.people.access import enrolled_phones
from portal.runtime import Runtime
from tests.browser.test_diary import phone, screens_of
from tests.support.browser import Screens, fits, look, until_on
from tests.support.cast import cast, enrolled
from tests.support.handset import handset

pytestmark = pytest.mark.browser


@pytest.fixture
def secret(runtime: Runtime) -> str:
    people = cast(runtime)
    with runtime.writing() as session:
        person = reporters.find(session, enrolled(session, people).id, None)
        assert person is not None
        return enrolled_phones.enrol(
            session, person, held=None, real_now=runtime.real_now()
        )[0]


def to_the_writing(page: Page) -> None:
    """Calmly past the red flags, and to the screen that asks for the sentence."""
    with page.expect_navigation():
        page.locator("button[name=none]").click()
    asked = 'name="writing"'
    found = (one for one in screens_of(page) if asked in page.request.get(one).text())
    page.goto(next(found))


def go_on_offline(page: Page) -> None:
    """From one of the other screens, without a network, to the one after it."""
    step = page.locator("[data-step]:visible")
    step.wait_for()
    here = step.inner_text()
    page.locator("button:is([name=none], [name=go]):visible").first.tap()
    step.filter(has_not_text=here).wait_for()


def write(page: Page) -> None:
    """Two strokes and a dot."""
    canvas = page.locator("[data-pad] canvas:visible")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    for x, y in ((20, 20), (60, 40)):
        page.mouse.move(box["x"] + x, box["y"] + y)
        page.mouse.down()
        page.mouse.move(box["x"] + x + 90, box["y"] + y + 50, steps=8)
        page.mouse.up()
    page.mouse.move(box["x"] + 200, box["y"] + 30)
    page.mouse.down()
    page.mouse.up()


def writings(runtime: Runtime) -> list[Handwriting]:
    with runtime.reading() as session:
        return list(session.scalars(select(Handwriting)))


@pytest.mark.thorough
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_sentence_is_written_cleared_written_again_and_kept(
    screens: Screens, portal_url: str, secret: str, runtime: Runtime, dark: bool
) -> None:
    page = phone(screens, portal_url, secret, dark=dark)
    to_the_writing(page)
    assert page.get_by_text("不写也可以继续").is_visible()
    field = page.locator("input[name=strokes]")
    write(page)
    look(page, f"handwriting-{'dark' if dark else 'light'}")
    assert field.input_value().count("[") == 4
    page.get_by_role("button", name="清除重写").click()
    assert field.input_value() == ""
    write(page)
    page.locator("input[name=writing][value=no]").check()
    with page.expect_navigation():
        page.locator("button:is([name=none], [name=go]):visible").first.click()
    (kept,) = writings(runtime)
    assert [len(stroke) // 2 > 4 for stroke in kept.strokes] == [True, True, False]


@pytest.mark.thorough
def test_a_sentence_under_way_outlives_a_reload(
    screens: Screens, portal_url: str, secret: str, runtime: Runtime
) -> None:
    page = phone(screens, portal_url, secret)
    to_the_writing(page)
    field = page.locator("input[name=strokes]")
    with page.expect_response("**/keep") as kept:
        write(page)
    assert kept.value.ok
    written = field.input_value()
    page.reload()
    assert field.input_value() == written
    page.locator("[data-pad] canvas").scroll_into_view_if_needed()
    drawn = """canvas => canvas.getContext("2d")
      .getImageData(0, 0, canvas.width, canvas.height).data.some(each => each > 0)"""
    page.wait_for_function(f"() => ({drawn})(document.querySelector('canvas'))")
    assert writings(runtime) == []


@pytest.mark.thorough
def test_without_script_the_question_is_answered_without_a_place_to_write(
    screens: Screens, portal_url: str, secret: str, runtime: Runtime
) -> None:
    page = screens.open(
        f"{portal_url}/diary", held={"phone": secret}, java_script_enabled=False
    )
    to_the_writing(page)
    assert not page.locator("[data-pad]").is_visible()
    page.locator("input[name=writing][value=no]").check()
    with page.expect_navigation():
        page.locator("button:is([name=none], [name=go]):visible").first.click()
    assert writings(runtime) == []


@pytest.mark.thorough
def test_a_sentence_written_without_a_network_arrives_with_its_diary(
    screens: Screens, portal_url: str, secret: str, runtime: Runtime
) -> None:
    phone_ = handset(screens, portal_url, secret)
    phone_.get_ready()
    phone_.lose_network()
    phone_.open_shell()
    page = phone_.page
    phone_.press("none")
    place = page.locator("[data-pad]:visible")
    while not place.count():
        go_on_offline(page)
    write(page)
    fits(phone_.page, "handwriting-offline")
    phone_.tick("writing", "no")
    go_on_offline(page)
    phone_.find_network()
    until_on(page, lambda: writings(runtime), "the sentence")
    assert [len(each.strokes) for each in writings(runtime)] == [3]
