"""Tiers of two versions: clocks, rungs, due times, and what the person is told."""

from __future__ import annotations

from collections.abc import Iterator

from portal.protocol.amendment.change import Bearing, Part, StudyChange, aspects
from portal.protocol.printed.ladder_words import due_words, rung_words
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text, joined, mark, same, worded
from portal.protocol.study.tiers import (
    SameDayDue,
    Step,
    Tier,
    WorkingDayDue,
)

CLOCK = worded("minutes to acknowledge")
STEPS, DUE = worded("rungs"), worded("when the work is due")
REPEAT = worded("minutes before the ladder starts again")
REARM = worded("minutes from acknowledging to paging again")
TITLE, ADVICE = worded("title"), worded("advice")
WARD_ADVICE = worded("advice on the ward")


def ladder_changes(old: Study, new: Study) -> Iterator[StudyChange]:
    """Changes of the tiers; both versions have all of them."""
    for tier in Tier:
        yield from _tier(old, new, tier)


def _tier(old: Study, new: Study, tier: Tier) -> Iterator[StudyChange]:
    was, now = old.policies[tier], new.policies[tier]
    numbers = [
        (CLOCK, was.ack_minutes, now.ack_minutes),
        (REPEAT, was.repeat_minutes, now.repeat_minutes),
        (REARM, was.rearm_minutes, now.rearm_minutes),
    ]
    for aspect, before, after in numbers:
        if before != after:
            values = (_minutes(before), _minutes(after), sooner(before, after))
            yield StudyChange(Part.LADDERS, now.title, aspect, *values)
    if was.steps != now.steps:
        yield _ladder(old, new, tier)
    if was.due != now.due:
        due = (due_words(was.due), due_words(now.due), _due_bearing(was.due, now.due))
        yield StudyChange(Part.LADDERS, now.title, DUE, *due)
    told = [
        (TITLE, was.title, now.title),
        (ADVICE, same(was.advice), same(now.advice)),
        (WARD_ADVICE, same(was.ward_advice or "–"), same(now.ward_advice or "–")),
    ]
    yield from aspects(Part.LADDERS, now.title, told)


def _ladder(old: Study, new: Study, tier: Tier) -> StudyChange:
    was, now = old.policies[tier].steps, new.policies[tier].steps
    bearing = Bearing.of(up=_pages_as_soon(now, was), down=_pages_as_soon(was, now))
    steps = (_steps(old, was), _steps(new, now), bearing)
    return StudyChange(Part.LADDERS, new.policies[tier].title, STEPS, *steps)


def sooner(before: object, after: object) -> Bearing:
    """Of two numbers, or two times of day, the lower one is stricter."""
    if isinstance(before, int) and isinstance(after, int):
        return Bearing.of(up=after <= before, down=before <= after)
    if isinstance(before, str) and isinstance(after, str):
        return Bearing.of(up=after <= before, down=before <= after)
    return Bearing.CHANGED


def _minutes(value: int | None) -> Text | None:
    return None if value is None else same(str(value))


def _pages_as_soon(steps: tuple[Step, ...], as_these: tuple[Step, ...]) -> bool:
    """Whether everybody paged by ``as_these`` is paged by the same channel, as soon."""
    soonest = _soonest(steps)
    return all(
        key in soonest and soonest[key] <= minutes
        for key, minutes in _soonest(as_these).items()
    )


def _soonest(steps: tuple[Step, ...]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for step in steps:
        for role in step.roles:
            ways = [*step.channels, *(["task"] if step.task else [])]
            for way in ways:
                before = found.get((role, way), step.after_minutes)
                found[role, way] = min(before, step.after_minutes)
    return found


def _steps(study: Study, steps: tuple[Step, ...]) -> Text | None:
    said = [rung_words(study, step) for step in steps]
    return joined(said, mark("semicolon")) if said else None


def _due_bearing(
    was: SameDayDue | WorkingDayDue | None, now: SameDayDue | WorkingDayDue | None
) -> Bearing:
    if isinstance(was, WorkingDayDue) and isinstance(now, WorkingDayDue):
        return sooner(was.next_working_day_by, now.next_working_day_by)
    if not isinstance(was, SameDayDue) or not isinstance(now, SameDayDue):
        return Bearing.CHANGED
    if (was.day_from, was.day_to) != (now.day_from, now.day_to):
        return Bearing.CHANGED
    before = (was.within_minutes, was.latest, was.morning)
    after = (now.within_minutes, now.latest, now.morning)
    pairs = list(zip(before, after, strict=True))
    return Bearing.of(
        up=all(sooner(a, b) is not Bearing.CALMER for a, b in pairs),
        down=all(sooner(a, b) is not Bearing.STRICTER for a, b in pairs),
    )
