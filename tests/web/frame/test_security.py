"""Requests from elsewhere, headers, cookies, hosts, odd bytes, and what logs may hold."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from portal.app import LARGEST_BODY, create_app, trusted_hosts
from portal.db.tables.people import Site
from portal.logs import JsonFormatter
from portal.runtime import Runtime
from portal.serve import options
from portal.web.frame import forms
from portal.web.frame.access import GuardedBlueprint
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.settings import settings_for
from tests.support.web import TOKEN, Visitor

PAGES = ("/", "/sign-in", "/staff/sign-in", "/livez", "/healthz", "/no-such-page")


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime, on_call=False)


@pytest.fixture
def person(app: Flask, runtime: Runtime, people: Cast) -> Visitor:
    """A participant who is signed in."""
    with runtime.writing() as session:
        participant = enrolled(session, people).id
    return arrivals.person_visitor(app, runtime, participant)


@pytest.fixture
def secure(runtime: Runtime) -> Iterator[Flask]:
    """The portal as it runs behind one proxy that speaks https."""
    settings = settings_for(
        runtime.settings.database_url,
        mode="production",
        public_url="https://follow-up.example",
        proxies=1,
    )
    opened = Runtime(settings, clock=runtime.real_now)
    app = create_app(runtime=opened)
    app.test_client_class = Visitor
    yield app
    opened.close()


THROUGH_PROXY: dict[str, Any] = {
    "base_url": "https://follow-up.example",
    "headers": {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"},
}


# Headers


def fetched(client: Visitor, path: str) -> TestResponse:
    """A whole answer, its file closed."""
    response = client.get(path, buffered=True)
    response.close()
    return response


def test_every_answer_is_locked_down(client: Visitor, people: Cast) -> None:
    answers = [fetched(client, page) for page in (*PAGES, "/static/css/portal.css")]
    answers += [client.post("/sign-in"), client.get("/today"), client.get("/staff")]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
        assert "base-uri 'none'" in policy
        assert not any("unsafe" in rule or "*" in rule for rule in policy)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "geolocation=()" in answer.headers["Permissions-Policy"]
        assert "Server" not in answer.headers
        assert "Strict-Transport-Security" not in answer.headers  # plain http


def test_pages_are_never_kept_and_files_for_ever(client: Visitor) -> None:
    for page in (*PAGES, "/static/no-such-file"):
        assert client.get(page).headers["Cache-Control"] == "no-store"
    found = re.search(
        r'href="(/static/css/portal\.css\?v=\w+)"', client.get("/sign-in").text
    )
    assert found
    kept = fetched(client, found[1])
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    plain = fetched(client, "/static/css/portal.css")
    assert plain.headers["Cache-Control"] == "no-cache"
    made_up = fetched(client, "/static/css/portal.css?v=0123456789ab")
    assert made_up.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in kept.headers


def test_nothing_outside_the_static_folder_is_served(client: Visitor) -> None:
    for path in (
        "../pyproject.toml",
        "..%2fpyproject.toml",
        "%2e%2e/wsgi.py",
    ):
        assert client.get(f"/static/{path}").status_code == 404


def test_over_https_cookies_are_secure_and_bound_to_the_host(secure: Flask) -> None:
    client = secure.test_client()
    answer = client.get("/sign-in", **THROUGH_PROXY)
    [line] = answer.headers.getlist("Set-Cookie")
    assert line.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in line.split("; ")
    assert "Domain" not in line
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")


# Hosts and proxies


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a@b", ""])
def test_another_host_name_is_refused(client: Visitor, host: str) -> None:
    answer = client.get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_production_answers_to_its_public_name_alone(secure: Flask) -> None:
    settings = secure.extensions["runtime"].settings
    assert trusted_hosts(settings) == ["follow-up.example"]
    client = secure.test_client()
    assert client.get("/livez", headers={"Host": "localhost"}).status_code == 400
    assert client.get("/livez", **THROUGH_PROXY).status_code == 200


def test_a_made_up_forwarded_address_counts_for_nothing(
    client: Visitor, people: Cast
) -> None:
    """No proxy of ours stands in front: the header is whatever somebody typed."""
    token = client.token("/sign-in")
    for index in range(31):
        answer = client.post(
            "/sign-in",
            data={"csrf_token": token, "number": f"138001390{index:02}"},
            headers={"X-Forwarded-For": f"198.51.100.{index}"},
        )
    assert answer.status_code == 429


def test_behind_one_proxy_only_its_own_word_counts(secure: Flask) -> None:
    client = secure.test_client()
    assert isinstance(client, Visitor)

    def ask(index: int, forwarded: str) -> int:
        headers = {**THROUGH_PROXY["headers"], "X-Forwarded-For": forwarded}
        base = {"base_url": THROUGH_PROXY["base_url"], "headers": headers}
        found = TOKEN.search(client.get("/sign-in", **base).text)
        assert found
        data = {"csrf_token": found[1], "number": f"138001390{index:02}"}
        return client.post("/sign-in", data=data, **base).status_code

    made_up = [ask(i, f"203.0.113.{i}, 198.51.100.7") for i in range(31)]
    assert made_up == [303] * 30 + [429]
    assert ask(50, "198.51.100.8") == 303


def test_the_server_drops_forwarded_headers_without_a_proxy_and_has_threads(
    runtime: Runtime,
) -> None:
    alone = options(settings_for("sqlite://", web_threads=2))
    behind = options(settings_for("sqlite://", proxies=1))
    assert alone["clear_untrusted_proxy_headers"] is True
    assert behind["clear_untrusted_proxy_headers"] is False
    assert alone["threads"] >= 12
    assert alone["ident"] is None


# Where requests come from


def switch(client: Visitor, token: str | None, **headers: str) -> TestResponse:
    data = {"language": "en", "next": "/sign-in"}
    if token is not None:
        data["csrf_token"] = token
    return client.post("/language", data=data, headers=headers)


def test_a_form_of_ours_is_taken(client: Visitor) -> None:
    token = client.token("/sign-in")
    ours: list[dict[str, str]] = [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {"Origin": "http://localhost:8000"},
        {"Origin": "null"},
    ]
    for headers in ours:
        assert switch(client, token, **headers).status_code == 303, headers


def test_a_form_from_elsewhere_is_refused_even_with_our_token(client: Visitor) -> None:
    token = client.token("/sign-in")
    theirs: list[dict[str, str]] = [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "anything"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "https://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ]
    for headers in theirs:
        answer = switch(client, token, **headers)
        assert answer.status_code == 400, headers
        assert "language=" not in str(answer.headers.getlist("Set-Cookie"))


def test_a_form_without_its_token_is_refused(app: Flask, client: Visitor) -> None:
    other = arrivals.visitor(app).token("/sign-in")
    client.get("/sign-in")
    for token in (None, "", "made up", other, "x" * 10_000):
        assert switch(client, token).status_code == 400


class LongAgo(TimestampSigner):
    """Signs as it would have three months ago."""

    def get_timestamp(self) -> int:
        return super().get_timestamp() - 90 * 86_400


def test_a_page_left_open_for_months_is_still_taken(
    app: Flask, client: Visitor
) -> None:
    fresh = client.token("/sign-in")
    with client.session_transaction() as kept:
        raw = kept["csrf_token"]
    signer = URLSafeTimedSerializer(
        str(app.secret_key), salt="wtf-csrf-token", signer=LongAgo
    )
    old = str(signer.dumps(raw))
    assert old != fresh
    assert switch(client, old).status_code == 303


def test_a_page_opened_before_a_change_of_key_is_still_taken(
    runtime: Runtime, client: Visitor
) -> None:
    token = client.token("/sign-in")
    cookie = client.get_cookie("session")
    assert cookie is not None
    settings = settings_for(
        runtime.settings.database_url,
        secret_key="another-secret-0123456789-abcdefghijk",
        old_secret_key=runtime.settings.secret_key,
    )
    opened = Runtime(settings, clock=runtime.real_now)
    app = create_app(runtime=opened)
    app.test_client_class = Visitor
    later = arrivals.visitor(app)
    later.set_cookie("session", cookie.value)
    assert switch(later, token).status_code == 303
    opened.close()


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "text/html", "x"])
def test_other_kinds_of_body_are_refused(client: Visitor, kind: str) -> None:
    token = client.token("/sign-in")
    body = f"csrf_token={token}&language=en"
    answer = client.post("/language", data=body, content_type=kind)
    assert answer.status_code == 400


@pytest.fixture
def echo(new_app: Flask) -> Flask:
    """The portal with one page more, which says what reached it."""
    blueprint = GuardedBlueprint("echo", __name__, guard="open")
    blueprint.largest_body = LARGEST_BODY

    @blueprint.post("/echo")
    def say() -> Any:
        from flask import request

        if request.is_json:
            return {"json": request.get_json()}
        return {"form": request.form.to_dict(), "args": request.args.to_dict()}

    @blueprint.get("/echo/<int:number>")
    def number(number: int) -> str:
        return str(number)

    @blueprint.get("/echo/text/<text>")
    def text(text: str) -> str:
        return text

    @blueprint.get("/echo/crash")
    def crash() -> str:
        raise OperationalError("select", {}, Exception("locked"))

    @blueprint.post("/echo/crash")
    def crash_post() -> str:
        raise OperationalError("insert", {}, Exception("locked"))

    @blueprint.get("/echo/bug")
    def bug() -> str:
        raise RuntimeError("Zhang San 13800138007 38.2")

    new_app.register_blueprint(blueprint)
    new_app.testing = False
    return new_app


def send_json(app: Flask, body: bytes | str, **headers: str) -> TestResponse:
    sent = {"Content-Type": "application/json", "X-Portal": "1", **headers}
    return arrivals.visitor(app).post("/echo", data=body, headers=sent)


def test_json_needs_the_header_no_other_site_can_send(echo: Flask) -> None:
    assert send_json(echo, "{}").status_code == 200
    assert send_json(echo, "{}", **{"X-Portal": ""}).status_code == 400
    assert send_json(echo, "{}", **{"Sec-Fetch-Site": "cross-site"}).status_code == 400
    token = arrivals.visitor(echo).token("/sign-in")
    answer = arrivals.visitor(echo).post("/echo", json={"csrf_token": token})
    assert answer.status_code == 400


# Odd bytes


ODD_TEXT = [
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\r\nSet-Cookie: x=1",
    "\u202eevil",
    "\ufeff",
    "a" + "\u0301" * 10_000,
    "\U0001f9d1\u200d\u2695\ufe0f",
    "' OR 1=1 --",
    "{{ 7 * 7 }}",
    "<script>alert(1)</script>",
    "%00%ff",
    "𝟛𝟠.𝟚",
    "=cmd|'/c calc'!A1",
    "x" * 200_000,
]
ODD_BYTES = [
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xc0\xaf",
    b"\xf8\x88\x80\x80\x80",
    b"%ed%a0%80",
]


@pytest.mark.parametrize("text", ODD_TEXT, ids=lambda text: ascii(text)[:16])
def test_odd_text_arrives_as_text_that_can_be_kept(echo: Flask, text: str) -> None:
    client = arrivals.visitor(echo)
    data = {"csrf_token": client.token("/sign-in"), "note": text}
    answer = client.post("/echo?q=%00", data=data)
    assert answer.status_code == 200
    note = answer.json["form"]["note"]
    assert not forms.UNUSABLE.search(note)
    assert note.encode("utf-8")
    assert forms.clean(note) == note
    assert answer.json["args"] == {"q": "\ufffd"}


@pytest.mark.parametrize("raw", ODD_BYTES, ids=repr)
def test_odd_bytes_never_crash_a_form(echo: Flask, raw: bytes) -> None:
    client = arrivals.visitor(echo)
    token = client.token("/sign-in").encode()
    for body in (
        b"csrf_token=" + token + b"&note=" + raw,
        raw + b"=" + raw,
        raw,
    ):
        answer = client.post(
            "/echo", data=body, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code in {200, 400}


def test_a_stray_byte_in_one_field_does_not_hold_back_the_others(echo: Flask) -> None:
    client = arrivals.visitor(echo)
    data = {
        "csrf_token": client.token("/sign-in"),
        "emerg": "seizure",
        "note": "help\x00\ud83d me".encode("utf-8", "surrogatepass"),
    }
    answer = client.post("/echo", data=data)
    assert answer.status_code == 200
    assert answer.json["form"]["emerg"] == "seizure"
    assert answer.json["form"]["note"].startswith("help")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"\xff\xfe",
        b'{"a": 1, "a": 2}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"[" * 40 + b"]" * 40,
        b"9" * 10_000,
    ],
    ids=lambda body: repr(body[:10]),
)
def test_what_is_no_json_is_refused_kindly(echo: Flask, body: bytes) -> None:
    answer = send_json(echo, body)
    assert answer.status_code == 400
    assert answer.json["error"]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ('{"temp": NaN}', {"temp": "NaN"}),
        ('{"temp": Infinity}', {"temp": "Infinity"}),
        ('{"temp": -Infinity}', {"temp": "-Infinity"}),
        ('{"temp": 1e309}', {"temp": "1e309"}),
        ('{"temp": 99999999999999999999}', {"temp": "99999999999999999999"}),
        ('{"note": "\\ud800"}', {"note": "\ufffd"}),
        ('{"note": "\\u0000x"}', {"note": "\ufffdx"}),
        (
            '{"emerg": ["seizure"], "n": null, "b": true}',
            {"emerg": ["seizure"], "n": None, "b": True},
        ),
    ],
)
def test_a_number_that_is_none_stays_text_for_its_field_to_refuse(
    echo: Flask, text: str, seen: dict[str, Any]
) -> None:
    answer = send_json(echo, text)
    assert answer.status_code == 200
    assert answer.json["json"] == seen


@pytest.mark.parametrize(
    "path",
    [
        "/echo/99999999999999999999",
        "/echo/2147483648",
        "/echo/-1",
        "/echo/1e3",
        "/echo/٣",
        "/echo/text/%00",
        "/echo/text/a%00b",
        "/echo/text/%ff",
        "/echo/text/%ed%a0%80",
        "/echo/text/" + "x" * 65,
        "/%00",
        "/%ff%fe",
        "/" + "a/" * 2000,
        "/sign-in%00",
    ],
)
def test_an_odd_path_is_no_page(echo: Flask, path: str) -> None:
    assert arrivals.visitor(echo).get(path).status_code == 404


def test_ordinary_paths_are(echo: Flask) -> None:
    client = arrivals.visitor(echo)
    assert client.get("/echo/2147483647").text == "2147483647"
    assert client.get("/echo/text/DS-007").text == "DS-007"


def test_too_much_at_once_is_refused_with_a_page(echo: Flask) -> None:
    client = arrivals.visitor(echo)
    token = client.token("/sign-in")
    for data in (
        {"csrf_token": token, "note": "x" * (256 * 1024)},
        {"csrf_token": token, **{f"f{index}": "1" for index in range(600)}},
    ):
        answer = client.post("/echo", data=data)
        assert answer.status_code == 413
        assert "没有保存" in answer.text


@pytest.mark.sampled(6)
@pytest.mark.parametrize(
    "cookie", ["", "x", "a.b.c", ".eJx", "\x7f", "x" * 5000, "é", '"', "eyJ9.AAAA.BBBB"]
)
@pytest.mark.parametrize("name", ["session", "phone", "language", "remember_token"])
def test_an_odd_cookie_is_no_cookie(
    app: Flask, people: Cast, name: str, cookie: str
) -> None:
    app.testing = False
    headers = {"Cookie": f"{name}={cookie}".encode().decode("latin-1")}
    client = app.test_client(use_cookies=False)
    assert client.get("/sign-in", headers=headers).status_code == 200
    assert client.get("/today", headers=headers).status_code == 303


# When things fail


def test_when_the_database_is_away_the_page_says_so_with_the_numbers(
    echo: Flask, people: Cast
) -> None:
    client = arrivals.visitor(echo)
    shown = client.get("/echo/crash")
    assert shown.status_code == 503
    token = client.token("/sign-in")
    sent = client.post("/echo/crash", data={"csrf_token": token})
    assert sent.status_code == 503
    for text in ("没有保存", "NOT saved", 'href="tel:120"', "028-5550 0120"):
        assert text in sent.text
    assert "Traceback" not in sent.text + shown.text
    assert "locked" not in sent.text + shown.text
    assert sent.headers["Cache-Control"] == "no-store"


def test_the_numbers_stay_when_the_database_goes(
    echo: Flask, runtime: Runtime, people: Cast
) -> None:
    client = arrivals.visitor(echo)
    assert "028-5550 0120" in client.get("/sign-in").text
    sites = echo.extensions["sites"]
    sites.forget()

    class Away:
        def reading(self) -> Any:
            raise OperationalError("select", {}, Exception("gone"))

    sites._runtime = Away()
    assert "028-5550 0120" in client.get("/echo/crash").text


def test_before_there_is_a_site_each_page_looks_for_one_once(
    new_app: Flask, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites, looked = new_app.extensions["sites"], []
    read = sites._read
    monkeypatch.setattr(sites, "_read", lambda: looked.append(1) or read())
    assert "120" in arrivals.visitor(new_app).get("/sign-in").text
    assert len(looked) == 1
    cast(runtime)
    assert "028-5550 0120" in arrivals.visitor(new_app).get("/sign-in").text
    assert len(looked) == 2


def test_a_site_that_was_opened_since_has_its_own_numbers_at_once(
    echo: Flask, runtime: Runtime, people: Cast
) -> None:
    sites = echo.extensions["sites"]
    assert sites.card(None, "en").duty_line == "028-5550 0120"
    known = people.there.site
    with runtime.writing() as session:
        facts = {
            column.key: getattr(known, column.key)
            for column in Site.__table__.columns
            if column.key != "id"
        }
        opened = Site(**{**facts, "code": "NEW", "duty_line": "010-5550 0199"})
        session.add(opened)
    assert sites.card(opened.id, "en").duty_line == "010-5550 0199"


def test_json_is_answered_in_json_when_the_database_is_away(echo: Flask) -> None:
    client = arrivals.visitor(echo)
    headers = {"Content-Type": "application/json", "X-Portal": "1"}
    answer = client.post("/echo/crash", data="{}", headers=headers)
    assert (answer.status_code, answer.json) == (503, {"error": "not_saved"})


def test_a_fault_of_ours_shows_no_trace_and_logs_no_words(
    echo: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = arrivals.visitor(echo).get("/echo/bug")
    assert answer.status_code == 500
    assert "Zhang" not in answer.text
    lines = [JsonFormatter().format(record) for record in caplog.records]
    [line] = [json.loads(each) for each in lines if "echo/bug" in each]
    assert line["error"] == "RuntimeError"
    assert any("test_security" in place for place in line["where"])
    for secret in ("Zhang", "13800138007", "38.2"):
        assert secret not in "\n".join(lines)


def test_logs_hold_no_number_name_or_temperature(
    client: Visitor, people: Cast, person: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.submit("/sign-in", {"number": "138 0013 8007"})
        client.submit("/sign-in/code", {"code": "739155"})
        client.submit("/sign-in", {"number": "13800138007x"})
        data = {"username": "zhangsan", "password": "tiger-38.2-tiger"}
        client.submit("/staff/sign-in", data)
        person.get("/today")
        person.submit("/diary", {"note": "我叫张三", "temp": "38.2", "send": "1"})
        person.get("/no-such-page/38.2")
    lines = "\n".join(JsonFormatter().format(record) for record in caplog.records)
    for secret in ("8001380", "138 0013", "739155", "zhangsan", "tiger", "38.2"):
        assert secret not in lines
    assert "\\u5f20" not in lines  # 张, as JSON spells it


def test_pages_name_a_refusal_in_the_readers_language(client: Visitor) -> None:
    assert "没有这个页面" in client.get("/no-such-page").text
    english = client.get("/no-such-page", headers={"Accept-Language": "en"}).text
    assert "This page does not exist" in english
    assert "Emergency" in english


def test_health_names_the_ill_part_and_lives_without_an_engine(
    client: Visitor,
) -> None:
    assert client.get("/livez").status_code == 200
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["well"] is False
    assert answer.json["parts"]["database"]["well"] is True
    assert answer.json["parts"]["engine"]["well"] is False
    assert "sqlite" not in answer.text
    assert "postgresql" not in answer.text


def test_a_machine_is_answered_even_when_a_cookie_cannot_be_read(app: Flask) -> None:
    client = app.test_client(use_cookies=False)
    assert client.get("/livez", headers={"Cookie": "session=x"}).status_code == 200


def test_every_form_of_every_page_carries_its_token(client: Visitor) -> None:
    for page in ("/sign-in", "/staff/sign-in", "/no-such-page"):
        text = client.get(page).text
        assert text.count("<form") == len(TOKEN.findall(text)), page
