"""What staff are shown: everything open at their site, and nothing of another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from portal.alerting import ladder
from portal.alerting.answers import answering, closing
from portal.alerting.tasks import tasks
from portal.audit import Actor
from portal.db.tables.alerts import Alert
from portal.db.tables.people import Participant, Shift
from portal.diary import entries as diaries
from portal.diary.entries import Submission
from portal.people.case import Case
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.tiers import Tier
from portal.records.staff import record
from portal.records.staff.alerts import AlertItem
from portal.records.staff.entries import EntryItem
from portal.records.staff.record import Pages, Record
from portal.records.staff.work import overview, worklist
from portal.records.staff.work import roster as people
from portal.records.staff.work.worklist import Worklist
from portal.runtime import Runtime
from tests.support.cast import EMERGENCY, URGENT, Cast, cast, enrolled
from tests.support.clock import START, Clock

ZONE = "Asia/Shanghai"
CALM: dict[str, Any] = {"emerg": [], "temp": {"value": "36.6", "unit": "C"}}


@pytest.fixture
def cast_of(runtime: Runtime) -> Cast:
    return cast(runtime)


def joined(runtime: Runtime, cast_of: Cast, code: str, **more: Any) -> Participant:
    house = cast_of.there if code.startswith("NO") else cast_of.here
    with runtime.writing() as session:
        return enrolled(session, cast_of, code, house=house, **more)


def alarmed(
    runtime: Runtime, cast_of: Cast, person: Participant, said: Any = URGENT
) -> int:
    with runtime.writing() as session:
        mine = session.get_one(Participant, person.id)
        return answering.open_from(
            Case(session, cast_of.study, mine, runtime.now()),
            said,
            entry_version_id=None,
        ).id


def reported(
    runtime: Runtime, cast_of: Cast, person: Participant, answers: dict[str, Any]
) -> None:
    with runtime.writing() as session:
        mine = session.get_one(Participant, person.id)
        actor = Actor("participant", str(mine.id))
        entry = Submission(str(uuid4()), "complete", answers, "self", "zh", actor)
        diaries.submit(Case(session, cast_of.study, mine, runtime.now()), entry)


def listed(runtime: Runtime, cast_of: Cast) -> Worklist:
    with runtime.reading() as session:
        return worklist.worklist(
            session,
            cast_of.study_of,
            cast_of.here.site.id,
            paged=cast_of.study.paged,
            zone=ZONE,
            now=runtime.now(),
        )


def opened_task(
    runtime: Runtime, cast_of: Cast, person: Participant, key: str, due: datetime
) -> None:
    with runtime.writing() as session:
        tasks.open_task(
            Case(
                session,
                cast_of.study,
                session.get_one(Participant, person.id),
                runtime.now(),
            ),
            "review",
            key=key,
            tier=Tier.SAME_DAY,
            owner_role="nurse",
            due_at=due,
            rules=["T21"],
        )


@contextmanager
def queries(session: Session) -> Iterator[list[str]]:
    """The statements that the block sends."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_the_oldest_deadline_stands_on_top(
    runtime: Runtime, cast_of: Cast, clock: Clock
) -> None:
    alarmed(runtime, cast_of, joined(runtime, cast_of, "NO-001"))
    alarmed(runtime, cast_of, joined(runtime, cast_of, "DS-001"))
    clock.advance(minutes=5)
    alarmed(runtime, cast_of, joined(runtime, cast_of, "DS-002"), EMERGENCY)
    found = listed(runtime, cast_of)
    assert [line.participant for line in found.waiting] == ["DS-002", "DS-001"]
    assert [line.ack_due_at for line in found.waiting] == [
        START + timedelta(minutes=10),
        START + timedelta(minutes=15),
    ]


def test_an_overdue_urgent_alert_never_stands_above_a_new_emergency(
    runtime: Runtime, cast_of: Cast, clock: Clock
) -> None:
    alarmed(runtime, cast_of, joined(runtime, cast_of, "DS-001"))
    clock.advance(minutes=3)
    alarmed(runtime, cast_of, joined(runtime, cast_of, "DS-002"))
    clock.advance(minutes=17)  # both are overdue
    alarmed(runtime, cast_of, joined(runtime, cast_of, "DS-003"), EMERGENCY)
    in_order = ["DS-003", "DS-001", "DS-002"]
    found = listed(runtime, cast_of)
    assert [line.participant for line in found.waiting] == in_order
    with runtime.reading() as session:
        lines = overview.alerts(session)
    assert [line.participant for line in lines] == in_order


