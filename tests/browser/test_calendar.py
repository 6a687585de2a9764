"""The calendar and what staff do with it, in a real browser, on phone and paper."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from portal.audit import Actor
from portal.db.tables.diary import Visit
from portal.db.tables.people import Participant
from portal.diary import correction_requests, corrections, entries
from portal.diary.corrections import Correction
from portal.diary.entries import Submission
from portal.people.case import Case
from portal.runtime import Runtime
from portal.visits import appointments
from portal.visits.appointments import VisitForm
from tests.support import arrivals
from tests.support.amount import part_of
from tests.support.browser import SHOTS, Language, Screens, Size, look
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.web import Visitor

pytestmark = pytest.mark.browser
BOTH: list[tuple[str, Language]] = [("zh", "zh-CN"), ("en", "en-GB")]


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def person_id(runtime: Runtime, people: Cast, clock: Clock) -> int:
    """DS-007 on day 18: D14 took place, D28 has an hour."""
    with runtime.writing() as session:
        number = enrolled(session, people).id
    clock.set(datetime(2026, 3, 19, 1, tzinfo=UTC))
    booked = datetime(2026, 3, 30, 1, 30, tzinfo=UTC)
    _act(runtime, people, number, "D14", "attend", on=date(2026, 3, 16))
    _act(runtime, people, number, "D28", "book", at=booked)
    return number


def _act(
    runtime: Runtime, people: Cast, number: int, code: str, act: str, **more: object
) -> None:
    with runtime.writing() as session:
        row = session.get_one(Participant, number)
        query = select(Visit).filter_by(participant_id=number, code=code)
        version = session.scalars(query).one().version
        case = Case(session, people.study, row, runtime.now())
        form = VisitForm(case, people.here["coordinator"], code, version)
        getattr(appointments, act)(form, **more)


def signed_in(
    screens: Screens,
    visitor: Visitor,
    url: str,
    path: str,
    *,
    size: Size = "small",
    language: Language = "zh-CN",
    dark: bool = False,
) -> Page:
    """The page at ``path`` in a browser that holds the visitor's session."""
    return screens.open(
        f"{url}{path}",
        size=size,
        language=language,
        held=arrivals.held(visitor),
        workers=False,
        color_scheme="dark" if dark else "light",
    )


def speak(runtime: Runtime, person_id: int, short: str) -> None:
    with runtime.writing() as session:
        session.get_one(Participant, person_id).language = short


@pytest.mark.thorough
@pytest.mark.parametrize(("short", "language"), BOTH)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_calendar_fits_a_small_phone_in_both_languages(
    screens: Screens,
    app: Flask,
    portal_url: str,
    runtime: Runtime,
    person_id: int,
    short: str,
    language: Language,
    dark: bool,
) -> None:
    speak(runtime, person_id, short)
    visitor = arrivals.person_visitor(app, runtime, person_id)
    page = signed_in(
        screens, visitor, portal_url, "/today", language=language, dark=dark
    )
    tone = "dark" if dark else "light"
    look(page, f"calendar-{short}-{tone}-today")
    page.get_by_role("navigation").get_by_role(
        "link", name={"zh": "日历", "en": "Calendar"}[short]
    ).click()
    page.wait_for_url("**/calendar")
    look(page, f"calendar-{short}-{tone}")
    when = {"zh": "2026年3月30日 星期一 09:30", "en": "Monday 30 March 2026 09:30"}
    assert page.get_by_text(when[short]).is_visible()


@pytest.mark.parametrize(("short", "language"), BOTH)
@pytest.mark.thorough
def test_the_calendar_prints_whole_and_in_black(
    screens: Screens,
    app: Flask,
    portal_url: str,
    runtime: Runtime,
    person_id: int,
    short: str,
    language: Language,
) -> None:
    speak(runtime, person_id, short)
    visitor = arrivals.person_visitor(app, runtime, person_id)
    page = signed_in(
        screens,
        visitor,
        portal_url,
        "/calendar",
        size="desk",
        language=language,
        dark=True,
    )
    page.emulate_media(media="print")
    assert page.locator(".card").count() > 8
    assert not page.locator(".tabs").is_visible()
    assert not page.locator("a.report").is_visible()
    assert page.locator(".safety").is_visible()  # the numbers belong on paper too
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    ink = "getComputedStyle(document.querySelector('.card strong')).color"
    assert page.evaluate(ink) == "rgb(0, 0, 0)"
    if SHOTS:
        page.screenshot(
            path=Path(SHOTS) / f"calendar-print-{short}.png", full_page=True
        )
        page.pdf(path=Path(SHOTS) / f"calendar-{short}.pdf", format="A4")


