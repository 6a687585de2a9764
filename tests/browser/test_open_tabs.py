"""Two tabs of one phone: what happens in one takes nothing from what stands in the other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from portal.db.tables.access import Device
from portal.db.tables.alerts import Alert
from portal.db.tables.diary import EntryVersion
from portal.db.tables.outbox import Message
from portal.people.access import pins
from portal.runtime import Runtime
from tests.support.browser import Screens, look
from tests.support.cast import Cast, cast, enrolled
from tests.support.handset import Handset, handset, secret_for

pytestmark = pytest.mark.browser
PIN = "507318"
CHANGES = [  # what happened in the other tab, and whether scripts run
    pytest.param("another person", True, id="another person"),
    *(
        pytest.param(how, script, id=name, marks=pytest.mark.thorough)
        for how, script, name in (
            ("pin", True, "pin"),
            ("pin", False, "pin-no script"),
            ("sign out", True, "sign out"),
            ("sign out", False, "sign out-no script"),
            ("session gone", True, "session gone"),
            ("session gone", False, "session gone-no script"),
            ("another person", False, "another person-no script"),
        )
    ),
]


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def secret(runtime: Runtime, people: Cast) -> str:
    """Of DS-007's phone, which has a PIN; DS-008 shares it now and then."""
    with runtime.writing() as session:
        enrolled(session, people, "DS-008", number="13800138008")
        participant_id = enrolled(session, people).id
    found = secret_for(runtime, participant_id)
    hashed = pins.hashed(PIN)
    with runtime.writing() as session:
        session.scalars(select(Device)).one().pin_hash = hashed
    return found


def alerts(runtime: Runtime) -> list[tuple[int, str]]:
    with runtime.reading() as session:
        found = session.scalars(select(Alert))
        return [(one.participant_id, one.tier) for one in found]


def owner(runtime: Runtime) -> int:
    with runtime.reading() as session:
        query = select(Device.participant_id).order_by(Device.id)
        return session.scalars(query.limit(1)).one()


def press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


def type_pin(tab: Page, url: str) -> None:
    tab.goto(f"{url}/pin")
    tab.locator("input[name=pin]").fill(PIN)
    press(tab, "form[action='/pin'] button")


def by_text(tab: Page, url: str, runtime: Runtime, number: str) -> None:
    tab.goto(f"{url}/sign-in?other=1")
    tab.locator("input[name=number]").fill(number)
    press(tab, "form[action='/sign-in'] button")
    with runtime.reading() as session:
        query = select(Message).filter_by(purpose="code").order_by(Message.id.desc())
        code = str(session.scalars(query.limit(1)).one().variables["code"])
    tab.locator("input[name=code]").fill(code)
    press(tab, "form[action='/sign-in/code'] button")


def change(how: str, phone: Handset, runtime: Runtime, *, script: bool) -> None:
    """In another tab of the same phone, once its page has come to rest."""
    tab = phone.context.new_page()
    if how in ("pin", "sign out"):
        type_pin(tab, phone.url)
    if how == "sign out":
        if script:  # else the page misses what signing out takes, and says so
            tab.wait_for_selector("html[data-ready=offline]")
        press(tab, "form[action='/sign-out'] button")
    if how == "session gone":
        phone.context.clear_cookies(name="session")
    if how == "another person":
        by_text(tab, phone.url, runtime, "13800138008")
    tab.close()


@pytest.mark.parametrize(("how", "script"), CHANGES)
def test_a_red_flag_ticked_in_one_tab_is_answered_whatever_happened_in_the_other(
    screens: Screens,
    portal_url: str,
    runtime: Runtime,
    secret: str,
    how: str,
    script: bool,
) -> None:
    phone = handset(
        screens, portal_url, secret, language="en-GB", java_script_enabled=script
    )
    if script:
        phone.get_ready()
    else:
        phone.open("/diary")
    page = phone.page
    page.locator("label:has(input[value=seizure])").tap()
    change(how, phone, runtime, script=script)
    press(page, "button[name=send]")
    assert page.locator("html").get_attribute("lang") == "en"
    assert "Call 120 now" in page.locator("h1").inner_text()
    assert page.locator("main a[href='tel:120']:visible").first.is_visible()
    assert "Your study team has been told" in page.locator("main").inner_text()
    assert alerts(runtime) == [(owner(runtime), "emergency")]
    press(page, "main a[href^='/diary/']")
    assert page.locator("html").get_attribute("lang") == "en"
    press(page, "main form.either button[name=none], main form.either button[name=go]")
    page.locator("#temp").fill("36.6")
    press(page, "main form.either button[name=none], main form.either button[name=go]")
    assert page.locator("form.either").is_visible()


