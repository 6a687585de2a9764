"""All that is said, in the made language: a sentence plain in it is missing elsewhere.

Pages, what a refused form says, own data as a table, calendar files, the document for no
network, texts and calls are looked at. A plain sentence was never marked, or no catalogue has it. What is no sentence is data: what people
are called and what they wrote, read from the database, and the few forms in ``DATA``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.db.tables.access import Siren
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.diary import Draft, Entry, EntryVersion, Visit
from portal.db.tables.outbox import Handset
from portal.db.tables.people import Caregiver, Contact, Participant, Staff
from portal.demo.past.people import PASSWORD
from portal.languages import LANGUAGES, MADE
from portal.messages.operator_texts import BUILT_IN
from portal.messages.unread_texts import people
from portal.people import reporters
from portal.protocol.study.filling import fill
from portal.records.own.own_data import COLUMNS
from portal.runtime import Runtime
from portal.visits import feeds
from portal.web.frame.access import GuardedBlueprint
from portal.web.machines.call_words import SENTENCES, sentence
from portal.web.staff.words import ENDINGS
from tests.support import arrivals
from tests.support.clock import Clock
from tests.support.databases import Databases
from tests.support.demonstration import demonstration
from tests.support.settings import settings_for
from tests.support.web import Visitor

(LANGUAGE,) = MADE.values()
PLAIN = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]+")
IN_CALENDAR = re.compile(r"(?m)^(?:SUMMARY|DESCRIPTION|X-WR-CALNAME)[^:]*:(.*)$")
ENDS = re.compile(r"/sign-out|/phone/forget|/language|/revoke|/close|/demo")
"""Forms after which nobody would be there to send the next."""
READ_ALOUD = ("alt", "aria-label", "placeholder", "title")
DATA = {
    r"\bDS-\d+\b": "the code of a participant",
    r"\b[DM]\d+\b|\bW\d\b|\bT\d+\w?\b": "codes of visits, phases and rules",
    r"\{\w+\}": "a gap that the phone fills",
    r"y-MM-dd": "the pattern by which the phone writes a day",
    r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b": "CLDR's, whose English it takes",
    r"\bhttps?://\S+|/[a-z][a-z/-]+|\b\w+\.(csv|json|ics)\b": "an address, a file",
    r"\b(?:[A-Z2-7]{4} ?){8}": "the secret of a second factor",
    r"\bAsia/\w+|\bUTC\b|\bCN\b": "zones and countries",
    r"\bdcar-sle\b|\bNCT\d+|\bChiCTR\w*": "what the study is registered as",
}


class Sentences(HTMLParser):
    """What a page says in its language: text, and attributes that are read aloud.

    What is marked as another language's (the switch, the card's other side) is left out.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        foreign = known.get("lang", LANGUAGE.tag) != LANGUAGE.tag
        if self.silent or foreign or tag in ("script", "style"):
            if tag not in ("br", "img", "input", "meta", "link", "hr"):
                self.silent.append(tag)
            return
        self.said += [known[name] or "" for name in READ_ALOUD if name in known]

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(" ".join(data.split()))


def plain(html: str, names: Iterable[str] = ()) -> list[str]:
    """The sentences of a page that are not in the made language."""
    return left(Sentences(html).said, names)


def leaks(answer: TestResponse, names: Iterable[str]) -> list[str]:
    """What an answer says that is not in the made language."""
    match answer.mimetype:
        case "text/html":
            return plain(answer.text, names)
        case "text/csv":
            return left(_cells(answer.text), names)
        case "text/calendar":
            return left(IN_CALENDAR.findall(answer.text.replace("\r\n ", "")), names)
        case _:
            return []


def _cells(text: str) -> Iterator[str]:
    """The head of a table, and its answers; the facts beside them are codes."""
    head, *rows = csv.reader(io.StringIO(text.lstrip("\ufeff")))
    yield from head
    for row in rows:
        yield from row[len(COLUMNS) :]


def left(sentences: Iterable[str], names: Iterable[str] = ()) -> list[str]:
    """The sentences in which words remain that are neither data nor a name."""
    data = _data(frozenset(" ".join(name.split()) for name in names))
    plain_ones = (said for said in sentences if PLAIN.search(said))
    return [said for said in plain_ones if PLAIN.search(data.sub(" ", said))]


@cache
def _data(names: frozenset[str]) -> re.Pattern[str]:
    """All that is no sentence, the longest name first."""
    known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    named = [rf"(?<![A-Za-z])(?:{known})(?![A-Za-z])"] if names else []
    return re.compile("|".join([*named, *DATA]))


