"""Duties of two versions: what they are called, and the work that they have."""

from __future__ import annotations

from collections.abc import Iterator

from portal.protocol.amendment.change import Part, StudyChange, aspects
from portal.protocol.study.duties import Duty
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text, joined, mark, same, worded

DUTY, TITLE = worded("duty"), worded("title")
CALLED, WORK = worded("called for participants"), worded("work")


def duty_changes(old: Study, new: Study) -> Iterator[StudyChange]:
    """Changes of the duties, by id."""
    before = {duty.id: duty for duty in old.duties}
    after = {duty.id: duty for duty in new.duties}
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        either = now or was
        if was is not None and now is not None:
            yield from _duty(was, now)
        elif either is not None:
            words = (_words(was), _words(now))
            yield StudyChange(Part.LADDERS, either.title, DUTY, *words)


def _duty(was: Duty, now: Duty) -> Iterator[StudyChange]:
    pairs = [
        (TITLE, was.title, now.title),
        (CALLED, was.called, now.called),
        (WORK, _work(was), _work(now)),
    ]
    yield from aspects(Part.LADDERS, now.title, pairs)


def _words(duty: Duty | None) -> Text | None:
    if duty is None:
        return None
    return joined([duty.title, _work(duty)] if duty.work else [duty.title], same(" · "))


def _work(duty: Duty) -> Text:
    return joined([same(one.value) for one in duty.work], mark("listed"))
