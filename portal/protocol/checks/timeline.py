"""The site, the visits and the phases of a study, and whether they fit together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portal.protocol.calendar.study_days import visit_date
from portal.protocol.demands.items import RED_FLAGS
from portal.protocol.study.model import Study
from portal.protocol.study.toml_tables import KeyFault

PHASES = ("W0", "W1", "W2", "W3", "W4")
_ANY_DAY = date(2026, 3, 10)
_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}[0-9]")


def timeline_faults(study: Study) -> Iterator[KeyFault]:
    """Faults of zones and numbers, and of the order of visits and phases."""
    yield from _site_faults(study)
    yield from _visit_faults(study)
    yield from _phase_faults(study)


def _site_faults(study: Study) -> Iterator[KeyFault]:
    site = study.site
    try:
        ZoneInfo(site.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError, RecursionError):
        yield KeyFault(
            "site.time_zone", f'"{site.time_zone[:60]}" is no known time zone.'
        )
    if not re.fullmatch("[A-Z]{2}", site.country):
        yield KeyFault("site.country", "two capital letters, such as CN.")
    if not _PHONE.fullmatch(site.duty_line):
        yield KeyFault("site.duty_line", "write a number that can be dialled.")
    elif site.country == "CN" and _MOBILE.fullmatch(re.sub("[ -]", "", site.duty_line)):
        said = "a mobile number: texts in China may name landline, 400 and 95 only."
        yield KeyFault("site.duty_line", said)
    if not re.fullmatch("[0-9]{2,6}", site.emergency_number):
        yield KeyFault("site.emergency_number", "a short number, such as 120.")


def _visit_faults(study: Study) -> Iterator[KeyFault]:
    if not study.visits:
        yield KeyFault("visit", "a study has at least one visit.")
    dates = [visit_date(visit, _ANY_DAY) for visit in study.visits]
    for earlier, later, visit in zip(dates, dates[1:], study.visits[1:], strict=False):
        if later <= earlier:
            said = "comes before the visit above it: keep them in order of time."
            yield KeyFault(f"visit.{visit.code}", said)


def _phase_faults(study: Study) -> Iterator[KeyFault]:
    codes = tuple(phase.code for phase in study.phases)
    if codes != PHASES:
        said = f"the phases are {', '.join(PHASES)}, in this order."
        yield KeyFault("phase", said)
        return
    dates = {visit.code: visit_date(visit, _ANY_DAY) for visit in study.visits}
    yield from _until_faults(study, dates)
    for phase in study.phases:
        for item in phase.form:
            if item not in study.items:
                said = f'there is no item "{item}".'
                yield KeyFault(f"phase.{phase.code}.form", said)
        if RED_FLAGS not in phase.form:
            said = f'the form lacks "{RED_FLAGS}", the list of emergencies.'
            yield KeyFault(f"phase.{phase.code}.form", said)


def _until_faults(study: Study, dates: dict[str, date]) -> Iterator[KeyFault]:
    for phase in (study.phases[0], study.phases[-1]):
        if phase.until is not None:
            said = "the first phase is the stay in hospital, the last has no end."
            yield KeyFault(f"phase.{phase.code}.until", said)
    ended = None
    for phase in study.phases[1:-1]:
        key = f"phase.{phase.code}.until"
        ends = dates.get(phase.until or "")
        if ends is None:
            yield KeyFault(key, f'"{phase.until or ""}" is no visit of the study.')
        elif ended is not None and ends <= ended:
            yield KeyFault(key, "ends before the phase above it has.")
        ended = ends or ended
