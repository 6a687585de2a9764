"""Signing in on a phone: number, code, the phone enrolled; and out again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import or_, select, update
from werkzeug.test import TestResponse

from portal.db.tables.access import Device, LoginSession
from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact, Participant
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.web import TOKEN, Visitor

NUMBER = "138 0013 8007"
STRANGER = "138 0013 8555"


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime, on_call=False)


@pytest.fixture
def participant_id(runtime: Runtime, people: Cast) -> int:
    with runtime.writing() as session:
        return enrolled(session, people).id


def code_sent(runtime: Runtime) -> str:
    with runtime.reading() as session:
        newest = select(Message).order_by(Message.id.desc()).limit(1)
        return str(session.scalars(newest).one().variables["code"])


def ask(client: Visitor, number: str = NUMBER) -> TestResponse:
    return client.submit("/sign-in", {"number": number})


def sign_in(client: Visitor, runtime: Runtime, number: str = NUMBER) -> TestResponse:
    assert ask(client, number).headers["Location"] == "/sign-in/code"
    return client.submit("/sign-in/code", {"code": code_sent(runtime)})


def location(response: TestResponse) -> str:
    assert response.status_code == 303, response.text
    return str(response.headers["Location"])


def cookie(response: TestResponse, name: str) -> str:
    """The whole Set-Cookie line of one cookie."""
    lines = response.headers.getlist("Set-Cookie")
    return next((line for line in lines if line.startswith(f"{name}=")), "")


def let_only_be_typed(runtime: Runtime) -> None:
    """Have no participant's or caregiver's number verified."""
    with runtime.writing() as session:
        theirs = or_(Contact.participant_id > 0, Contact.caregiver_id > 0)
        session.execute(update(Contact).where(theirs).values(verified_at=None))


def holders(runtime: Runtime) -> list[tuple[int | None, int | None]]:
    """Whose number is verified, of participants and caregivers."""
    query = select(Contact.participant_id, Contact.caregiver_id).where(
        Contact.verified_at.is_not(None),
        or_(Contact.participant_id > 0, Contact.caregiver_id > 0),
    )
    with runtime.reading() as session:
        return [(own, helper) for own, helper in session.execute(query)]


@pytest.mark.smoke
def test_number_and_code_lead_to_today(
    client: Visitor, runtime: Runtime, participant_id: int
) -> None:
    let_only_be_typed(runtime)
    arrived = sign_in(client, runtime)
    assert holders(runtime) == [(participant_id, None)]  # the code shows whose it is
    assert location(arrived) == "/sign-in/done"
    assert "这部手机现在随时可以报告" in client.get("/sign-in/done").text
    assert client.get("/today").status_code == 200
    assert location(client.get("/sign-in")) == "/today"
    assert location(client.get("/")) == "/today"


def test_the_code_page_names_the_number_masked_and_lets_the_phone_fill_in(
    client: Visitor, participant_id: int
) -> None:
    ask(client)
    page = client.get("/sign-in/code").text
    assert "13800138007" not in re.sub(r"\s", "", page)
    assert "+86…07" in page
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page


def test_a_code_by_itself_opens_nothing(
    client: Visitor, runtime: Runtime, participant_id: int
) -> None:
    assert location(client.get("/sign-in/code")) == "/sign-in"
    assert location(client.get("/sign-in/who")) == "/sign-in"
    ask(client)
    assert location(client.get("/sign-in/who")) == "/sign-in"
    assert location(client.get("/today")) == "/sign-in"


def test_a_wrong_number_is_explained_beside_the_field_and_nothing_is_lost(
    client: Visitor, participant_id: int
) -> None:
    response = ask(client, "1380013")
    assert response.status_code == 400
    assert 'value="1380013"' in response.text
    assert 'id="number-error"' in response.text
    assert "电话号码无法使用" in response.text


@pytest.mark.smoke
def test_a_wrong_code_says_how_many_tries_are_left(
    client: Visitor, runtime: Runtime, participant_id: int
) -> None:
    ask(client)
    wrong = f"{(int(code_sent(runtime)) + 1) % 10**6:06d}"
    texts = []
    for _ in range(5):
        response = client.submit("/sign-in/code", {"code": wrong})
        assert response.status_code == 400
        texts.append(response.text)
    for left, text in zip((4, 3, 2, 1), texts, strict=False):
        assert f"还可以再试{left}次" in text
    assert "请重新获取" in texts[-1]
    right = client.submit("/sign-in/code", {"code": code_sent(runtime)})
    assert right.status_code == 400
    assert location(client.get("/today")) == "/sign-in"


def test_a_second_code_too_soon_says_how_long_to_wait_and_holds_to_it(
    client: Visitor, participant_id: int, clock: Clock
) -> None:
    ask(client)
    clock.advance(seconds=10)
    response = ask(client)
    assert response.status_code == 429
    assert "请等待20秒" in response.text
    assert 'value="138 0013 8007"' in response.text
    clock.advance(seconds=20)
    assert location(ask(client)) == "/sign-in/code"


def test_a_long_wait_is_told_by_the_clock_of_the_site(
    client: Visitor, participant_id: int, clock: Clock
) -> None:
    for _ in range(5):
        ask(client)
        clock.advance(minutes=1)
    response = ask(client)
    assert response.status_code == 429
    assert "55分钟后（10:00）" in response.text  # the clock began at 09:00 in Chengdu
    clock.advance(minutes=55)
    assert location(ask(client)) == "/sign-in/code"


def answers_to(client: Visitor, number: str) -> list[tuple[int, str, list[str]]]:
    """Everything a browser sees while asking for a code and guessing at it."""
    seen = []
    responses = [
        ask(client, number),
        client.get("/sign-in/code"),
        *(client.submit("/sign-in/code", {"code": "abc"}) for _ in range(1)),
        *(client.submit("/sign-in/code", {"code": "000000"}) for _ in range(6)),
        ask(client, number),
    ]
    for response in responses:
        page = TOKEN.sub("", response.text)
        page = re.sub(r"\+86…\d\d|138 0013 8\d{3}", "", page)
        names = sorted(set(response.headers.keys()))
        seen.append((response.status_code, page, names))
    return seen


def test_nobody_learns_whether_a_number_takes_part(
    app: Flask, runtime: Runtime, participant_id: int
) -> None:
    known = answers_to(arrivals.visitor(app), NUMBER)
    with runtime.reading() as session:
        assert len(session.scalars(select(Message)).all()) == 1
        assert code_sent(runtime) != "000000"
    assert answers_to(arrivals.visitor(app), STRANGER) == known


def test_the_cookie_of_a_sign_in_under_way_tells_nothing_about_the_number(
    client: Visitor, participant_id: int
) -> None:
    ask(client)
    with client.session_transaction() as kept:
        assert "13800138007" not in str(dict(kept))
        known = {key: type(value) for key, value in kept["sign_in"].items()}
    ask(client, STRANGER)
    with client.session_transaction() as kept:
        assert {k: type(v) for k, v in kept["sign_in"].items()} == known


def test_signing_in_changes_session_and_form_token(
    client: Visitor, runtime: Runtime, participant_id: int
) -> None:
    client.get("/sign-in")
    with client.session_transaction() as kept:
        kept["planted"] = "by somebody else"
        before = kept["csrf_token"]
    sign_in(client, runtime)
    client.get("/sign-in/done")
    with client.session_transaction() as kept:
        assert "planted" not in kept
        assert kept["csrf_token"] != before
        assert "sign_in" not in kept


def test_signing_in_again_ends_the_session_before(
    client: Visitor, runtime: Runtime, participant_id: int, people: Cast, app: Flask
) -> None:
    staff = arrivals.staff_visitor(app, runtime, people.here["nurse"])
    staff.submit("/no-such-page", {"number": NUMBER}, to="/sign-in")
    code = {"code": code_sent(runtime)}
    staff.submit("/sign-in/code", code)
    with runtime.reading() as session:
        rows = session.scalars(select(LoginSession).order_by(LoginSession.id)).all()
    assert [row.ended_at is None for row in rows] == [False, True]


def test_the_phone_is_enrolled_by_a_cookie_no_script_can_read(
    client: Visitor, runtime: Runtime, participant_id: int
) -> None:
    line = cookie(sign_in(client, runtime), "phone")
    assert "HttpOnly" in line
    assert "SameSite=Lax" in line
    assert "Max-Age=34560000" in line  # 400 days
    with runtime.reading() as session:
        device = session.scalars(select(Device)).one()
    assert device.participant_id == participant_id
    assert device.secret_hash not in line


def test_the_enrolled_phone_reports_after_the_session_is_over_but_reads_nothing(
    client: Visitor, runtime: Runtime, participant_id: int, clock: Clock
) -> None:
    sign_in(client, runtime)
    clock.advance(hours=25)
    for page in ("/today", "/history"):
        assert location(client.get(page)) == "/sign-in"
    assert client.get("/diary").status_code == 200
    assert 'href="/diary"' in client.get("/sign-in").text


def test_F53_no_limit_on_signing_in_stops_a_report(
    client: Visitor, runtime: Runtime, participant_id: int
) -> None:
    sign_in(client, runtime)
    client.submit("/today", to="/sign-out")
    ask(client)
    assert ask(client).status_code == 429
    assert client.get("/diary").status_code == 200


def test_a_session_sleeps_after_half_an_hour_and_stays_awake_while_used(
    client: Visitor, runtime: Runtime, participant_id: int, clock: Clock
) -> None:
    sign_in(client, runtime)
    for _ in range(4):
        clock.advance(minutes=20)
        assert client.get("/today").status_code == 200
    clock.advance(minutes=30)
    assert location(client.get("/today")) == "/sign-in"


def test_signing_out_ends_the_session_here_and_there(
    client: Visitor, runtime: Runtime, participant_id: int
) -> None:
    sign_in(client, runtime)
    stolen = client.get_cookie("session")
    assert stolen is not None
    response = client.submit("/today", to="/sign-out")
    assert location(response) == "/sign-in"
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert location(client.get("/today")) == "/sign-in"
    client.set_cookie("session", stolen.value)
    assert location(client.get("/today")) == "/sign-in"


def test_signing_out_by_a_link_does_nothing(
    client: Visitor, runtime: Runtime, participant_id: int
) -> None:
    sign_in(client, runtime)
    assert client.get("/sign-out").status_code == 405
    assert client.get("/today").status_code == 200


def test_a_forgotten_phone_reports_for_nobody(
    client: Visitor, runtime: Runtime, participant_id: int
) -> None:
    sign_in(client, runtime)
    held = client.get_cookie("phone")
    assert held is not None
    client.submit("/today", to="/sign-out")
    client.submit("/sign-in", to="/phone/forget")
    assert location(client.get("/diary")) == "/sign-in"
    client.set_cookie("phone", held.value)
    assert location(client.get("/diary")) == "/sign-in"


def test_who_shares_a_number_chooses_who_they_are(
    client: Visitor, runtime: Runtime, people: Cast, participant_id: int
) -> None:
    helper = arrivals.caregiver(runtime, people, participant_id, "13800138007")
    with runtime.writing() as session:
        other = enrolled(session, people, "DS-008").id
    let_only_be_typed(runtime)
    assert location(sign_in(client, runtime)) == "/sign-in/who"
    page = client.get("/sign-in/who").text
    assert ("我是DS-007" in page, "我帮助DS-007填写" in page, "我是DS-008" in page) == (
        True,
        True,
        True,
    )
    assert location(client.get("/today")) == "/sign-in"
    for nonsense in ("", "1-1-1", f"{participant_id + 77}-0"):
        response = client.submit("/sign-in/who", {"who": nonsense})
        assert response.status_code == 400
    chosen = client.submit("/sign-in/who", {"who": f"{participant_id}-{helper.id}"})
    assert location(chosen) == "/sign-in/done"
    with runtime.reading() as session:
        row = session.scalars(select(LoginSession)).one()
    assert (row.participant_id, row.caregiver_id) == (participant_id, helper.id)
    assert holders(runtime) == [(None, helper.id)]
    assert other != participant_id


def test_who_left_the_study_is_signed_out_and_told_nothing(
    client: Visitor, runtime: Runtime, participant_id: int
) -> None:
    sign_in(client, runtime)
    with runtime.writing() as session:
        session.get_one(Participant, participant_id).status = "withdrawn"
    assert location(client.get("/today")) == "/sign-in"
    assert location(client.get("/diary")) == "/sign-in"


def test_after_signing_in_a_person_comes_to_the_page_they_wanted(
    client: Visitor, runtime: Runtime, participant_id: int, clock: Clock
) -> None:
    sign_in(client, runtime)
    client.submit("/today", to="/sign-out")
    clock.advance(minutes=1)
    client.get("/history")
    assert location(sign_in(client, runtime)) == "/history"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_switch_speaks_the_language_chosen(
    client: Visitor, people: Cast, language: str
) -> None:
    data = {"language": language, "next": "/sign-in"}
    response = client.submit("/sign-in", data, to="/language")
    assert location(response) == "/sign-in"
    words = {"zh": "手机号码", "en": "Mobile number"}
    page = client.get("/sign-in").text
    assert words[language] in page
    assert "示范医院" in page if language == "zh" else "Hospital here" in page


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "手机号码"),
        ("en-GB,en;q=0.9", "Mobile number"),
        ("fr-FR,en;q=0.5", "Mobile number"),
        ("fr-FR", "手机号码"),
        ("*;q=bad,,;", "手机号码"),
        ("", "手机号码"),
    ],
)
def test_a_stranger_is_spoken_to_as_their_browser_asks(
    client: Visitor, people: Cast, header: str, word: str
) -> None:
    assert word in client.get("/sign-in", headers={"Accept-Language": header}).text


def test_the_persons_own_language_outranks_the_browsers_and_the_switch_changes_it(
    client: Visitor, runtime: Runtime, participant_id: int
) -> None:
    sign_in(client, runtime)
    english = {"Accept-Language": "en"}
    page = client.get("/sign-in/done", headers=english).text
    assert '<html lang="zh-Hans"' in page
    client.submit("/today", {"language": "en", "next": "/today"}, to="/language")
    assert "You are signed in" in client.get("/sign-in/done").text
    with runtime.reading() as session:
        assert session.get_one(Participant, participant_id).language == "en"


@pytest.mark.parametrize(
    "place",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "////evil.example",
        "https:evil.example",
        "/%2f%2fevil.example",
        "/%5cevil.example",
        "javascript:alert(1)",
        "/no-such-page",
        "/static/../x",
        "/today?x=1",
        "/\t/evil.example",
        "\\\\evil.example",
        "",
        "/sign-in\r\nSet-Cookie: x=1",
        {"x": 1},
    ],
)
def test_nobody_is_sent_anywhere_but_to_a_page_of_ours(
    client: Visitor, people: Cast, place: Any
) -> None:
    data = {"language": "zh", "next": place}
    assert location(client.submit("/sign-in", data, to="/language")) == "/"
