"""Nobody has said whether somebody is home: asked of the ward, watched, never lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal import audit
from portal.alerting.tasks import tasks
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.audit import Audit
from portal.db.tables.diary import EntryVersion
from portal.db.tables.people import Participant, Stay
from portal.enrolment import stays, ward
from portal.enrolment.ward import WardAnswer
from portal.errors import Faults, InvalidInput, NotFound
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.calendar.whereabouts import Place
from portal.records.staff.work import worklist
from portal.runtime import Runtime
from tests.support.cast import enrolled
from tests.support.clock import Clock
from tests.support.ward import CALM, TODAY, Ward, local, ward_of

D0 = TODAY - timedelta(days=8)  # day 8 is today: the first that nobody planned
TOMORROW = TODAY + timedelta(days=1)
DAY = timedelta(days=1)
SHANGHAI = "Asia/Shanghai"


@pytest.fixture
def here(runtime: Runtime, clock: Clock) -> Ward:
    """DS-007 at home since day 8, and DS-008 of whom nobody has said anything."""
    found = ward_of(runtime, clock)
    with runtime.writing() as session:
        found.id = joined(found, session, "DS-008", "13800138008")
    found.at("06:00")
    return found


def joined(found: Ward, session, code: str, number: str, d0: date = D0) -> int:  # type: ignore[no-untyped-def]
    return enrolled(session, found.cast, code, d0=d0, home_since=None, number=number).id


def asked(found: Ward) -> list[ward.WardQuestion]:
    with found.runtime.reading() as session:
        now, site = found.clock(), found.cast.here.site.id
        return list(
            ward.asked_at(session, found.cast.study_of, site, zone=SHANGHAI, now=now)
        )


def says(found: Ward, *words: WardAnswer) -> None:
    actor = audit.Actor("staff", str(found.cast.here["nurse"].id))
    with found.runtime.writing() as session:
        ward.answer(
            session,
            found.cast.study_of,
            found.cast.here.site.id,
            words,
            actor=actor,
            now=found.clock(),
        )


def here_still(found: Ward, code: str = "DS-008") -> None:
    says(found, WardAnswer(code, "here"))


def through(found: Ward, until: str, day: date = TODAY) -> None:
    """As an engine looks: at every half hour of the day, overdue tasks too."""
    for half in range(9 * 2, 24 * 2):
        clock = f"{half // 2:02}:{half % 2 * 30:02}"
        if clock <= until:
            found.at(clock, day)
            with found.runtime.writing() as session:
                tasks.page_overdue(session, found.cast.study_of, now=found.clock())


def place(found: Ward) -> Place:
    with found.runtime.reading() as session:
        me = found.me(session)
        return Case(session, found.cast.study, me, found.clock()).place


def alerts(found: Ward) -> list[Alert]:
    with found.runtime.reading() as session:
        query = select(Alert).where(Alert.participant_id == found.id)
        return list(session.scalars(query))


def acts(found: Ward) -> list[tuple[str, dict[str, object]]]:
    with found.runtime.reading() as session:
        query = select(Audit).where(Audit.subject_id == str(found.id))
        rows = session.scalars(query.order_by(Audit.id))
        return [(row.act, row.detail) for row in rows if "participant." in row.act]


# ------------------------------------------------------------------------- asking


def test_the_ward_is_asked_from_the_day_before_it_matters(here: Ward) -> None:
    here.at("09:00", TODAY - 2 * DAY)
    assert asked(here) == []
    here.at("09:00", TODAY - DAY)
    (one,) = asked(here)
    assert (one.code, one.day, one.unknown) == ("DS-008", 7, False)
    here.at("09:00")
    (one,) = asked(here)
    assert (one.day, one.unknown) == (8, True)


def test_still_here_is_asked_again_the_next_day_and_not_the_same(here: Ward) -> None:
    here_still(here)
    assert (asked(here), place(here)) == ([], Place.WARD)
    here.at("09:00", TOMORROW)
    assert ([one.code for one in asked(here)], place(here)) == (
        ["DS-008"],
        Place.WARD,
    )
    here.at("09:00", TOMORROW + DAY)
    assert place(here) is Place.UNKNOWN


def test_one_act_answers_for_everybody(here: Ward) -> None:
    with here.runtime.writing() as session:
        other = joined(here, session, "DS-009", "13800138009", D0 - DAY)
    says(here, WardAnswer("DS-008", "here"), WardAnswer("DS-009", "home", TODAY - DAY))
    assert asked(here) == []
    with here.runtime.reading() as session:
        stay = session.scalars(select(Stay).filter_by(participant_id=other)).one()
        assert stay.discharged_on == TODAY - DAY


def test_a_day_that_cannot_be_keeps_every_answer_from_being_taken(here: Ward) -> None:
    with here.runtime.writing() as session:
        joined(here, session, "DS-009", "13800138009")
    with pytest.raises(Faults) as refused:
        says(here, WardAnswer("DS-008", "here"), WardAnswer("DS-009", "home", TOMORROW))
    assert [fault.field for fault in refused.value.every] == ["on-DS-009"]
    assert len(asked(here)) == 2


def test_nothing_said_and_somebody_elses_person_are_refused(here: Ward) -> None:
    with pytest.raises(InvalidInput):
        says(here)
    with pytest.raises(NotFound):
        says(here, WardAnswer("NO-007", "here"))


@pytest.mark.parametrize("status", ["paused", "withdrawn"])
def test_nobody_is_asked_about_who_is_not_followed(here: Ward, status: str) -> None:
    with here.runtime.writing() as session:
        here.me(session).status = status
    assert asked(here) == []


def test_everybody_without_a_stay_on_record_is_asked_about_and_answered(
    here: Ward,
) -> None:
    with here.runtime.writing() as session:
        session.delete(
            session.scalars(select(Stay).filter_by(participant_id=here.id)).one()
        )
    assert [one.code for one in asked(here)] == ["DS-008"]
    says(here, WardAnswer("DS-008", "home", TODAY))
    assert place(here) is Place.HOME


# ------------------------------------------------------------------------ the texts


def diary_texts(found: Ward) -> list[str]:
    return found.keys(f"D:{found.id}:{TODAY}:")


def test_one_text_a_day_while_nobody_knows(here: Ward) -> None:
    through(here, "23:00")
    assert diary_texts(here) == [f"{TODAY}:10:05"]


def test_no_text_once_the_ward_has_said_still_here(here: Ward) -> None:
    here_still(here)
    through(here, "23:00")
    assert diary_texts(here) == []
    assert here.tasks("missing_diary") == []


def test_a_text_that_waits_is_taken_back_by_still_here(here: Ward) -> None:
    here.at("10:05")
    (waiting,) = here.messages(f"D:{here.id}:{TODAY}:")
    assert waiting.state == "queued"
    here_still(here)
    (gone,) = here.messages(f"D:{here.id}:{TODAY}:")
    assert gone.state == "cancelled"


def test_who_went_home_yesterday_gets_every_text_from_then_on(here: Ward) -> None:
    here.at("10:30")
    says(here, WardAnswer("DS-008", "home", TODAY - DAY))
    through(here, "23:00")
    assert diary_texts(here) == [f"{TODAY}:10:05", f"{TODAY}:13:00"]


# ---------------------------------------------------------------------- the silence


def question(found: Ward) -> Task:
    (task,) = found.tasks("missing_diary")
    return task


def test_a_silent_day_asks_the_ward_and_no_coordinator(here: Ward) -> None:
    through(here, "15:00")
    task = question(here)
    assert (task.owner_role, task.due_at) == ("nurse", local("16:00"))
    assert task.detail["en"].startswith("No diary, and not known whether home: ask")
    (one,) = asked(here)
    assert (one.silent_due, one.task_id) == (local("16:00"), task.id)
    with here.runtime.reading() as session:
        shown = worklist.worklist(
            session,
            here.cast.study_of,
            here.cast.here.site.id,
            paged=here.cast.study.paged,
            zone=SHANGHAI,
            now=here.clock(),
        )
    codes = [line.participant for line in (*shown.today, *shown.later)]
    assert "DS-008" not in codes  # the ward's line holds it
    assert [one.code for one in shown.asked] == ["DS-008"]


def test_unanswered_the_nurse_is_paged_once_for_everybody(here: Ward) -> None:
    with here.runtime.writing() as session:
        joined(here, session, "DS-009", "13800138009")
    through(here, "17:30")
    nurse = here.cast.here["nurse"].id
    pages = here.messages(f"T:ward:{here.cast.here.site.id}:{TODAY}:")
    assert [page.staff_id for page in pages] == [nurse]
    assert here.messages(f"T:{question(here).id}:") == []
    assert alerts(here) == []


def test_unanswered_at_18_00_the_doctor_hears_of_it(here: Ward) -> None:
    through(here, "18:00")
    (alert,) = alerts(here)
    assert alert.tier == "urgent"
    doctor = here.cast.here["doctor"].id
    assert doctor in {one.staff_id for one in here.messages(f"A:{alert.id}:")}


def test_still_here_ends_the_silence_before_anybody_is_paged(here: Ward) -> None:
    through(here, "15:30")
    here_still(here)
    through(here, "23:00")
    task = question(here)
    assert (task.state, task.done_by) == ("done", here.cast.here["nurse"].id)
    assert alerts(here) == []
    assert here.messages("T:ward:") == []


def test_went_home_yesterday_at_16_30_is_a_call_and_the_doctor_at_18_00(
    here: Ward,
) -> None:
    through(here, "16:00")
    here.clock.set(local("16:30"))
    says(here, WardAnswer("DS-008", "home", TODAY - DAY))
    task = question(here)
    assert (task.state, task.owner_role, task.due_at) == (
        "open",
        "coordinator",
        local("17:30"),
    )
    assert task.detail["en"].startswith("No diary: phone the participant twice")
    through(here, "18:00")
    assert len(alerts(here)) == 1


def test_went_home_today_is_no_silence(here: Ward) -> None:
    through(here, "15:30")
    says(here, WardAnswer("DS-008", "home", TODAY))
    through(here, "23:00")
    assert question(here).state == "done"
    assert alerts(here) == []


def test_went_home_yesterday_said_in_the_morning_is_the_usual_chain(
    here: Ward,
) -> None:
    here.at("09:30")
    says(here, WardAnswer("DS-008", "home", TODAY - DAY))
    through(here, "15:00")
    assert question(here).owner_role == "coordinator"


def test_their_diary_ends_the_question(here: Ward) -> None:
    through(here, "15:00")
    here.report()
    assert question(here).state == "done"
    assert [one.silent_due for one in asked(here)] == [None]


# -------------------------------------------------------- what is said of the stays


def record(found: Ward, act: str, on: date | None) -> None:
    actor, now = audit.OPERATOR, found.clock()
    with found.runtime.writing() as session:
        case = Case(session, found.cast.study, found.me(session), now)
        if act == "admit":
            assert on is not None
            stays.admit(session, case.participant, on=on, actor=actor, now=now)
        elif act == "discharge":
            assert on is not None
            stays.discharge(case, on=on, actor=actor)
        else:
            stays.correct_discharge(case, on=on, actor=actor)


def on_record(found: Ward) -> list[tuple[date, date | None, date | None]]:
    with found.runtime.reading() as session:
        return [tuple(stay) for stay in timeline.stays_of(session, found.me(session))]


def test_an_admission_on_day_8_says_still_here(here: Ward) -> None:
    record(here, "admit", TODAY)
    assert on_record(here) == [(D0, None, TODAY)]
    assert place(here) is Place.WARD
    assert acts(here)[-1] == ("participant.still_here", {"on": str(TODAY)})


def test_an_admission_before_day_8_and_of_a_past_day_is_taken(here: Ward) -> None:
    record(here, "admit", TODAY - 3 * DAY)
    assert on_record(here) == [(D0, None, TODAY - 3 * DAY)]
    record(here, "admit", D0 - 4 * DAY)
    assert on_record(here) == [(D0 - 4 * DAY, None, TODAY - 3 * DAY)]
    said = {"on": str(D0 - 4 * DAY), "before": str(D0)}
    assert acts(here)[-1] == ("participant.admitted", said)


def test_a_readmission_is_asked_about_after_its_own_week(here: Ward) -> None:
    record(here, "discharge", TODAY - DAY)
    record(here, "admit", TODAY)
    here.at("09:00", TODAY + 6 * DAY)
    assert asked(here) == []
    here.at("09:00", TODAY + 7 * DAY)
    assert [one.code for one in asked(here)] == ["DS-008"]


def test_a_wrong_day_of_discharge_is_corrected_with_both_days_in_the_trail(
    here: Ward,
) -> None:
    record(here, "discharge", TODAY - 2 * DAY)
    (early,) = here.tasks("deviation")
    record(here, "correct", TODAY - DAY)
    assert on_record(here) == [(D0, TODAY - DAY, None)]
    said = {"on": str(TODAY - DAY), "before": str(TODAY - 2 * DAY)}
    assert acts(here)[-1] == ("participant.discharge_corrected", said)
    (closed,) = here.tasks("deviation")
    assert (early.state, closed.state) == ("open", "done")


def test_who_did_not_go_home_after_all_is_in_hospital_again(here: Ward) -> None:
    record(here, "discharge", TODAY)
    assert place(here) is Place.HOME
    record(here, "correct", None)
    assert (on_record(here), place(here)) == ([(D0, None, None)], Place.UNKNOWN)
    record(here, "admit", TODAY)
    assert place(here) is Place.WARD


@pytest.mark.parametrize("on", [D0 - DAY, TOMORROW])
def test_a_correction_to_a_day_that_cannot_be_is_refused(here: Ward, on: date) -> None:
    record(here, "discharge", TODAY)
    with pytest.raises(InvalidInput):
        record(here, "correct", on)


def test_a_correction_without_a_discharge_is_refused(here: Ward) -> None:
    with pytest.raises(InvalidInput):
        record(here, "correct", TODAY)


# ---------------------------------------------------------------------- the advice


@pytest.mark.parametrize(
    ("day", "advice"), [(TODAY - DAY, ["M-W"]), (TODAY, ["M-W", "M-U"])]
)
def test_the_same_fever_is_answered_for_both_places(
    here: Ward, day: date, advice: list[str]
) -> None:
    here.at("09:00", day)
    here.report("partial", {**CALM, "temp": {"value": "38.4", "unit": "C"}})
    with here.runtime.reading() as session:
        query = select(EntryVersion).where(EntryVersion.participant_id == here.id)
        version = session.scalars(query).one()
        assert version.verdict["advice"] == advice


def test_rules_of_an_unknown_day_are_those_of_home(here: Ward) -> None:
    with here.runtime.reading() as session:
        me = session.get_one(Participant, here.id)
        assert Case(session, here.cast.study, me, here.clock()).phase == "W1"
