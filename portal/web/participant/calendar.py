"""The calendar: one list of visits, past ones with their outcome; then a month."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.records.own import agenda
from portal.records.own.agenda import AgendaVisit
from portal.visits import feeds
from portal.vocabulary.visits import VisitState
from portal.web.frame import access, filters
from portal.web.frame.language import gettext, language, lazy_gettext, ngettext
from portal.web.frame.sites import site_card
from portal.web.participant import own_calendar
from portal.web.participant.blueprint import Subject, blueprint, subject
from portal.web.participant.months import month_view
from portal.web.parts.navigation import navigation

COUNTED = 60  # days: a larger number helps nobody
SETTLED = {
    VisitState.ATTENDED: lazy_gettext("attended"),
    VisitState.MISSED: lazy_gettext("missed"),
    VisitState.CANCELLED: lazy_gettext("cancelled"),
}


@blueprint.get("/calendar")
def calendar() -> ResponseReturnValue:
    with access.runtime().reading() as db:
        about = subject(db)
        found = agenda.of(about.case)
        since = feeds.since(db, own_calendar.owner(db))
    cards = [_card(about, visit, found.today) for visit in found.visits]
    return render_template(
        "participant/calendar.html",
        code=about.case.participant.code,
        day_zero=about.study.first_day.say(language()),
        began=filters.full_day(about.case.participant.d0),
        today=filters.full_day(found.today),
        coming=[card for card in cards if card["state"] != "past"],
        past=[card for card in cards if card["state"] == "past"],
        holds=[_holds(about, one) for one in found.dated],
        month=month_view(found, about.case.participant.d0, about.study.first_day),
        feed_since=filters.moment(since, about.site.time_zone) if since else None,
        new_address=own_calendar.new_address(),
        navigation=navigation("/calendar"),
    )


def _card(about: Subject, visit: AgendaVisit, today: date) -> dict[str, Any]:
    near = visit.place == "next"
    return {
        "title": visit.title.say(language()),
        "when": _when(about, visit),
        "state": visit.place,
        "state_word": _state(visit, today),
        "window": _window(visit),
        "place": site_card(language()).name if near else None,
        "note": visit.bring.say(language()) if near else None,
        "file": f"/calendar/{visit.id}.ics" if near or visit.booked_at else None,
    }


def _when(about: Subject, visit: AgendaVisit) -> str:
    day = filters.full_day(visit.day)
    if visit.booked_at is None:
        return day
    return f"{day} {filters.clock(visit.booked_at, about.site.time_zone)}"


def _state(visit: AgendaVisit, today: date) -> str:
    if visit.state in SETTLED:
        return str(SETTLED[visit.state])
    if visit.place == "past":
        return gettext("not recorded yet")
    days = (visit.day - today).days
    if days == 0:
        return gettext("today")
    if days < 0:
        return gettext("The day has passed. Please phone your study team.")
    if days > COUNTED:
        return gettext("planned")
    return ngettext("in %(num)s day", "in %(num)s days", days)


def _window(visit: AgendaVisit) -> str | None:
    if visit.window is None:
        return None
    opens, closes = (filters.day(day) for day in visit.window)
    return gettext("%(first)s to %(last)s", first=opens, last=closes)


def _holds(about: Subject, one: agenda.Dated) -> str:
    text = about.study.messages[one.message].text.say(language())
    return text.format(date=filters.long_date(one.until))
