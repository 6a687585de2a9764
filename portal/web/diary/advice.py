"""What to do now, and a line that changes when somebody acknowledges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.alerting import standings
from portal.alerting.standings import Stand
from portal.db.alerts import Alert
from portal.db.diary import EntryVersion
from portal.db.people import Site
from portal.diary import drafts, reviews
from portal.errors import NotFound
from portal.people import timeline
from portal.protocol.study.model import Tier
from portal.protocol.triage import verdict_json
from portal.protocol.triage.verdict import Verdict
from portal.protocol.words.numbers import read_temperature
from portal.web.diary import temperature_question
from portal.web.diary.blueprint import Desk, blueprint, desk
from portal.web.frame import access, filters, own_paths, reporting
from portal.web.frame.access import passive
from portal.web.frame.language import gettext, language
from portal.web.parts import advice_lines, calls, who_answered, words_receipt
from portal.web.parts.calls import Button
from portal.web.parts.who_answered import Shown
from portal.web.parts.wording import unbroken
from portal.web.parts.words_receipt import WordsReceipt


@dataclass(frozen=True)
class Sent:
    """One version as its sender sees it right afterwards."""

    desk: Desk
    site: Site
    version: EntryVersion
    verdict: Verdict
    stand: Stand | None  # what has become of the alert it opened or joined
    minutes: int  # within which somebody answers, from its coming; 0: none are promised


@blueprint.get("/diary/sent/<version_id>")
def sent(version_id: str) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        found = _sent(db, version_id)
        return shown(db, found, _onward(db, found))


def shown(
    db: Session,
    found: Sent,
    onward: Mapping[str, str],
    conflict: Mapping[str, Any] | None = None,
) -> str:
    """The page of what to do. ``conflict``: the same came before with other answers."""
    return render_template(
        "participant/advice.html",
        **_live(db, found),
        status_url=_status_url(found),
        next=onward,
        readings=[],
        curve_title="",
        conflict=conflict,
        again=temperature_question.again(
            found.desk.study, found.verdict, found.version, found.site.time_zone
        ),
    )


def _live(db: Session, found: Sent) -> dict[str, Any]:
    """What changes while the page is open."""
    values, whole = _values(db, found), bool(found.minutes)
    templates = advice_lines.templates(found.desk.study, found.verdict, promised=whole)
    lines = [line.format_map(values) for line in templates]
    held = [
        line.format_map(values) for line in templates if advice_lines.PROMISES in line
    ]
    serious = found.verdict.tier.pages
    words = None if serious else _words(db, found)
    if words is not None:
        lines = _with_words(found.verdict.tier, lines, words, _received(found))
    return {
        "tier": found.verdict.tier,
        "heading": _heading(lines),
        "lines": lines[1:],
        "promised": held,
        "until": found.version.received_at + timedelta(minutes=found.minutes),
        "told": _told(found) if serious else None,
        "status": _status(found),
        "call": _call(found, words),
        "card_href": own_paths.carried("/card") if serious else None,
        "now": access.runtime().now(),
    }


@blueprint.get("/diary/sent/<version_id>/status")
@passive
def status(version_id: str) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        found = _sent(db, version_id)
        return render_template("participant/status.html", **_live(db, found))


def _sent(db: Session, version_id: str) -> Sent:
    """A version of this person's that came in lately.

    Raises:
        NotFound: it is somebody else's, or too old for a phone that may only write.
    """
    writing = desk(db)
    version = db.get(EntryVersion, version_id)
    if version is None or version.participant_id != writing.participant.id:
        raise NotFound("There is nothing here.")
    oldest = access.runtime().now() - drafts.RESUMED_WITHIN
    if not reporting.reads_as_owner() and version.received_at < oldest:
        raise NotFound("There is nothing here.")
    verdict = verdict_json.from_data(version.verdict)
    return judged(db, writing, version, verdict, reviews.alert_of(db, version.id))


def judged(
    db: Session,
    writing: Desk,
    version: EntryVersion,
    verdict: Verdict,
    alert_id: int | None,
) -> Sent:
    """A version with what triage said of it, and what became of that."""
    alert = db.get(Alert, alert_id) if alert_id else None
    now = access.runtime().now()
    own, since = verdict.ack_minutes or 0, version.received_at
    left = standings.promised(db, alert, own, since, now=now) if alert else own
    return Sent(
        desk=writing,
        site=db.get_one(Site, writing.participant.site_id),
        version=version,
        verdict=verdict,
        stand=standings.of(db, alert, now=now) if alert else None,
        minutes=left,
    )


def _values(db: Session, found: Sent) -> dict[str, str]:
    reading = _converted(
        timeline.merged(timeline.versions_of(db, found.version.entry_id))
    )
    return {
        "phone": unbroken(found.site.duty_line),
        "emergency": found.site.emergency_number,
        "minutes": str(found.minutes),
        **reading,
    }


def _converted(answers: Mapping[str, Any]) -> dict[str, str]:
    for name in ("temp", "temp_max"):
        reading = read_temperature(answers.get(name))
        if reading.state == "converted" and reading.tenths is not None:
            celsius = f"{reading.tenths // 10}.{reading.tenths % 10}"
            return {"v": reading.raw, "c": celsius}
    return {"v": "", "c": ""}


def _heading(lines: list[str]) -> str:
    return lines[0] if lines else gettext("Received.")


def _words(db: Session, found: Sent) -> WordsReceipt | None:
    who = (db, found.desk.participant, found.version.entry_id)
    return words_receipt.receipt(*who, now=access.runtime().now())


def _with_words(
    tier: Tier, lines: list[str], words: WordsReceipt, received: str
) -> list[str]:
    """The sentences with those about the words; a calm diary's thanks make way."""
    if tier is Tier.ROUTINE:
        return [received, *words.lines, *lines[1:]]
    return [*lines, *words.lines]


def _received(found: Sent) -> str:
    at = _clock(found, found.version.received_at)
    return gettext("Received at %(time)s.", time=at)


def _told(found: Sent) -> str:
    text = found.desk.study.messages["L-told"].text.say(language())
    return text.format(time=_clock(found, found.version.received_at))


def _clock(found: Sent, at: datetime) -> str:
    return filters.clock(at, found.site.time_zone)


def _status_url(found: Sent) -> str | None:
    if found.stand is None:
        return None
    return own_paths.carried(f"/diary/sent/{found.version.id}/status")


def _status(found: Sent) -> Shown | None:
    """Who has it: somebody is awaited, somebody has seen it, or nobody has answered."""
    if found.stand is None:
        return None
    return who_answered.shown(found.desk.study, found.site, found.stand, back=False)


def _call(found: Sent, words: WordsReceipt | None) -> Button | None:
    """Whom to call; ``first``: at once, before anything else is read."""
    wanted = words is not None and words.phone is not None
    who = calls.calls(found.desk.study, found.verdict, sent=True, wanted=wanted)
    return calls.button(who[0], found.site) if who else None


def _onward(db: Session, found: Sent) -> dict[str, str]:
    draft_id, step = request.args.get("draft", ""), request.args.get("step", "")
    if draft_id and step.isascii() and step.isdigit() and len(step) < 3:
        drafts.own(db, found.desk.participant, draft_id)
        return {
            "label": gettext("Go on with the diary"),
            "href": own_paths.carried(f"/diary/{draft_id}/{step}"),
        }
    return {"label": gettext("Back to today"), "href": "/today"}