def test_a_sentence_without_a_translation_is_seen() -> None:
    page = f'<html lang="{LANGUAGE.tag}"><p>Ñöţ ýéţ {{day}}</p><img alt="A photo">'
    other = '<p lang="en">English <b>too</b></p><p>Not yet: 18:00</p><p>尚未</p>'
    assert plain(page + other) == ["A photo", "Not yet: 18:00", "尚未"]
    assert plain("<p>Hello Wei Ran</p>", ["Wei Ran"]) == ["Hello Wei Ran"]
    assert plain("<p>Ĥéĺĺö Wei Ran</p>", ["Wei Ran"]) == []


def test_a_leak_is_seen_in_a_table_and_in_a_calendar_too() -> None:
    answers = ["x"] * len(COLUMNS)
    text = ",".join([*answers, "Fever"]) + "\r\n" + ",".join([*answers, "no"])
    assert left(_cells(text)) == ["Fever", "no"]
    event = "BEGIN:VEVENT\nSUMMARY:Visit\nSTATUS:CONFIRMED\n"
    assert left(IN_CALENDAR.findall(event)) == ["Visit"]


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_text_that_no_study_has_speaks_it(name: str) -> None:
    values = dict.fromkeys(BUILT_IN[name].variables, "18:00")
    assert left([fill(BUILT_IN[name], LANGUAGE.key, values)]) == []


def test_a_call_and_a_count_of_people_speak_it() -> None:
    said = [sentence(result, LANGUAGE.key, "18:00") for result in SENTENCES]
    said += [people(["DS-001"] * count, LANGUAGE.key) for count in (1, 2)]
    assert left(said) == []


@pytest.fixture
def runtime(databases: Databases, clock: Clock) -> Iterator[Runtime]:
    """The demonstration: everybody has a past, and its own pages are looked at too."""
    url = demonstration(databases)
    opened = Runtime(settings_for(url, mode="demo"), clock=clock)
    with opened.writing() as session:
        for table in (Staff, Participant, Caregiver):
            session.execute(update(table).values(language=LANGUAGE.key))
    yield opened
    opened.close()


def written(runtime: Runtime) -> set[str]:
    """What people are called and what they wrote, and texts that went out before."""
    columns = (
        *(Staff.display_name, Staff.username, Contact.value, Siren.name),
        *(Alert.code, Alert.reason, Task.outcome, Handset.body),
    )
    with runtime.reading() as session:
        found = {one for column in columns for one in session.scalars(select(column))}
        for event in session.scalars(select(Alert.adverse_event)):
            found |= {str((event or {}).get("term", ""))}
        for version in session.scalars(select(EntryVersion)):
            found |= {str(version.answers.get("note", ""))}
    found |= {PASSWORD, *(one.name for one in LANGUAGES.values())}
    found -= set(ENDINGS)  # these are the portal's own
    return {one for one in found if one and PLAIN.search(one)}


def looking(app: Flask, runtime: Runtime) -> Iterator[tuple[str, Visitor, Any]]:
    """By the guard that lets them in: somebody, and what the paths may name for them."""
    with runtime.reading() as session:
        alarmed = session.scalars(select(Alert.participant_id)).all()
        persons = session.scalars(
            select(Participant.id).where(Participant.id.in_(alarmed))
        ).all()[:2]
        relative = session.scalars(select(Caregiver)).first()
        assert relative is not None
        staff = {one.username: one for one in session.scalars(select(Staff))}
        work = _work(session)
    for own in persons:
        things = _own(runtime, own)
        yield "participant", arrivals.person_visitor(app, runtime, own), things
        yield "reporter", arrivals.phone_visitor(app, runtime, own), things
    helper = relative.participant_id, relative.id
    things = _first(_own(runtime, relative.participant_id))
    yield "participant", arrivals.person_visitor(app, runtime, *helper), things
    for name, seen in (("luo", work), ("admin", _first(work)), ("lin", _first(work))):
        yield "staff", arrivals.staff_visitor(app, runtime, staff[name]), seen
    for guard in ("open", "demo"):
        yield guard, arrivals.visitor(app), {}
    yield "siren", arrivals.siren_visitor(app, runtime, staff["admin"]), {}


