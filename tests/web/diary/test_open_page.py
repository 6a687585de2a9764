"""What changes under an open page of the diary takes no report away, and gives it to
nobody else: each change in another tab, for each screen that reports."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.app import create_app
from portal.db.tables.access import Device
from portal.db.tables.alerts import Alert
from portal.db.tables.diary import Draft, EntryVersion, Handwriting
from portal.db.tables.people import Stay
from portal.people.access import enrolled_phones
from portal.runtime import Runtime
from tests.support import arrivals, open_page
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.open_page import CHANGES, Form, Tabs
from tests.support.settings import settings_for
from tests.support.web import Visitor


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def tabs(app: Flask, runtime: Runtime, clock: Clock, people: Cast) -> Tabs:
    """An enrolled phone with a PIN, its pages in English, its owner's words Chinese."""
    with runtime.writing() as session:
        other = enrolled(session, people, "DS-008", number="13800138008").id
        owner = enrolled(session, people).id
    browser = arrivals.phone_visitor(app, runtime, owner)
    browser.set_cookie("language", "en")
    found = Tabs(app, runtime, clock, people, browser, owner, other)
    open_page.choose_pin(found)
    return found


def versions(runtime: Runtime) -> list[EntryVersion]:
    with runtime.reading() as session:
        return list(session.scalars(select(EntryVersion)))


def alerts(runtime: Runtime) -> dict[int, str]:
    with runtime.reading() as session:
        return {one.participant_id: one.tier for one in session.scalars(select(Alert))}


def begun(tabs: Tabs, **fields: str) -> str:
    """The address of a diary after a calm first screen, without its last part."""
    answer = tabs.read("/diary").send(none="1", **fields)
    return str(answer.headers["Location"]).rsplit("/", 1)[0]


def screen_with(tabs: Tabs, where: str, name: str) -> str:
    for number in range(2, 20):
        if f'name="{name}"' in tabs.browser.get(f"{where}/{number}").text:
            return f"{where}/{number}"
    raise AssertionError(f"no screen asks for {name}")


SCREENS = ("flags", "question", "writing", "note", "reading", "again")
SENTENCE = "[[10,20,30,40,50,60],[500,200]]"


def opened_on(tabs: Tabs, screen: str) -> tuple[Form, str | None, dict[str, Any]]:
    """A page that lies open: its form, where it goes, and what is dangerous on it."""
    fever = {"temp": "39.5", "temp_unit": "C", "go": "1"}
    match screen:
        case "flags":
            return tabs.read("/diary"), None, {"emerg": "seizure", "send": "1"}
        case "question":
            return tabs.read(screen_with(tabs, begun(tabs), "temp")), None, fever
        case "writing":
            page = screen_with(tabs, begun(tabs), "writing")
            return tabs.read(page), None, {"writing": "yes", "strokes": SENTENCE}
        case "note":
            page = screen_with(tabs, begun(tabs), "note")
            return tabs.read(page), None, {"note": "昨晚抽搐了", "go": "1"}
        case "reading":
            return tabs.read(f"{begun(tabs, reading='1')}/reading"), None, fever
        case _:
            form, entry = tabs.read("/diary"), {"entry": str(uuid.UUID(int=9))}
            form.send(**entry, none="1")
            form.marks |= entry
            return form, "/diary/again", {"emerg": "chest_pain"}


@pytest.mark.sampled(4)
@pytest.mark.parametrize("change", CHANGES)
def test_what_was_entered_is_kept_judged_and_answered_for_whom_the_page_was_opened(
    tabs: Tabs, runtime: Runtime, change: str
) -> None:
    lying_open = {screen: opened_on(tabs, screen) for screen in SCREENS}
    CHANGES[change](tabs)
    for screen, (form, to, answers) in lying_open.items():
        before = {one.id for one in versions(runtime)}
        answer = form.send(to, **answers)
        assert answer.status_code == 303, (screen, answer.text[:800])
        fresh = [one for one in versions(runtime) if one.id not in before]
        assert fresh, screen
        for version in fresh:
            assert version.participant_id == tabs.owner, screen
            assert version.tier in ("emergency", "urgent"), screen
            assert version.language == "en", screen
        advice = tabs.browser.get(answer.headers["Location"])
        assert advice.status_code == 200, (screen, advice.text[:800])
        assert 'lang="en"' in advice.text, screen
        assert "Your study team has been told" in advice.text, screen
    assert alerts(runtime) == {tabs.owner: "emergency"}
    with runtime.reading() as session:
        [drawn] = session.scalars(select(Handwriting))
    assert (drawn.participant_id, drawn.strokes) == (tabs.owner, json.loads(SENTENCE))


