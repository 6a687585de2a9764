"""D0 is corrected or postponed: what follows it moves, and nothing is sent twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.db.tables.alerts import Task
from portal.db.tables.audit import Audit
from portal.db.tables.diary import EntryVersion, Visit
from portal.db.tables.outbox import Message
from portal.db.tables.people import DayZeroChange, Participant, Stay
from portal.enrolment import day_zero, status
from portal.enrolment.day_zero import DayZeroChanged, SignedDay
from portal.errors import InvalidInput, NotAllowed, NotFound
from portal.people.case import Case
from portal.protocol.study.tiers import Tier
from portal.records import day_zero_preview
from portal.records.day_zero_preview import DayZeroPreview
from portal.records.staff import changes
from portal.runtime import Runtime
from portal.visits import appointments
from portal.visits.appointments import VisitForm
from portal.vocabulary.messages import MessageState
from tests.records.test_rehearsal import CALM, FEVER, everything, report
from tests.support.amending import AmendedHouse, amended_house, at
from tests.support.cast import enrolled
from tests.support.clock import START, Clock

WHY = "The day was typed wrongly"
D0, TODAY = date(2026, 3, 1), date(2026, 3, 12)
RIGHT = date(2026, 3, 5)


@pytest.fixture
def house(runtime: Runtime) -> AmendedHouse:
    return amended_house(runtime)


def change(
    house: AmendedHouse,
    on: date,
    code: str = "DS-007",
    *,
    by: str = "investigator",
    why: str = WHY,
) -> DayZeroChanged:
    signed = SignedDay(on, house.people.here[by].id, why)
    with house.runtime.writing() as session:
        studies, now = house.runtime.studies(session), house.runtime.now()
        return day_zero.change(session, studies, code, signed, now=now)


def preview(house: AmendedHouse, on: date) -> DayZeroPreview:
    with house.runtime.reading() as session:
        person = session.get_one(Participant, house.person_id)
        case = Case(session, house.people.study, person, house.runtime.now())
        return day_zero_preview.preview(case, on)


def book(house: AmendedHouse, code: str, day: str) -> None:
    with house.runtime.writing() as session:
        person = session.get_one(Participant, house.person_id)
        case = Case(session, house.people.study, person, START)
        form = VisitForm(case, house.people.here["coordinator"], code, 1)
        appointments.book(form, at=at("09:30", day))


def waiting(house: AmendedHouse, code: str = "WT-001") -> None:
    """Somebody on the ward, whose infusion is on record for yesterday."""
    day = TODAY - timedelta(days=1)
    with house.runtime.writing() as session:
        enrolled(
            session, house.people, code, d0=day, home_since=None, number="13800138055"
        )


def stays(house: AmendedHouse, code: str = "DS-007") -> list[Stay]:
    number = house.person(code).id
    return list(house.rows(Stay, participant_id=number))


@pytest.mark.smoke
def test_a_correction_says_who_why_when_and_from_which_day(house: AmendedHouse) -> None:
    done = change(house, RIGHT)
    assert (done.before, done.after) == (D0, RIGHT)
    assert house.person().d0 == RIGHT
    assert house.person("DS-008").d0 == D0
    (row,) = house.rows(DayZeroChange)
    assert (row.participant_id, row.before, row.after, row.reason, row.at) == (
        house.person_id,
        D0,
        RIGHT,
        WHY,
        START,
    )
    (kept,) = house.rows(Audit, act="participant.day_zero_changed")
    assert (kept.actor_kind, kept.actor_id) == ("staff", str(row.staff_id))
    assert kept.detail == {"change": row.id, "from": str(D0), "to": str(RIGHT)}
    with house.runtime.reading() as session:
        person = session.get_one(Participant, house.person_id)
        found = changes.changes(session, house.people.study, person)
    (line,) = [one for one in found if one.kind == "day_zero"]
    assert (line.before, line.after, line.reason) == (D0, RIGHT, WHY)


@pytest.mark.smoke
def test_planned_visits_and_the_stay_follow_and_the_phase_of_days_to_come(
    house: AmendedHouse,
) -> None:
    done = change(house, RIGHT)
    visit = house.visit("D14")
    assert visit
    assert (visit.target, visit.closes) == (date(2026, 3, 19), date(2026, 3, 21))
    assert done.visits.moved[:2] == ("D14", "D28")
    assert done.to_check == ()
    assert house.tasks(kind="visits_to_check") == []
    assert [one.admitted_on for one in stays(house)] == [RIGHT]
    assert [one.admitted_on for one in stays(house, "DS-008")] == [D0]


def test_a_booked_visit_keeps_its_hour_and_is_one_task_where_it_does_not_fit(
    house: AmendedHouse,
) -> None:
    book(house, "D14", "2026-03-16")
    book(house, "D28", "2026-04-01")
    done = change(house, RIGHT)
    visit = house.visit("D14")
    assert visit
    assert (visit.state, visit.booked_at) == ("booked", at("09:30", "2026-03-16"))
    assert (visit.opens, visit.target) == (date(2026, 3, 17), date(2026, 3, 19))
    assert done.to_check == ("D14",)
    (task,) = house.tasks(kind="visits_to_check")
    assert (task.owner_role, task.tier) == ("coordinator", Tier.ROUTINE.value)
    assert task.detail == {"visits": ["D14"], "d0": str(RIGHT)}


def test_a_visit_whose_window_is_over_by_the_new_day_is_looked_at_and_no_alarm(
    house: AmendedHouse,
) -> None:
    done = change(house, date(2026, 2, 20))
    assert done.to_check == ("D14",)
    house.tick()
    assert len(house.tasks(kind="visits_to_check")) == 1
    assert house.tasks(kind="visit_missed") == []
    assert house.tasks(kind="window_closing") == []


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (D0, "on record already"),
        (TODAY + timedelta(days=61), "too far"),
        (date(2025, 12, 31), "consent was signed after"),
        (TODAY + timedelta(days=3), "reported since"),
    ],
)
def test_a_day_that_cannot_be_right_is_refused(
    house: AmendedHouse, on: date, said: str
) -> None:
    report(house, FEVER)
    before = everything(house)
    with pytest.raises(InvalidInput, match=said):
        change(house, on)
    with pytest.raises(InvalidInput, match=said):
        preview(house, on)
    assert everything(house) == before


def test_it_is_not_after_a_visit_that_took_place(house: AmendedHouse) -> None:
    with house.runtime.writing() as session:
        session.execute(
            update(Visit)
            .where(Visit.participant_id == house.person_id, Visit.code == "D14")
            .values(state="attended", happened_on=date(2026, 3, 10))
        )
    with pytest.raises(InvalidInput, match="visit took place"):
        change(house, date(2026, 3, 11))
    change(house, date(2026, 3, 10))
    visit = house.visit("D14")
    assert visit
    assert (visit.state, visit.target) == ("attended", date(2026, 3, 15))


def test_only_who_may_sign_and_for_whom_they_follow(house: AmendedHouse) -> None:
    for role in ("nurse", "coordinator", "monitor"):
        with pytest.raises(NotAllowed):
            change(house, RIGHT, by=role)
    with pytest.raises(InvalidInput, match="why"):
        change(house, RIGHT, why=" ")
    with pytest.raises(NotFound):
        change(house, RIGHT, "NO-001")
    with house.runtime.writing() as session:
        person = session.scalars(select(Participant).filter_by(code="DS-008")).one()
        status.change_status(session, person, "withdrawn", "said so", None, now=START)
    with pytest.raises(InvalidInput, match="not in follow-up"):
        change(house, RIGHT, "DS-008")
    assert house.rows(DayZeroChange) == []
    assert change(house, RIGHT, by="admin").after == RIGHT


class TestPostponed:
    """The infusion is still to come: nobody is asked for a diary of days after it."""

    def test_stay_visits_and_silence_wait_for_the_new_day(
        self, house: AmendedHouse, clock: Clock
    ) -> None:
        waiting(house)
        new = TODAY + timedelta(days=14)
        change(house, new, "WT-001")
        assert [one.admitted_on for one in stays(house, "WT-001")] == [new]
        number = house.person("WT-001").id
        (visit,) = house.rows(Visit, participant_id=number, code="D14")
        assert visit.target == new + timedelta(days=14)
        clock.set(at("22:30", "2026-03-25"))
        house.tick()
        keys = [one.dedupe_key for one in house.rows(Message, participant_id=number)]
        assert [key for key in keys if key.startswith("D:")] == []

    def test_a_stay_that_somebody_ended_or_confirmed_before_was_real(
        self, house: AmendedHouse
    ) -> None:
        change(house, TODAY - timedelta(days=1))  # home since 9 March
        assert [one.admitted_on for one in stays(house)] == [D0]
        waiting(house)
        with house.runtime.writing() as session:
            session.execute(
                update(Stay)
                .where(Stay.participant_id == house.person("WT-001").id)
                .values(here_on=TODAY)
            )
        change(house, TODAY + timedelta(days=5), "WT-001")
        (stay,) = stays(house, "WT-001")
        assert stay.admitted_on == TODAY - timedelta(days=1)


class TestRemindersAndSilence:
    """Nothing twice, and no alarm about a day that is over."""

    def test_a_silent_day_stays_one_call(
        self, house: AmendedHouse, clock: Clock
    ) -> None:
        clock.set(at("15:10"))
        house.tick()
        assert len(house.tasks(kind="missing_diary")) == 1
        texts = [one.dedupe_key for one in house.messages("D:")]
        change(house, RIGHT)
        house.tick()
        assert [one.dedupe_key for one in house.messages("D:")] == texts
        clock.set(at("22:30"))
        house.tick()
        assert len(house.tasks(kind="missing_diary")) == 1

    def test_days_that_are_over_are_no_call_by_the_new_day(
        self, house: AmendedHouse, clock: Clock
    ) -> None:
        waiting(house)
        clock.set(at("10:00", "2026-03-14"))
        house.tick()
        with house.runtime.writing() as session:
            session.execute(
                update(Stay)
                .where(Stay.participant_id == house.person("WT-001").id)
                .values(discharged_on=TODAY + timedelta(days=1))
            )
        change(house, date(2026, 2, 20), "WT-001")
        house.tick()
        number = house.person("WT-001").id
        days = [one.detail["day"] for one in house.rows(Task, participant_id=number)
                if one.kind == "missing_diary"]  # fmt: skip
        assert days == []
        clock.set(at("15:10", "2026-03-14"))
        house.tick()
        days = [one.detail["day"] for one in house.rows(Task, participant_id=number)
                if one.kind == "missing_diary"]  # fmt: skip
        assert days == ["2026-03-14"]

    def test_whoever_was_reminded_of_the_former_day_is_told_the_new_one(
        self, house: AmendedHouse, clock: Clock
    ) -> None:
        clock.set(at("09:01", "2026-03-14"))
        house.tick()
        (told,) = house.messages("R:")
        with house.runtime.writing() as session:
            session.execute(
                update(Message)
                .where(Message.id == told.id)
                .values(state=MessageState.DELIVERED)
            )
        assert [one.about for one in preview(house, RIGHT).sent] == ["D14"]
        change(house, RIGHT)
        _, new = house.messages("R:")
        assert new.dedupe_key == f"R:{house.person_id}:D14:moved:2"
        assert "19" in new.variables["date"]

    def test_a_date_that_hangs_on_d0_alone_is_told_anew_and_each_once(
        self, house: AmendedHouse, clock: Clock
    ) -> None:
        clock.set(at("12:00", "2026-03-29"))  # day 28
        house.tick()
        assert len(house.messages("N:")) == 1
        change(house, RIGHT)
        house.tick()
        assert [one.state for one in house.messages("N:")] == [MessageState.CANCELLED]
        clock.set(at("12:00", "2026-04-02"))  # day 28 of the right day
        house.tick()
        house.tick()
        _, again = house.messages("N:")
        assert again.dedupe_key == f"N:{house.person_id}:near:0:1"


class TestPreview:
    """It says what the change would do, stores nothing, and the change does that."""

    def test_it_is_what_the_change_does(self, house: AmendedHouse) -> None:
        book(house, "D14", "2026-03-16")
        before = everything(house)
        found = preview(house, RIGHT)
        assert everything(house) == before
        assert (found.before, found.after, found.stay) == (D0, RIGHT, D0)
        moves = {one.code: one for one in found.visits}
        assert (moves["D14"].booked, moves["D14"].fits) == (True, False)
        assert moves["D14"].was == moves["D14"].becomes == date(2026, 3, 16)
        done = change(house, RIGHT)
        for code in done.visits.moved:
            visit = house.visit(code)
            assert visit
            assert moves[code].becomes == visit.target
            assert moves[code].fits
        unfit = tuple(one.code for one in found.visits if not one.fits)
        assert unfit == done.to_check

    def test_entries_stay_as_judged_and_it_says_what_they_would_have_been(
        self, house: AmendedHouse
    ) -> None:
        report(house, {**CALM, "antipyr": "for_other"})
        judged = self.verdicts(house)
        on = TODAY - timedelta(days=60)
        found = preview(house, on)
        assert [(one.day, one.was, one.becomes) for one in found.phases] == [
            (TODAY, "W1", "W2")
        ]
        (line,) = found.outcomes
        told = (line.what, line.before, line.after)
        assert told == ("review", "same_day (T14)", "routine (T14)")
        change(house, on)
        assert self.verdicts(house) == judged
        (task,) = house.tasks(kind="review")
        assert task.tier == Tier.SAME_DAY.value

    def verdicts(self, house: AmendedHouse) -> list[Any]:
        return [(one.id, one.phase, one.tier) for one in house.rows(EntryVersion)]