def _first(things: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """One of each kind: what differs for another reader is on any page of it."""
    return {name: values[:1] for name, values in things.items()}


def _own(runtime: Runtime, participant_id: int) -> dict[str, list[Any]]:
    with runtime.reading() as session:
        mine = Entry.participant_id == participant_id
        entries = session.scalars(
            select(Entry.id).where(mine).order_by(Entry.id.desc())
        ).all()
        versions = session.scalars(
            select(EntryVersion.id)
            .where(EntryVersion.participant_id == participant_id)
            .order_by(EntryVersion.received_at.desc())
        ).all()
        drafts = session.scalars(
            select(Draft.id).where(Draft.participant_id == participant_id)
        ).all()
        theirs = select(Visit.id).where(Visit.participant_id == participant_id)
        visits = session.scalars(theirs.limit(1)).all()
    return {
        "entry_id": list(entries[:2]),
        "version_id": list(versions[:2]),
        "draft_id": list(drafts[:1]),
        "visit_id": list(visits),
        "number": [1, 2, 3, 4],
    }


def _work(session: Any) -> dict[str, list[Any]]:
    """Each kind of task, each state of an alert, some people."""
    kinds = {one.kind: one.id for one in session.scalars(select(Task))}
    states = {(one.state, one.tier): one.id for one in session.scalars(select(Alert))}
    codes = session.scalars(select(Participant.code).order_by(Participant.id)).all()
    return {
        "task_id": list(kinds.values()),
        "alert_id": list(states.values()),
        "entry_id": list(session.scalars(select(Entry.id).limit(2)).all()),
        "code": [*codes[::6], "DS-012"],
        "visit": ["D14"],
        "study_version_id": [1],
    }


def pages(
    app: Flask, guard: str, values: dict[str, list[Any]], method: str = "GET"
) -> Iterator[str]:
    """Every page or form behind a guard, with what its path may name."""
    for rule in app.url_map.iter_rules():
        blueprint = app.blueprints.get(rule.endpoint.rpartition(".")[0])
        theirs = isinstance(blueprint, GuardedBlueprint) and blueprint.guard == guard
        if theirs and method in (rule.methods or ()):
            yield from _paths(app, rule, values)


def _paths(app: Flask, rule: Rule, values: dict[str, list[Any]]) -> Iterator[str]:
    names = sorted(rule.arguments)
    for picked in product(*(values.get(name, []) for name in names)):
        with app.test_request_context():
            yield app.url_for(rule.endpoint, **dict(zip(names, picked, strict=True)))


def begin_a_diary(phone: Visitor) -> None:
    """A draft, whose screens are pages too."""
    entry = re.search(r'name="entry" value="([^"]+)"', phone.get("/diary").text)
    assert entry is not None
    said = {"entry": entry[1], "reporter": "self", "none": "1"}
    assert phone.submit("/diary", said).status_code == 303


@pytest.mark.thorough
def test_the_demonstration_alone_offers_it_to_developers(
    app: Flask, runtime: Runtime
) -> None:
    developer = arrivals.visitor(app)
    assert LANGUAGE.name in developer.get("/demo/phones").text
    assert LANGUAGE.name not in developer.get("/sign-in").text
    chosen = {"language": LANGUAGE.key}
    assert developer.submit("/demo/phones", chosen, to="/language").status_code == 303
    assert f'lang="{LANGUAGE.tag}"' in developer.get("/sign-in").text


FORMS = {
    "participant": "/today",
    "reporter": "/diary",
    "staff": "/staff/account",
    "open": "/sign-in",
}
"""By guard: a page with a form, whose token is good for all of them."""


@pytest.mark.thorough
def test_every_page_speaks_the_made_language(app: Flask, runtime: Runtime) -> None:
    with runtime.reading() as session:
        first = session.scalars(select(Alert.participant_id)).first()
    assert first is not None
    begin_a_diary(arrivals.phone_visitor(app, runtime, first))
    found: dict[str, str] = {}
    visitors, walked, kinds = list(looking(app, runtime)), 0, set()
    names = written(runtime)
    for guard, visitor, things in visitors:
        visitor.set_cookie("language", LANGUAGE.key)
        for path in pages(app, guard, things):
            answer = visitor.get(path)
            if answer.status_code != 303:
                walked += answer.status_code == 200
                kinds.add(answer.mimetype)
                found |= dict.fromkeys(leaks(answer, names), path)
    assert found == {}
    assert walked > 100
    assert kinds >= {"text/html", "text/csv", "text/calendar"}


@pytest.mark.thorough
def test_every_refused_form_speaks_it(app: Flask, runtime: Runtime) -> None:
    found: dict[str, str] = {}
    names, refused, seen = written(runtime), 0, set()
    for guard, visitor, things in looking(app, runtime):
        visitor.set_cookie("language", LANGUAGE.key)
        token = {"csrf_token": visitor.token(FORMS[guard])} if guard in FORMS else {}
        for path in pages(app, guard, _first(things), "POST"):
            if (guard, path) in seen or ENDS.search(path) or not token:
                continue
            seen.add((guard, path))
            answer = visitor.post(path, data=token)
            refused += answer.status_code == 400
            found |= dict.fromkeys(leaks(answer, names), path)
    assert found == {}
    assert refused > 5


@pytest.mark.thorough
def test_the_feed_that_a_calendar_app_asks_speaks_it(
    app: Flask, runtime: Runtime
) -> None:
    with runtime.writing() as session:
        someone = session.scalars(select(Visit.participant_id)).first()
        assert someone is not None
        owner = reporters.find(session, someone, None)
        assert owner is not None
        secret = feeds.renew(session, owner, now=runtime.now())
    answer = arrivals.visitor(app).get(f"/calendar/feed/{secret}.ics")
    assert b"X-WR-CALNAME:" in answer.data
    assert leaks(answer, ()) == []
