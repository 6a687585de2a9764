"""Whether the portal may go live: every check, in the order in which to fix faults.

A fault that is found in advance costs an hour; otherwise a person in danger finds it at
night. Each check is a function that yields the faults it finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.people import Participant
from portal.operating import health
from portal.operating.golive import people, study
from portal.operating.golive.findings import (
    ERROR,
    NOTE,
    WARNING,
    Check,
    GoLiveFault,
    GoLiveSettings,
    PortalSnapshot,
    ground,
)

__all__ = ["CHECKS", "GoLiveFault", "GoLiveSettings", "faults", "is_ready"]
CLOCKS_APART = timedelta(seconds=5)
ZONE_DATA_YEARS = 1


def mode(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """Real people need production mode, which refuses unsafe settings at the start."""
    if not ground.setting.production:
        severity = ERROR if ground.setting.real else WARNING
        said = f"PORTAL_MODE is {ground.setting.mode}; for real people set production."
        yield GoLiveFault(severity, "mode", said)
    if not ground.setting.real:
        said = "PORTAL_GATEWAY is log: texts and calls reach nobody."
        yield GoLiveFault(WARNING, "mode", said)


def site(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """There is a site."""
    if not ground.sites:
        yield GoLiveFault(ERROR, "site", "There is no site: python -m portal init")


def engine(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """An engine acts, and it holds nothing back."""
    found = health.health(ground.session, ground.real_now, now=ground.now)
    for part in found.parts:
        if not part.well:
            said = f"{part.name}: {part.detail}."
            if part.name == "engine":
                said += " Is python -m scheduler running?"
            yield GoLiveFault(
                WARNING, "engine" if part.name == "engine" else "health", said
            )


def journals(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """The journals are written to another disk than the database."""
    if not ground.setting.journals:
        said = (
            "PORTAL_JOURNAL or PORTAL_RED_FLAG_JOURNAL is not set: after a loss nobody "
            "knows what was sent, and without the database nobody is paged."
        )
        severity = ERROR if ground.setting.real else WARNING
        yield GoLiveFault(severity, "journals", said)


def clocks(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """The database's clock and this machine's agree."""
    if ground.database_now is None:
        return
    apart = abs(ground.database_now - ground.real_now)
    if apart > CLOCKS_APART:
        said = (
            f"The database's clock and this machine's are {apart.total_seconds():.0f} s "
            "apart. Set both by NTP: reminders and codes depend on the clock."
        )
        yield GoLiveFault(ERROR, "clock", said)


def zone_data(ground: PortalSnapshot) -> Iterator[GoLiveFault]:
    """Every time zone in use is known, and the zone data are recent."""
    used = {one.time_zone for one in ground.sites}
    used.update(ground.session.scalars(select(Participant.time_zone).distinct()))
    for name in sorted(used):
        if not _is_known(name):
            yield GoLiveFault(
                ERROR, "zone data", f"The time zone {name} is not known here."
            )
    version = ground.setting.zone_data
    year = re.match(r"\d{4}", version)
    old = year is None or int(year[0]) < ground.real_now.year - ZONE_DATA_YEARS
    said = f"Time zone data: version {version}"
    if old:
        yield GoLiveFault(WARNING, "zone data", f"{said}. It is old: update tzdata.")
    else:
        yield GoLiveFault(NOTE, "zone data", f"{said}.")


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


CHECKS: tuple[Check, ...] = (
    mode,
    site,
    study.approval,
    study.wording,
    study.channels,
    study.duty_line,
    people.catch_all,
    people.rota_gaps,
    people.rota_contacts,
    people.rota_roles,
    people.mainland,
    people.sirens_listen,
    study.worst_day,
    people.admins,
    people.second_factors,
    people.participants,
    people.zones,
    clocks,
    zone_data,
    journals,
    engine,
)


def faults(
    session: Session, setting: GoLiveSettings, *, now: datetime, real_now: datetime
) -> list[GoLiveFault]:
    """Everything that the checks find; they only read."""
    here = ground(session, setting, now=now, real_now=real_now)
    return [fault for check in CHECKS for fault in check(here)]


def is_ready(found: list[GoLiveFault]) -> bool:
    """Whether there is no error, so that real people can be followed."""
    return not any(fault.severity == ERROR for fault in found)
