"""People are moved to another version: nothing twice, nothing lost, and who says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from portal.audit import OPERATOR
from portal.db.tables.audit import Audit
from portal.db.tables.diary import Visit
from portal.db.tables.outbox import Message
from portal.db.tables.people import Consent, Participant
from portal.enrolment import adoption, reconsent, status
from portal.enrolment.adoption import AdoptionOutcome
from portal.errors import InvalidInput, NotAllowed, NotFound
from portal.people.case import Case
from portal.protocol.study.tiers import Tier
from portal.runtime import Runtime
from portal.visits import appointments
from portal.visits.appointments import VisitForm
from portal.vocabulary.messages import MessageState
from tests.support.amending import (
    NEXT,
    WHY,
    AmendedHouse,
    amended_house,
    at,
    extra,
    moved,
)
from tests.support.clock import START, Clock

MOVED, WAITS, ALREADY = AdoptionOutcome
SIGNED = START - timedelta(days=1)


@pytest.fixture
def house(runtime: Runtime) -> AmendedHouse:
    return amended_house(runtime)


def test_a_move_says_who_why_when_and_from_where(house: AmendedHouse) -> None:
    version = house.keep()
    assert house.adopt(version).outcome is MOVED
    assert house.person().study_version_id == version
    assert house.person("DS-008").study_version_id == house.people.version.id
    assert house.person("NO-001").study_version_id == house.people.version.id
    (row,) = house.adoptions()
    assert (row.participant_id, row.staff_id) == (
        house.person_id,
        house.people.here["investigator"].id,
    )
    assert (row.from_version_id, row.to_version_id, row.reason, row.at) == (
        house.people.version.id,
        version,
        WHY,
        START,
    )
    (kept,) = house.rows(Audit, act="participant.study_adopted")
    assert (kept.actor_kind, kept.actor_id) == ("staff", str(row.staff_id))
    assert kept.detail == {
        "adoption": row.id,
        "from": row.from_version_id,
        "to": version,
    }


def test_a_repeat_changes_nothing(house: AmendedHouse) -> None:
    version = house.keep(visits=moved(house.people.study, "D14", 15))
    house.adopt(version)
    assert house.adopt(version).outcome is ALREADY
    assert len(house.adoptions()) == 1
    assert len(house.changes()) == 1


@pytest.mark.parametrize("duty", ["nurse", "coordinator", "monitor"])
def test_only_an_investigator_or_administrator_may_sign(
    house: AmendedHouse, duty: str
) -> None:
    with pytest.raises(NotAllowed):
        house.adopt(house.keep(), by=duty)
    assert house.adoptions() == []


def test_an_administrator_may(house: AmendedHouse) -> None:
    assert house.adopt(house.keep(), by="admin").outcome is MOVED


def test_nobody_is_moved_without_a_reason_at_another_site_or_to_another_study(
    house: AmendedHouse,
) -> None:
    version = house.keep()
    with pytest.raises(InvalidInput, match="why"):
        house.adopt(version, why="  ")
    with pytest.raises(NotFound):
        house.adopt(version, "NO-001")
    with pytest.raises(NotFound):
        house.adopt(version, "DS-999")
    with pytest.raises(NotFound):
        house.adopt(999)
    other = house.keep("9", id="another-study")
    with pytest.raises(InvalidInput, match="another study"):
        house.adopt(other)
    assert house.adoptions() == []


def test_who_left_follow_up_is_not_moved_and_who_is_paused_is(
    house: AmendedHouse,
) -> None:
    version = house.keep()
    for name, code in (("paused", "DS-007"), ("withdrawn", "DS-008")):
        with house.runtime.writing() as session:
            person = session.scalars(select(Participant).filter_by(code=code)).one()
            status.change_status(session, person, name, "said so", None, now=START)
    assert house.adopt(version).outcome is MOVED
    assert house.messages() == []
    with pytest.raises(InvalidInput, match="not in follow-up"):
        house.adopt(version, "DS-008")


def test_an_unapproved_version_is_for_the_demonstration_alone(
    house: AmendedHouse,
) -> None:
    draft, signed = house.keep("draft"), house.keep("signed", approved=True)
    assert house.adopt(signed).outcome is MOVED  # from one that is not approved either
    with pytest.raises(NotAllowed, match="not approved"):
        house.adopt(draft)
    assert house.person().study_version_id == signed
    assert house.adopt(draft, demonstration=True).outcome is MOVED


def test_candidates_are_those_in_follow_up_who_follow_another_version(
    house: AmendedHouse,
) -> None:
    version = house.keep(consent="3.0")
    with house.runtime.writing() as session:
        person = session.scalars(select(Participant).filter_by(code="DS-008")).one()
        reconsent.record(session, person, "3.0", SIGNED, None, now=START)
    with house.runtime.reading() as session:
        row = session.get_one(type(house.people.version), version)
        studies = house.runtime.studies(session)
        site = house.people.here.site.id
        found = adoption.candidates(session, studies, row, site)
    assert [(one.code, one.lacks_consent) for one in found] == [
        ("DS-007", True),
        ("DS-008", False),
    ]


class TestVisits:
    """What is planned takes the new day; what somebody agreed on stays."""

    def test_a_planned_visit_takes_its_new_day_and_says_so(
        self, house: AmendedHouse
    ) -> None:
        before = house.visit("D28")
        done = house.adopt(house.keep(visits=moved(house.people.study, "D28", 30)))
        visit = house.visit("D28")
        assert visit
        assert before
        assert (visit.target, visit.state) == (date(2026, 3, 31), "planned")
        assert visit.opens == date(2026, 3, 28)
        assert visit.version == before.version + 1
        (change,) = house.changes()
        assert (change.visit_id, change.reason) == (visit.id, f"dcar-sle {NEXT}")
        assert (done.visits.added, done.visits.moved) == ((), ("D28",))

    def test_a_booked_visit_keeps_its_hour_and_gets_the_new_window(
        self, house: AmendedHouse
    ) -> None:
        hour = at("09:30", "2026-03-30")
        with house.runtime.writing() as session:
            person = session.get_one(Participant, house.person_id)
            coordinator = house.people.here["coordinator"]
            case = Case(session, house.people.study, person, START)
            form = VisitForm(case, coordinator, "D28", 1)
            appointments.book(form, at=hour)
        booked = house.messages("R:")
        done = house.adopt(house.keep(visits=moved(house.people.study, "D28", 30)))
        visit = house.visit("D28")
        assert visit
        assert (visit.state, visit.booked_at, visit.version) == ("booked", hour, 2)
        assert (visit.opens, visit.closes) == (date(2026, 3, 28), date(2026, 4, 3))
        assert done.visits.moved == ()
        assert [one.id for one in house.messages("R:")] == [one.id for one in booked]

    def test_what_happened_stays_as_it_was(self, house: AmendedHouse) -> None:
        with house.runtime.writing() as session:
            session.execute(
                update(Visit)
                .where(Visit.participant_id == house.person_id, Visit.code == "D14")
                .values(state="attended", happened_on=date(2026, 3, 12))
            )
        house.adopt(house.keep(visits=moved(house.people.study, "D14", 20)))
        visit = house.visit("D14")
        assert visit
        assert (visit.state, visit.target) == ("attended", date(2026, 3, 15))

    def test_a_new_visit_is_planned_unless_its_window_is_over(
        self, house: AmendedHouse
    ) -> None:
        study = house.people.study
        more = (*study.visits, extra("D9", 9), extra("D20", 20))
        done = house.adopt(house.keep(visits=more))
        assert done.visits.added == ("D20",)
        assert house.visit("D9") is None
        new = house.visit("D20")
        assert new
        assert (new.target, new.state) == (date(2026, 3, 21), "planned")

    def test_a_visit_that_is_gone_is_cancelled_and_a_booked_one_stays(
        self, house: AmendedHouse
    ) -> None:
        with house.runtime.writing() as session:
            person = session.get_one(Participant, house.person_id)
            coordinator = house.people.here["coordinator"]
            case = Case(session, house.people.study, person, START)
            form = VisitForm(case, coordinator, "D28", 1)
            hour = at("09:30", "2026-03-30")
            appointments.book(form, at=hour)
        gone = ("D28", "M9")
        left = tuple(one for one in house.people.study.visits if one.code not in gone)
        done = house.adopt(house.keep(visits=left))
        dropped, booked = house.visit("M9"), house.visit("D28")
        assert dropped
        assert booked
        assert (dropped.state, booked.state) == ("cancelled", "booked")
        assert done.visits.dropped == ("M9",)


class TestReminders:
    """Texts go out from the move on; work for staff loses no day."""

    def later_nudges(self, house: AmendedHouse, *hours: str) -> int:
        plan = house.people.study.missing["W1"]
        nudges = tuple(replace(plan.reminders[0], at=hour) for hour in hours)
        missing = {**house.people.study.missing, "W1": replace(plan, reminders=nudges)}
        return house.keep(missing=missing)

    def test_a_text_of_today_is_not_sent_again_at_another_hour(
        self, house: AmendedHouse, clock: Clock
    ) -> None:
        version = self.later_nudges(house, "10:30", "17:00")
        clock.set(at("10:10"))
        house.tick()
        assert len(house.messages("D:")) == 1
        clock.set(at("11:00"))
        house.adopt(version)
        house.tick()
        assert len(house.messages("D:")) == 1
        clock.set(at("17:01"))
        house.tick()
        keys = [one.dedupe_key for one in house.messages("D:")]
        assert [key[-5:] for key in keys] == ["10:05", "17:00"]
        assert keys[0].startswith(f"D:{house.person_id}:2026-03-12")

    def test_what_the_old_plan_had_due_goes_out_before_the_move(
        self, house: AmendedHouse, clock: Clock
    ) -> None:
        clock.set(at("10:10"))  # due since 10:05, and no engine has looked yet
        house.adopt(self.later_nudges(house, "17:00"))
        (text,) = house.messages("D:")
        assert text.dedupe_key.endswith("10:05")
        assert text.study_version_id == house.people.version.id

    def test_a_call_that_the_new_plan_wants_earlier_is_made_at_once_and_once(
        self, house: AmendedHouse, clock: Clock
    ) -> None:
        plan = house.people.study.missing["W1"]
        task = replace(plan.task, at="12:00", ack_by="12:30", escalate=())
        missing = {**house.people.study.missing, "W1": replace(plan, task=task)}
        version = house.keep(missing=missing)
        clock.set(at("14:00"))
        house.tick()
        assert house.tasks(kind="missing_diary") == []
        house.adopt(version)
        assert len(house.tasks(kind="missing_diary")) == 1
        for hour in ("15:00", "18:00", "22:00"):
            clock.set(at(hour))
            house.tick()
        assert len(house.tasks(kind="missing_diary")) == 1

    def test_a_call_that_was_made_is_not_made_again(
        self, house: AmendedHouse, clock: Clock
    ) -> None:
        plan = house.people.study.missing["W1"]
        later = replace(plan.task, at="16:30", ack_by="17:00", escalate=())
        missing = {**house.people.study.missing, "W1": replace(plan, task=later)}
        version = house.keep(missing=missing)
        clock.set(at("15:10"))
        house.tick()
        house.adopt(version)
        clock.set(at("16:40"))
        house.tick()
        assert len(house.tasks(kind="missing_diary")) == 1

    def test_nobody_is_late_for_a_diary_that_only_the_new_version_asks_for(
        self, house: AmendedHouse, clock: Clock
    ) -> None:
        version = house.keep()
        missing = house.people.study.missing
        without = {name: missing[name] for name in missing if name != "W1"}
        house.adopt(house.keep("1b", missing=without))
        clock.set(at("15:10"))
        house.tick()
        house.adopt(version)
        house.tick()
        assert house.tasks(kind="missing_diary") == []
        clock.set(at("15:10", "2026-03-13"))
        house.tick()
        assert len(house.tasks(kind="missing_diary")) == 1

    def test_whoever_was_reminded_of_the_former_day_is_told_the_new_one(
        self, house: AmendedHouse, clock: Clock
    ) -> None:
        study = house.people.study
        clock.set(at("09:01", "2026-03-14"))
        house.tick()
        (told,) = house.messages("R:")
        assert told.dedupe_key == f"R:{house.person_id}:D14:-1:1"
        with house.runtime.writing() as session:
            session.execute(
                update(Message)
                .where(Message.id == told.id)
                .values(state=MessageState.DELIVERED)
            )
        visits = moved(study, "D14", 17)
        visits = moved(replace(study, visits=visits), "D28", 30)
        house.adopt(house.keep(visits=visits))
        _, new = house.messages("R:")
        assert new.dedupe_key == f"R:{house.person_id}:D14:moved:2"
        assert "18" in new.variables["date"]

    def test_a_text_about_the_former_day_that_has_not_left_is_withdrawn(
        self, house: AmendedHouse, clock: Clock
    ) -> None:
        clock.set(at("09:01", "2026-03-14"))
        house.tick()
        house.adopt(house.keep(visits=moved(house.people.study, "D14", 17)))
        (text,) = house.messages("R:")
        assert text.state == MessageState.CANCELLED


class TestConsent:
    """A consent that the new version asks for comes before the move."""

    def test_it_is_a_task_and_nobody_is_moved_before_it(
        self, house: AmendedHouse
    ) -> None:
        version = house.keep(consent="3.0")
        assert house.adopt(version).outcome is WAITS
        assert house.adopt(version).outcome is WAITS
        assert house.person().study_version_id == house.people.version.id
        assert house.adoptions() == []
        (task,) = house.tasks(kind="reconsent")
        assert (task.owner_role, task.tier) == ("coordinator", Tier.ROUTINE.value)
        assert task.detail == {"consent": "3.0", "study": NEXT}

    def test_once_signed_the_task_is_done_and_the_move_is_made(
        self, house: AmendedHouse
    ) -> None:
        version = house.keep(consent="3.0")
        house.adopt(version)
        with house.runtime.writing() as session:
            person = session.get_one(Participant, house.person_id)
            staff = house.people.here["coordinator"]
            new = reconsent.record(session, person, "3.0", SIGNED, staff, now=START)
            again = reconsent.record(session, person, "3.0", SIGNED, staff, now=START)
        assert (new, again) == (True, False)
        (task,) = house.tasks(kind="reconsent")
        assert (task.state, task.done_by) == ("done", staff.id)
        consents = house.rows(Consent, participant_id=house.person_id)
        assert [one.version for one in consents] == ["2.0", "3.0"]
        assert house.adopt(version).outcome is MOVED

    def test_another_version_of_the_form_leaves_the_task_open(
        self, house: AmendedHouse
    ) -> None:
        version = house.keep(consent="3.0")
        house.adopt(version)
        with house.runtime.writing() as session:
            person = session.get_one(Participant, house.person_id)
            reconsent.record(session, person, "2.5", SIGNED, None, now=START)
        assert house.tasks(kind="reconsent")[0].state == "open"
        assert house.adopt(version).outcome is WAITS

    def test_it_names_a_version_and_lies_in_the_past_and_is_of_ones_own_site(
        self, house: AmendedHouse
    ) -> None:
        there = house.people.there["coordinator"]
        with house.runtime.writing() as session:
            person = session.get_one(Participant, house.person_id)
            with pytest.raises(InvalidInput, match="version"):
                reconsent.record(session, person, " ", SIGNED, None, now=START)
            soon = START + timedelta(minutes=1)
            with pytest.raises(InvalidInput, match="future"):
                reconsent.record(session, person, "3.0", soon, None, now=START)
            with pytest.raises(NotFound):
                reconsent.record(session, person, "3.0", SIGNED, there, now=START)
        assert len(house.rows(Consent, participant_id=house.person_id)) == 1


def test_an_operator_who_records_a_consent_is_in_the_audit(house: AmendedHouse) -> None:
    with house.runtime.writing() as session:
        person = session.get_one(Participant, house.person_id)
        reconsent.record(session, person, "3.0", SIGNED, None, now=START)
    (kept,) = house.rows(Audit, act="consent.recorded")
    assert (kept.actor_kind, kept.actor_id) == (OPERATOR.kind, OPERATOR.id)
    assert kept.detail == {"version": "3.0"}
