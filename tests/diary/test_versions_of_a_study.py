"""Whoever is moved to another version: what began before keeps its own."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal import study_versions
from portal.audit import Actor
from portal.db.tables.alerts import Alert
from portal.db.tables.diary import EntryVersion
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.diary import entries, judgement
from portal.diary.entries import Receipt, Submission
from portal.diary.submission import Writer
from portal.diary.writing import draft_screens, drafts, unfinished
from portal.people.case import Case
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.runtime import Runtime
from tests.support.amending import NEXT
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock

FEVER = {"temp": {"value": "38.6", "unit": "C"}}
WRITER = Writer("self", "zh", Actor("participant", "1"))


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


def calm(study: Study) -> Study:
    """A version without a rule, in which nothing is ever urgent."""
    return replace(study, version="calm", rules=(), examples=(), sha256="0" * 64)


class Diary:
    """One person, who is moved to a version without rules in the middle of it."""

    def __init__(self, runtime: Runtime, people: Cast) -> None:
        self.runtime = runtime
        with runtime.writing() as session:
            self.id = enrolled(session, people, "DS-007").id
            enrolled(session, people, "DS-008")
            self.old = people.version.id
            new = study_versions.install(
                session, calm(people.study), "", now=runtime.now()
            )
            self.new = new.id

    def case(self, session) -> Case:
        person = session.get_one(Participant, self.id)
        study = self.runtime.study(session, person.study_version_id)
        return Case(session, study, person, self.runtime.now())

    def send(self, kind: str, answers, entry_id=None) -> Receipt:
        sent = Submission(
            str(uuid4()), kind, answers, "self", "zh", WRITER.actor, entry_id=entry_id
        )
        with self.runtime.writing() as session:
            return entries.submit(self.case(session), sent)

    def begin(self) -> tuple[str, int]:
        receipt = self.send("red_flags", {"emerg": []})
        draft_id = str(uuid4())
        with self.runtime.writing() as session:
            drafts.begin(
                session,
                session.get_one(Participant, self.id),
                WRITER,
                entry_id=receipt.entry_id,
                draft_id=draft_id,
                now=self.runtime.now(),
            )
        return draft_id, receipt.entry_id

    def move(self) -> None:
        with self.runtime.writing() as session:
            session.get_one(Participant, self.id).study_version_id = self.new

    def versions(self) -> list[int]:
        query = select(EntryVersion.study_version_id).order_by(
            EntryVersion.received_at, EntryVersion.position
        )
        with self.runtime.reading() as session:
            return list(session.scalars(query))


@pytest.fixture
def diary(runtime: Runtime, people: Cast) -> Diary:
    return Diary(runtime, people)


def test_a_diary_begun_before_a_move_is_judged_by_the_version_it_began_under(
    runtime: Runtime, people: Cast, diary: Diary
) -> None:
    draft_id, _ = diary.begin()
    diary.move()
    with runtime.writing() as session:
        case = draft_screens.case_of(diary.case(session), draft_id)
        assert case.study.version == people.study.version
        assert len(case.study.rules) > 0
        receipt = drafts.save_screen(diary.case(session), draft_id, FEVER, WRITER)
    assert receipt is not None
    assert receipt.verdict.tier is Tier.URGENT
    assert diary.versions() == [diary.old, diary.old]
    with runtime.reading() as session:
        assert session.scalars(select(Alert.study_version_id)).all() == [diary.old]


def test_one_left_unfinished_over_a_move_is_sent_under_its_own_version(
    runtime: Runtime, diary: Diary, clock: Clock
) -> None:
    draft_id, _ = diary.begin()
    with runtime.writing() as session:
        person = session.get_one(Participant, diary.id)
        drafts.keep(session, person, draft_id, FEVER, now=runtime.now())
    diary.move()
    clock.advance(minutes=11)
    with runtime.writing() as session:
        unfinished.finish_left_drafts(
            session, runtime.studies(session), now=runtime.now()
        )
    assert diary.versions() == [diary.old, diary.old]
    with runtime.reading() as session:
        assert session.scalar(select(Alert.tier)) == Tier.URGENT.value


def test_an_entry_begun_after_the_move_is_judged_by_the_new_version(
    diary: Diary,
) -> None:
    diary.move()
    receipt = diary.send("complete", {"emerg": [], **FEVER})
    assert receipt.verdict.tier is Tier.ROUTINE
    assert diary.versions() == [diary.new]


def test_a_correction_is_judged_by_the_version_of_what_it_corrects(
    runtime: Runtime, diary: Diary
) -> None:
    _, entry_id = diary.begin()
    diary.move()
    receipt = diary.send("correction", FEVER, entry_id)
    assert receipt.verdict.tier is Tier.URGENT
    with runtime.reading() as session:
        case = judgement.of_entry(diary.case(session), entry_id)
        assert case.study_version_id == diary.old
        assert judgement.of_entry(diary.case(session), None).study_version_id == (
            diary.new
        )


def test_an_open_alert_keeps_its_ladder_and_words_when_more_is_reported(
    runtime: Runtime, people: Cast, diary: Diary
) -> None:
    diary.send("complete", {"emerg": [], **FEVER})
    with runtime.writing() as session:  # the next version pages by one rung only
        study = people.study
        urgent = study.policies[Tier.EMERGENCY]
        one = replace(urgent, steps=urgent.steps[:1], ack_minutes=1)
        policies = {**study.policies, Tier.EMERGENCY: one}
        other = replace(study, policies=policies, version=NEXT, sha256="3" * 64)
        row = study_versions.install(session, other, "", now=runtime.now())
        session.get_one(Participant, diary.id).study_version_id = row.id
    diary.send("red_flags", {"emerg": ["breathing"]})
    with runtime.reading() as session:
        alert = session.scalars(select(Alert)).one()
        assert alert.study_version_id == diary.old
        assert alert.tier == Tier.EMERGENCY.value
        assert alert.ack_minutes == 1  # what the person was promised
        assert len(alert.plan["steps"]) == len(
            people.study.policies[Tier.EMERGENCY].steps
        )
        used = select(Message.study_version_id).where(Message.alert_id == alert.id)
        assert set(session.scalars(used)) == {diary.old}
    assert diary.versions() == [diary.old, row.id]
