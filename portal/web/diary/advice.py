"""What to do now, and a line that changes when somebody acknowledges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.diary.judgement import of_entry
from portal.diary.writing import draft_screens, drafts
from portal.protocol.study.form import ItemKind
from portal.protocol.study.model import Study
from portal.protocol.words.numbers import read_temperature
from portal.records.own import sent_report
from portal.records.own.sent_report import SentReport
from portal.web.diary import temperature_question
from portal.web.diary.blueprint import DiaryContext, blueprint, desk
from portal.web.frame import access, filters, own_paths, reporting
from portal.web.frame.access import passive
from portal.web.frame.language import gettext, language
from portal.web.frame.sites import SiteCard, sites
from portal.web.parts.advice import advice_lines, calls, who_answered, words_receipt
from portal.web.parts.advice.calls import Button
from portal.web.parts.advice.who_answered import StatusLine
from portal.web.parts.advice.wording import unbroken
from portal.web.parts.advice.words_receipt import WordsReceipt


@dataclass(frozen=True)
class SentVersion:
    """One report as its sender sees it right afterwards, and who they are."""

    desk: DiaryContext
    site: SiteCard
    report: SentReport


@blueprint.get("/diary/sent/<version_id>")
def sent(version_id: str) -> ResponseReturnValue:
    with access.runtime().reading() as db:
        found = _sent(db, version_id)
        return shown(db, found, _onward(found))


def shown(
    db: Session,
    found: SentVersion,
    onward: Mapping[str, str],
    conflict: Mapping[str, Any] | None = None,
) -> str:
    """The page of what to do. ``conflict``: it came before with other answers."""
    return render_template(
        "participant/advice.html",
        **_live(db, found),
        status_url=_status_url(found),
        next=onward,
        conflict=conflict,
        again=temperature_question.again(
            found.desk.study, found.report, found.site.time_zone
        ),
    )


def _live(db: Session, found: SentVersion) -> dict[str, Any]:
    """What changes while the page is open."""
    values, whole = _values(found), bool(found.report.minutes)
    study, verdict = found.desk.study, found.report.verdict
    serious = verdict.tier.pages
    words = None if serious else _words(db, found)
    told = _told(found) if serious else _received(found)
    said = words.lines if words is not None else ()
    lines = advice_lines.sent(
        study, verdict, values, promised=whole, told=told, words=said
    )
    return {
        "tier": verdict.tier,
        "heading": lines[0],
        "lines": lines[1:],
        "promised": advice_lines.promises(study, verdict, values) if whole else [],
        "until": found.report.received_at + timedelta(minutes=found.report.minutes),
        "told": told if serious else None,
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


def _sent(db: Session, version_id: str) -> SentVersion:
    """A report of this person; on a phone that may only write, only one of today."""
    writing = desk(db)
    case = writing.case
    since = None if reporting.reads_as_owner() else case.now - drafts.RESUMED_WITHIN
    report = sent_report.find(case, version_id, since=since)
    return about(writing, report)


def about(writing: DiaryContext, report: SentReport) -> SentVersion:
    """A report with the numbers of the writer's site, by the study it began under."""
    site = sites().card(writing.case.participant.site_id, language())
    case = of_entry(writing.case, report.entry_id)
    return SentVersion(replace(writing, case=case), site, report)


def _values(found: SentVersion) -> dict[str, str]:
    return {
        "phone": unbroken(found.site.duty_line),
        "emergency": found.site.emergency_number,
        "minutes": str(found.report.minutes),
        **_converted(found.desk.study, found.report.said),
    }


def _converted(study: Study, answers: Mapping[str, Any]) -> dict[str, str]:
    for name in study.of_kind(ItemKind.TEMPERATURE):
        reading = read_temperature(answers.get(name))
        if reading.state == "converted" and reading.tenths is not None:
            celsius = f"{reading.tenths // 10}.{reading.tenths % 10}"
            return {"v": reading.raw, "c": celsius}
    return {"v": "", "c": ""}


def _words(db: Session, found: SentVersion) -> WordsReceipt | None:
    case = replace(found.desk.case, session=db)
    return words_receipt.receipt(case, found.site, found.report.entry_id)


def _received(found: SentVersion) -> str:
    at = _clock(found, found.report.received_at)
    return gettext("Received at %(time)s.", time=at)


def _told(found: SentVersion) -> str:
    text = found.desk.study.messages["told"].text.say(language())
    return text.format(time=_clock(found, found.report.received_at))


def _clock(found: SentVersion, at: datetime) -> str:
    return filters.clock(at, found.site.time_zone)


def _status_url(found: SentVersion) -> str | None:
    if found.report.stand is None:
        return None
    return own_paths.carried(f"/diary/sent/{found.report.id}/status")


def _status(found: SentVersion) -> StatusLine | None:
    """Who has the report: somebody should answer, somebody has seen it, or nobody has."""
    if found.report.stand is None:
        return None
    return who_answered.shown(
        found.desk.study, found.site, found.report.stand, back=False
    )


def _call(found: SentVersion, words: WordsReceipt | None) -> Button | None:
    """Whom to call; ``first``: at once, before anything else is read."""
    wanted = words is not None and words.phone is not None
    who = calls.calls(found.desk.study, found.report.verdict, sent=True, wanted=wanted)
    return calls.button(who[0], found.site) if who else None


def _onward(found: SentVersion) -> dict[str, str]:
    draft_id, step = request.args.get("draft", ""), request.args.get("step", "")
    if draft_id and step.isascii() and step.isdigit() and len(step) < 3:
        draft_screens.open_draft(found.desk.case, draft_id)
        return {
            "label": gettext("Go on with the diary"),
            "href": own_paths.carried(f"/diary/{draft_id}/{step}"),
        }
    return {"label": gettext("Back to today"), "href": "/today"}