@pytest.mark.sampled(4)
@pytest.mark.parametrize("change", CHANGES)
def test_what_stands_on_a_screen_goes_on_being_kept(
    tabs: Tabs, runtime: Runtime, change: str
) -> None:
    page = screen_with(tabs, begun(tabs), "note")
    form = tabs.read(page)
    CHANGES[change](tabs)
    assert form.send(f"{page}/keep", note="just a word").status_code == 204
    with runtime.reading() as session:
        [draft] = session.scalars(select(Draft))
    assert draft.answers == {"note": "just a word"}


@pytest.mark.smoke
@pytest.mark.parametrize("change", ["another person signed in", "a nurse signed in"])
def test_the_whole_way_on_is_for_whom_the_page_was_opened(
    tabs: Tabs, runtime: Runtime, change: str
) -> None:
    """From the red flag to its advice, the card beside it, and through the diary."""
    form, _, answers = opened_on(tabs, "flags")
    CHANGES[change](tabs)
    page = tabs.browser.get(form.send(**answers).headers["Location"])
    links = [link for link in hrefs(page.text) if link.startswith(("/diary", "/card"))]
    assert len(links) == 2
    for link in [*links, status_of(page.text)]:
        assert tabs.browser.get(link).status_code == 200, link
    assert "DS-00" not in tabs.browser.get(links[0]).text
    onward = next(link for link in links if link.startswith("/diary"))
    for _ in range(20):
        if "/sent/" in onward:
            break
        onward = walked(tabs, onward)
    assert tabs.browser.get(onward).status_code == 200
    assert [one.kind for one in versions(runtime)].count("complete") == 1
    assert {one.participant_id for one in versions(runtime)} == {tabs.owner}
    assert tabs.browser.get("/diary").status_code == (403 if "nurse" in change else 200)


def walked(tabs: Tabs, path: str) -> str:
    """Where the next screen is, once this one is answered calmly."""
    form = tabs.read(path)
    press = "none" if 'name="none"' in tabs.browser.get(path).text else "go"
    answer = form.send(path.partition("?")[0], **{press: "1"})
    assert answer.status_code == 303, answer.text[:500]
    return str(answer.headers["Location"])


def hrefs(page: str) -> list[str]:
    return [part.partition('"')[0] for part in page.split('href="')[1:]]


def status_of(page: str) -> str:
    return page.partition('data-live="')[2].partition('"')[0]


@pytest.mark.parametrize("loss", [open_page.forget_all, open_page.switch_off])
@pytest.mark.parametrize("screen", ["flags", "question", "note"])
def test_where_nobody_may_report_the_page_says_what_to_do_and_keeps_what_was_entered(
    tabs: Tabs, runtime: Runtime, loss: Callable[[Tabs], None], screen: str
) -> None:
    form, _, answers = opened_on(tabs, screen)
    before = len(versions(runtime))
    loss(tabs)
    answer = form.send(**answers)
    assert answer.status_code == 401
    assert 'lang="en"' in answer.text
    assert "Not sent. Nobody has been told." in answer.text
    assert "open for too long" not in answer.text
    assert 'href="tel:02855500120"' in answer.text
    assert "minutes" not in answer.text  # no promise of a call
    if screen == "flags":
        assert "Call 120 now" in answer.text
        assert 'href="tel:120"' in answer.text
        assert "What you reported: Seizure" in answer.text
    assert len(versions(runtime)) == before
    assert alerts(runtime) == {}
    open_page.by_text(tabs, "138 0013 8007")  # in another tab; then back to this one
    again = kept_form(tabs, answer.text)
    assert again.send().status_code == 303
    assert set(alerts(runtime)) == {tabs.owner}
    stored = [one.answers for one in versions(runtime)][-1]
    assert {"emerg", "temp", "note"} & set(answers) & set(stored)


