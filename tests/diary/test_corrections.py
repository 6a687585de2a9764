"""Corrections: who may make them, that both stay, and that none calms an alert."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.audit import Actor
from portal.db.tables.alerts import Alert, AlertEvent, Task
from portal.db.tables.diary import CorrectionRequest, Entry, EntryVersion
from portal.db.tables.people import Participant, Staff
from portal.diary import correction_requests, corrections, entries
from portal.diary.corrections import Correction
from portal.diary.entries import Receipt, Submission
from portal.errors import InvalidInput, NotAllowed, NotFound
from portal.people import timeline
from portal.people.case import Case
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock

CALM: dict[str, Any] = {"emerg": [], "temp": {"value": "36.6", "unit": "C"}, "rash": 0}
FEVER: dict[str, Any] = {**CALM, "temp": {"value": "38.6", "unit": "C"}}
NO_FEVER = {"temp": {"value": "36.8", "unit": "C"}}
HIGH = {"temp": {"value": "38.8", "unit": "C"}}


class Room:
    """One participant, their caregiver, and what comes of their corrections."""

    def __init__(self, runtime: Runtime, people: Cast, clock: Clock) -> None:
        self.runtime, self.people, self.clock = runtime, people, clock
        with runtime.writing() as session:
            enrolled(session, people, "NO-1", house=people.there, number="13800138900")
            self.person_id = enrolled(session, people).id
        helper = arrivals.caregiver(runtime, people, self.person_id)
        self.self = Actor("participant", str(self.person_id))
        self.caregiver = Actor("caregiver", str(helper.id))
        self.nurse = Actor("staff", str(people.here["nurse"].id))

    def report(self, answers: dict[str, Any], actor: Actor | None = None) -> int:
        self.clock.advance(seconds=1)
        who = actor or self.self
        submission = Submission(
            version_id=str(uuid4()),
            kind="complete",
            answers=answers,
            reporter="caregiver" if who.kind == "caregiver" else "self",
            language="zh",
            actor=who,
        )
        with self.runtime.writing() as session:
            person = session.get_one(Participant, self.person_id)
            receipt = entries.submit(
                Case(session, self.people.study, person, self.runtime.now()), submission
            )
            return receipt.entry_id

    def correction(self, entry: int, answers: Any, actor: Actor, **more: Any) -> Any:
        self.clock.advance(seconds=1)
        fields = {"version_id": str(uuid4()), "reason": "mistyped", "language": "zh"}
        return Correction(entry, answers=answers, actor=actor, **{**fields, **more})

    def correct(
        self, entry: int, answers: Any, actor: Actor | None = None, **more: Any
    ) -> Receipt:
        correction = self.correction(entry, answers, actor or self.self, **more)
        with self.runtime.writing() as session:
            person = session.get_one(Participant, self.person_id)
            return corrections.correct(
                Case(session, self.people.study, person, self.runtime.now()), correction
            )

    def ask(self, entry: int, answers: Any, actor: Actor, **more: Any) -> None:
        correction = self.correction(entry, answers, actor, **more)
        with self.runtime.writing() as session:
            person = session.get_one(Participant, self.person_id)
            correction_requests.ask(
                Case(session, self.people.study, person, self.runtime.now()), correction
            )

    def decide(self, how: str, staff: Staff, *why: str) -> CorrectionRequest:
        with self.runtime.writing() as session:
            [number] = session.scalars(select(CorrectionRequest.id))
            now = self.runtime.now()
            if how == "accept":
                return correction_requests.accept(
                    session, self.people.study_of, number, staff, now=now
                )
            return correction_requests.decline(session, number, staff, *why, now=now)

    def all_of(self, table: Any) -> list[Any]:
        with self.runtime.reading() as session:
            return list(session.scalars(select(table)))

    def said(self, entry: int) -> dict[str, Any]:
        with self.runtime.reading() as session:
            return timeline.merged(timeline.versions_of(session, entry))

    def alert(self) -> Alert:
        [alert] = self.all_of(Alert)
        assert isinstance(alert, Alert)
        return alert


@pytest.fixture
def room(runtime: Runtime, clock: Clock) -> Room:
    return Room(runtime, cast(runtime), clock)


def test_what_was_said_first_stays_beside_its_correction(room: Room) -> None:
    entry = room.report(CALM)
    receipt = room.correct(entry, {"rash": 1})
    versions = room.all_of(EntryVersion)
    assert {version.kind for version in versions} == {"complete", "correction"}
    assert room.said(entry)["rash"] == 1
    [corrected] = [v for v in versions if v.id == receipt.version_id]
    assert corrected.reason == "mistyped"
    [first] = [v for v in versions if v.kind == "complete"]
    assert first.answers["rash"] == 0


def test_of_a_correction_only_what_differs_is_kept(room: Room) -> None:
    receipt = room.correct(room.report(CALM), {**CALM, "rash": 1})
    [corrected] = [v for v in room.all_of(EntryVersion) if v.id == receipt.version_id]
    assert set(corrected.answers) - {"reporter"} == {"rash"}


def test_a_correction_to_a_fever_pages_at_once(room: Room) -> None:
    entry = room.report(CALM)
    assert room.all_of(Alert) == []
    room.correct(entry, HIGH)
    assert (room.alert().tier, room.alert().state) == ("urgent", "open")


def test_a_correction_that_calms_marks_the_alert_and_closes_nothing(
    room: Room,
) -> None:
    entry = room.report(FEVER)
    before = room.alert()
    receipt = room.correct(entry, NO_FEVER)
    assert receipt.verdict.tier.value == "routine"
    after = room.alert()
    assert (after.state, after.tier, after.ack_due_at) == (
        before.state,
        before.tier,
        before.ack_due_at,
    )
    marks = [e for e in room.all_of(AlertEvent) if e.kind == "corrected"]
    assert [event.detail["entry"] for event in marks] == [receipt.version_id]


def test_a_correction_of_another_entry_does_not_mark_the_alert(
    room: Room, clock: Clock
) -> None:
    calm = room.report(CALM)
    clock.advance(hours=1)
    room.report(FEVER)
    room.correct(calm, {"rash": 1})
    assert "corrected" not in {event.kind for event in room.all_of(AlertEvent)}


def test_a_form_sent_twice_corrects_once(room: Room) -> None:
    entry = room.report(FEVER)
    version = str(uuid4())
    first = room.correct(entry, NO_FEVER, version_id=version)
    second = room.correct(entry, {}, version_id=version)  # nothing differs any more
    assert second.version_id == first.version_id
    assert second.repeated
    assert len(room.all_of(EntryVersion)) == 2
    marks = [e for e in room.all_of(AlertEvent) if e.kind == "corrected"]
    assert len(marks) == 1


def test_a_form_changed_and_sent_again_loses_no_word(room: Room) -> None:
    entry = room.report(CALM)
    version = str(uuid4())
    room.correct(entry, {"rash": 1}, version_id=version)
    room.correct(entry, {"rash": 2}, version_id=version)
    assert room.said(entry)["rash"] == 2
    assert len(room.all_of(EntryVersion)) == 3


@pytest.mark.parametrize("more", [{"reason": "  "}, {"answers": {}}])
def test_a_correction_needs_a_reason_and_a_change(
    room: Room, more: dict[str, Any]
) -> None:
    entry = room.report(CALM)
    asked = {"answers": {"rash": 1}, **more}
    with pytest.raises(InvalidInput):
        room.correct(entry, asked.pop("answers"), **asked)
    assert len(room.all_of(EntryVersion)) == 1


def test_nobody_corrects_by_themselves_what_somebody_else_reported(
    room: Room,
) -> None:
    own, theirs = room.report(CALM), room.report(CALM, room.caregiver)
    for entry, actor in ((own, room.caregiver), (theirs, room.self)):
        with pytest.raises(NotAllowed):
            room.correct(entry, {"rash": 1}, actor)
    room.correct(theirs, {"rash": 1}, room.caregiver)
    assert room.said(theirs)["rash"] == 1


def test_a_correction_asked_for_changes_nothing_until_it_is_accepted(
    room: Room,
) -> None:
    entry = room.report(CALM)
    room.ask(entry, {"rash": 2}, room.nurse)
    assert room.said(entry)["rash"] == 0
    [task] = [task for task in room.all_of(Task) if task.kind == "correction"]
    assert (task.owner_role, task.state) == ("investigator", "open")
    investigator = room.people.here["investigator"]
    room.decide("accept", investigator)
    assert room.said(entry)["rash"] == 2
    [request] = room.all_of(CorrectionRequest)
    assert (request.state, request.decided_by) == ("accepted", investigator.id)
    assert request.entry_version_id in {v.id for v in room.all_of(EntryVersion)}
    tasks = [task for task in room.all_of(Task) if task.kind == "correction"]
    assert [task.state for task in tasks] == ["done"]


def test_accepting_twice_adds_one_version(room: Room) -> None:
    entry = room.report(CALM)
    room.ask(entry, {"rash": 1}, room.nurse)
    for _ in range(2):
        room.decide("accept", room.people.here["investigator"])
    assert len(room.all_of(EntryVersion)) == 2
    with pytest.raises(InvalidInput):
        room.decide("decline", room.people.here["investigator"], "too late")


def test_a_declined_correction_stays_as_it_was_asked(room: Room) -> None:
    entry = room.report(CALM)
    room.ask(entry, {"rash": 1}, room.caregiver)
    investigator = room.people.here["investigator"]
    with pytest.raises(InvalidInput):
        room.decide("decline", investigator, " ")
    first = room.decide("decline", investigator, "the photograph shows none")
    again = room.decide("decline", investigator, "tapped twice")
    assert (again.id, again.decided_at) == (first.id, first.decided_at)
    [request] = room.all_of(CorrectionRequest)
    assert (request.state, request.answers, request.reason) == (
        "declined",
        {"rash": 1},
        "mistyped",
    )
    assert room.said(entry)["rash"] == 0
    with pytest.raises(InvalidInput):
        room.decide("accept", investigator)


def test_the_same_correction_is_asked_for_once(room: Room) -> None:
    entry = room.report(CALM)
    for _ in range(2):
        room.ask(entry, {"rash": 1}, room.nurse)
    assert len(room.all_of(CorrectionRequest)) == 1


def test_what_is_urgent_in_a_request_does_not_wait_for_the_investigator(
    room: Room,
) -> None:
    entry = room.report(CALM)
    room.ask(entry, HIGH, room.caregiver)
    assert (room.alert().tier, room.alert().state) == ("urgent", "open")


def test_a_request_pages_nobody_for_what_was_paged_before(
    room: Room, clock: Clock
) -> None:
    entry = room.report(FEVER)
    clock.advance(minutes=3)
    room.ask(entry, {"temp_site": "mouth"}, room.nurse)
    kinds = [event.kind for event in room.all_of(AlertEvent)]
    assert "joined" not in kinds
    assert "rearmed" not in kinds


def test_another_sites_investigator_decides_nothing(room: Room) -> None:
    entry = room.report(CALM)
    room.ask(entry, {"rash": 1}, room.nurse)
    for how in ("accept", "decline"):
        with pytest.raises(NotFound):
            room.decide(
                how, room.people.there["investigator"], *["no"][: how == "decline"]
            )
    assert room.all_of(CorrectionRequest)[0].state == "waiting"


def test_an_entry_of_somebody_else_does_not_exist(room: Room) -> None:
    with room.runtime.writing() as session:
        stranger = session.scalars(select(Participant).filter_by(code="NO-1")).one()
        entry = Entry(
            participant_id=stranger.id,
            local_date=stranger.d0,
            reporter="self",
            created_at=room.runtime.now(),
        )
        session.add(entry)
        session.flush()
        number = entry.id
    with pytest.raises(NotFound):
        room.correct(number, {"rash": 1})
    with pytest.raises(NotFound):
        room.ask(number, {"rash": 1}, room.nurse)


def test_yesterdays_diary_stands_for_yesterday_and_is_no_news_of_today(
    room: Room, clock: Clock
) -> None:
    clock.advance(days=1)
    stated = room.runtime.now().replace(hour=4)
    clock.advance(days=1)
    submission = Submission(
        version_id=str(uuid4()),
        kind="complete",
        answers=CALM,
        reporter="self",
        language="zh",
        actor=room.self,
        stated_at=stated,
    )
    room.report(FEVER)
    with room.runtime.writing() as session:
        person = session.get_one(Participant, room.person_id)
        receipt = entries.submit(
            Case(session, room.people.study, person, room.runtime.now()), submission
        )
        entry = session.get_one(Entry, receipt.entry_id)
        assert str(entry.local_date) == "2026-03-13"
        history = timeline.entries_before(
            session, person, entry.id, today=entry.local_date
        )
        assert history == ()  # the fever of the day after is no history of it
