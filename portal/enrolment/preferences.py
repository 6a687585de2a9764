"""When a participant may be texted: quiet hours and time zone, changed by staff alone.

Both only move reminders. Days, phases and visits keep to the site's zone, and a
message about an alert waits for nobody's quiet hours.
"""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import available_timezones

from sqlalchemy.orm import Session

from portal import audit
from portal.db.people import Participant, Site
from portal.errors import InvalidInput
from portal.protocol.study.model import Study
from portal.visits.reminders import remind

LEAST_OPEN_HOURS = 4  # a day needs hours in which somebody can be reminded


class ZoneNeedsConfirming(InvalidInput):
    """The zone differs from the site's: staff look at the hours before it counts."""


def set_quiet_hours(
    session: Session,
    study: Study,
    participant: Participant,
    hours: tuple[str, str] | None,
    *,
    actor: audit.Actor,
    now: datetime,
) -> None:
    """No reminders from ``hours[0]`` to ``hours[1]`` (``HH:MM``, their own zone).

    None means the study's hours. What is queued is planned anew. A repeat changes
    nothing.

    Raises:
        InvalidInput: one is no time of day, or too little of the day is left.
    """
    wanted = _checked(hours) if hours else (None, None)
    if (participant.quiet_from, participant.quiet_to) == wanted:
        return
    participant.quiet_from, participant.quiet_to = wanted
    _plan_anew(session, study, participant, "quiet_hours", actor, now)


def set_time_zone(
    session: Session,
    study: Study,
    participant: Participant,
    zone: str,
    *,
    confirmed: bool,
    actor: audit.Actor,
    now: datetime,
) -> None:
    """Have reminders come at the hours of ``zone``. A repeat changes nothing.

    Raises:
        ZoneNeedsConfirming: it differs from the site's and was not confirmed.
        InvalidInput: there is no such zone.
    """
    if zone == participant.time_zone:
        return
    if zone not in available_timezones():
        raise InvalidInput("This time zone does not exist.", field="time_zone")
    site = session.get_one(Site, participant.site_id)
    if zone != site.time_zone and not confirmed:
        raise ZoneNeedsConfirming("Confirm the other time zone.", field="confirmed")
    participant.time_zone = zone
    _plan_anew(session, study, participant, "time_zone", actor, now)


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


def _plan_anew(
    session: Session,
    study: Study,
    participant: Participant,
    what: str,
    actor: audit.Actor,
    now: datetime,
) -> None:
    remind.replan(session, study, participant, now=now)
    subject = ("participant", participant.id)
    audit.record(session, actor, f"participant.{what}_changed", subject, now=now)
