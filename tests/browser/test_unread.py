"""Words that nobody read yet, as their writer and the nurse see them on a small phone."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from portal.audit import Actor
from portal.db.tables.alerts import Task
from portal.db.tables.people import Participant
from portal.diary import entries
from portal.diary.entries import Submission
from portal.people.case import Case
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.browser import Language, Screens, Size, fits, look
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import START
from tests.support.handset import Handset, handset, secret_for
from tests.support.ward import CALM

pytestmark = pytest.mark.browser
LOOKS: list[tuple[Size, Language, bool]] = [
    ("small", "zh-CN", False),
    ("small", "en-GB", True),
]
DARK = "什么都不想说了，随便吧"
HOUR = {"zh-CN": "11:00前看您写的话", "en-GB": "will read what you wrote by 11:00"}
IF_ILL = {
    "zh-CN": "如果您现在不舒服，不要等",
    "en-GB": "If you feel ill now, do not wait",
}


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def secret(runtime: Runtime, people: Cast) -> str:
    with runtime.writing() as session:
        person_id = enrolled(session, people).id
    return secret_for(runtime, person_id)


@pytest.fixture
def ward_secret(runtime: Runtime, people: Cast) -> str:
    d0 = START.date() - timedelta(days=3)
    with runtime.writing() as session:
        person = enrolled(session, people, "DS-003", d0=d0, home_since=None)
        person_id = person.id
    return secret_for(runtime, person_id)


def fill_in(phone: Handset, note: str, shown: int = 16) -> None:
    """A calm diary to its end, by thumb, with a note on its last screen."""
    for _ in range(shown):
        phone.settle()
        page = phone.page
        if page.locator(".advice:visible").count():
            return
        if page.locator("[name=temp]:visible").count():
            page.locator("[name=temp]:visible").fill("36.6")
        if page.locator("[name=note]:visible").count():
            page.locator("[name=note]:visible").fill(note)
        for name, value in (("writing", "no"), ("meds", "yes"), ("near", "yes")):
            if page.locator(f"input[name={name}]:visible").count():
                phone.tick(name, value)
        none = page.locator("button[name=none]:visible").count()
        before = page.evaluate("location.href")
        phone.press("none" if none else "go")
        page.wait_for_function("(before) => location.href !== before", arg=before)


def wrote(
    runtime: Runtime,
    people: Cast,
    note: str,
    language: Language,
    code: str | None = None,
) -> str:
    """A calm diary with a note, sent with a network; where its receipt is read."""
    version = str(uuid4())
    with runtime.writing() as session:
        everybody = select(Participant)
        known = everybody if code is None else everybody.filter_by(code=code)
        person = session.scalars(known).one()
        me = Actor("participant", str(person.id))
        said = Submission(
            version, "complete", {**CALM, "note": note}, "self", language[:2], me
        )
        entries.submit(Case(session, people.study, person, runtime.now()), said)
    return f"/diary/sent/{version}"


def in_order(text: str, *sentences: str) -> bool:
    places = [text.find(one) for one in sentences]
    return -1 not in places and places == sorted(places)


@pytest.mark.thorough
@pytest.mark.parametrize(("size", "language", "dark"), LOOKS)
def test_the_receipt_says_what_to_do_and_by_when_it_is_read(
    screens: Screens,
    portal_url: str,
    secret: str,
    runtime: Runtime,
    people: Cast,
    size: Size,
    language: Language,
    dark: bool,
) -> None:
    phone = handset(
        screens, portal_url, secret, size=size, language=language, dark=dark
    )
    phone.open(wrote(runtime, people, DARK, language))
    text = phone.page.locator(".advice").inner_text()
    assert in_order(text, "09:00", IF_ILL[language], HOUR[language])
    assert phone.page.locator("a[href^='tel:028']:visible").count()
    look(phone.page, f"words-receipt-{language}")


@pytest.mark.thorough
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_large_text_on_the_smallest_phone_still_fits(
    screens: Screens,
    portal_url: str,
    secret: str,
    runtime: Runtime,
    people: Cast,
    language: Language,
) -> None:
    phone = handset(screens, portal_url, secret, language=language)
    phone.page.set_viewport_size({"width": 320, "height": 568})
    phone.open(wrote(runtime, people, DARK, language))
    phone.page.evaluate("document.documentElement.style.fontSize = '200%'")
    fits(phone.page, f"words-receipt-large-{language}")


@pytest.mark.thorough
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_on_the_ward_the_receipt_says_to_ring_and_dials_nobody(
    screens: Screens,
    portal_url: str,
    ward_secret: str,
    runtime: Runtime,
    people: Cast,
    language: Language,
) -> None:
    phone = handset(screens, portal_url, ward_secret, language=language)
    phone.open(wrote(runtime, people, DARK, language))
    text = phone.page.locator(".advice").inner_text()
    ring = {"zh-CN": "请按铃叫护士", "en-GB": "ring for the nurse"}
    assert in_order(text, IF_ILL[language], ring[language], HOUR[language])
    fits(phone.page, f"words-receipt-ward-{language}")


@pytest.mark.thorough
@pytest.mark.parametrize(("size", "language", "dark"), LOOKS)
def test_without_a_network_no_hour_is_promised_until_it_was_sent(
    screens: Screens,
    portal_url: str,
    secret: str,
    runtime: Runtime,
    size: Size,
    language: Language,
    dark: bool,
) -> None:
    phone = handset(
        screens, portal_url, secret, size=size, language=language, dark=dark
    )
    phone.get_ready()
    phone.lose_network()
    phone.open_shell()
    fill_in(phone, DARK)
    waits = phone.page.locator(".advice:visible").inner_text()
    unread = {"zh-CN": "发出去以后才有人能看到", "en-GB": "until it has been sent"}
    assert in_order(waits, unread[language], IF_ILL[language])
    assert "11:00" not in waits
    look(phone.page, f"words-waiting-{language}")
    phone.find_network()
    phone.page.locator(".advice:visible").get_by_text(HOUR[language]).wait_for()
    sent = phone.page.locator(".advice:visible").inner_text()
    assert in_order(sent, "09:00", IF_ILL[language], HOUR[language])
    assert phone.page.locator("a[href^='tel:028']:visible").count()
    look(phone.page, f"words-sent-{language}")
    with runtime.reading() as session:
        assert session.scalars(select(Task.kind)).all() == ["words_to_read"]


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_nurse_reads_the_words_on_the_task(
    screens: Screens,
    portal_url: str,
    secret: str,
    app: Flask,
    runtime: Runtime,
    people: Cast,
    language: Language,
) -> None:
    wrote(runtime, people, f"{DARK}。" * 20, language)
    page = staff_page(screens, portal_url, app, runtime, people, language)
    with runtime.reading() as session:
        task_id = session.scalars(select(Task.id)).one()
    team = Handset(page, portal_url)
    fits(team.page, f"words-worklist-{language}")
    team.open(f"/staff/tasks/{task_id}")
    assert DARK in team.text()
    assert page.locator("a[href^='tel:']:visible").count()
    assert page.locator("input[name=heard]").count() == 1
    look(team.page, f"words-task-{language}")


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_nurse_reads_everybodys_words_on_one_page(
    screens: Screens,
    portal_url: str,
    app: Flask,
    runtime: Runtime,
    people: Cast,
    language: Language,
    script: bool,
) -> None:
    screens.expect("400")
    for code, number in (("DS-007", "13800138007"), ("DS-008", "13800138008")):
        with runtime.writing() as session:
            enrolled(session, people, code, number=number)
        wrote(runtime, people, f"{DARK}。" * 6, language, code)
    page = staff_page(screens, portal_url, app, runtime, people, language, script)
    line = page.locator("li.line", has_text="DS-008")
    assert "DS-007" in line.inner_text()
    if script:
        fits(page, f"words-line-{language}")
    line.locator("a[href='/staff/words']").click()
    page.wait_for_url("**/staff/words")
    assert page.locator("q", has_text=DARK).count() == 2
    page.locator("section label:has(input[name^=read-])").first.click()
    if script:
        look(page, f"words-together-{language}")
    page.locator("form#words button[type=submit]").click()
    page.wait_for_url("**/staff")
    page.goto(f"{portal_url}/staff/words")
    assert page.locator("q", has_text=DARK).count() == 1
    page.locator("form#words button[type=submit]").click()
    page.locator(".notice.summary").wait_for()
    if script:
        fits(page, f"words-nobody-ticked-{language}")


def staff_page(
    screens: Screens,
    url: str,
    app: Flask,
    runtime: Runtime,
    people: Cast,
    language: Language,
    script: bool = True,
) -> Page:
    with runtime.writing() as session:
        nurse = session.merge(people.here["nurse"])
        nurse.language = "zh" if language == "zh-CN" else "en"
    visitor = arrivals.staff_visitor(app, runtime, people.here["nurse"])
    held = arrivals.held(visitor)
    return screens.open(
        f"{url}/staff", language=language, held=held, java_script_enabled=script
    )
