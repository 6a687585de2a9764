"""The alarm: nobody has answered a report, and the buttons that dial.

It replaces an hour that has passed. At home it shows the duty line and the emergency
number. On the ward a nurse is near: the person rings for one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.alerting.answers.reported_alerts import AlertStanding
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.model import Study
from portal.web.frame.language import gettext, language
from portal.web.frame.sites import SiteCard
from portal.web.parts.advice import both_places
from portal.web.parts.advice.wording import sentences, unbroken


@dataclass(frozen=True)
class Call:
    """A button that dials."""

    number: str
    label: str
    hint: str | None = None


@dataclass(frozen=True)
class Alarm:
    """What the component shows: ``back`` leads to the advice; None on that page."""

    heading: str
    lines: tuple[str, ...]
    calls: tuple[Call, ...]
    back: str | None


def unanswered(study: Study, site: SiteCard, stand: AlertStanding, back: bool) -> Alarm:
    """The hour has passed, and nobody has answered."""
    text = study.messages["unanswered"].text.say(language())
    heading, *rest = sentences(text)
    if _names_a_number(heading):
        rest = [heading, *rest]
        heading = gettext("Nobody has answered your report yet.")
    if stand.on_ward:
        rest = [*_ring(study), *(line for line in rest if not _names_a_number(line))]
    return _alarm(site, stand, heading, [*_both(site, stand), *rest], back)


def cut_off(study: Study, site: SiteCard, stand: AlertStanding, back: bool) -> Alarm:
    """The hour has passed, and this phone cannot see whether anybody has answered."""
    heading = gettext("Has nobody phoned you? Phone now.")
    lines = [
        gettext("This page cannot see now whether somebody has answered."),
    ]
    if stand.on_ward:
        heading = gettext("Has nobody come? Ring again.")
        lines = [*_ring(study), *lines]
    return _alarm(site, stand, heading, [*_both(site, stand), *lines], back)


def _alarm(
    site: SiteCard, stand: AlertStanding, heading: str, lines: Iterable[str], back: bool
) -> Alarm:
    values = {"phone": unbroken(site.duty_line), "emergency": site.emergency_number}
    said = tuple(line.format_map(values) for line in lines)
    href = f"/diary/sent/{stand.version_id}" if back and stand.version_id else None
    return Alarm(heading.format_map(values), said, tuple(_calls(site, stand)), href)


def _calls(site: SiteCard, stand: AlertStanding) -> list[Call]:
    """Whom to phone, the most needed first; on the ward no ambulance."""
    duty = Call(site.duty_line, gettext("Call the duty line"), site.duty_line)
    if stand.on_ward:
        return [duty]
    number = site.emergency_number
    ambulance = Call(number, gettext("Call %(number)s", number=number))
    return [ambulance, duty] if stand.emergency else [duty, ambulance]


def _both(site: SiteCard, stand: AlertStanding) -> list[str]:
    """If nobody knows whether the person is home: what is right in both places."""
    if stand.place is not Place.UNKNOWN:
        return []
    return [both_places.line(unbroken(site.duty_line))]


def _ring(study: Study) -> list[str]:
    return [study.ring.say(language())] if study.ring else []


def _names_a_number(line: str) -> bool:
    return "{phone}" in line or "{emergency}" in line