def kept_form(tabs: Tabs, page: str) -> Form:
    """The form of a page that was not sent, whole."""
    path = page.rpartition('<form method="post" action="')[2].partition('"')[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    marks = dict(found[1:])  # the first token is the frame's, where it has one
    return Form(tabs.browser, path, marks)


FEVER = {"temp": "39.5", "temp_unit": "C"}
DANGERS = {
    "emergency": {"emerg": "seizure", "send": "1"},
    "urgent": {**FEVER, "go": "1"},
}


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def dialled(page: str) -> list[str]:
    return re.findall(r'<a class="button[^"]*" href="tel:(\d+)"', main_of(page))


def heading_of(page: str) -> str:
    return page.partition('<h1 id="advice">')[2].partition("</h1>")[0]


def put(tabs: Tabs, runtime: Runtime, place: str) -> None:
    """The owner is on the ward, at home, or nobody has said."""
    if place == "home":
        return  # as enrolled
    with runtime.writing() as session:
        stay = session.scalars(select(Stay).filter_by(participant_id=tabs.owner)).one()
        stay.discharged_on = None
        stay.here_on = tabs.clock().date() if place == "ward" else None


@pytest.mark.parametrize("tier", DANGERS)
@pytest.mark.parametrize(
    ("place", "told", "first"),
    [
        ("ward", "Not sent: ring for the nurse now", None),
        ("home", "Not sent: call", "120"),
        ("unknown", "In hospital: ring for the ward nurse now. At home: ", "120"),
    ],
)
def test_a_report_that_was_not_sent_is_told_for_the_place_where_they_are(
    tabs: Tabs, runtime: Runtime, tier: str, place: str, told: str, first: str | None
) -> None:
    """The page's mark is old, and the browser may still report for whom it is about."""
    put(tabs, runtime, place)
    form = tabs.read(
        "/diary" if tier == "emergency" else screen_with(tabs, begun(tabs), "temp")
    )
    form.marks = {name: value for name, value in form.marks.items() if name == "entry"}
    answer = tabs.browser.post(form.path, data={**form.marks, **DANGERS[tier]})
    assert answer.status_code == 401
    assert heading_of(answer.text).startswith(told)
    duty, number = "02855500120", first if tier == "emergency" else None
    assert dialled(answer.text) == ([number, duty] if number else [duty])
    assert "minutes" not in main_of(answer.text)


@pytest.mark.parametrize("place", ["ward", "home", "unknown"])
@pytest.mark.parametrize("tier", DANGERS)
def test_where_nobody_knows_whose_it_is_the_advice_is_right_in_both_places(
    tabs: Tabs, runtime: Runtime, tier: str, place: str
) -> None:
    put(tabs, runtime, place)
    form = tabs.read(
        "/diary" if tier == "emergency" else screen_with(tabs, begun(tabs), "temp")
    )
    open_page.forget_all(tabs)
    answer = form.send(**DANGERS[tier])
    assert answer.status_code == 401
    both = "In hospital: ring for the ward nurse now. At home: "
    assert heading_of(answer.text).startswith(both)
    assert "Not sent. Nobody has been told." in answer.text
    duty = ["02855500120"]
    assert dialled(answer.text) == (["120", *duty] if tier == "emergency" else duty)


def test_a_calm_screen_that_was_not_sent_says_so_calmly(tabs: Tabs) -> None:
    form = tabs.read("/diary")
    open_page.forget_all(tabs)
    answer = form.send(none="1")
    assert answer.status_code == 401
    assert "This was not sent" in answer.text
    assert "Call 120 now" not in answer.text
    assert 'href="tel:02855500120"' in answer.text


def test_an_hour_too_late_another_persons_phone_reports_for_neither(
    tabs: Tabs, runtime: Runtime
) -> None:
    form, _, answers = opened_on(tabs, "flags")
    open_page.other_signs_in(tabs)
    tabs.clock.advance(seconds=enrolled_phones.HANDED_ON.total_seconds() + 1)
    answer = form.send(**answers)
    assert answer.status_code == 403
    assert "Somebody else has signed in on this phone" in answer.text
    assert "Call 120 now" in answer.text
    assert versions(runtime) == []
    open_page.by_text(tabs, "138 0013 8007")
    assert kept_form(tabs, answer.text).send().status_code == 303
    assert alerts(runtime) == {tabs.owner: "emergency"}


def test_a_page_of_somebody_elses_phone_reports_for_neither(
    tabs: Tabs, app: Flask, runtime: Runtime
) -> None:
    theirs = arrivals.phone_visitor(app, runtime, tabs.other)
    marks = dict(open_page.MARKS.findall(theirs.get("/diary").text))
    form = tabs.read("/diary")
    form.marks["opened"] = marks["opened"]
    assert form.send(emerg="seizure").status_code == 403
    assert versions(runtime) == []


@pytest.mark.parametrize("spoilt", ["", "en.a.b.c", "é.é.é.é", "x" * 500, "tail"])
def test_a_mark_that_is_none_of_ours_counts_for_nothing(
    tabs: Tabs, runtime: Runtime, spoilt: str
) -> None:
    form = tabs.read("/diary")
    open_page.lose_session(tabs)
    real = form.marks["opened"]
    form.marks["opened"] = real.replace("en.", "zh.") if spoilt == "tail" else spoilt
    answer = form.send(emerg="seizure")
    assert answer.status_code == 401
    assert versions(runtime) == []
    again = kept_form(tabs, answer.text)  # this phone reports: one tap more sends it
    assert again.send().status_code == 303
    assert alerts(runtime) == {tabs.owner: "emergency"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
    ],
)
def test_another_site_reports_nothing_with_whatever_mark(
    tabs: Tabs, runtime: Runtime, headers: dict[str, str]
) -> None:
    form = tabs.read("/diary")
    data = {**form.marks, "emerg": "seizure", "note": "of theirs"}
    answer = tabs.browser.post("/diary", data=data, headers=headers)
    assert answer.status_code == 400
    assert "of theirs" not in answer.text
    assert versions(runtime) == []


