"""Today: the diary, the big button, the next visit, what holds now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.alerting.answers.reported_alerts import AlertStanding
from portal.diary.writing import draft_screens
from portal.protocol.calendar.diary_weeks import is_weekly_due
from portal.protocol.calendar.study_days import local_date
from portal.protocol.calendar.whereabouts import Place
from portal.records.own import today as days
from portal.vocabulary.visits import VisitState
from portal.web.frame import access, filters
from portal.web.frame.access import passive
from portal.web.frame.language import gettext, language, ngettext
from portal.web.participant.blueprint import (
    Subject,
    blueprint,
    subject,
    together,
)
from portal.web.parts.advice import both_places, who_answered
from portal.web.parts.advice.who_answered import StatusLine
from portal.web.parts.advice.wording import unbroken
from portal.web.parts.navigation import navigation

NOON, EVENING = 12, 18


@dataclass(frozen=True)
class DiaryStep:
    """What today's page says of the diary: a button with a hint, or a sentence alone.

    ``received``: the sentence says that the diary came; ``early``: the diary may be
    written, and is not due today.
    """

    hint: str
    label: str = ""
    href: str = ""
    received: bool = False
    early: bool = False


@blueprint.get("/today")
def today() -> ResponseReturnValue:
    with access.runtime().reading() as db:
        about, found = _found(db)
        live = _live(about, found)
    return render_template(
        "participant/today.html",
        **live,
        amended=found.amended,
        recounted=found.recounted,
        missed=_missed(about, found),
        visit=_visit(about, found),
        advice_lines=_lines(about, found),
        navigation=navigation("/today"),
        status_url="/today/status" if found.stand else None,
    )


@blueprint.get("/today/status")
@passive
def today_status() -> ResponseReturnValue:
    with access.runtime().reading() as db:
        about, found = _found(db)
        return render_template("participant/report.html", **_live(about, found))


def _found(db: Session) -> tuple[Subject, days.Today]:
    about = subject(db)
    return about, days.of(about.case, about.reporter)


def _live(about: Subject, found: days.Today) -> dict[str, Any]:
    """What changes while the page is open: the report, and what to do first."""
    left = draft_screens.left_open(about.case, about.reporter)
    return {
        "greeting": _greeting(about, found),
        "diary": _diary(about, found, left),
        "status": _status(about, found.stand) if found.stand else None,
        "now": about.case.now,
    }


def _greeting(about: Subject, found: days.Today) -> str:
    local = (
        access.runtime().now().astimezone(ZoneInfo(about.case.participant.time_zone))
    )
    if local.hour < NOON:
        hello = gettext("Good morning.")
    elif local.hour < EVENING:
        hello = gettext("Good afternoon.")
    else:
        hello = gettext("Good evening.")
    if found.day < 0:
        return hello
    day = gettext("Today is day %(day)s.", day=found.day)
    if found.since is None:
        return together(hello, day)
    event, number = found.since
    title = event.title.say(language())
    since = gettext("%(event)s: day %(day)s.", event=title, day=number)
    return together(hello, together(day, since))


def _diary(about: Subject, found: days.Today, left: str | None) -> DiaryStep | None:
    if left is not None:
        return DiaryStep(
            hint=gettext("You have begun. Nothing is lost."),
            label=gettext("Go on with the diary you began"),
            href=f"/diary/{left}/resume",
        )
    if found.week is not None:
        return _week(about, found, *found.week)
    if found.done_at is not None:
        at = filters.clock(found.done_at, about.site.time_zone)
        said = gettext("Today's diary was received at %(time)s.", time=at)
        return DiaryStep(said, received=True)
    if found.opens is not None:
        return DiaryStep(gettext("Today's diary opens at %(time)s.", time=found.opens))
    if found.diary_due:
        hint = _due_hint(about, found)
        return DiaryStep(hint, gettext("Write today's diary"), "/diary")
    return None


def _week(
    about: Subject, found: days.Today, due: date, after: date | None
) -> DiaryStep:
    """What is said of a weekly diary, with the day on which it is due."""
    if found.done_at is not None:
        on = filters.day(local_date(found.done_at, about.site.time_zone))
        said = gettext("This week's diary was received on %(day)s.", day=on)
        if after is not None:
            then = gettext("The next one is due on %(day)s.", day=filters.day(after))
            said = together(said, then)
        return DiaryStep(said, received=True)
    if found.opens is not None:
        return DiaryStep(gettext("Today's diary opens at %(time)s.", time=found.opens))
    label = gettext("Write this week's diary")
    if due == found.today:
        said = together(gettext("It is due today."), _due_hint(about, found))
        return DiaryStep(said, label, "/diary")
    said = gettext(
        "It is due on %(day)s. You may write it today.", day=filters.day(due)
    )
    return DiaryStep(said, label, "/diary", early=True)


def _due_hint(about: Subject, found: days.Today) -> str:
    """By when the diary is due, while that hour is still to come."""
    plan = about.study.missing.get(found.phase.code)
    due = plan.due if plan is not None else ""
    now = access.runtime().now().astimezone(ZoneInfo(about.case.participant.time_zone))
    if now.strftime("%H:%M") < due:
        return gettext("About 1 minute. Please send it before %(time)s.", time=due)
    return gettext("About 1 minute.")


def _missed(about: Subject, found: days.Today) -> dict[str, str] | None:
    if found.missed is None:
        return None
    text = about.study.messages["missed"].text.say(language())
    label = gettext("Add yesterday's diary")
    if is_weekly_due(about.study, about.case.milestones, found.missed):
        day = filters.day(found.missed)
        text = gettext("The diary of %(day)s did not come. You can add it.", day=day)
        label = gettext("Add last week's diary")
    return {"text": text, "label": label, "href": f"/diary?day={found.missed}"}


def _visit(about: Subject, found: days.Today) -> dict[str, Any] | None:
    visit, words = found.visit, found.visit_words
    if visit is None or words is None:
        return None
    day = found.visit_on or visit.target
    booked_at = visit.booked_at if visit.state == VisitState.BOOKED else None
    return {
        "title": words.title.say(language()),
        "when": _visit_day(about, day, booked_at),
        "left": _days_left((day - found.today).days),
        "place": words.bring.say(language()),
    }


def _visit_day(about: Subject, day: date, booked_at: datetime | None) -> str:
    if booked_at is None:
        return filters.day(day)
    return f"{filters.day(day)} {filters.clock(booked_at, about.site.time_zone)}"


def _days_left(days_left: int) -> str:
    if days_left == 0:
        return gettext("today")
    if days_left < 0:
        return gettext("The day has passed. Please phone your study team.")
    return ngettext("in %(num)s day", "in %(num)s days", days_left)


def _lines(about: Subject, found: days.Today) -> list[str]:
    messages = about.study.messages
    lines = []
    if found.place is Place.WARD:
        lines.append(messages["on_ward"].text.say(language()))
    elif found.place is Place.UNKNOWN:
        lines.append(both_places.line(unbroken(about.site.duty_line)))
    for one in found.dated:
        text = messages[one.message].text.say(language())
        lines.append(text.format(date=filters.long_date(one.until)))
    return lines


def _status(about: Subject, stand: AlertStanding) -> StatusLine:
    awaited = gettext(
        "Your report is with the study team. If nobody phones, call the duty line."
    )
    line = who_answered.shown(
        about.study, about.site, stand, back=True, awaited=awaited
    )
    return replace(line, text=together(line.text, _emergency(about, stand)))


def _emergency(about: Subject, stand: AlertStanding) -> str:
    """The emergency number, while an emergency is open."""
    if not stand.emergency:
        return ""
    number = about.site.emergency_number
    return gettext("In an emergency call %(number)s at once.", number=number)