def test_a_line_says_whom_the_ladder_paged_and_who_is_next(
    runtime: Runtime, cast_of: Cast, clock: Clock
) -> None:
    alarmed(runtime, cast_of, joined(runtime, cast_of, "DS-001"))
    at = clock.advance(minutes=15)
    with runtime.writing() as session:
        ladder.escalate_due(session, cast_of.study_of, now=at)
    (line,) = listed(runtime, cast_of).waiting
    assert line.paged is not None
    assert (line.paged.names, line.paged.at) == (("Doctor of here",), at)
    assert (line.next_roles, line.next_at) == (
        ("investigator",),
        START + timedelta(minutes=30),
    )


def test_a_line_says_when_nobody_was_on_call(runtime: Runtime, cast_of: Cast) -> None:
    with runtime.writing() as session:
        for shift in session.scalars(
            select(Shift).where(Shift.site_id == cast_of.here.site.id)
        ):
            shift.ends_at = shift.starts_at
    alarmed(runtime, cast_of, joined(runtime, cast_of, "DS-001"))
    found = listed(runtime, cast_of)
    assert found.waiting[0].paged is not None
    assert found.waiting[0].paged.names == ()
    assert {gap.duty for gap in found.gaps} == {
        "nurse",
        "doctor",
        "second_doctor",
        "investigator",
    }


def test_what_somebody_has_stands_apart_with_the_hour_it_comes_back(
    runtime: Runtime, cast_of: Cast, clock: Clock
) -> None:
    alert = alarmed(runtime, cast_of, joined(runtime, cast_of, "DS-001"))
    with runtime.writing() as session:
        nurse = cast_of.here["nurse"]
        answering.acknowledge(session, alert, nurse, source="page", now=clock())
    found = listed(runtime, cast_of)
    assert found.waiting == ()
    (line,) = found.taken
    assert (line.holder, line.holder_id) == ("Nurse of here", nurse.id)
    assert line.next_at == START + timedelta(minutes=30)


def test_a_closed_alert_is_on_no_list(
    runtime: Runtime, cast_of: Cast, clock: Clock
) -> None:
    alert = alarmed(runtime, cast_of, joined(runtime, cast_of, "DS-001"))
    with runtime.writing() as session:
        ending = closing.Closing("spoke", "Fine.", adverse_event=False)
        closing.close(session, alert, cast_of.here["nurse"], ending, now=clock())
    found = listed(runtime, cast_of)
    assert found.waiting == found.taken == ()


def test_rules_stand_with_their_titles_the_most_dangerous_first(
    runtime: Runtime, cast_of: Cast
) -> None:
    person = joined(runtime, cast_of, "DS-001")
    hot = {"emerg": [], "temp": {"value": "38.4", "unit": "C"}, "callme": "yes"}
    reported(runtime, cast_of, person, {**hot, "confused": "yes"})
    (line,) = listed(runtime, cast_of).waiting
    assert [one.rule for one in line.said] == ["T03", "T05", "T10", "T39"]
    assert line.said[0].tier == "emergency"
    assert all(one.title["zh"] and one.title["en"] for one in line.said)


def test_tasks_of_today_stand_apart_from_later_ones_by_the_sites_day(
    runtime: Runtime, cast_of: Cast
) -> None:
    mine, other = (joined(runtime, cast_of, code) for code in ("DS-001", "NO-001"))
    midnight = START.replace(hour=16, minute=0)  # of the site's day
    opened_task(runtime, cast_of, mine, "a", midnight)
    opened_task(runtime, cast_of, mine, "b", midnight - timedelta(minutes=1))
    opened_task(runtime, cast_of, mine, "c", START - timedelta(days=2))
    opened_task(runtime, cast_of, other, "d", START)
    found = listed(runtime, cast_of)
    assert [line.due_at for line in found.today] == [
        START - timedelta(days=2),
        midnight - timedelta(minutes=1),
    ]
    assert [line.due_at for line in found.later] == [midnight]
    assert found.today[0].said[0].rule == "T21"


def test_the_worklist_takes_as_many_queries_for_many_as_for_one(
    runtime: Runtime, cast_of: Cast
) -> None:
    counts = []
    for number in range(1, 8):
        person = joined(runtime, cast_of, f"DS-{number:03}")
        alarmed(runtime, cast_of, person)
        opened_task(runtime, cast_of, person, f"k{number}", START)
        with runtime.reading() as session, queries(session) as sent:
            worklist.worklist(
                session,
                cast_of.study_of,
                cast_of.here.site.id,
                paged=cast_of.study.paged,
                zone=ZONE,
                now=runtime.now(),
            )
        counts.append(len(sent))
    assert set(counts) == {counts[0]}
    assert counts[0] <= 8


def test_a_gap_in_two_days_is_said_today_and_a_later_one_is_not(
    runtime: Runtime, cast_of: Cast
) -> None:
    for hours, expected in ((47, 1), (49, 0)):
        with runtime.writing() as session:
            query = select(Shift).where(
                Shift.site_id == cast_of.here.site.id, Shift.duty == "nurse"
            )
            session.scalars(query).one().ends_at = START + timedelta(hours=hours)
        assert len(listed(runtime, cast_of).gaps) == expected


