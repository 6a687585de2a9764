"""Signing in with a code: asked for, set up at the first sign-in, reset by another."""

from __future__ import annotations

from collections.abc import Iterator

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
from tests.support.authenticator import App, scanned
from tests.support.cast import Cast, cast
from tests.support.clock import Clock
from tests.support.settings import settings_for
from tests.support.web import Visitor, application

CODE, SET_UP = "/staff/sign-in/code", "/staff/sign-in/set-up"
ACCOUNT = "/staff/account"


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def nurse(runtime: Runtime, people: Cast) -> int:
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
        ).id


@pytest.fixture
def strict(database_url: str, clock: Clock, nurse: int) -> Iterator[Flask]:
    """The same portal, run for real people."""
    opened = Runtime(settings_for(database_url, mode="production"), clock=clock)
    yield application(opened)
    opened.close()


def type_password(client: Visitor, password: str = PASSWORD) -> TestResponse:
    data = {"username": "lina", "password": password}
    return client.submit("/staff/sign-in", data)


def type_code(client: Visitor, code: str) -> TestResponse:
    return client.submit(CODE, {"code": code})


def place(response: TestResponse) -> tuple[int, str | None]:
    return response.status_code, response.headers.get("Location")


def sessions_open(runtime: Runtime) -> int:
    with runtime.reading() as session:
        rows = session.scalars(select(LoginSession).filter_by(ended_at=None))
        return len(rows.all())


def set_up(app: Flask, runtime: Runtime, staff_id: int) -> App:
    """Set the second factor up on the page of one's own account."""
    with runtime.reading() as session:
        client = arrivals.staff_visitor(app, runtime, session.get_one(Staff, staff_id))
    client.submit(ACCOUNT, to=f"{ACCOUNT}/second-factor")
    made = scanned(client.get(ACCOUNT).text)
    code = {"code": made.code(runtime.real_now(), off=-1)}
    done = client.submit(ACCOUNT, code, to=f"{ACCOUNT}/second-factor/confirm")
    assert place(done) == (303, ACCOUNT)
    assert "otpauth" not in client.get(ACCOUNT).text
    client.submit(ACCOUNT, to="/staff/sign-out")
    return made


def test_the_password_alone_opens_nothing(
    app: Flask, client: Visitor, runtime: Runtime, nurse: int, clock: Clock
) -> None:
    made = set_up(app, runtime, nurse)
    assert place(type_password(client)) == (303, CODE)
    assert place(client.get("/staff")) == (303, "/staff/sign-in")
    assert sessions_open(runtime) == 0
    assert place(type_code(client, made.code(clock()))) == (303, "/staff")
    assert client.get("/staff").status_code == 200
    assert sessions_open(runtime) == 1


@pytest.mark.smoke
def test_a_used_code_opens_no_second_browser(
    app: Flask, client: Visitor, runtime: Runtime, nurse: int, clock: Clock
) -> None:
    code = set_up(app, runtime, nurse).code(clock())
    thief = arrivals.visitor(app)
    for one in (client, thief):
        type_password(one)
    assert place(type_code(client, code)) == (303, "/staff")
    refused = type_code(thief, code)
    assert refused.status_code == 400
    assert "used already" in refused.text or "用过" in refused.text
    assert code not in refused.text


def test_wrong_codes_are_limited_until_a_time_that_is_said(
    app: Flask, client: Visitor, runtime: Runtime, nurse: int, clock: Clock
) -> None:
    made = set_up(app, runtime, nurse)
    type_password(client)
    statuses = [type_code(client, "000000").status_code for _ in range(6)]
    assert statuses == [400] * 5 + [429]
    fresh = arrivals.visitor(app)
    type_password(fresh)
    assert type_code(fresh, made.code(clock())).status_code == 429
    clock.advance(minutes=15, seconds=1)
    type_password(client)
    assert place(type_code(client, made.code(clock()))) == (303, "/staff")


def test_the_step_between_ends_by_itself_and_with_a_new_password(
    app: Flask, client: Visitor, runtime: Runtime, nurse: int, clock: Clock
) -> None:
    made = set_up(app, runtime, nurse)
    type_password(client)
    clock.advance(minutes=15)
    assert place(client.get(CODE)) == (303, "/staff/sign-in")
    type_password(client)
    token = client.token(CODE)
    with runtime.writing() as session:
        accounts.set_password(
            session,
            nurse,
            "another four good words",
            by=audit.OPERATOR,
            now=runtime.now(),
            real_now=runtime.real_now(),
        )
    data = {"csrf_token": token, "code": made.code(clock())}
    assert place(client.post(CODE, data=data)) == (303, "/staff/sign-in")
    assert sessions_open(runtime) == 0