@pytest.mark.thorough
@pytest.mark.parametrize("size", ["small", "desk"])
@pytest.mark.parametrize("short", ["zh", "en"])
def test_the_teams_pages_of_follow_up_fit_and_can_be_used_by_all(
    screens: Screens,
    app: Flask,
    portal_url: str,
    runtime: Runtime,
    people: Cast,
    person_id: int,
    size: Size,
    short: str,
) -> None:
    arrivals.caregiver(runtime, people, person_id)
    with runtime.writing() as session:
        staff = session.merge(people.here["investigator"])
        staff.language = short
    visitor = arrivals.staff_visitor(app, runtime, people.here["investigator"])
    here = "/staff/participants/DS-007"
    paths = {
        "person": here,
        "visit": f"{here}/visits/D28",
        "settled": f"{here}/visits/D14",
        "status": f"{here}/status",
        "reminders": f"{here}/reminders",
        "contacts": f"{here}/contacts",
        "corrections": "/staff/corrections",
    }
    page = signed_in(screens, visitor, portal_url, here, size=size)
    for name, path in part_of(list(paths.items()), turn=0):
        page.goto(f"{portal_url}{path}")
        look(page, f"team-{name}-{short}-{size}")


@pytest.mark.thorough
@pytest.mark.parametrize(("short", "language"), BOTH)
def test_the_pages_of_a_correction_fit_a_small_phone(
    screens: Screens,
    app: Flask,
    portal_url: str,
    runtime: Runtime,
    people: Cast,
    person_id: int,
    short: str,
    language: Language,
) -> None:
    speak(runtime, person_id, short)
    entry = _reported_and_asked(runtime, people, person_id)
    visitor = arrivals.person_visitor(app, runtime, person_id)
    path = f"/history/{entry}"
    page = signed_in(screens, visitor, portal_url, path, language=language)
    look(page, f"correction-{short}-entry")
    page.goto(f"{portal_url}{path}/correct")
    look(page, f"correction-{short}-form")
    page.goto(f"{portal_url}/diary?day=2026-03-18")
    look(page, f"correction-{short}-yesterday")


@pytest.mark.parametrize("short", ["zh", "en"])
@pytest.mark.thorough
def test_the_teams_pages_of_a_correction_fit_a_small_phone(
    screens: Screens,
    app: Flask,
    portal_url: str,
    runtime: Runtime,
    people: Cast,
    person_id: int,
    short: str,
) -> None:
    entry = _reported_and_asked(runtime, people, person_id)
    with runtime.writing() as session:
        session.merge(people.here["investigator"]).language = short
    doctor = arrivals.staff_visitor(app, runtime, people.here["investigator"])
    page = signed_in(screens, doctor, portal_url, "/staff/corrections")
    look(page, f"correction-{short}-list")
    page.goto(f"{portal_url}/staff/entries/{entry}/correct")
    look(page, f"correction-{short}-asking")


def _reported_and_asked(runtime: Runtime, people: Cast, person_id: int) -> int:
    """A diary, its correction by who wrote it, and one that a nurse asks for."""
    me = Actor("participant", str(person_id))
    said = {"emerg": [], "temp": {"value": "36.6", "unit": "C"}, "infect": ["cough"]}
    submission = Submission(str(uuid4()), "complete", said, "self", "zh", me)
    nurse = Actor("staff", str(people.here["nurse"].id))
    now, study = runtime.now(), people.study
    with runtime.writing() as session:
        row = session.get_one(Participant, person_id)
        then = now - timedelta(hours=2)
        receipt = entries.submit(Case(session, study, row, then), submission)
    entry = receipt.entry_id
    own = Correction(entry, str(uuid4()), {"infect": []}, "写错了", me, "zh")
    asked = Correction(
        entry, str(uuid4()), {"temp": "cannot"}, "her words", nurse, "en"
    )
    with runtime.writing() as session:
        row = session.get_one(Participant, person_id)
        corrections.correct(Case(session, study, row, now), own)
        correction_requests.ask(Case(session, study, row, now), asked)
    return entry


@pytest.mark.thorough
def test_a_visit_is_moved_without_javascript(
    screens: Screens,
    app: Flask,
    portal_url: str,
    runtime: Runtime,
    people: Cast,
    person_id: int,
) -> None:
    visitor = arrivals.staff_visitor(app, runtime, people.here["coordinator"])
    page = screens.open(
        f"{portal_url}/staff/participants/DS-007/visits/D28",
        held=arrivals.held(visitor),
        java_script_enabled=False,
    )
    page.get_by_label("Day and time").fill("2026-03-31T10:00")
    with page.expect_navigation():
        page.get_by_role("button", name="Move", exact=True).click()
    assert page.get_by_text("31 Mar, 10:00").first.is_visible()
    with runtime.reading() as session:
        query = select(Visit).filter_by(participant_id=person_id, code="D28")
        assert session.scalars(query).one().booked_at == datetime(
            2026, 3, 31, 2, tzinfo=UTC
        )
