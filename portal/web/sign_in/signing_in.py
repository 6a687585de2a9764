"""Signing in a participant or caregiver, once they have shown who they are."""

from __future__ import annotations

from typing import cast

from flask import Response, request, session

from portal.enrolment import numbers
from portal.people.access import enrolled_phones, sessions
from portal.people.access.sessions import Viewer
from portal.people.reporters import Person
from portal.web.frame import access, cookies, own_paths
from portal.web.frame.language import Later, lazy_gettext

FRESH = "by_code"  # in the session: a code opened it, so a PIN may be chosen again
KINDS = (("iPhone", "iphone"), ("Android", "android"), ("Mobile", "phone"))
PHONES: dict[str, Later] = {
    "android": lazy_gettext("Android phone"),
    "iphone": lazy_gettext("iPhone"),
    "computer": lazy_gettext("Computer"),
    "phone": lazy_gettext("Phone"),
}


def sign_in(person: Person, *, by_code: bool, by_text: bool = False) -> Response:
    """Open a session for a person on this phone, and enrol the phone.

    ``by_text``: the code came by text, so the number is theirs.
    """
    runtime = access.runtime()
    now, real_now = runtime.now(), runtime.real_now()
    held = cookies.read_cookie(cookies.DEVICE)
    before = access.viewer()
    with runtime.writing() as db:
        if before is not None:
            sessions.end(db, before.session_id, real_now=real_now)
        token = sessions.open_for_person(db, person, now=now, real_now=real_now)
        secret, is_new = enrolled_phones.enrol(
            db, person, held=held, real_now=real_now, kind=_kind()
        )
        if by_text:
            owner = numbers.NumberOwner(person.participant_id, person.caregiver_id)
            numbers.confirm_number(db, owner, actor=person.actor, now=now)
        viewer = sessions.find(db, token, real_now=real_now)
    wanted = own_paths.known(session.get("next", ""), "/today")
    access.begin_session(token, cast(Viewer, viewer))
    session[FRESH] = by_code
    response = own_paths.go("/sign-in/done" if is_new else wanted)
    cookies.set_cookie(response, cookies.DEVICE, secret)
    cookies.set_cookie(response, cookies.LANGUAGE, person.language)
    return response


def _kind() -> str:
    """The kind of phone, as it says itself: enough to tell two of one person apart."""
    said = request.user_agent.string
    return next((kind for mark, kind in KINDS if mark in said), "computer")
