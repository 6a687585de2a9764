"""Day, phase and place of a phone that kept them earlier, and reckons on by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from portal.protocol.calendar import study_days, whereabouts
from portal.protocol.calendar.whereabouts import HospitalStay, Milestones
from portal.protocol.study.model import Study
from portal.protocol.study.timeline import Phase
from portal.protocol.triage.judge import place_of
from portal.records.own import offline_summary

ZONES = [
    "Asia/Shanghai", "Asia/Shanghai", "Europe/Berlin", "America/New_York",
    "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Kiritimati",
    "Pacific/Pago_Pago", "Africa/Casablanca", "America/Santiago", "UTC",
]  # fmt: skip
LOOKS = 20  # at one record
TRUSTED = 400  # days that a phone reckons on; more of them are a wrong clock
HOUR, DAY = 3_600_000, 86_400_000  # ms


def cases(study: Study, seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Records of people anywhere in the study, each looked at many times."""
    draw = Random(seed)
    made = 0
    while made < count:
        person = _person(draw, study)
        kept = _kept(draw, study, person)
        for _ in range(min(LOOKS, count - made)):
            yield {"kept": kept, "person": person, "now": _later(draw, kept["kept_at"])}
            made += 1


def _person(draw: Random, study: Study) -> dict[str, Any]:
    """Around a border of the phases, at home, on the ward, or nobody knows."""
    d0 = date(2026, 1, 1) + timedelta(days=draw.randrange(365))
    borders = [
        0,
        7,
        8,
        *[(study_days.visit_date(one, d0) - d0).days for one in study.visits],
    ]
    day = draw.choice(borders) + draw.randrange(-3, 4)
    if draw.random() < 0.3:
        day = draw.randrange(-20, 800)
    at = datetime.combine(d0 + timedelta(days=day), datetime.min.time(), UTC)
    at += timedelta(seconds=draw.choice([draw.randrange(86_400), 0, 57_600, 86_399]))
    return {
        "d0": str(d0),
        "at": int(at.timestamp() * 1000),
        "zone": draw.choice(ZONES),
        "stays": _stays(draw, d0, day),
        "events": _events(draw, study, d0),
        "place": draw.random() < 0.9,
    }


def _events(draw: Random, study: Study, d0: date) -> dict[str, str]:
    """Of some people the days of the study's events, early, late or as planned."""
    planned = {one.code: study_days.visit_date(one, d0) for one in study.visits}
    late = timedelta(days=draw.randrange(-10, 40))
    return {
        one.id: str(max(d0, planned[one.visit] + late))
        for one in study.events
        if draw.random() < 0.7
    }


def _stays(draw: Random, d0: date, day: int) -> list[list[str | None]]:
    found: list[list[str | None]] = []
    for _ in range(draw.choice([0, 1, 1, 1, 2])):
        admitted = d0 + timedelta(days=draw.choice([-3, 0, day - 2, day + 1]))
        gone = admitted + timedelta(days=draw.choice([0, 1, 8, 30]))
        here = admitted + timedelta(days=draw.choice([0, 8, 9, 40]))
        found.append([
            str(admitted),
            draw.choice([None, None, str(gone)]),
            draw.choice([None, str(here)]),
        ])  # fmt: skip
    return found


def _later(draw: Random, kept_at: int) -> int:
    """Soon, at another day's border, in weeks, or by a clock that is wrong."""
    match draw.randrange(6):
        case 0:
            return kept_at + draw.randrange(12 * HOUR)
        case 1:
            return (kept_at // DAY + draw.randrange(1, 60)) * DAY + draw.choice(
                [-1, 0, 1, 16 * HOUR - 1, 16 * HOUR]
            )
        case 2:
            return kept_at - draw.randrange(30 * DAY)
        case 3:
            return kept_at + draw.randrange(395, 406) * DAY
        case _:
            return kept_at + draw.randrange(400 * DAY)


def _day(moment: int, zone: str) -> date:
    return study_days.local_date(datetime.fromtimestamp(moment / 1000, UTC), zone)


def _milestones(person: dict[str, Any]) -> Milestones:
    stays = [
        HospitalStay(*(date.fromisoformat(one) if one else None for one in stay))  # type: ignore[arg-type]
        for stay in person["stays"]
    ]
    events = {name: date.fromisoformat(day) for name, day in person["events"].items()}
    return Milestones(date.fromisoformat(person["d0"]), stays, events)


def _kept(draw: Random, study: Study, person: dict[str, Any]) -> dict[str, Any]:
    """The record as the server gives it."""
    known = _milestones(person)
    today = _day(person["at"], person["zone"])
    at = datetime.fromtimestamp(person["at"] / 1000, UTC)
    kept = {
        "today": str(today),
        "day": study_days.day_number(known.d0, today),
        "phases": _pairs(offline_summary.phases_ahead(study, known, today)),
        "offsets": [
            [int(since.timestamp() * 1000), int(ahead.total_seconds() * 1000)]
            for since, ahead in offline_summary.offsets_ahead(person["zone"], at)
        ],
        "kept_at": person["at"],
    }
    if person["place"]:  # records of long ago have none
        kept["places"] = _pairs(offline_summary.places_ahead(study, known, today))
    return kept


def _pairs(changes: tuple[tuple[object, ...], ...]) -> list[list[str]]:
    return [[str(one) for one in change] for change in changes]


def by_python(study: Study, case: dict[str, Any]) -> dict[str, Any]:
    """What the server knows at that moment of the phone's clock."""
    person = case["person"]
    known = _milestones(person)
    kept, today = (_day(at, person["zone"]) for at in (person["at"], case["now"]))
    if not timedelta(0) <= today - kept <= timedelta(days=TRUSTED):
        today = kept
    phase = study_days.phase_on(study, known, today)
    told = study_days.since_event(study, study.phase(phase), known, today)
    place = whereabouts.place_on(study, known, today) if person["place"] else None
    found: dict[str, Any] = {
        "day": study_days.day_number(known.d0, today),
        "week": study_days.day_number(
            study_days.counted_from(study.phase(phase), known), today
        ),
        "date": str(today),
        "phase": phase,
        "where": (place or place_of(study, phase)).value,
        "opens": _opens(study, study.phase(phase), known, case),
        "since": told and {"title": dict(told[0].title), "day": told[1]},
    }
    return {**found, "place": place.value} if place else found


def _opens(
    study: Study, phase: Phase, known: Milestones, case: dict[str, Any]
) -> str | None:
    """When the diary opens, where the phone's clock can be believed."""
    person, now = case["person"], case["now"]
    passed = _day(now, person["zone"]) - _day(person["at"], person["zone"])
    if now < person["at"] or passed > timedelta(days=TRUSTED):
        return None
    at = datetime.fromtimestamp(now / 1000, UTC)
    return study_days.opens_at(study, phase, known, at, person["zone"])