def test_without_the_browsers_word_a_form_without_marks_is_given_none(
    tabs: Tabs, runtime: Runtime
) -> None:
    """An old browser may send another site's form with our cookies and no header."""
    answer = tabs.browser.post("/diary", data={"emerg": "seizure"})
    assert answer.status_code == 401
    assert kept_form(tabs, answer.text).marks["opened"] == ""
    assert kept_form(tabs, answer.text).send().status_code == 401
    assert versions(runtime) == []


def test_the_mark_of_a_report_holds_for_no_other_form(tabs: Tabs) -> None:
    form = tabs.read("/diary")
    open_page.type_pin(tabs)
    for path in ("/phones/pin", "/calendar/feed", "/phone/forget"):
        answer = form.send(path, pin="602947")
        assert answer.status_code == 400, path


def test_while_keys_are_changed_a_page_of_the_old_key_reports(
    tabs: Tabs, runtime: Runtime
) -> None:
    form = tabs.read("/diary")
    phone = tabs.browser.get_cookie("phone")
    assert phone is not None
    settings = settings_for(
        runtime.settings.database_url,
        secret_key="another-secret-0123456789-abcdefghijk",
        old_secret_key=runtime.settings.secret_key,
    )
    later = Runtime(settings, clock=runtime.real_now)
    app = create_app(runtime=later)
    app.test_client_class = Visitor
    browser = arrivals.visitor(app)
    browser.set_cookie("phone", phone.value)
    answer = Form(browser, "/diary", form.marks).send(emerg="seizure")
    assert answer.status_code == 303
    assert browser.get(answer.headers["Location"]).status_code == 200
    later.close()


def hand_in(tabs: Tabs, person: str) -> int:
    now = int(tabs.clock().timestamp() * 1000)
    said = {
        "entry": str(uuid.uuid4()),
        "kind": "red_flags",
        "person": person,
        "language": "en",
        "answers": {"emerg": ["seizure"]},
        "written_at": now,
        "phone_at": now,
    }
    answer = tabs.browser.post("/entries", json=said, headers={"X-Portal": "1"})
    if answer.status_code == 200:
        assert answer.json is not None
        assert tabs.browser.get(answer.json["href"]).status_code == 200
    return answer.status_code


