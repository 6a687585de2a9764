"""Every page that people in a course can open, and what is wrong with it.

The addresses come from the portal's own URL map, so that new pages are included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import product
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.alerting import sirens
from portal.course.people import InventedPerson
from portal.course.stage import Stage
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.diary import Entry, EntryVersion, Visit
from portal.db.tables.people import Staff
from portal.people import reporters
from portal.people.access import enrolled_phones, sessions
from portal.visits import feeds

OWN = (
    "participant.",
    "diary.",
    "treatment_card.",
    "kept.",
    "offline.",
    "calendar_feed.",
)
TEAM = ("staff.",)
WARD = ("siren.",)
SEEN = 3
"""How many alerts and participants a team member opens."""
LEFT_OPEN = re.compile(r"\{[a-z_]+\}")
UNSPOKEN = re.compile(r"<(script|style|template)\b.*?</\1>|<[^>]*>", re.DOTALL)
FILLED_ELSEWHERE = ("/offline/", "/worker.js")
"""Documents whose placeholders the phone fills in."""


class PageBroken(Exception):
    """A page returned an error, or showed an unfilled placeholder."""


@dataclass(frozen=True)
class Visitor:
    """A person's browser; ``known`` has the values for the parts of their addresses."""

    who: str
    client: FlaskClient
    pages: Sequence[str]
    known: Mapping[str, Sequence[object]]


def person_visitor(stage: Stage, who: InventedPerson, *, relative: bool) -> Visitor:
    """An enrolled phone on which a participant or a caregiver is signed in."""
    runtime, now = stage.runtime, stage.clock.at
    with runtime.writing() as session:
        caregiver = who.caregiver_id if relative else None
        person = reporters.find(session, who.participant_id, caregiver)
        if person is None:
            raise LookupError(who.code)
        token = sessions.open_for_person(session, person, now=now, real_now=now)
        secret, _ = enrolled_phones.enrol(session, person, held=None, real_now=now)
        feed = feeds.renew(session, person, now=now)
    client = _holding(stage, token)
    client.set_cookie("phone", secret)
    name = f"{who.code} ({who.language}{', caregiver' if relative else ''})"
    known = _of_person(stage, who.participant_id)
    return Visitor(name, client, OWN, {**known, "secret": [feed]})


def _of_person(stage: Stage, participant_id: int) -> dict[str, list[object]]:
    with stage.runtime.reading() as reading:
        own = {"participant_id": participant_id}
        entries = list(reading.scalars(select(Entry.id).filter_by(**own)))
        versions = select(EntryVersion.id).where(EntryVersion.entry_id.in_(entries))
        return {
            "visit_id": list(reading.scalars(select(Visit.id).filter_by(**own)))[:2],
            "entry_id": [*entries[:2]],
            "version_id": [*reading.scalars(versions)][-2:],
        }


def staff_visitor(stage: Stage, staff_id: int, codes: Sequence[str]) -> Visitor:
    """A browser in which a team member is signed in, to look at ``codes``."""
    runtime, now = stage.runtime, stage.clock.at
    with runtime.writing() as session:
        token = sessions.open_for_staff(session, staff_id, real_now=now)
        staff = session.get_one(Staff, staff_id)
        name = staff.username
    kinds = select(func.max(Task.id)).group_by(Task.kind)
    with runtime.reading() as session:
        known: dict[str, list[object]] = {
            "alert_id": list(session.scalars(select(Alert.id).limit(SEEN))),
            "task_id": list(session.scalars(kinds)),
            "entry_id": list(session.scalars(select(Entry.id).limit(1))),
            "code": list(codes),
            "visit": [visit.code for visit in stage.study.visits[:1]],
        }
    return Visitor(name, _holding(stage, token), TEAM, known)


def ward_visitor(stage: Stage, staff_id: int) -> Visitor:
    """The ward's screen."""
    runtime, now = stage.runtime, stage.clock.at
    with runtime.writing() as session:
        staff = session.get_one(Staff, staff_id)
        code = sirens.make(session, staff, "Desk", now=now, real_now=now)
        secret = sirens.set_up(session, code, now=now, real_now=now)
    client = stage.app.test_client()
    client.set_cookie("siren", secret or "")
    return Visitor("the ward's screen", client, WARD, {})


def _holding(stage: Stage, token: str) -> FlaskClient:
    client = stage.app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = token
        kept["_fresh"] = True
        kept.permanent = True
    return client


def addresses(
    stage: Stage, visitor: Visitor, only: Sequence[str] | None = None
) -> Iterator[str]:
    """Every address that a visitor may open and whose parts are known.

    ``only``: only those of these endpoints.
    """
    for rule in sorted(stage.app.url_map.iter_rules(), key=str):
        theirs = rule.endpoint.startswith(tuple(visitor.pages))
        wanted = only is None or rule.endpoint in only
        if theirs and wanted and "GET" in (rule.methods or ()):
            yield from _addresses(rule, visitor.known)


def _addresses(rule: Rule, known: Mapping[str, Sequence[object]]) -> Iterator[str]:
    names = sorted(rule.arguments)
    if all(name in known for name in names):
        for values in product(*(known[name] for name in names)):
            built = rule.build(
                dict(zip(names, values, strict=True)), append_unknown=False
            )
            if built is not None:
                yield built[1]


def opened(visitor: Visitor, address: str) -> TestResponse:
    """The page at an address.

    Raises:
        PageBroken: it is an error, or has an unfilled placeholder.
    """
    page = visitor.client.get(address)
    look(address, page)
    return page


def look(address: str, page: TestResponse) -> None:
    """Check that a page is complete.

    Raises:
        PageBroken: it is an error, or has an unfilled placeholder.
    """
    if page.status_code >= 500:
        raise PageBroken(f"answered {page.status}")
    if urlsplit(address).path.startswith(FILLED_ELSEWHERE):
        return
    words = unescape(UNSPOKEN.sub(" ", page.get_data(as_text=True)))
    gap = LEFT_OPEN.search(words)
    if gap and not page.is_json:
        raise PageBroken(
            f'left {gap[0]} open in "{words[: gap.start()][-40:].strip()}"'
        )