def roster(runtime: Runtime, cast_of: Cast, search: str = "") -> people.Roster:
    with runtime.reading() as session:
        return people.roster(
            session,
            cast_of.study_of,
            cast_of.here.site.id,
            zone=ZONE,
            now=runtime.now(),
            search=search,
        )


def test_the_roster_shows_four_weeks_as_they_went(
    runtime: Runtime, cast_of: Cast, clock: Clock
) -> None:
    joined(runtime, cast_of, "NO-001")
    person = joined(
        runtime, cast_of, "DS-001", d0=date(2026, 3, 1), home_since=date(2026, 3, 9)
    )
    clock.set(START - timedelta(days=2))
    reported(runtime, cast_of, person, CALM)
    clock.set(START)
    hot = {"emerg": [], "temp": {"value": "38.4", "unit": "C"}}
    reported(runtime, cast_of, person, hot)
    found = roster(runtime, cast_of)
    (row,) = found.rows
    assert found.days[-1] == date(2026, 3, 12)
    assert len(row.cells) == 28
    assert row.cells[-13:] == (
        "none",  # the day before the infusion
        *["hospital"] * 8,
        "missing",
        "diary",
        "missing",
        "alert",
    )
    assert (row.day, row.phase, row.alert_tier) == (11, "W1", "urgent")
    assert row.last_entry_at == START


def test_a_weekly_diary_of_any_day_of_its_week_is_not_missing(
    runtime: Runtime, cast_of: Cast, clock: Clock
) -> None:
    d0 = START.date() - timedelta(weeks=20, days=6)  # the last was due 6 days ago
    home = d0 + timedelta(days=8)
    person = joined(runtime, cast_of, "DS-001", d0=d0, home_since=home)
    for ago in (7, 6 + 21 + 6):  # the evening before, and before the first of the cells
        clock.set(START - timedelta(days=ago))
        reported(runtime, cast_of, person, CALM)
    clock.set(START)
    (row,) = roster(runtime, cast_of).rows
    assert [
        (27 - place, cell) for place, cell in enumerate(row.cells) if cell != "none"
    ] == [(20, "missing"), (13, "missing"), (7, "diary")]


def test_nobody_is_missing_on_a_day_that_is_not_over(
    runtime: Runtime, cast_of: Cast
) -> None:
    joined(runtime, cast_of, "DS-001")
    assert roster(runtime, cast_of).rows[0].cells[-1] == "none"


def test_the_roster_is_searched_by_code_and_puts_alerts_first(
    runtime: Runtime, cast_of: Cast
) -> None:
    for code in ("DS-001", "DS-002", "DS-012", "NO-012"):
        joined(runtime, cast_of, code)
    with runtime.reading() as session:
        query = select(Participant).filter_by(code="DS-012")
        person = session.scalars(query).one()
    alarmed(runtime, cast_of, person)
    codes = [row.code for row in roster(runtime, cast_of).rows]
    assert codes == ["DS-012", "DS-001", "DS-002"]
    assert [row.code for row in roster(runtime, cast_of, "2").rows] == [
        "DS-012",
        "DS-002",
    ]
    assert roster(runtime, cast_of, "no-012").rows == ()


def test_a_forgotten_discharge_is_said(runtime: Runtime, cast_of: Cast) -> None:
    joined(runtime, cast_of, "DS-001", d0=date(2026, 3, 1), home_since=None)
    (row,) = roster(runtime, cast_of).rows
    assert (row.place, row.phase) == (Place.UNKNOWN, "W1")


def recorded(
    runtime: Runtime, cast_of: Cast, person: Participant, *, whole: bool = False
) -> Record:
    with runtime.reading() as session:
        mine = session.get_one(Participant, person.id)
        return record.record(
            session, cast_of.study_of, mine, now=runtime.now(), whole=whole
        )


def test_a_record_is_one_timeline_newest_first(
    runtime: Runtime, cast_of: Cast, clock: Clock
) -> None:
    other = joined(runtime, cast_of, "NO-001")
    reported(runtime, cast_of, other, {"emerg": ["seizure"]})
    person = joined(runtime, cast_of, "DS-001")
    reported(runtime, cast_of, person, CALM)
    clock.advance(hours=1)
    hot = {"emerg": [], "temp": {"value": "100.8", "unit": "F"}, "confused": "unsure"}
    reported(runtime, cast_of, person, hot)
    found = recorded(runtime, cast_of, person)
    times = [item.at for item in found.items]  # type: ignore[attr-defined]
    assert times == sorted(times, reverse=True)
    entries = [item for item in found.items if isinstance(item, EntryItem)]
    assert [entry.tier for entry in entries] == ["urgent", "routine"]
    words = {one.item: one.words["en"] for one in entries[0].said}
    assert words["temp"] == "100.8℉ = 38.2℃"
    assert found.open_alert is not None
    assert found.open_alert.participant == "DS-001"
    assert [type(item) for item in found.items].count(AlertItem) == 1


