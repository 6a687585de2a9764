"""One call for each silent person: days join it, and an alert about it is settled with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import Select, event, select
from sqlalchemy.orm import ORMExecuteState, Session

from portal.alerting.answers import answering, closing
from portal.alerting.answers.closing import OUTCOMES, Closing
from portal.db.tables.alerts import Alert, AlertEvent, Task
from portal.diary import unread_words
from portal.runtime import Runtime
from tests.support.clock import Clock
from tests.support.ward import CALM, TODAY, Ward, local, ward_of

HOT = {**CALM, "temp": {"value": "38.6", "unit": "C"}}
TOMORROW = TODAY + timedelta(days=1)
AFTER = TODAY + timedelta(days=2)


@pytest.fixture
def ward(runtime: Runtime, clock: Clock) -> Ward:
    ward = ward_of(runtime, clock)
    ward.at("09:00")
    return ward


def silent(ward: Ward, until: str, day: date = TODAY) -> None:
    """Let the engine run through the hours of the chain."""
    for clock in ("10:05", "13:00", "15:00", "16:00", "18:00", "21:00"):
        if clock <= until:
            ward.at(clock, day)


def call_of(ward: Ward) -> Task:
    (task,) = ward.tasks("missing_diary")
    return task


def alert_of(ward: Ward) -> Alert:
    query = select(Alert).where(Alert.participant_id == ward.id)
    with ward.runtime.reading() as session:
        return session.scalars(query.order_by(Alert.id.desc())).first()  # type: ignore[return-value]


def close(ward: Ward, alert: Alert, outcome: str) -> None:
    ending = Closing(outcome, "Her neighbour looked in.", adverse_event=False)
    nurse = ward.cast.here["nurse"]
    with ward.runtime.writing() as session:
        closing.close(session, alert.id, nurse, ending, now=ward.clock())


def phoned(ward: Ward, *, heard_from: bool, by: str = "nurse") -> None:
    with ward.runtime.writing() as session:
        unread_words.finish_reading(
            session,
            call_of(ward).id,
            ward.cast.here[by],
            "Phoned twice.",
            heard_from=heard_from,
            now=ward.clock(),
        )


def test_a_second_silent_day_joins_the_open_call(ward: Ward) -> None:
    silent(ward, "21:00")
    silent(ward, "21:00", TOMORROW)
    task = call_of(ward)
    assert task.detail["days"] == [str(TODAY), str(TOMORROW)]
    assert (task.detail["missed"], task.state) == (2, "open")
    assert task.due_at == local("16:00")  # it stays overdue since the first


def test_each_day_that_joins_pages_the_nurse_once_more(ward: Ward) -> None:
    silent(ward, "16:00")
    mine = f"T:{call_of(ward).id}:"
    first = ward.keys(mine)
    silent(ward, "15:00", TOMORROW)
    assert ward.keys(mine) == first
    silent(ward, "16:00", TOMORROW)
    silent(ward, "16:00", TOMORROW)
    nurse = ward.cast.here["nurse"].id
    assert ward.keys(mine) == [*first, f"{TOMORROW}:{nurse}"]


def test_a_day_that_joins_is_raised_to_the_doctor_too(ward: Ward) -> None:
    silent(ward, "18:00")
    first = alert_of(ward)
    silent(ward, "18:00", TOMORROW)
    assert alert_of(ward).id == first.id
    with ward.runtime.reading() as session:
        query = select(AlertEvent.kind).where(AlertEvent.alert_id == first.id)
        kinds = list(session.scalars(query))
    assert kinds.count("diary_missing") == 1


def test_a_call_that_was_made_is_not_opened_again_for_a_day_that_joined(
    ward: Ward,
) -> None:
    silent(ward, "21:00")
    silent(ward, "15:00", TOMORROW)
    phoned(ward, heard_from=False)
    ward.replan()
    silent(ward, "21:00", TOMORROW)
    assert call_of(ward).state == "done"
    silent(ward, "15:00", AFTER)
    states = [one.state for one in ward.tasks("missing_diary")]
    assert states == ["done", "open"]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_alert_about_silence_that_is_closed_settles_its_call(
    ward: Ward, outcome: str
) -> None:
    silent(ward, "18:00")
    close(ward, alert_of(ward), outcome)
    task = call_of(ward)
    assert (task.state, task.outcome) == ("done", "Her neighbour looked in.")
    assert task.done_by == ward.cast.here["nurse"].id


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("spoke", "done"), ("admitted", "done"), ("data_error", "open"), ("unreachable", "open")],
)  # fmt: skip
def test_another_alert_settles_the_call_only_if_they_were_reached(
    ward: Ward, outcome: str, state: str
) -> None:
    silent(ward, "15:00")
    ward.report("red_flags", {"emerg": ["seizure"]})
    close(ward, alert_of(ward), outcome)
    assert call_of(ward).state == state


def test_who_was_heard_from_by_phone_closes_the_alert_about_it(ward: Ward) -> None:
    silent(ward, "18:00")
    phoned(ward, heard_from=True)
    alert = alert_of(ward)
    assert (alert.state, alert.outcome) == ("closed", "spoke")
    assert (alert.reason, alert.next_due_at) == ("Phoned twice.", None)
    assert alert.adverse_event == {"is": None, "term": "", "grade": None}
    silent(ward, "21:00")
    assert len(ward.tasks("missing_diary")) == 1


def test_a_call_that_reached_nobody_leaves_the_alert_to_the_doctor(ward: Ward) -> None:
    silent(ward, "18:00")
    phoned(ward, heard_from=False)
    assert alert_of(ward).state == "open"


def test_the_alert_of_a_colleague_is_settled_too(ward: Ward) -> None:
    silent(ward, "18:00")
    alert, doctor = alert_of(ward), ward.cast.here["doctor"]
    with ward.runtime.writing() as session:
        answering.acknowledge(
            session, alert.id, doctor, source="page", now=ward.clock()
        )
    phoned(ward, heard_from=True)
    assert alert_of(ward).closed_by == ward.cast.here["nurse"].id


def test_an_alert_about_a_sign_stays_open_when_they_were_heard_from(
    ward: Ward,
) -> None:
    silent(ward, "18:00")
    ward.report("red_flags", {"emerg": ["seizure"]})
    phoned(ward, heard_from=True)
    assert alert_of(ward).state == "open"


def test_a_nurses_word_by_phone_holds_for_the_day(ward: Ward) -> None:
    silent(ward, "15:00")
    silent(ward, "10:05", TOMORROW)
    phoned(ward, heard_from=True)
    silent(ward, "21:00", TOMORROW)
    assert call_of(ward).state == "done"
    silent(ward, "15:00", AFTER)
    assert [one.state for one in ward.tasks("missing_diary")] == ["done", "open"]


@contextmanager
def locked_rows() -> Iterator[list[str]]:
    """The tables of which rows are locked meanwhile, in order, on either database."""
    found: list[str] = []

    def note(state: ORMExecuteState) -> None:
        statement = state.statement
        if isinstance(statement, Select) and statement._for_update_arg is not None:
            found.extend(table.name for table in statement.get_final_froms())  # type: ignore[attr-defined]

    event.listen(Session, "do_orm_execute", note)
    try:
        yield found
    finally:
        event.remove(Session, "do_orm_execute", note)


@pytest.mark.parametrize("ends", ["closes", "phones", "reports", "engine"])
def test_whoever_ends_a_call_and_an_alert_locks_the_call_first(
    ward: Ward, ends: str
) -> None:
    """On PostgreSQL two who lock in other orders wait for one another, and one fails."""
    silent(ward, "16:00" if ends == "engine" else "18:00")
    ward.clock.advance(minutes=5)
    with locked_rows() as rows:
        match ends:
            case "closes":
                close(ward, alert_of(ward), "spoke")
            case "phones":
                phoned(ward, heard_from=True)
            case "reports":
                ward.report(answers=HOT)
            case "engine":
                ward.at("18:00")
    order = [one for one in rows if one in ("task", "alert")]
    assert {"task", "alert"} <= set(order)
    assert order[0] == "task"
