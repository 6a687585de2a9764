"""A report of the journal comes in as its own person's, whatever its line says."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.audit import Actor
from portal.db.tables.diary import Entry, EntryVersion
from portal.db.tables.people import Participant
from portal.diary import entries
from portal.diary.journal import imports
from portal.diary.journal.journaled_reports import JournaledReport
from portal.diary.submission import Submission, Writer
from portal.diary.writing import drafts
from portal.people.case import Case
from portal.runtime import Runtime
from tests.support.cast import Cast, cast, enrolled


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


def begun(session: Any, people: Cast, who: Participant, now: Any) -> tuple[str, int]:
    """A diary that somebody is writing: the draft's id, and the entry's."""
    writer = Writer("self", "zh", Actor("participant", str(who.id)))
    screen = Submission(
        str(uuid4()), "red_flags", {"emerg": []}, "self", "zh", writer.actor
    )
    receipt = entries.submit(Case(session, people.study, who, now), screen)
    draft = str(uuid4())
    drafts.begin(
        session, who, writer, entry_id=receipt.entry_id, draft_id=draft, now=now
    )
    return draft, receipt.entry_id


@pytest.mark.parametrize("own", [True, False])
def test_a_report_joins_the_diary_that_it_was_written_in_if_it_is_their_own(
    runtime: Runtime, people: Cast, own: bool
) -> None:
    now = runtime.now()
    with runtime.writing() as session:
        other = enrolled(session, people, "DS-008", number="13800138008")
        me = enrolled(session, people)
        draft, entry = begun(session, people, me if own else other, now)
        slip = JournaledReport(
            id=str(uuid4()),
            at=now,
            kind="partial",
            answers={"chills": 2},
            reporter="self",
            language="zh",
            holder=f"person:{me.id}::{me.code}",
            draft_id=draft,
        )
        assert imports.bring_in(session, people.study_of, slip, now=now)
    with runtime.reading() as session:
        version = session.scalars(select(EntryVersion).filter_by(id=slip.id)).one()
        kept = session.get_one(Entry, version.entry_id)
    assert kept.participant_id == me.id
    assert (kept.id == entry) is own
