"""Signing in as staff: a name, a password, one answer for whatever is wrong."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import audit
from portal.db.tables.access import LoginSession
from portal.db.tables.people import Staff
from portal.people.accounts import accounts
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.arrivals import PASSWORD
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.web import TOKEN, Visitor


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime, on_call=False)


@pytest.fixture
def nurse(runtime: Runtime, people: Cast) -> Staff:
    with runtime.writing() as session:
        return accounts.add_staff(
            session,
            site_id=people.here.site.id,
            username="lina",
            display_name="Li Na",
            role="nurse",
            password=PASSWORD,
            language="en",
            by=audit.OPERATOR,
            now=runtime.now(),
        )


def sign_in(
    client: Visitor, username: str = "lina", password: str = PASSWORD
) -> TestResponse:
    data = {"username": username, "password": password}
    return client.submit("/staff/sign-in", data)


@pytest.mark.smoke
def test_the_right_password_leads_to_the_worklist(
    client: Visitor, runtime: Runtime, nurse: Staff
) -> None:
    response = sign_in(client)
    assert (response.status_code, response.headers["Location"]) == (303, "/staff")
    with runtime.reading() as session:
        row = session.scalars(select(LoginSession)).one()
    assert (row.staff_id, row.participant_id) == (nurse.id, None)


def test_nobody_learns_which_names_exist(app: Flask, nurse: Staff) -> None:
    def seen(username: str) -> list[tuple[int, str]]:
        client = arrivals.visitor(app)
        answers = [sign_in(client, username, "wrong") for _ in range(6)]
        return [
            (each.status_code, TOKEN.sub("", each.text).replace(username, ""))
            for each in answers
        ]

    known = seen("lina")
    assert [status for status, _ in known] == [400] * 5 + [429]
    assert seen("liza") == known


def test_a_refusal_keeps_the_name_and_never_the_password(
    client: Visitor, nurse: Staff
) -> None:
    page = sign_in(client, "lina", "not my password").text
    assert 'value="lina"' in page
    assert "not my password" not in page


@pytest.mark.smoke
def test_a_place_that_tried_too_often_is_told_until_when_and_let_in_then(
    client: Visitor, nurse: Staff, clock: Clock
) -> None:
    for _ in range(5):
        sign_in(client, "lina", "wrong")
    clock.advance(minutes=5)
    response = sign_in(client)
    assert response.status_code == 429
    assert "10分钟后（09:15）" in response.text
    clock.advance(minutes=10)
    assert sign_in(client).status_code == 303


def test_signing_in_changes_session_and_form_token(
    client: Visitor, nurse: Staff
) -> None:
    client.get("/staff/sign-in")
    with client.session_transaction() as kept:
        kept["planted"] = "by somebody else"
        before = kept["csrf_token"]
    sign_in(client)
    with client.session_transaction() as kept:
        assert "planted" not in kept
        assert kept.get("csrf_token") != before


def test_a_participants_session_ends_when_staff_sign_in_there(
    app: Flask, runtime: Runtime, people: Cast, nurse: Staff
) -> None:
    with runtime.writing() as session:
        participant = enrolled(session, people).id
    client = arrivals.person_visitor(app, runtime, participant)
    sign_in(client)
    with runtime.reading() as session:
        rows = session.scalars(select(LoginSession).order_by(LoginSession.id)).all()
    assert [row.ended_at is None for row in rows] == [False, True]


def test_signing_out_ends_the_session_here_and_there(
    client: Visitor, runtime: Runtime, nurse: Staff
) -> None:
    sign_in(client)
    stolen = client.get_cookie("session")
    assert stolen is not None
    response = client.submit("/no-such-page", to="/staff/sign-out")
    assert response.headers["Location"] == "/staff/sign-in"
    client.set_cookie("session", stolen.value)
    assert client.get("/staff/sign-in").status_code == 200
    with runtime.reading() as session:
        assert session.scalars(select(LoginSession)).one().ended_at is not None


def test_a_closed_account_is_out_at_its_next_request(
    client: Visitor, runtime: Runtime, nurse: Staff
) -> None:
    sign_in(client)
    assert client.get("/staff/sign-in").status_code == 303
    with runtime.writing() as session:
        accounts.disable(
            session,
            nurse.id,
            by=audit.OPERATOR,
            now=runtime.now(),
            real_now=runtime.real_now(),
        )
    assert client.get("/staff/sign-in").status_code == 200


@pytest.mark.parametrize(
    "username", ["", "\x00", "\ud83d", "x" * 100_000, "ſ" * 70, "'; drop table staff"]
)
def test_an_odd_name_is_just_wrong(
    client: Visitor, nurse: Staff, username: str
) -> None:
    quoted = username.encode("utf-8", "surrogatepass")
    data = {"username": quoted, "password": PASSWORD}
    response = client.submit("/staff/sign-in", data)
    assert response.status_code == (413 if len(username) > 16 * 1024 else 400)