def test_the_pages_of_one_moment_stand_together_each_with_its_state(
    runtime: Runtime, cast_of: Cast
) -> None:
    person = joined(runtime, cast_of, "DS-001")
    alarmed(runtime, cast_of, person, EMERGENCY)
    found = recorded(runtime, cast_of, person)
    (pages,) = [item for item in found.items if isinstance(item, Pages)]
    assert sorted((one.name, one.channel, one.state) for one in pages.messages) == [
        ("Doctor of here", "call", "queued"),
        ("Doctor of here", "text", "queued"),
        ("Nurse of here", "call", "queued"),
        ("Nurse of here", "text", "queued"),
    ]
    assert all("…" in one.number for one in pages.messages)


def test_the_curve_has_the_highest_reading_of_each_of_fourteen_days(
    runtime: Runtime, cast_of: Cast, clock: Clock
) -> None:
    person = joined(runtime, cast_of, "DS-001")
    clock.set(START - timedelta(days=1))
    reported(runtime, cast_of, person, CALM)
    hot = {"emerg": [], "temp_max": {"value": "37.4", "unit": "C"}}
    reported(runtime, cast_of, person, hot)
    clock.set(START)
    curve = recorded(runtime, cast_of, person).reported.curves[0].days
    assert len(curve) == 14
    assert [one.tenths for one in curve[-3:]] == [None, 374, None]


def test_neurological_answers_stand_side_by_side_newest_first(
    runtime: Runtime, cast_of: Cast, clock: Clock
) -> None:
    person = joined(runtime, cast_of, "DS-001")
    clock.set(START - timedelta(days=1))
    reported(runtime, cast_of, person, {**CALM, "writing": "no", "tremor": 0})
    clock.set(START)
    reported(runtime, cast_of, person, {**CALM, "writing": "yes"})
    told = recorded(runtime, cast_of, person).reported
    assert told.pinned_at == (START, START - timedelta(days=1))
    rows = {row.label["en"]: row.answers for row in told.pinned}
    writing = next(row for label, row in rows.items() if "handwriting" in label)
    assert [one.calm for one in writing if one] == [False, True]
    tremor = next(row for label, row in rows.items() if "haking" in label)
    assert tremor[0] is None


def test_a_record_shows_sixty_days_and_everything_on_request(
    runtime: Runtime, cast_of: Cast, clock: Clock
) -> None:
    person = joined(runtime, cast_of, "DS-001", d0=date(2025, 11, 1))
    clock.set(START - timedelta(days=61))
    reported(runtime, cast_of, person, CALM)
    clock.set(START)
    assert recorded(runtime, cast_of, person).items == ()
    assert len(recorded(runtime, cast_of, person, whole=True).items) == 1


def test_an_alerts_findings_say_what_each_rule_saw(
    runtime: Runtime, cast_of: Cast
) -> None:
    person = joined(runtime, cast_of, "DS-001")
    hot = {"emerg": [], "temp": {"value": "38.4", "unit": "C"}, "confused": "yes"}
    reported(runtime, cast_of, person, hot)
    alert = recorded(runtime, cast_of, person).open_alert
    assert alert is not None
    seen = {
        one.rule: [(s.item, s.words["en"]) for s in one.seen] for one in alert.found
    }
    assert seen["T05"] == [("confused", "Yes")]
    assert seen["T10"] == [("reading", "38.4")]


def test_looking_is_written_down(runtime: Runtime, cast_of: Cast) -> None:
    person = joined(runtime, cast_of, "DS-001")
    actor = Actor("staff", str(cast_of.here["monitor"].id))
    with runtime.writing() as session:
        record.note_viewing(session, actor, "participant", person.id, now=START)
    from portal.db.tables.audit import Audit

    with runtime.reading() as session:
        row = session.scalars(select(Audit).filter_by(act="participant.viewed")).one()
        assert (row.actor_id, row.subject_id) == (actor.id, str(person.id))


def test_waiting_alerts_are_counted_per_site(
    runtime: Runtime, cast_of: Cast, clock: Clock
) -> None:
    for code in ("DS-001", "DS-002", "NO-001"):
        alarmed(runtime, cast_of, joined(runtime, cast_of, code))
    with runtime.writing() as session:
        alert = session.scalars(select(Alert).order_by(Alert.id)).first()
        assert alert is not None
        nurse = cast_of.here["nurse"]
        answering.acknowledge(session, alert.id, nurse, source="page", now=clock())
    with runtime.reading() as session:
        assert worklist.count_waiting(session, cast_of.here.site.id) == 1