@pytest.mark.sampled(4)
@pytest.mark.parametrize("change", CHANGES)
def test_what_waited_on_the_phone_comes_in_for_whom_it_was_written(
    tabs: Tabs, runtime: Runtime, change: str
) -> None:
    kept = tabs.browser.get("/offline/record").json
    assert kept is not None
    CHANGES[change](tabs)
    assert hand_in(tabs, kept["person"]) == 200
    assert alerts(runtime) == {tabs.owner: "emergency"}


def test_what_waited_goes_to_nobody_else(tabs: Tabs, runtime: Runtime) -> None:
    kept = tabs.browser.get("/offline/record").json
    assert kept is not None
    open_page.other_signs_in(tabs)
    tabs.clock.advance(seconds=enrolled_phones.HANDED_ON.total_seconds() + 1)
    assert hand_in(tabs, kept["person"]) == 403
    tabs.browser.delete_cookie("phone")
    tabs.browser.delete_cookie("session")
    assert hand_in(tabs, kept["person"]) == 401
    assert versions(runtime) == []


def test_a_phone_switched_off_after_it_was_handed_on_reports_no_more(
    tabs: Tabs, runtime: Runtime
) -> None:
    form = tabs.read("/diary")
    open_page.other_signs_in(tabs)
    with runtime.writing() as session:
        enrolled_phones.revoke_all(session, tabs.owner, real_now=runtime.real_now())
    assert form.send(emerg="seizure").status_code == 403
    assert versions(runtime) == []
    with runtime.reading() as session:
        rows = session.scalars(select(Device)).all()
    assert all(row.handed_to_id is None for row in rows)


def test_a_correction_outlives_the_sign_in_under_it(
    tabs: Tabs, runtime: Runtime
) -> None:
    tabs.read("/diary").send(none="1")
    open_page.type_pin(tabs)
    page = f"/history/{versions(runtime)[0].entry_id}/correct"
    tabs.browser.submit("/today", {"language": "en", "next": "/today"}, to="/language")
    form, answers = tabs.read(page), {"emerg": "seizure", "reason": "I forgot"}
    assert tabs.browser.submit("/today", to="/sign-out").status_code == 303
    refused = form.send(**answers)
    assert refused.status_code == 401
    assert "Call 120 now" in refused.text
    assert 'href="/pin"' in refused.text
    open_page.type_pin(tabs)
    answer = kept_form(tabs, refused.text).send()
    assert answer.status_code == 303
    assert [one.kind for one in versions(runtime)] == ["red_flags", "correction"]
    assert alerts(runtime) == {tabs.owner: "emergency"}
    other = tabs.read(page)
    open_page.other_signs_in(tabs)
    assert other.send(**answers).status_code == 403
    assert len(versions(runtime)) == 2


def test_who_means_to_leave_or_to_read_is_not_kept_by_a_page_grown_old(
    tabs: Tabs,
) -> None:
    form = tabs.read("/diary")
    open_page.type_pin(tabs)
    switched = form.send("/language", language="zh", next="/diary")
    assert switched.headers["Location"] == "/diary"
    assert form.send("/sign-out").status_code == 303
    assert tabs.browser.get("/today").status_code == 303


def test_a_pin_page_grown_old_leads_to_a_fresh_one(tabs: Tabs) -> None:
    form = Form(tabs.browser, "/pin", {"csrf_token": tabs.browser.token("/pin")})
    open_page.lose_session(tabs)
    answer = form.send(pin=open_page.PIN)
    assert answer.status_code == 400
    assert '<a class="button primary" href="/pin">' in answer.text


def test_a_stranger_costs_little_and_is_told_the_same(
    client: Visitor, people: Cast
) -> None:
    """No form of ours, nobody known, as much as a body may hold."""
    many = {"note": "我昨晚抽搐了。" * 3_500, "emerg": "seizure"}
    began = time.process_time()
    answer = client.post("/diary", data=many)
    assert answer.status_code == 401
    assert "120" in answer.text
    print(f"\na stranger's form: {time.process_time() - began:.2f} s")
