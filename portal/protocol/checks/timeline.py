"""The site, the visits and the phases of a study, and whether they fit together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portal.protocol.calendar.study_days import begin_date, visit_date
from portal.protocol.calendar.whereabouts import Milestones
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.model import Study
from portal.protocol.study.timeline import Phase

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
            "site.time_zone", f'"{site.time_zone[:60]}" is not a known time zone.'
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
        yield KeyFault("visit", "a study has at least one visit: write [[visit]].")
    dates = [visit_date(visit, _ANY_DAY) for visit in study.visits]
    for earlier, later, visit in zip(dates, dates[1:], study.visits[1:], strict=False):
        if later <= earlier:
            said = "comes before the visit above it: keep them in order of time."
            yield KeyFault(f"visit.{visit.code}", said)


def _phase_faults(study: Study) -> Iterator[KeyFault]:
    if not study.phases_at_home:
        yield KeyFault(
            "phase", "a study has at least one phase outside hospital: write [[phase]]."
        )
    for phase in [phase for phase in study.phases if phase.ward][1:]:
        said = "one phase is the time in hospital, and no other."
        yield KeyFault(f"phase.{phase.code}.ward", said)
    yield from _begin_faults(study)
    for phase in study.phases:
        for item in phase.form:
            if item not in study.items:
                said = f'there is no item "{item}".'
                yield KeyFault(f"phase.{phase.code}.form", said)
        if study.red_flags and study.red_flags not in phase.form:
            said = f'the form lacks "{study.red_flags}", the list of emergencies.'
            yield KeyFault(f"phase.{phase.code}.form", said)


def _begin_faults(study: Study) -> Iterator[KeyFault]:
    """Faults of ``begins``: the first phase at home begins on D0, others in order.

    The check assumes that an event happens on the day of its visit.
    """
    visits, begun = {visit.code: visit for visit in study.visits}, None
    yield from _event_faults(study)
    days = {one.id: visits[one.visit] for one in study.events if one.visit in visits}
    events = {name: visit_date(visit, _ANY_DAY) for name, visit in days.items()}
    usual, named = Milestones(_ANY_DAY, events=events), [e.id for e in study.events]
    above: Phase | None = None
    for phase in study.phases_at_home:
        begins, first = phase.begins, begin_date(study, phase.begins, usual)
        if begins is not None and begins.visit and begins.visit not in visits:
            said = f'there is no visit "{begins.visit}"; the visits: {_listed(visits)}.'
            yield KeyFault(f"phase.{phase.code}.begins", said)
        elif begins is not None and begins.event and begins.event not in named:
            said = f'there is no event "{begins.event}"; the events: {_listed(named)}.'
            yield KeyFault(f"phase.{phase.code}.begins", said)
        elif above is None or begun is None:
            yield from _first_faults(phase, first)
        elif first is not None and first <= begun:
            yield KeyFault(f"phase.{phase.code}.begins", _too_early(phase, above))
        above, begun = phase, first or begun


def _first_faults(phase: Phase, first: date | None) -> Iterator[KeyFault]:
    if first != _ANY_DAY:
        said = (
            "this is the first phase at home, and it begins on day 0, so that each day "
            'belongs to a phase: take out the line "begins".'
        )
        yield KeyFault(f"phase.{phase.code}.begins", said)


def _too_early(phase: Phase, above: Phase) -> str:
    if phase.begins is None:
        return (
            f'it does not say when it begins, after "{above.code}": write for example '
            "begins = { days = 29 } (day 29), begins = { months = 3 } or "
            'begins = { visit = "…", days = 1 } (the day after a visit).'
        )
    return (
        f'by the plan it would begin before "{above.code}" above it, or on the same day: '
        "let it begin later, or put the phases in order of time."
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _event_faults(study: Study) -> Iterator[KeyFault]:
    visits = [visit.code for visit in study.visits]
    for event in study.events:
        if event.visit not in visits:
            said = f'there is no visit "{event.visit}"; the visits: {_listed(visits)}.'
            yield KeyFault(f"event.{event.id}.visit", said)
