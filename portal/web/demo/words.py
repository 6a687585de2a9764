"""What the demonstration's pages call things."""

from __future__ import annotations

from portal.web.frame.language import Later, lazy_gettext

CALLS: dict[str, Later] = {
    "missed": lazy_gettext("Missed call"),
    "answered": lazy_gettext("Call answered, no key pressed"),
    "hung up": lazy_gettext("Call ended, no key pressed"),
    "confirmed": lazy_gettext("Call confirmed with 1"),
}
EVENTS: dict[str, Later] = {
    "alert": lazy_gettext("Next: a ladder climbs,"),
    "task": lazy_gettext("Next: a task is overdue,"),
    "draft": lazy_gettext("Next: an unfinished diary is sent,"),
    "message": lazy_gettext("Next: a message is due,"),
    "reminder": lazy_gettext("Next: a reminder is due,"),
}
WORDS = {"CALLS": CALLS, "EVENTS": EVENTS}
