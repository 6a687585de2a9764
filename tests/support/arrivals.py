"""People who are signed in without using the sign-in pages."""

from __future__ import annotations

from flask import Flask

from portal import audit
from portal.alerting import sirens
from portal.db.tables.people import Caregiver, Staff
from portal.enrolment import caregivers
from portal.people import reporters
from portal.people.access import enrolled_phones, sessions
from portal.people.reporters import Person
from portal.runtime import Runtime
from tests.support.cast import LONG_AGO, Cast
from tests.support.clock import START
from tests.support.web import Visitor

PASSWORD = "four words do well"


def staff_visitor(app: Flask, runtime: Runtime, staff: Staff) -> Visitor:
    """A browser in which a member of staff is signed in."""
    with runtime.writing() as session:
        token = sessions.open_for_staff(session, staff.id, real_now=runtime.real_now())
    return _holding(app, token)


def person_visitor(
    app: Flask, runtime: Runtime, participant_id: int, caregiver_id: int | None = None
) -> Visitor:
    """A browser in which a participant or caregiver is signed in; no enrolled phone."""
    with runtime.writing() as session:
        token = sessions.open_for_person(
            session,
            person(runtime, participant_id, caregiver_id),
            now=runtime.now(),
            real_now=runtime.real_now(),
        )
    return _holding(app, token)


def cookies(app: Flask, runtime: Runtime, participant_id: int) -> dict[str, str]:
    """What a real browser holds on an enrolled phone with its owner signed in."""
    signed_in = person_visitor(app, runtime, participant_id)
    enrolled = phone_visitor(app, runtime, participant_id)
    return {**held(signed_in), **held(enrolled)}


def held(visitor: Visitor) -> dict[str, str]:
    """The cookies of a visitor, for use in a real browser."""
    found = {name: visitor.get_cookie(name) for name in ("session", "phone")}
    return {name: cookie.value for name, cookie in found.items() if cookie is not None}


def phone_visitor(app: Flask, runtime: Runtime, participant_id: int) -> Visitor:
    """An enrolled phone on which nobody is signed in."""
    with runtime.writing() as session:
        secret, _ = enrolled_phones.enrol(
            session,
            person(runtime, participant_id),
            held=None,
            real_now=runtime.real_now(),
        )
    client = visitor(app)
    client.set_cookie("phone", secret)
    return client


def siren_visitor(app: Flask, runtime: Runtime, staff: Staff) -> Visitor:
    """A ward's screen at this colleague's site, on which nobody is signed in."""
    now = runtime.now()
    with runtime.writing() as session:
        code = sirens.make(session, staff, "Desk", now=now, real_now=now)
        secret = sirens.set_up(session, code, now=now, real_now=now)
    client = visitor(app)
    client.set_cookie("siren", secret or "")
    return client


def visitor(app: Flask) -> Visitor:
    """A browser that has never been here."""
    client = app.test_client()
    assert isinstance(client, Visitor)
    return client


def person(
    runtime: Runtime, participant_id: int, caregiver_id: int | None = None
) -> Person:
    with runtime.reading() as session:
        found = reporters.find(session, participant_id, caregiver_id)
    assert found is not None
    return found


def caregiver(
    runtime: Runtime, cast: Cast, participant_id: int, number: str = "13800138099"
) -> Caregiver:
    """Somebody who helps a participant, with their own consent."""
    from portal.db.tables.people import Participant

    with runtime.writing() as session:
        return caregivers.add_caregiver(
            session,
            session.get_one(Participant, participant_id),
            number=number,
            language="zh",
            consent_version="2.0",
            consented_at=LONG_AGO,
            actor=audit.OPERATOR,
            now=START,
        )


def _holding(app: Flask, token: str) -> Visitor:
    client = visitor(app)
    with client.session_transaction() as kept:
        kept["_user_id"] = token
        kept.permanent = True
    return client