@pytest.mark.parametrize("path", [CODE, SET_UP])
def test_without_a_password_there_is_no_second_step(
    client: Visitor, nurse: int, path: str
) -> None:
    assert place(client.get(path)) == (303, "/staff/sign-in")
    answer = client.submit("/staff/sign-in", {"code": "123456"}, to=CODE)
    assert place(answer) == (303, "/staff/sign-in")


def test_for_real_people_the_first_sign_in_leads_to_the_set_up(
    strict: Flask, runtime: Runtime, nurse: int, clock: Clock
) -> None:
    client = arrivals.visitor(strict)
    assert place(type_password(client)) == (303, SET_UP)
    assert place(client.get("/staff")) == (303, "/staff/sign-in")
    page = client.get(SET_UP).text
    made = scanned(page)
    assert "<svg" in page
    wrong = type_code(client, "000000")
    assert wrong.status_code == 400
    assert scanned(wrong.text) == made, "a slip does not make a new secret"
    assert place(type_code(client, made.code(clock()))) == (303, "/staff")
    again = arrivals.visitor(strict)
    assert place(type_password(again)) == (303, CODE)
    assert "otpauth" not in again.get(CODE).text
    clock.advance(seconds=30)
    assert place(type_code(again, made.code(clock()))) == (303, "/staff")


def test_where_it_may_be_left_out_the_password_is_enough(
    client: Visitor, nurse: int
) -> None:
    assert place(type_password(client)) == (303, "/staff")


def test_a_wrong_code_on_the_own_page_sets_nothing_up(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    client = arrivals.staff_visitor(app, runtime, people.here["nurse"])
    client.submit(ACCOUNT, to=f"{ACCOUNT}/second-factor")
    wrong = {"code": "000000"}
    answer = client.submit(ACCOUNT, wrong, to=f"{ACCOUNT}/second-factor/confirm")
    assert answer.status_code == 400
    scanned(answer.text)
    with runtime.reading() as session:
        assert session.get_one(Staff, people.here["nurse"].id).totp_since is None


def test_another_administrator_resets_it_and_it_is_set_up_anew(
    strict: Flask, app: Flask, runtime: Runtime, nurse: int, people: Cast, clock: Clock
) -> None:
    old = set_up(app, runtime, nurse)
    admin = arrivals.staff_visitor(strict, runtime, people.here["admin"])
    assert "Li Na" in admin.get("/staff/accounts").text
    done = admin.submit("/staff/accounts", to=f"/staff/accounts/{nurse}/second-factor")
    assert place(done) == (303, "/staff/accounts")
    client = arrivals.visitor(strict)
    assert place(type_password(client)) == (303, SET_UP)
    new = scanned(client.get(SET_UP).text)
    assert new != old
    assert type_code(client, old.code(clock())).status_code == 400
    assert place(type_code(client, new.code(clock()))) == (303, "/staff")


def test_an_administrator_gives_a_password_and_it_is_the_only_one(
    app: Flask, client: Visitor, runtime: Runtime, nurse: int, people: Cast
) -> None:
    admin = arrivals.staff_visitor(app, runtime, people.here["admin"])
    to = f"/staff/accounts/{nurse}/password"
    weak = admin.submit("/staff/accounts", {f"password-{nurse}": "short"}, to=to)
    assert weak.status_code == 400
    assert "short" not in weak.text
    good = {f"password-{nurse}": "another four good words"}
    assert admin.submit("/staff/accounts", good, to=to).status_code == 303
    assert type_password(client).status_code == 400
    assert type_password(client, "another four good words").status_code == 303


def test_a_closed_account_leaves_the_rota_and_the_gap_is_shown(
    app: Flask, runtime: Runtime, people: Cast
) -> None:
    admin = arrivals.staff_visitor(app, runtime, people.here["admin"])
    doctor = people.here["doctor"]
    visitor = arrivals.staff_visitor(app, runtime, doctor)
    to = f"/staff/accounts/{doctor.id}/close"
    done = admin.submit("/staff/accounts", to=to)
    assert place(done) == (303, "/staff/rota")
    assert "Nobody can be paged" in admin.get("/staff/rota").text
    assert place(visitor.get("/staff")) == (303, "/staff/sign-in")


@pytest.mark.parametrize("act", ["second-factor", "password", "close"])
def test_nobody_does_it_for_themselves(
    app: Flask, runtime: Runtime, people: Cast, act: str
) -> None:
    me = people.here["admin"]
    admin = arrivals.staff_visitor(app, runtime, me)
    assert f"/staff/accounts/{me.id}/" not in admin.get("/staff/accounts").text
    answer = admin.submit("/staff/accounts", to=f"/staff/accounts/{me.id}/{act}")
    assert answer.status_code == 403
    with runtime.reading() as session:
        assert session.get_one(Staff, me.id).active
