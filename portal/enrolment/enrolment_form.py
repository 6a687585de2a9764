"""What staff enter to enrol a person, and all its faults at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import available_timezones

from portal.db.tables.people import Site
from portal.errors import Doubtful, Faults, InvalidInput
from portal.languages import LANGUAGES
from portal.phone_numbers import to_mobile
from portal.protocol.calendar import study_days

CODE = re.compile(r"[A-Z]{1,6}-[0-9]{1,6}\Z")
D0_AHEAD = timedelta(days=60)
D0_BEHIND = timedelta(days=365 * 16)


@dataclass(frozen=True)
class Enrolment:
    """What staff enter. ``d0`` is a day in the site's zone.

    ``d0`` and ``consented_at`` are None if nothing readable was written: refused.
    ``discharged_on`` is given for a person already at home; ``name`` is optional and
    kept separately, in the erasable contacts. ``ahead`` says that a future D0 was
    confirmed.
    """

    code: str
    number: str
    d0: date | None
    language: str
    consent_version: str
    consented_at: datetime | None
    time_zone: str | None = None
    name: str = ""
    discharged_on: date | None = None
    ahead: bool = False


def checked(
    site: Site, enrolment: Enrolment, now: datetime
) -> tuple[date, datetime, str]:
    """D0, the moment of consent and the number in E.164, if nothing is wrong.

    Raises:
        Faults: everything that is wrong.
    """
    faults = [*_faults_of_fields(enrolment), *_faults_of_dates(site, enrolment, now)]
    number = ""
    try:
        number = to_mobile(enrolment.number, site.country)
    except InvalidInput as refusal:
        faults.append(refusal)
    d0, consented_at = enrolment.d0, enrolment.consented_at
    if faults or d0 is None or consented_at is None:
        raise Faults(faults)
    return d0, consented_at, number


def _faults_of_fields(enrolment: Enrolment) -> Iterator[InvalidInput]:
    if not CODE.match(enrolment.code.strip().upper()):
        yield InvalidInput("Write the study code like DS-007.", field="code")
    if enrolment.language not in LANGUAGES:
        yield InvalidInput("Choose a language.", field="language")
    if enrolment.time_zone and enrolment.time_zone not in available_timezones():
        yield InvalidInput("This time zone does not exist.", field="time_zone")
    if not enrolment.consent_version.strip():
        yield InvalidInput(
            "Name the version of the consent form.", field="consent_version"
        )


def _faults_of_dates(
    site: Site, enrolment: Enrolment, now: datetime
) -> Iterator[InvalidInput]:
    today, d0 = study_days.local_date(now, site.time_zone), enrolment.d0
    if d0 is None:
        yield InvalidInput("Write the day like 2026-03-10.", field="d0")
    elif not today - D0_BEHIND <= d0 <= today + D0_AHEAD:
        yield InvalidInput("This D0 is too far from today.", field="d0")
    elif d0 > today and not enrolment.ahead:
        yield Doubtful(
            "This D0 is still to come. If the day is right, send it once more.",
            field="d0",
        )
    home = enrolment.discharged_on
    if home is not None and not (d0 or home) <= home <= today:
        yield InvalidInput(
            "The discharge must be between D0 and today.",
            field="discharged_on",
        )
    yield from _faults_of_consent(site, d0, enrolment.consented_at, now)


def _faults_of_consent(
    site: Site, d0: date | None, signed_at: datetime | None, now: datetime
) -> Iterator[InvalidInput]:
    """Consent comes before treatment; on the day itself nobody knows the hour."""
    if signed_at is None:
        yield InvalidInput("Choose day and time.", field="consented_at")
    elif signed_at > now:
        yield InvalidInput("The consent cannot be in the future.", field="consented_at")
    elif d0 and study_days.local_date(signed_at, site.time_zone) > d0:
        yield InvalidInput(
            "This is after D0. Enter the consent that was signed before it, or look "
            "at D0 again.",
            field="consented_at",
        )
