"""Entries: kept as they come, judged whole, alerted in the same transaction."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from portal.audit import Actor
from portal.db.tables.alerts import Alert, AlertFinding, Task
from portal.db.tables.audit import Audit
from portal.db.tables.diary import Entry, EntryConflict, EntryVersion
from portal.db.tables.outbox import Message
from portal.db.tables.people import Participant
from portal.diary import entries
from portal.diary.entries import Receipt, Submission
from portal.errors import EntryRefused, NotFound
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.study.tiers import Tier
from portal.runtime import Runtime
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import START, Clock

CALM: dict[str, Any] = {"emerg": [], "temp": {"value": "36.6", "unit": "C"}}
FEVER: dict[str, Any] = {"emerg": [], "temp": {"value": "38.0", "unit": "C"}}
CONFUSED: dict[str, Any] = {"emerg": [], "confused": "yes"}


class PowerCut(Exception):
    """What happens to machines."""


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def participant(runtime: Runtime, people: Cast) -> Participant:
    with runtime.writing() as session:
        enrolled(session, people, "NO-001", house=people.there)
        return enrolled(session, people)


def sent(
    runtime: Runtime,
    people: Cast,
    participant: Participant,
    answers: dict[str, Any],
    *,
    kind: str = "complete",
    reporter: str = "self",
    version_id: str | None = None,
    **more: Any,
) -> Receipt:
    submission = Submission(
        version_id=version_id or str(uuid4()),
        kind=kind,
        answers=answers,
        reporter=reporter,
        language="zh",
        actor=Actor("participant", str(participant.id)),
        **more,
    )
    with runtime.writing() as session:
        mine = session.get_one(Participant, participant.id)
        return entries.submit(
            Case(session, people.study, mine, runtime.now()), submission
        )


def stranger(runtime: Runtime) -> Participant:
    with runtime.writing() as session:
        return session.scalars(select(Participant).filter_by(code="NO-001")).one()


def count(runtime: Runtime, table: Any) -> int:
    with runtime.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_calm_diary_is_kept_and_opens_nothing(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    receipt = sent(runtime, people, participant, CALM)
    assert (receipt.verdict.tier, receipt.alert_id) == (Tier.ROUTINE, None)
    assert receipt.received_at == START
    with runtime.reading() as session:
        version = session.get_one(EntryVersion, receipt.version_id)
        entry = session.get_one(Entry, receipt.entry_id)
        assert version.answers == {**CALM, "reporter": "self"}
        assert (version.phase, version.tier) == ("W1", "routine")
        assert (entry.local_date, entry.participant_id) == (
            date(2026, 3, 12),
            participant.id,
        )
    assert count(runtime, Alert) == count(runtime, Message) == 0


def test_a_fever_of_38_0_opens_an_urgent_alert_and_pages_with_the_entry(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    receipt = sent(runtime, people, participant, FEVER)
    with runtime.reading() as session:
        alert = session.get_one(Alert, receipt.alert_id)
        assert (alert.tier, alert.ack_minutes, alert.site_id) == (
            "urgent",
            15,
            people.here.site.id,
        )
        finding = session.scalars(select(AlertFinding).filter_by(rule="T10")).one()
        assert finding.entry_version_id == receipt.version_id
        assert finding.facts == {"reading": "38.0"}
    assert count(runtime, Message) == 2


def test_F1_entry_and_alert_are_written_together_or_not_at_all(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    before = count(runtime, Audit)
    version = str(uuid4())

    def until_the_power_goes() -> None:
        with runtime.writing() as session:
            mine = session.get_one(Participant, participant.id)
            actor = Actor("participant", str(mine.id))
            fever = Submission(version, "complete", FEVER, "self", "zh", actor)
            entries.submit(Case(session, people.study, mine, runtime.now()), fever)
            assert session.scalars(select(Alert)).all()
            raise PowerCut

    with pytest.raises(PowerCut):
        until_the_power_goes()
    assert count(runtime, Alert) == count(runtime, Message) == 0
    assert count(runtime, EntryVersion) == 0
    assert count(runtime, Audit) == before
    assert not sent(runtime, people, participant, FEVER, version_id=version).repeated


def test_F2_the_same_version_again_gives_the_same_receipt_and_one_alert(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    first = sent(runtime, people, participant, FEVER, version_id="one")
    clock.advance(minutes=3)
    again = sent(runtime, people, participant, FEVER, version_id="one")
    assert (again.repeated, again.alert_id, again.received_at) == (
        True,
        first.alert_id,
        START,
    )
    assert (again.entry_id, again.verdict) == (first.entry_id, first.verdict)
    assert count(runtime, EntryVersion) == count(runtime, Alert) == 1
    assert count(runtime, Message) == 2


def test_the_same_id_with_other_answers_is_kept_and_triaged_beside_the_first(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    first = sent(runtime, people, participant, CALM, version_id="one")
    other = sent(runtime, people, participant, FEVER, version_id="one")
    assert (other.conflict, other.repeated) == (True, False)
    assert other.verdict.tier is Tier.URGENT
    with runtime.reading() as session:
        kept = session.get_one(EntryVersion, "one")
        beside = session.scalars(select(EntryConflict)).one()
        assert kept.answers["temp"] == CALM["temp"]
        assert beside.answers["temp"] == FEVER["temp"]
        assert session.get_one(Alert, other.alert_id).state == "open"
    assert first.alert_id is None


def test_a_conflict_sent_again_is_kept_and_alerted_once(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    sent(runtime, people, participant, CALM, version_id="one")
    for repeated in (False, True):
        receipt = sent(runtime, people, participant, FEVER, version_id="one")
        assert receipt.repeated is repeated
    assert count(runtime, EntryConflict) == 1
    with runtime.reading() as session:
        rules = session.scalars(select(AlertFinding.rule)).all()
        assert rules == ["T10"]


def test_nobody_sends_under_anothers_id_or_into_anothers_entry(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    mine = sent(runtime, people, participant, CALM, version_id="one")
    other = stranger(runtime)
    with pytest.raises(NotFound):
        sent(runtime, people, other, FEVER, version_id="one")
    with pytest.raises(NotFound):
        sent(runtime, people, other, FEVER, entry_id=mine.entry_id)
    assert count(runtime, Alert) == 0


def test_triage_sees_the_newest_answers_of_every_version(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    first = sent(runtime, people, participant, {"emerg": []}, kind="red_flags")
    sent(
        runtime, people, participant, CONFUSED, kind="partial", entry_id=first.entry_id
    )
    last = sent(
        runtime,
        people,
        participant,
        {"temp": {"value": "38.4", "unit": "C"}},
        entry_id=first.entry_id,
    )
    rules = {finding.rule for finding in last.verdict.findings}
    assert {"T03", "T05", "T10"} <= rules
    assert last.verdict.tier is Tier.EMERGENCY
    assert count(runtime, Entry) == 1


def test_a_red_flag_sent_alone_is_alerted_alone(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    receipt = sent(
        runtime, people, participant, {"emerg": ["seizure"]}, kind="red_flags"
    )
    assert receipt.verdict.tier is Tier.EMERGENCY
    assert count(runtime, Alert) == 1


def test_a_red_flag_beside_an_invalid_field_wins_and_the_fault_is_kept(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    receipt = sent(
        runtime, people, participant, {"emerg": ["seizure"], "chills": "lots"}
    )
    assert [fault.field for fault in receipt.verdict.faults] == ["chills"]
    assert receipt.alert_id is not None


def test_an_invalid_field_with_nothing_urgent_is_refused_and_nothing_is_kept(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    with pytest.raises(EntryRefused) as refused:
        sent(runtime, people, participant, {**CALM, "chills": 9})
    assert refused.value.field == "chills"
    assert count(runtime, Entry) == count(runtime, EntryVersion) == 0


def test_the_caregivers_confused_after_the_participants_fine_is_alerted(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    sent(runtime, people, participant, {**CALM, "confused": "no"})
    clock.advance(minutes=10)
    receipt = sent(runtime, people, participant, CONFUSED, reporter="caregiver")
    rules = {finding.rule for finding in receipt.verdict.findings}
    assert {"T05", "T32"} <= rules
    assert receipt.alert_id is not None


def test_a_calm_next_day_neither_lowers_nor_closes_the_alert(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    alert_id = sent(runtime, people, participant, FEVER).alert_id
    clock.advance(days=1)
    assert sent(runtime, people, participant, CALM).alert_id is None
    with runtime.reading() as session:
        alert = session.get_one(Alert, alert_id)
        assert (alert.state, alert.tier) == ("open", "urgent")


def test_a_same_day_finding_is_a_task_and_no_alert(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    receipt = sent(runtime, people, participant, {"emerg": [], "callme": "yes"})
    assert receipt.verdict.tier is Tier.SAME_DAY
    with runtime.reading() as session:
        task = session.scalars(select(Task)).one()
        assert (task.kind, task.entry_version_id) == ("review", receipt.version_id)
    assert count(runtime, Alert) == 0


def test_the_phones_own_clock_is_kept_beside_ours(
    runtime: Runtime, people: Cast, participant: Participant
) -> None:
    receipt = sent(
        runtime,
        people,
        participant,
        CALM,
        phone_at=START - timedelta(hours=2),
        phone_zone="Asia/Urumqi",
        stated_at=START - timedelta(minutes=5),
    )
    with runtime.reading() as session:
        version = session.get_one(EntryVersion, receipt.version_id)
        assert version.offset_seconds == -7200
        assert (version.received_at, version.phone_zone) == (START, "Asia/Urumqi")


def test_an_entry_before_midnight_of_the_site_belongs_to_the_sites_day(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    clock.set(START.replace(hour=15, minute=59))  # 23:59 in Chengdu
    before = sent(runtime, people, participant, CALM)
    clock.advance(minutes=2)
    after = sent(runtime, people, participant, CALM)
    with runtime.reading() as session:
        days = [
            session.get_one(Entry, receipt.entry_id).local_date
            for receipt in (before, after)
        ]
    assert days == [date(2026, 3, 12), date(2026, 3, 13)]


def test_history_is_newest_first_merged_and_of_this_person_alone(
    runtime: Runtime, people: Cast, participant: Participant, clock: Clock
) -> None:
    sent(runtime, people, stranger(runtime), {**CALM, "tremor": 3})
    old = sent(runtime, people, participant, {**CALM, "tremor": 1})
    sent(
        runtime,
        people,
        participant,
        {"headache": 2},
        kind="correction",
        entry_id=old.entry_id,
    )
    clock.advance(days=2)
    new = sent(runtime, people, participant, {**CALM, "tremor": 0})
    with runtime.reading() as session:
        mine = session.get_one(Participant, participant.id)
        today = timeline.local_today(session, mine, now=clock())
        past = timeline.entries_before(session, mine, None, today=today)
        others = timeline.entries_before(session, mine, new.entry_id, today=today)
    assert [entry.days_ago for entry in past] == [0, 2]
    assert (past[1].answers["tremor"], past[1].answers["headache"]) == (1, 2)
    assert [entry.days_ago for entry in others] == [2]


def test_a_changed_order_of_answers_is_the_same_content() -> None:
    one = {"emerg": [], "temp": {"value": "37", "unit": "C"}}
    two = {"temp": {"unit": "C", "value": "37"}, "emerg": []}
    assert entries.content_hash(one) == entries.content_hash(two)
    assert entries.content_hash(one) != entries.content_hash({"emerg": []})
