"""When a participant may be texted: quiet hours and time zone, changed only by staff.

Both only move reminders. Days, phases and visits stay in the site's zone, and a message
about an alert never waits for quiet hours.
"""

from __future__ import annotations

from datetime import time
from zoneinfo import available_timezones

from portal import audit
from portal.errors import InvalidInput
from portal.people.case import Case
from portal.visits.reminders import remind

LEAST_OPEN_HOURS = 4  # a day needs hours in which people can be reminded


class ZoneNeedsConfirming(InvalidInput):
    """The zone differs from the site's: staff check the hours before it counts."""


def set_quiet_hours(
    case: Case, hours: tuple[str, str] | None, *, actor: audit.Actor
) -> None:
    """No reminders from ``hours[0]`` to ``hours[1]`` (``HH:MM``, their own zone).

    None means the study's hours. What is queued is planned again. A repeat changes
    nothing.

    Raises:
        InvalidInput: one is no time of day, or too little of the day is left.
    """
    wanted = _checked(hours) if hours else (None, None)
    if (case.participant.quiet_from, case.participant.quiet_to) == wanted:
        return
    case.participant.quiet_from, case.participant.quiet_to = wanted
    _plan_anew(case, "quiet_hours", actor)


def set_time_zone(
    case: Case, zone: str, *, confirmed: bool, actor: audit.Actor
) -> None:
    """Have reminders come at the hours of ``zone``. A repeat changes nothing.

    Raises:
        ZoneNeedsConfirming: it differs from the site's and was not confirmed.
        InvalidInput: there is no such zone.
    """
    if zone == case.participant.time_zone:
        return
    if zone not in available_timezones():
        raise InvalidInput("This time zone does not exist.", field="time_zone")
    site = case.site
    if zone != site.time_zone and not confirmed:
        raise ZoneNeedsConfirming("Confirm the other time zone.", field="confirmed")
    case.participant.time_zone = zone
    _plan_anew(case, "time_zone", actor)


def _checked(hours: tuple[str, str]) -> tuple[str, str]:
    read = []
    for field, written in zip(("quiet_from", "quiet_to"), hours, strict=True):
        try:
            at = time.fromisoformat(written)
        except ValueError:
            raise InvalidInput("Write the hour like 21:00.", field=field) from None
        read.append(at.replace(second=0, microsecond=0, tzinfo=None))
    begins, ends = read
    silent = (ends.hour * 60 + ends.minute - begins.hour * 60 - begins.minute) % 1440
    if silent == 0 or silent > (24 - LEAST_OPEN_HOURS) * 60:
        raise InvalidInput(
            "Leave at least 4 hours of the day for reminders.", field="quiet_to"
        )
    return f"{begins:%H:%M}", f"{ends:%H:%M}"


def _plan_anew(case: Case, what: str, actor: audit.Actor) -> None:
    remind.replan(case)
    subject = ("participant", case.participant.id)
    audit.record(
        case.session, actor, f"participant.{what}_changed", subject, now=case.now
    )
