"""What to do now, and a line that changes when somebody acknowledges."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.core.errors import NotFound
from portal.core.study.model import Study, Tier
from portal.core.temperature import read_temperature
from portal.core.verdict import Verdict
from portal.db.alerts import Alert
from portal.db.followup import EntryVersion
from portal.db.people import Site
from portal.services import drafts, holders, reviews, timeline, verdicts
from portal.web import access, answered, filters
from portal.web.access import passive
from portal.web.diary import measuring
from portal.web.diary.blueprint import SERIOUS, Desk, blueprint, desk
from portal.web.language import gettext, language

SENTENCES = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+")


@dataclass(frozen=True)
class Sent:
    """One version as its sender sees it right afterwards."""

    desk: Desk
    site: Site
    version: EntryVersion
    verdict: Verdict
    alert: Alert | None
    seen_by: str | None  # the role of whoever acknowledged the alert


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
    lines = _lines(found.desk.study, found.verdict, _values(db, found))
    serious = found.verdict.tier in SERIOUS
    version_id = found.version.id
    return render_template(
        "participant/advice.html",
        tier=found.verdict.tier.value,
        heading=_heading(lines),
        lines=lines[1:],
        told=_told(found) if serious else None,
        status_url=f"/diary/sent/{version_id}/status" if found.alert else None,
        status=_status(found),
        call=_call(found),
        next=onward,
        card_href="/card" if serious else None,
        readings=[],
        curve_title="",
        conflict=conflict,
        again=measuring.again(
            found.desk.study, found.verdict, found.version, found.site.time_zone
        ),
    )


@blueprint.get("/diary/sent/<version_id>/status")
@passive
def status(version_id: str) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        found = _sent(db, version_id)
    return render_template("participant/status.html", status=_status(found))


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
    if access.viewer() is None and version.received_at < oldest:
        raise NotFound("There is nothing here.")
    verdict = verdicts.from_data(version.verdict)
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
    return Sent(
        desk=writing,
        site=db.get_one(Site, writing.participant.site_id),
        version=version,
        verdict=verdict,
        alert=alert,
        seen_by=holders.role(db, alert) if alert else None,
    )


def _values(db: Session, found: Sent) -> dict[str, str]:
    reading = _converted(
        timeline.merged(timeline.versions_of(db, found.version.entry_id))
    )
    minutes = found.verdict.ack_minutes
    return {
        "phone": answered.unbroken(found.site.duty_line),
        "emergency": found.site.emergency_number,
        "minutes": str(minutes or ""),
        **reading,
    }


def _converted(answers: Mapping[str, Any]) -> dict[str, str]:
    for name in ("temp", "temp_max"):
        reading = read_temperature(answers.get(name))
        if reading.state == "converted" and reading.tenths is not None:
            celsius = f"{reading.tenths // 10}.{reading.tenths % 10}"
            return {"v": reading.raw, "c": celsius}
    return {"v": "", "c": ""}


def _lines(study: Study, verdict: Verdict, values: Mapping[str, str]) -> list[str]:
    """Every message of the verdict as sentences, the main one first."""
    lines = []
    for message in verdict.advice:
        text = study.messages[message].text.say(language()).format_map(values)
        lines += [part.strip() for part in SENTENCES.split(text) if part.strip()]
    return lines


def _heading(lines: list[str]) -> str:
    return lines[0] if lines else gettext("Received.")


def _told(found: Sent) -> str:
    text = found.desk.study.messages["L-told"].text.say(language())
    return text.format(time=_clock(found, found.version.received_at))


def _clock(found: Sent, at: datetime) -> str:
    return filters.clock(at, found.site.time_zone)


def _status(found: Sent) -> dict[str, str]:
    """Who has it: nobody yet, somebody, or nobody for a whole round of the ladder."""
    alert = found.alert
    if alert is None:
        at = _clock(found, found.version.received_at)
        return {"kind": "done", "text": gettext("Received at %(time)s.", time=at)}
    if alert.acked_at is not None:
        zone = found.site.time_zone
        text = answered.seen(found.desk.study, found.seen_by, alert.acked_at, zone)
        return {"kind": "done", "text": text}
    if alert.told_at is not None:
        text = answered.nobody(found.desk.study, found.site)
        return {"kind": "waiting", "text": text}
    by = _clock(found, alert.ack_due_at)
    return {
        "kind": "waiting",
        "text": answered.waited_for(alert.plan, alert.step, by),
    }


def _call(found: Sent) -> dict[str, str] | None:
    if found.verdict.tier is Tier.EMERGENCY and "M-W" not in found.verdict.advice:
        number = found.site.emergency_number
        return {"number": number, "label": gettext("Call %(number)s", number=number)}
    if found.verdict.tier in SERIOUS:
        return {
            "number": found.site.duty_line,
            "label": gettext("Call the duty line"),
        }
    return None


def _onward(db: Session, found: Sent) -> dict[str, str]:
    draft_id, step = request.args.get("draft", ""), request.args.get("step", "")
    if draft_id and step.isascii() and step.isdigit() and len(step) < 3:
        drafts.own(db, found.desk.participant, draft_id)
        return {
            "label": gettext("Go on with the diary"),
            "href": f"/diary/{draft_id}/{step}",
        }
    return {"label": gettext("Back to today"), "href": "/today"}
