"""Not known whether home: the ward's form, and the advice with and without a network."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from portal.db.tables.diary import EntryVersion
from portal.db.tables.people import Staff, Stay
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.browser import Language, Screens, Size, fits, look
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import START
from tests.support.handset import Handset, handset, secret_for

pytestmark = pytest.mark.browser
LOOKS: list[tuple[Size, Language, bool]] = [
    ("small", "zh-CN", False),
    ("small", "en-GB", True),
]
EIGHT_DAYS_AGO = START.date().replace(day=START.day - 8)
BOTH = {
    "zh-CN": "在医院：请立即按铃叫护士。在家：请立即拨打",
    "en-GB": "In hospital: ring for the ward nurse now. At home: ",
}


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def asked(runtime: Runtime, people: Cast) -> list[int]:
    """Two people of whom nobody has said whether they are home."""
    numbers = {"DS-008": "13800138008", "DS-009": "13800138009"}
    with runtime.writing() as session:
        return [
            enrolled(
                session,
                people,
                code,
                d0=EIGHT_DAYS_AGO,
                home_since=None,
                number=number,
            ).id
            for code, number in numbers.items()
        ]


@pytest.mark.parametrize(("size", "language", "dark"), LOOKS)
@pytest.mark.thorough
def test_the_ward_answers_for_everybody_on_one_form(
    app: Flask,
    screens: Screens,
    portal_url: str,
    runtime: Runtime,
    people: Cast,
    asked: list[int],
    size: Size,
    language: Language,
    dark: bool,
) -> None:
    with runtime.writing() as session:
        session.get_one(Staff, people.here["nurse"].id).language = language[:2]
    nurse = arrivals.staff_visitor(app, runtime, people.here["nurse"])
    page = screens.open(
        f"{portal_url}/staff",
        size=size,
        language=language,
        held=arrivals.held(nurse),
        color_scheme="dark" if dark else "light",
    )
    line = page.locator("li.line", has_text="DS-008")
    expect(line).to_contain_text("DS-009")
    look(page, f"ward-line-{language}")
    page.goto(f"{portal_url}/staff/participants/DS-008")
    look(page, f"ward-record-{language}")
    page.goto(f"{portal_url}/staff/ward")
    page.locator("label:has(input[name='place-DS-008'][value=here])").click()
    page.locator("label:has(input[name='place-DS-009'][value=home])").click()
    page.locator("input[name='on-DS-009']").fill("2026-03-11")
    look(page, f"ward-form-{language}")
    page.locator("form#ward button[type=submit]").click()
    page.wait_for_url("**/staff")
    with runtime.reading() as session:
        rows = session.scalars(select(Stay).where(Stay.participant_id.in_(asked)))
        known = {(row.here_on, row.discharged_on) for row in rows}
    today = START.date()
    assert known == {(today, None), (None, today.replace(day=today.day - 1))}


@pytest.mark.parametrize(("size", "language", "dark"), LOOKS)
@pytest.mark.parametrize(
    "network", [False, pytest.param(True, marks=pytest.mark.thorough)]
)
def test_a_red_flag_is_answered_for_both_places(
    screens: Screens,
    portal_url: str,
    runtime: Runtime,
    asked: list[int],
    size: Size,
    language: Language,
    dark: bool,
    network: bool,
) -> None:
    secret = secret_for(runtime, asked[0])
    phone = handset(
        screens, portal_url, secret, size=size, language=language, dark=dark
    )
    phone.get_ready()
    where = "online" if network else "offline"
    if not network:
        phone.lose_network()
        phone.open_shell()
    words = "ring for the ward nurse first" if language == "en-GB" else "先按铃叫护士；"
    assert words in phone.text()
    phone.tick("emerg", "fainted")
    phone.press("send")
    phone.page.locator(".advice").wait_for()
    said = phone.text()
    assert BOTH[language] in phone.page.locator("h1").filter(visible=True).inner_text()
    assert phone.page.locator(".advice a[href='tel:120']:visible").count() == 1
    first = phone.page.locator(".advice a[href^='tel:']:visible").first
    assert first.get_attribute("href") == "tel:120"
    assert said.index(BOTH[language]) == said.index(BOTH[language].split(":")[0])
    look(phone.page, f"both-emergency-{where}-{language}")
    if not network:
        _arrives(phone, runtime)


def dialled(phone: Handset) -> list[str]:
    """Every number that a button of the advice dials, from the top."""
    buttons = phone.page.locator("main a.button[href^='tel:']:visible").all()
    return [str(one.get_attribute("href")).removeprefix("tel:") for one in buttons]


def report_a_fever(phone: Handset) -> None:
    phone.go_on("none")
    phone.go_on("none")
    phone.page.locator("#temp:visible").fill("39.2")
    phone.press("go")
    phone.page.locator(".advice:visible").wait_for()


@pytest.mark.thorough
def test_each_number_is_offered_once_where_nobody_knows_the_place(
    screens: Screens, portal_url: str, runtime: Runtime, asked: list[int]
) -> None:
    phone = handset(screens, portal_url, secret_for(runtime, asked[0]))
    phone.get_ready()
    phone.lose_network()
    phone.open_shell()
    report_a_fever(phone)
    assert dialled(phone) == ["02855500120"]
    phone.find_network()
    phone.page.locator(".advice .told.done").wait_for()
    assert dialled(phone) == ["02855500120"]
    offline = phone.page.locator(".advice a[href^='tel:']").get_attribute("class")
    assert offline == "button danger big", "first, as with a network"


@pytest.mark.thorough
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_on_the_ward_one_number_is_offered_once_with_and_without_a_network(
    screens: Screens,
    portal_url: str,
    runtime: Runtime,
    people: Cast,
    language: Language,
) -> None:
    d0 = START.date() - timedelta(days=3)
    with runtime.writing() as session:
        inside = enrolled(session, people, "DS-003", d0=d0, home_since=None).id
    secret = secret_for(runtime, inside)
    phone = handset(screens, portal_url, secret, language=language)
    phone.get_ready()
    phone.lose_network()
    phone.open_shell()
    phone.tick("emerg", "fainted")
    phone.press("send")
    phone.page.locator(".advice:visible").wait_for()
    assert dialled(phone) == ["02855500120"]
    said = phone.page.locator(".advice:visible").inner_text()
    assert "拨打120" not in said
    assert "call 120" not in said
    fits(phone.page, f"ward-emergency-offline-{language}")
    phone.find_network()
    phone.page.locator(".advice .told.done").wait_for()
    assert dialled(phone) == ["02855500120"]
    phone.page.locator("a[href^='/diary/sent/']").first.tap()
    phone.page.wait_for_url("**/diary/sent/**")
    assert dialled(phone) == ["02855500120"]


def _arrives(phone: Handset, runtime: Runtime) -> None:
    phone.find_network()
    phone.page.locator(".advice .done").wait_for()
    with runtime.reading() as session:
        version = session.scalars(select(EntryVersion)).one()
    assert version.verdict["advice"][:2] == ["M-W", "M-E"]