@pytest.mark.parametrize(
    ("screen", "language", "dark"),
    [
        ("flags", "zh-CN", False),
        ("flags", "en-GB", True),
        pytest.param("fever", "zh-CN", True, marks=pytest.mark.thorough),
        pytest.param("calm", "en-GB", False, marks=pytest.mark.thorough),
    ],
)
@pytest.mark.thorough
def test_where_nobody_may_report_the_page_says_at_once_what_to_do_and_sends_later(
    screens: Screens,
    portal_url: str,
    runtime: Runtime,
    secret: str,
    language: str,
    dark: bool,
    screen: str,
) -> None:
    phone = handset(screens, portal_url, secret, language=language, dark=dark)  # type: ignore[arg-type]
    page = phone.page
    phone.open("/diary")
    sends = "button[name=none]"
    if screen == "fever":
        press(page, "button[name=none]")
        press(page, "button[name=none]")
        page.locator("#temp").fill("39.5")
        sends = "button[name=go]"
    if screen == "flags":
        page.locator("label:has(input[value=seizure])").tap()
        sends = "button[name=send]"
    phone.context.clear_cookies()
    screens.expect("401")
    press(page, sends)
    look(page, f"unsent-{screen}-{language}{'-dark' if dark else ''}")
    if screen != "calm":  # the button to dial is on the first screen
        button = page.locator("section.advice a.button").first.bounding_box()
        assert button is not None
        assert button["y"] + button["height"] <= 500
    assert page.locator("html").get_attribute("lang") == (
        "zh-Hans" if language == "zh-CN" else "en"
    )
    number = {"flags": "tel:120", "fever": "tel:02855500120", "calm": "tel:02855500120"}
    assert page.locator(f"main a[href='{number[screen]}']").first.is_visible()
    with phone.context.expect_page() as opened:
        page.locator("main a[href='/sign-in']").click()
    by_text(opened.value, portal_url, runtime, "13800138007")
    opened.value.close()
    press(page, "main form button")
    assert "/diary/" in page.url
    wanted = {"flags": ["emergency"], "fever": ["urgent"], "calm": []}
    assert [tier for _, tier in alerts(runtime)] == wanted[screen]


@pytest.mark.thorough
def test_what_the_network_swallowed_stays_whose_page_it_was(
    screens: Screens, portal_url: str, runtime: Runtime, secret: str
) -> None:
    """The worker knows the record of whoever signed in last: that is not who wrote."""
    phone = handset(screens, portal_url, secret, language="en-GB")
    phone.get_ready()
    page = phone.page
    page.locator("label:has(input[value=seizure])").tap()
    tab = phone.context.new_page()
    by_text(tab, portal_url, runtime, "13800138008")
    tab.goto(f"{portal_url}/today")
    tab.wait_for_selector("html[data-ready=offline]")
    phone.lose_network()
    page.locator("button[name=send]").tap()
    page.wait_for_url("**/offline/en#taken/*")
    page.locator("section.advice:visible").wait_for()
    assert "Call 120 now" in page.locator("h1:visible").inner_text()
    phone.find_network()
    page.wait_for_function("() => document.body.innerText.includes('has been told')")
    assert alerts(runtime) == [(owner(runtime), "emergency")]
    with runtime.reading() as session:
        [version] = session.scalars(select(EntryVersion))
    assert (version.participant_id, version.language) == (owner(runtime), "en")
