"""What waited on a phone comes in: JSON with a header of ours, by the enrolled phone.

No token is needed, because an entry may be days old. A resend finds the first one by
the UUID that the phone gave it. Beside ``answers`` an entry may carry ``strokes``, the
text of ``diary.strokes``: the sentence written with a finger. One that cannot be read is
dropped, and the entry is stored.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from portal.alerting.answers import reported_alerts
from portal.diary.entries import Receipt
from portal.diary.judgement import of_entry
from portal.diary.submission import Writer
from portal.diary.version_ids import rest_of
from portal.diary.writing import offline_entries
from portal.diary.writing.offline_entries import KeptEntry
from portal.errors import InvalidInput, NotAllowed
from portal.languages import LANGUAGES
from portal.people import reporters
from portal.people.case import Case
from portal.protocol.demands.items import REPORTERS
from portal.protocol.study.model import Study
from portal.protocol.triage.verdict import Verdict
from portal.vocabulary.diary import KeptKind
from portal.web.frame import access, filters, opened_page, reporting
from portal.web.frame.language import gettext, language, speaking
from portal.web.frame.reporting import Reporter
from portal.web.frame.sites import SiteCard, sites
from portal.web.offline.blueprint import kept
from portal.web.parts.advice import words_receipt

KINDS = tuple(KeptKind)
MOST_ANSWERS = 100
LONGEST_ZONE = 60
LONGEST_HASH = 64


@kept.post("/entries")
def take() -> ResponseReturnValue:
    """Store one entry; 409 with the same receipt if it came before with other answers.

    Raises:
        InvalidInput: it is no entry.
        NotAllowed: it was written by another person of this phone.
    """
    said = request.get_json()
    if not isinstance(said, dict):
        raise InvalidInput("This is not an entry.")
    found = _sender(said)
    entry, writer, runtime = _entry(said), _writer(said, found), access.runtime()
    with runtime.writing() as db:
        case = reporting.case_of(db, found)
        receipt = offline_entries.take(case, writer, entry)
    conflict = receipt is not None and receipt.conflict
    with runtime.reading() as db, speaking(writer.language):
        entry_id = receipt.entry_id if receipt else None
        begun = of_entry(replace(case, session=db), entry_id)
        site = sites().card(found.person.site_id, writer.language)
        answer = {
            **_answer(begun.study, receipt, site.time_zone, writer.language),
            **_promise(begun, receipt),
            **_words(begun, site, receipt),
        }
    if "href" in answer and not found.usual:
        mark = opened_page.seal(found.person, writer.language, enrolled=False)
        answer["href"] += f"?{opened_page.FIELD}={mark}"
    return jsonify(answer), 409 if conflict else 200


def _sender(said: Mapping[str, Any]) -> Reporter:
    found = reporting.reporter()
    if found is None or not said.get("person"):
        raise NotAllowed("Another person who uses this phone wrote this.")
    return found


def _entry(said: Mapping[str, Any]) -> KeptEntry:
    kind, given = said.get("kind"), said.get("answers")
    if kind not in KINDS or not isinstance(given, dict) or len(given) > MOST_ANSWERS:
        raise InvalidInput("This is not an entry.")
    entry_id = _uuid(said, "entry") if said.get("entry") else None
    draft_id = rest_of(entry_id) if entry_id else _uuid(said, "draft")
    if kind == KeptKind.RED_FLAGS and entry_id is None:
        raise InvalidInput("This is not an entry.", field="entry")
    return KeptEntry(
        kind=KeptKind(kind),
        entry_id=entry_id,
        draft_id=draft_id,
        answers={name: given[name] for name in given if name != "reporter"},
        written_at=_moment(said, "written_at"),
        phone_at=_moment(said, "phone_at"),
        phone_zone=str(said.get("zone") or "")[:LONGEST_ZONE] or None,
        day=_day(said),
        drawn=said.get("strokes"),
        study=str(said.get("study") or "")[:LONGEST_HASH] or None,
    )


def _uuid(said: Mapping[str, Any], name: str) -> str:
    try:
        return str(uuid.UUID(str(said.get(name))))
    except ValueError:
        raise InvalidInput("This is not an entry.", field=name) from None


def _moment(said: Mapping[str, Any], name: str) -> datetime:
    """A reading of the phone's clock, right or wrong; milliseconds since 1970."""
    try:
        return datetime.fromtimestamp(int(said[name]) / 1000, UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        raise InvalidInput("This is not an entry.", field=name) from None


def _day(said: Mapping[str, Any]) -> date | None:
    try:
        return date.fromisoformat(str(said.get("day")))
    except ValueError:
        return None


def _writer(said: Mapping[str, Any], found: Reporter) -> Writer:
    usual = reporters.usual(found.person.caregiver_id)
    reporter, shown = said.get("reporter"), said.get("language")
    return Writer(
        reporter=str(reporter) if reporter in REPORTERS else usual,
        language=str(shown) if shown in LANGUAGES else language(),
        actor=found.person.actor,
        device_id=found.device_id,
    )


def _answer(
    study: Study, receipt: Receipt | None, zone: str, short: str
) -> dict[str, Any]:
    """The receipt: when it came, what triage said, where to see who answers."""
    if receipt is None:
        at = filters.clock(access.runtime().now(), zone)
        return {"received": at, "told": gettext("Received at %(time)s.", time=at)}
    at = filters.clock(receipt.received_at, zone)
    return {
        "received": at,
        "told": _told(study, receipt.verdict, at, short),
        "tier": receipt.verdict.tier.value,
        "advice": list(receipt.verdict.advice),
        "href": f"/diary/sent/{receipt.version_id}",
        "conflict": receipt.conflict,
    }


def _promise(case: Case, receipt: Receipt | None) -> dict[str, Any]:
    """Within how many minutes somebody answers (None: no minutes are promised), and how
    many seconds staff have left (0: nobody has answered in time).
    """
    own = receipt.verdict.ack_minutes if receipt else None
    if receipt is None or receipt.alert_id is None:
        return {"ack_minutes": own}
    since = receipt.received_at
    found = reported_alerts.outlook(case, receipt.alert_id, own, since)
    return {"ack_minutes": found.minutes or None, "answer_in": found.answer_in}


def _words(case: Case, site: SiteCard, receipt: Receipt | None) -> dict[str, Any]:
    """What is said about words that nobody has read yet: on the page instead of thanks.

    ``seconds``: the time left until that hour, whatever the phone's clock shows.
    """
    if receipt is None or receipt.verdict.tier.pages:
        return {}
    words = words_receipt.receipt(case, site, receipt.entry_id)
    if words is None:
        return {}
    left = (words.until - case.now).total_seconds() if words.until is not None else 0
    duty = words.phone is not None
    return {"words": list(words.lines), "seconds": int(left), "duty": duty}


def _told(study: Study, verdict: Verdict, at: str, short: str) -> str:
    if not verdict.tier.pages:
        return gettext("Received at %(time)s.", time=at)
    return study.messages["told"].text.say(short).format(time=at)
