"""Every page a participant meets, both languages, by day and by night: axe finds nothing.

Pages without a part that varies are found by themselves, so a new one is looked at
without a line here. On each the line that no emergency is served stands at the foot. An
ordinary run asks axe about one page of four: that takes longer than all else.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page

from portal.db.tables.people import Participant
from portal.runtime import Runtime
from portal.web.frame.access import GuardedBlueprint
from tests.browser.test_diary import screens_of
from tests.support import arrivals
from tests.support.amount import PART, THOROUGH, part_of
from tests.support.browser import Language, Screens, axe_violations, fits
from tests.support.cast import Cast, cast, enrolled

pytestmark = pytest.mark.browser
AUDIENCES = {"open", "participant", "reporter"}


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def participant_id(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        return enrolled(session, people).id


def addresses(app: Flask) -> Iterator[str]:
    """Every page of a participant's whose address is always the same."""
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        theirs = (
            isinstance(blueprint, GuardedBlueprint) and blueprint.guard in AUDIENCES
        )
        whole = not rule.arguments and not str(rule).endswith("/status")  # a fragment
        if str(rule).startswith("/offline/"):  # test_offline looks at what shows there
            continue
        if theirs and "GET" in (rule.methods or ()) and whole:
            yield str(rule)


class Reader:
    """Opens pages in one language, by day or by night, and looks at each."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.seen: set[str] = set()

    def open(self, path: str) -> None:
        self.page.goto(f"{self.base}{path}")
        self.look()

    def look(self) -> None:
        """What must hold of the page that shows."""
        page, name = self.page, self.page.url
        if name in self.seen:
            return
        self.seen.add(name)
        number = len(self.seen)
        fits(page, f"every-{number:02}")
        if THOROUGH or number % PART == 0:
            assert axe_violations(page) == [], name
        assert page.locator(".safety").is_visible(), name
        assert not too_wide(page), name

    def send(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(selector).first.tap()
        self.look()


@pytest.fixture
def reader(
    screens: Screens,
    app: Flask,
    runtime: Runtime,
    portal_url: str,
    participant_id: int,
    short: str,
    language: Language,
    dark: bool,
) -> Reader:
    """Somebody at the diary of an enrolled phone, whose pages speak one language."""
    with runtime.writing() as session:
        session.get_one(Participant, participant_id).language = short
    held = arrivals.cookies(app, runtime, participant_id)
    page = screens.open(
        f"{portal_url}/diary",
        language=language,
        held={**held, "language": short},
        workers=False,
        color_scheme="dark" if dark else "light",
    )
    return Reader(page, portal_url)


@pytest.mark.parametrize(("short", "language"), [("zh", "zh-CN"), ("en", "en-GB")])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_of_a_participant_fits_and_axe_finds_nothing(
    screens: Screens, app: Flask, reader: Reader
) -> None:
    screens.expect("400")
    screens.expect("409")
    write_a_warm_diary(reader)
    report_twice(reader)
    for path in addresses(app):
        answer = reader.page.request.get(f"{reader.base}{path}")
        if answer.ok and answer.headers["content-type"].startswith("text/html"):
            reader.open(path)
    past = reader.page.locator("a[href^='/history/']").first
    reader.open("/history")
    href = past.get_attribute("href")
    reader.open(f"{href}")
    reader.open(f"{href}/correct")
    choose_a_pin_and_come_back(reader)


LARGE_TEXT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("html { font-size: 34px !important }");
  const own = [...document.adoptedStyleSheets];
  document.adoptedStyleSheets = [...own, sheet];
  const root = document.documentElement;
  const found = [getComputedStyle(root).fontSize, root.scrollWidth];
  document.adoptedStyleSheets = own;
  return found;
}"""


def too_wide(page: Page) -> bool:
    """Whether a page is wider than a small phone with text nearly twice its size."""
    size, width = page.evaluate(LARGE_TEXT)
    assert size == "34px"
    return int(width) > 360


def write_a_warm_diary(reader: Reader) -> None:
    """The screens of the diary, a temperature asked back, and a second reading.

    They are made of the same few kinds of questions: an ordinary run opens a part.
    """
    page = reader.page
    reader.look()
    reader.send("button[name=none]")
    reader.send("button[name=none]")
    page.fill("#temp", "99.6")
    with page.expect_navigation():
        page.locator("button[name=go]").tap()
    assert axe_violations(page) == [], "asked again"
    page.fill("#temp", "37.6")
    reader.send("button[name=go]")
    *others, last = screens_of(page)
    for screen in [*part_of(others, turn=0), last]:
        page.goto(screen)
        reader.look()
    reader.send("button[name=none]:visible, button[name=go]:visible")
    assert "/sent/" in page.url
    reader.send("a[href='/diary?reading=1']")
    reader.send("button[name=none]")


def report_twice(reader: Reader) -> None:
    """A red flag, and the same screen once more with another."""
    page = reader.page
    reader.open("/diary")
    entry = page.locator("[name=entry]").input_value()
    page.locator("label:has(input[value=chest_pain])").tap()
    reader.send("button[name=send]")
    page.goto(f"{reader.base}/diary")
    page.evaluate("id => document.querySelector('[name=entry]').value = id", entry)
    page.locator("label:has(input[value=seizure])").tap()
    with page.expect_navigation():
        page.locator("button[name=send]").tap()
    assert axe_violations(page) == [], "sent already"


def choose_a_pin_and_come_back(reader: Reader) -> None:
    """The ways in, on a phone that knows its PIN and is signed out."""
    page = reader.page
    page.goto(f"{reader.base}/phones")
    page.fill("#pin", "507318")
    with page.expect_navigation():
        page.locator("form[action='/phones/pin'] button").tap()
    page.context.clear_cookies(name="session")
    for path in ("/pin", "/sign-in", "/sign-in/paper"):
        reader.open(path)
    page.fill("#paper", "1234")
    with page.expect_navigation():
        page.locator("form[action='/sign-in/paper'] button").tap()
    assert axe_violations(page) == [], "a code that is none"
    page.goto(f"{reader.base}/sign-in")
    page.fill("#number", "13800138007")
    reader.send("form[action='/sign-in'] button")
    page.goto(f"{reader.base}/history")
    page.fill("#pin", "507318")
    with page.expect_navigation():
        page.locator("form[action='/pin'] button").tap()
    assert page.url == f"{reader.base}/history"
