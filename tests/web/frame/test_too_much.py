"""Nobody holds up everybody: what a request may cost grows with its length alone.

Ordering the marks on one letter costs the square of their number, and the interpreter is
locked meanwhile: one form of a quarter of a megabyte stopped the portal for many seconds.
Every route is asked with such bodies, in every shape in which text comes in. Time is the
processor's, and held against an ordinary body of the same size.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.test import EnvironBuilder

from portal.app import LARGEST_BODY
from portal.runtime import Runtime
from portal.serve import LARGEST_HEADER
from portal.web.frame import access, forms
from tests.support import arrivals, foreign
from tests.support.amount import part_of
from tests.support.cast import Cast, cast, enrolled
from tests.support.web import TOKEN, Visitor
from tests.web.test_access_walk import LET_IN, address, permission, routes

PILE = "a" + "\u0301" * 65_499 + "\u0327" * 65_499
"""131 kB twice: sorted one by one by who orders the marks of a letter."""
CALM = "a" * len(PILE.encode())
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
SECONDS = 1.0  # of processor time; without the bound each takes about twenty
Body = tuple[str, bytes]


def as_value(text: str, token: str) -> Body:
    return FORM, f"csrf_token={token}&x=".encode() + text.encode()


def as_name(text: str, token: str) -> Body:
    return FORM, f"csrf_token={token}&".encode() + text.encode() + b"=1"


def as_part(text: str, token: str) -> Body:
    head = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    parts = head % (b"csrf_token", token.encode()) + head % (b"x", text.encode())
    return "multipart/form-data; boundary=b", parts + b"--b--\r\n"


def as_json(text: str, _token: str) -> Body:
    said = {"answers": {"note": text}, "armed": True, "rings": [], "person": "x"}
    return JSON, json.dumps(said, ensure_ascii=False).encode()


def as_json_key(text: str, _token: str) -> Body:
    return JSON, json.dumps({text: [{text[:9]: 1}]}, ensure_ascii=False).encode()


SHAPES = (as_value, as_name, as_part, as_json, as_json_key)


def spent(act: Callable[[], Any]) -> float:
    before = time.thread_time()
    act()
    return time.thread_time() - before


def post(visitor: Visitor, method: str, path: str, body: Body) -> int:
    headers = {"X-Portal": "1", "Content-Type": body[0]}
    return visitor.open(
        path, method=method, data=body[1], headers=headers, buffered=True
    ).status_code


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def places(app: Flask, runtime: Runtime, people: Cast) -> list[tuple[str, str, str]]:
    """Every route: by which method, where, and who is let in there."""
    with runtime.writing() as session:
        neighbour = enrolled(
            session, people, "DS-900", house=people.there, number="13800138900"
        ).id
    things = foreign.belongings(runtime, people, neighbour)
    found = []
    for rule, method, blueprint in routes(app):
        who = sorted(LET_IN[blueprint.guard]) or ["nobody"]
        if blueprint.guard == "staff":
            may = permission(app, rule, method)
            who = [role for role in who if may in access.PERMISSIONS[role]]
        found.append((method, address(app, rule, things), who[0]))
    return found


@pytest.fixture
def visitors(app: Flask, runtime: Runtime, people: Cast) -> dict[str, Visitor]:
    with runtime.writing() as session:
        own = enrolled(session, people).id
    return {
        "nobody": arrivals.visitor(app),
        "participant": arrivals.person_visitor(app, runtime, own),
        "caregiver": arrivals.person_visitor(app, runtime, own),
        "phone": arrivals.phone_visitor(app, runtime, own),
        "siren": arrivals.siren_visitor(app, runtime, people.here["admin"]),
        **{
            role: arrivals.staff_visitor(app, runtime, people.here[role])
            for role in access.PERMISSIONS
        },
    }


def token_of(visitor: Visitor) -> str:
    found = TOKEN.search(visitor.get("/no-such-page").text)
    return found[1] if found else ""


def test_no_route_is_held_up_by_a_pile_of_marks(
    places: list[tuple[str, str, str]], visitors: dict[str, Visitor]
) -> None:
    slow = []
    for method, path, who in part_of(places, turn=0):
        for asker in {"nobody", who}:
            visitor = visitors[asker]
            for shape in SHAPES if method != "GET" else ():
                body = shape(PILE, token_of(visitor))
                took = spent(lambda: post(visitor, method, path, body))  # noqa: B023
                slow += [f"{asker} {method} {path} {shape.__name__} {took:.1f} s"] * (
                    took > SECONDS
                )
    assert len(places) > 100
    assert not slow, "\n".join(slow)


def test_no_page_is_held_up_by_what_stands_behind_its_address(
    places: list[tuple[str, str, str]], visitors: dict[str, Visitor]
) -> None:
    slow = []
    names = ("day", "q", "here", "x")
    query = "&".join(f"{name}={quote(PILE[:680])}" for name in names)
    assert 15_000 < len(query) < LARGEST_HEADER
    for method, path, who in part_of(places, turn=1):
        for asker in {"nobody", who} if method == "GET" else ():
            made = EnvironBuilder(path, query_string=query)
            took = spent(lambda: visitors[asker].open(made, buffered=True))  # noqa: B023
            slow += [f"{asker} {path} {took:.1f} s"] * (took > SECONDS)
    assert not slow, "\n".join(slow)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_pile_costs_no_more_than_as_many_plain_letters_do_often(
    app: Flask, people: Cast, shape: Callable[[str, str], Body]
) -> None:
    """At the largest body that any guard takes, read and made clean."""

    def read(text: str) -> float:
        kind, body = shape(text, "t")
        assert len(body) <= LARGEST_BODY
        made = EnvironBuilder("/x?q=1", method="POST", data=body, content_type=kind)
        with app.request_context(made.get_environ()):
            request = app.request_class(made.get_environ())
            return spent(lambda: request.get_json() if kind == JSON else request.form)

    calm = max(read(CALM[:261_000]), 0.002)
    assert read(PILE[:130_000]) < 50 * calm


@pytest.mark.sampled(13)
@pytest.mark.parametrize(
    "header",
    [
        *("Accept-Language", "Accept", "Cookie", "If-None-Match", "Range"),
        *(
            "Authorization",
            "Origin",
            "Content-Type",
            "Sec-Fetch-Site",
            "X-Forwarded-For",
        ),
        *("If-Modified-Since", "Accept-Encoding", "Host"),
    ],
)
@pytest.mark.parametrize(
    "unit", ["a", ",", ";", "a,", "a;", '"', "\\", " ", "=", "a=;", "-", ".", "1.", "/"]
)
def test_no_header_as_long_as_the_server_takes_holds_up_a_page(
    client: Visitor, people: Cast, header: str, unit: str
) -> None:
    long = unit * (16_000 // len(unit))
    for value in (long, f'W/"{long}', f"en{long}x", f"session={long}x"):
        took = spent(
            lambda: client.post("/sign-in", headers={header: value}, data={"x": "1"})  # noqa: B023
        )
        assert took < SECONDS, (header, unit, value[:9], took)


def test_who_has_not_come_in_may_send_little(client: Visitor, people: Cast) -> None:
    little = client.submit("/sign-in", {"number": "120", "x": "x" * 15_000})
    assert little.status_code == 400, "it is read, and no number"
    assert "没有保存" in client.submit("/sign-in", {"x": "x" * 17_000}).text


def test_a_long_note_is_still_kept_where_reports_come_in(
    app: Flask, visitors: dict[str, Visitor], people: Cast
) -> None:
    """A report may be as long as it ever was; its piles of marks are cut, not refused."""
    for guard in ("reporter", "participant"):
        assert access.LARGEST_BODY[guard] == LARGEST_BODY  # type: ignore[index]
    sent = visitors["phone"].submit(
        "/diary", {"emerg": "seizure", "x": "好" * 10_000 + PILE[:20_000]}
    )
    assert sent.status_code == 303
    assert "/advice" in sent.headers["Location"] or "/diary" in sent.headers["Location"]


@pytest.mark.parametrize(
    "body",
    [b"x=1" + b"&x=1" * 60_000, b"&" * 200_000, b"a&" * 100_000],
    ids=["one name", "nothing", "no values"],
)
def test_a_form_of_thousands_of_values_is_refused_before_they_are_read(
    app: Flask, body: bytes
) -> None:
    made = EnvironBuilder("/x", method="POST", data=body, content_type=FORM)
    request = app.request_class(made.get_environ())
    request.max_content_length = LARGEST_BODY
    with app.request_context(made.get_environ()):
        before = time.thread_time()
        with pytest.raises(RequestEntityTooLarge):
            _ = request.form
        assert time.thread_time() - before < SECONDS / 4


def test_a_query_is_read_as_far_as_a_form_would_be(app: Flask) -> None:
    query = "&".join(f"n{place}={quote('é')}" for place in range(9_000))
    with app.test_request_context(f"/x?{query}"):
        request = app.request_class(EnvironBuilder(f"/x?{query}").get_environ())
        assert len(request.args) == forms.MOST_FIELDS
        assert request.args["n0"] == "é"


@pytest.mark.parametrize(
    "text",
    [
        "[" + '"",' * 80_000 + "1]",
        "[" + "{}," * 80_000 + "1]",
        "[" + "1.5," * 60_000 + "1]",
        "[" + ("9" * 4_290 + ",") * 60 + "1" + ",1" * 5_000 + "]",
    ],
    ids=["texts", "objects", "numbers", "digits"],
)
def test_json_of_thousands_of_values_is_no_json_of_ours(app: Flask, text: str) -> None:
    before = time.thread_time()
    with pytest.raises(ValueError, match="too many values"):
        app.json.loads(text)
    assert time.thread_time() - before < SECONDS
