"""Pages of the diary that are open in one tab, and what may happen in another."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.db.tables.access import Device
from portal.db.tables.outbox import Message
from portal.people.access import pins
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast
from tests.support.clock import Clock
from tests.support.web import Visitor

PIN = "507318"
MARKS = re.compile(
    r'<input type="hidden" name="(csrf_token|opened|entry|version|shown)" value="([^"]*)"'
)


@dataclass
class Tabs:
    """One phone's browser: its tabs share what it holds. It is opened in English."""

    app: Flask
    runtime: Runtime
    clock: Clock
    people: Cast
    browser: Visitor
    owner: int
    other: int

    def read(self, path: str) -> Form:
        """The form of a page that stays open."""
        page = self.browser.get(path)
        assert page.status_code == 200, (path, page.status, page.text[:300])
        assert 'lang="en"' in page.text
        return Form(self.browser, path, dict(MARKS.findall(page.text)))


@dataclass
class Form:
    """A page's form, as it was when the page was opened."""

    browser: Visitor
    path: str
    marks: dict[str, str]

    def send(self, to: str | None = None, **answers: Any) -> TestResponse:
        headers = {"Sec-Fetch-Site": "same-origin"}
        data = {**self.marks, **answers}
        return self.browser.post(to or self.path, data=data, headers=headers)


def by_text(tabs: Tabs, number: str) -> None:
    """Sign in with a number and its code, whoever is signed in."""
    tabs.browser.submit("/sign-in?other=1", {"number": number}, to="/sign-in")
    with tabs.runtime.reading() as session:
        newest = select(Message).filter_by(purpose="code").order_by(Message.id.desc())
        code = session.scalars(newest.limit(1)).one().variables["code"]
    answer = tabs.browser.submit("/sign-in/code", {"code": code})
    assert answer.status_code == 303, answer.text


def choose_pin(tabs: Tabs) -> None:
    hashed = pins.hashed(PIN)
    with tabs.runtime.writing() as session:
        query = select(Device).filter_by(participant_id=tabs.owner)
        session.scalars(query).one().pin_hash = hashed


def type_pin(tabs: Tabs) -> None:
    assert tabs.browser.submit("/pin", {"pin": PIN}).status_code == 303


def sign_out(tabs: Tabs) -> None:
    type_pin(tabs)
    assert tabs.browser.submit("/today", to="/sign-out").status_code == 303


def lose_session(tabs: Tabs) -> None:
    tabs.browser.delete_cookie("session")


def wait(tabs: Tabs) -> None:
    type_pin(tabs)
    tabs.clock.advance(minutes=31)


def switch_language(tabs: Tabs) -> None:
    tabs.browser.submit("/pin", {"language": "zh", "next": "/"}, to="/language")


def other_signs_in(tabs: Tabs) -> None:
    by_text(tabs, "138 0013 8008")


def other_signs_out_again(tabs: Tabs) -> None:
    other_signs_in(tabs)
    assert tabs.browser.submit("/today", to="/sign-out").status_code == 303


def owner_comes_back(tabs: Tabs) -> None:
    other_signs_in(tabs)
    by_text(tabs, "138 0013 8007")


def begins_anew(tabs: Tabs) -> None:
    for name in ("session", "phone", "language"):
        tabs.browser.delete_cookie(name)
    by_text(tabs, "138 0013 8007")


def staff_sign_in(tabs: Tabs) -> None:
    nurse = tabs.people.here["nurse"]
    cookie = arrivals.staff_visitor(tabs.app, tabs.runtime, nurse).get_cookie("session")
    assert cookie is not None
    tabs.browser.set_cookie("session", cookie.value)


def forget_all(tabs: Tabs) -> None:
    for name in ("session", "phone", "language"):
        tabs.browser.delete_cookie(name)


def switch_off(tabs: Tabs) -> None:
    """From another phone, or by staff."""
    with tabs.runtime.writing() as session:
        query = select(Device).filter_by(participant_id=tabs.owner)
        for device in session.scalars(query):
            device.revoked_at = tabs.runtime.real_now()


CHANGES: dict[str, Callable[[Tabs], None]] = {
    "nothing": lambda _tabs: None,
    "the PIN was typed": type_pin,
    "signed out": sign_out,
    "the session's cookie went": lose_session,
    "the session ended by itself": wait,
    "another language was chosen": switch_language,
    "another person signed in": other_signs_in,
    "another person signed in and out": other_signs_out_again,
    "another person, then the owner again": owner_comes_back,
    "all cookies went, then signed in anew": begins_anew,
    "a nurse signed in": staff_sign_in,
}
