"""What a lock shows: the row as it stands, not as it was before somebody waited for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.db.tables.people import Participant
from portal.people.case import Case
from portal.runtime import Runtime
from tests.support.amending import amended_house
from tests.support.cast import cast, enrolled
from tests.support.clock import START

LATER = START + timedelta(hours=3)
Lock = Callable[[Session, int], Participant]


def by_key(session: Session, key: int) -> Participant:
    return session.get_one(Participant, key, with_for_update=True)


def by_query(session: Session, key: int) -> Participant:
    return session.scalars(
        select(Participant).filter_by(id=key).with_for_update()
    ).one()


@pytest.mark.parametrize("lock", [by_key, by_query])
def test_who_locks_a_row_sees_what_others_wrote_while_they_waited(
    runtime: Runtime, lock: Lock
) -> None:
    people = cast(runtime)
    with runtime.writing() as session:
        key = enrolled(session, people).id
    with runtime.writing() as session:
        known = session.get_one(Participant, key)
        assert known.remind_at is None
        behind = update(Participant).values(remind_at=LATER)
        session.execute(behind, execution_options={"synchronize_session": False})
        assert known.remind_at is None
        assert lock(session, key) is known
        assert known.remind_at == LATER


def test_what_was_changed_here_before_a_lock_stays(runtime: Runtime) -> None:
    people = cast(runtime)
    with runtime.writing() as session:
        person = enrolled(session, people)
        person.remind_at = LATER
        Case(session, people.study, person, START).lock()
        assert person.remind_at == LATER


def test_a_case_keeps_its_version_when_somebody_is_moved_before_its_lock(
    runtime: Runtime,
) -> None:
    house = amended_house(runtime)
    later = house.keep()
    with runtime.writing() as session:
        person = session.get_one(Participant, house.person_id)
        before = person.study_version_id
        case = Case(session, house.people.study, person, START)
        moved = update(Participant).values(study_version_id=later)
        session.execute(moved, execution_options={"synchronize_session": False})
        assert case.lock().study_version_id == before
        assert person.study_version_id != before
