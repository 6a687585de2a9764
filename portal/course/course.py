"""The course of a study, from enrolment to the last answer, and the faults it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from portal.course import acts, stage, wordings
from portal.course.acts import Act
from portal.course.blame import CourseFaults
from portal.course.people import Troupe, gathered
from portal.course.stage import Stage
from portal.protocol.calendar import study_days
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.model import Study

BEGINS = date(2026, 3, 12)
ENOUGH = 20
"""The number of faults after which a course stops: the file is broken anyway."""

Tell = Callable[[str], object]


def faults_in_use(study: Study, tell: Tell = lambda _: None) -> tuple[KeyFault, ...]:
    """Every fault that a study shows in use, although the check of its text found none.

    ``tell`` is called with the name of each part as it begins. A course takes seconds.
    """
    begins = study_days.moment_at(BEGINS, "09:00", study.site.time_zone)
    found = CourseFaults(study)
    with stage.opened(study, begins) as place:
        troupe: list[Troupe] = []
        _try(
            place, "people are enrolled", lambda: troupe.append(gathered(place)), found
        )
        for name, happen in _parts(place, troupe):
            tell(name)
            for doing, act in _each(place, name, happen, found):
                if len(found.told()) >= ENOUGH:
                    return found.told()
                _try(place, doing, act, found)
    return found.told()


def _parts(
    place: Stage, troupe: list[Troupe]
) -> Iterator[tuple[str, Callable[[], Iterator[Act]]]]:
    if not troupe:
        return
    (people,) = troupe
    yield "calm diaries", lambda: acts.calm_diaries(place, people)
    yield "texts that come in", lambda: acts.texts(place, people)
    yield "dangerous reports", lambda: acts.dangers(place, people)
    yield "every page", lambda: acts.looks_round(place, people)
    yield "ladders", lambda: acts.climbs(place)
    changing, planned = acts.CHANGING, acts.PLANNED
    yield "unanswered", lambda: acts.looks_round(place, people, changing)
    yield "answers", lambda: acts.answers(place, people)
    yield "silent days", lambda: acts.silent_days(place, acts.SILENT)
    yield "after silent days", lambda: acts.looks_round(place, people, planned)
    yield "silent weeks", lambda: acts.silent_days(place, acts.MUCH_LATER)
    yield "texts and calls", lambda: wordings.messages(place)


def _each(
    place: Stage,
    name: str,
    happen: Callable[[], Iterator[Act]],
    found: CourseFaults,
) -> Iterator[Act]:
    """The acts of a part; preparing an act can fail, like the act itself."""
    coming = happen()
    while True:
        ready: list[Act] = []
        _try(place, name, lambda: ready.extend(_next(coming)), found)  # noqa: B023
        if not ready:
            return
        yield ready[0]


def _next(coming: Iterator[Act]) -> list[Act]:
    act = next(coming, None)
    return [] if act is None else [act]


def _try(
    place: Stage, doing: str, act: Callable[[], object], found: CourseFaults
) -> None:
    place.ear.heard.clear()
    try:
        act()
    except Exception as error:  # noqa: BLE001 (any failure is a fault of the file)
        found.note(doing, error)
    for heard in place.ear.heard:
        found.note(doing, heard)
