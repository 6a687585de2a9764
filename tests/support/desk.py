"""Signing a member of staff in without the password page, which has its own tests."""

from __future__ import annotations

from flask import Flask

from portal.db.tables.people import Staff
from portal.people.access import sessions
from portal.runtime import Runtime
from tests.support.web import Visitor


def seated(app: Flask, runtime: Runtime, staff: Staff) -> Visitor:
    """A browser in which this member of staff is signed in."""
    with runtime.writing() as session:
        token = sessions.open_for_staff(session, staff.id, real_now=runtime.real_now())
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    with visitor.session_transaction() as held:
        held["_user_id"] = token
        held["_fresh"] = True
        held.permanent = True
    return visitor
