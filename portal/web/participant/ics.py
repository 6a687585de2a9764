"""Appointments as an iCalendar file (RFC 5545): the only module that knows the format.

Others can see a calendar, and it is copied to strangers' servers. So an event says
"appointment" and when, but not where, what for, or in which study.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from portal.protocol.calendar.zone_changes import zone_changes
from portal.visits.feeds import Appointment, Diary
from portal.web.frame.language import gettext, speaking

LENGTH = timedelta(hours=1)
ASK_AGAIN = timedelta(hours=6)
STATUS = {"planned": "TENTATIVE", "firm": "CONFIRMED", "cancelled": "CANCELLED"}
TYPE = "text/calendar; charset=utf-8"


def to_ics(diary: Diary) -> bytes:
    """The file; the same appointments give the same bytes."""
    calendar = icalendar.Calendar()
    with speaking(diary.language):
        calendar.add("prodid", "-//follow-up portal//appointments//EN")
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", gettext("Appointments"))
        calendar.add("x-wr-timezone", diary.zone)
        calendar.add("refresh-interval", ASK_AGAIN, {"value": "DURATION"})
        calendar.add_component(_zone(diary))
        for appointment in diary.appointments:
            calendar.add_component(_event(appointment, diary.zone))
    return bytes(calendar.to_ical())


def _zone(diary: Diary) -> icalendar.Timezone:
    """The zone's clocks, from the year before the first appointment to past the last."""
    years = [appointment.day.year for appointment in diary.appointments]
    first = datetime(min(years, default=2000) - 1, 1, 1, tzinfo=UTC)
    last = datetime(max(years, default=2000) + 2, 1, 1, tzinfo=UTC)
    zone = icalendar.Timezone()
    zone.add("tzid", diary.zone)
    for change in zone_changes(diary.zone, first, last):
        part = (
            icalendar.TimezoneDaylight if change.summer else icalendar.TimezoneStandard
        )
        held = part()
        held.add("dtstart", change.local)
        held.add("tzoffsetfrom", change.before)
        held.add("tzoffsetto", change.after)
        held.add("tzname", change.name)
        zone.add_component(held)
    return zone


def _event(appointment: Appointment, zone: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.changed_at)
    event.add("last-modified", appointment.changed_at)
    event.add("summary", gettext("Appointment"))
    event.add("class", "PRIVATE")
    if appointment.at is None:
        event.add("dtstart", appointment.day)
        event.add("transp", "TRANSPARENT")  # a planned day blocks nobody's diary
    else:
        event.add("dtstart", appointment.at.astimezone(ZoneInfo(zone)))
        event.add("duration", LENGTH)
    event.add("status", STATUS[appointment.state])
    return event
