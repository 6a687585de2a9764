"""Every door asks for a verdict with the same facts: place, the entry's day, its past."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.audit import Actor
from portal.db.tables.alerts import Alert
from portal.db.tables.people import Participant, Stay
from portal.diary import correction_requests, entries
from portal.diary.corrections import Correction
from portal.diary.judgement import judged
from portal.diary.submission import Receipt, Submission, Writer
from portal.diary.version_ids import rest_of
from portal.diary.writing import drafts, red_flag_screen
from portal.people.case import Case
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.tiers import Tier
from portal.runtime import Runtime
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import START, Clock

TODAY = START.date()
LONG_AGO = TODAY - timedelta(days=200)  # urgent on the ward, less so at home by now
UNSURE = {"confused": "unsure"}
MYSELF = Writer("self", "zh", Actor("participant", "1"))


class Followed:
    """One participant, and what comes of what is said of them."""

    def __init__(self, runtime: Runtime, people: Cast) -> None:
        self.runtime, self.people = runtime, people

    def joined(self, d0: date, *, still_here: bool = False) -> None:
        with self.runtime.writing() as session:
            home = None if still_here else d0 + timedelta(days=8)
            self.id = enrolled(session, self.people, d0=d0, home_since=home).id

    def admitted(self, on: date) -> None:
        with self.runtime.writing() as session:
            session.add(Stay(participant_id=self.id, admitted_on=on))

    def case(self, session: Any) -> Case:
        person = session.get_one(Participant, self.id)
        return Case(session, self.people.study, person, self.runtime.now())

    def may_add(self, days_ago: int) -> bool:
        with self.runtime.reading() as session:
            case = self.case(session)
            day = case.today - timedelta(days=days_ago)
            return red_flag_screen.may_be_added(case, day)

    def begun(self) -> Receipt:
        with self.runtime.writing() as session:
            screen = (MYSELF, str(uuid4()), [])
            return red_flag_screen.begin_diary(self.case(session), *screen)

    def reported(self, answers: dict[str, Any], reporter: str) -> Receipt:
        said = Submission(
            str(uuid4()), "complete", answers, reporter, "zh", MYSELF.actor
        )
        with self.runtime.writing() as session:
            return entries.submit(self.case(session), said)

    def alerts(self) -> list[Alert]:
        with self.runtime.reading() as session:
            return list(session.scalars(select(Alert)))


@pytest.fixture
def found(runtime: Runtime) -> Followed:
    return Followed(runtime, cast(runtime))


@pytest.fixture
def nobody_knows_where(found: Followed) -> Followed:
    """On day 200, admitted three weeks ago; nobody has said since where they are."""
    found.joined(LONG_AGO)
    found.admitted(TODAY - timedelta(days=21))
    with found.runtime.reading() as session:
        case = found.case(session)
        assert (case.place, case.phase) == (Place.UNKNOWN, "W3")
    return found


def test_a_screen_that_is_urgent_on_the_ward_leaves_at_once_where_they_may_be_there(
    nobody_knows_where: Followed,
) -> None:
    found = nobody_knows_where
    begun = found.begun()
    with found.runtime.writing() as session:
        rest = rest_of(begun.version_id)
        receipt = drafts.save_screen(found.case(session), rest, UNSURE, MYSELF)
    assert receipt is not None
    assert receipt.verdict.tier is Tier.URGENT
    assert len(found.alerts()) == 1


def test_a_screen_that_is_less_than_urgent_at_home_waits_for_the_end(
    found: Followed,
) -> None:
    found.joined(LONG_AGO)
    begun = found.begun()
    with found.runtime.writing() as session:
        rest = rest_of(begun.version_id)
        assert drafts.save_screen(found.case(session), rest, UNSURE, MYSELF) is None
    assert found.alerts() == []


@pytest.mark.parametrize("known", [False, True])
def test_a_correction_asked_for_pages_for_what_the_ward_would_be_paged_for(
    found: Followed, known: bool
) -> None:
    found.joined(LONG_AGO)
    entry_id = found.begun().entry_id
    if not known:
        found.admitted(TODAY - timedelta(days=21))
    helper = Actor("caregiver", "1")
    said = Correction(entry_id, str(uuid4()), UNSURE, "mistyped", helper, "zh")
    with found.runtime.writing() as session:
        correction_requests.ask(found.case(session), said)
    assert len(found.alerts()) == (0 if known else 1)


def test_a_past_diary_may_be_added_for_two_days(
    found: Followed,
) -> None:
    found.joined(TODAY - timedelta(days=11))
    assert [found.may_add(ago) for ago in (-1, 0, 1, 2, 3)] == [
        False,
        False,
        True,
        True,
        False,
    ]


def test_nothing_may_be_added_for_a_day_before_d0(found: Followed) -> None:
    found.joined(TODAY - timedelta(days=1), still_here=True)
    assert [found.may_add(ago) for ago in (1, 2)] == [True, False]


def test_an_entry_is_judged_by_its_own_day_after_midnight_too(
    found: Followed, clock: Clock
) -> None:
    found.joined(TODAY - timedelta(days=11))
    clock.set(START.replace(hour=15, minute=50))  # 23:50 in Chengdu
    mine = found.reported({"emerg": [], "rash": 0}, "self")
    found.reported({"emerg": [], "rash": 2}, "caregiver")
    before = _rules(found, mine.entry_id)
    clock.advance(minutes=15)
    assert "T32" in before
    assert _rules(found, mine.entry_id) == before


def _rules(found: Followed, entry_id: int) -> set[str]:
    with found.runtime.reading() as session:
        verdict = judged(found.case(session), {"reporter": "self"}, entry_id=entry_id)
        return {finding.rule for finding in verdict.findings}
