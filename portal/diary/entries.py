"""Diary entries: stored as they come, triaged in the same transaction.

Whatever is dangerous opens an alert before anybody is told "received". A version is
never changed; the same UUID again gives the same receipt.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.alerting import answering
from portal.db.dialect import insert_unless_present
from portal.db.diary import Entry, EntryConflict, EntryVersion
from portal.db.people import Participant
from portal.diary import red_flag_journal, reviews, unread_words
from portal.diary.submission import Receipt as Receipt
from portal.diary.submission import Submission as Submission
from portal.diary.submission import as_sent
from portal.diary.unread_words import Handed, Words
from portal.diary.version_ids import content_hash
from portal.errors import NotFound
from portal.people import timeline
from portal.protocol.study.model import Study
from portal.protocol.triage.judge import judge
from portal.protocol.triage.verdict import Verdict
from portal.protocol.triage.verdict_json import from_data, to_data
from portal.visits.reminders import silence


def submit(
    session: Session,
    study: Study,
    participant: Participant,
    submission: Submission,
    *,
    now: datetime,
) -> Receipt:
    """Store a version, triage the whole entry, open what must be answered.

    Raises:
        EntryRefused: a field is invalid and nothing readable was urgent.
        NotFound: the UUID or the entry belongs to somebody else.
    """
    session.get_one(Participant, participant.id, with_for_update=True)
    submission = replace(
        submission, answers={**submission.answers, "reporter": submission.reporter}
    )
    known = session.get(EntryVersion, submission.version_id)
    if known is not None:
        return _came_before(session, study, participant, submission, known, now)
    today = timeline.local_today(session, participant, now=now)
    phase = timeline.phase(session, study, participant, today=today)
    entry_id = _own_entry(session, participant, submission.entry_id)
    verdict = _judged(session, study, participant, submission, phase, entry_id, now)
    if entry_id is None:
        entry_id = _begin_entry(session, participant, submission, now)
    _store(session, participant, submission, entry_id, phase, verdict, now)
    alert_id = _follow_up(
        session, study, participant, submission, entry_id, verdict, now
    )
    return Receipt(submission.version_id, entry_id, verdict, now, alert_id)


def _own_entry(
    session: Session, participant: Participant, entry_id: int | None
) -> int | None:
    if entry_id is None:
        return None
    entry = session.get(Entry, entry_id)
    if entry is None or entry.participant_id != participant.id:
        raise NotFound("There is no such entry.")
    return entry.id


def _judged(
    session: Session,
    study: Study,
    participant: Participant,
    submission: Submission,
    phase: str,
    entry_id: int | None,
    now: datetime,
) -> Verdict:
    day = timeline.entry_day(
        session, participant, entry_id, submission.stated_at, now=now
    )
    earlier = timeline.versions_of(session, entry_id) if entry_id else ()
    answers = {**timeline.merged(earlier), **submission.answers}
    previous = timeline.entries_before(session, participant, entry_id, today=day)
    today = timeline.local_today(session, participant, now=now)
    place = timeline.place(session, participant, today=today)
    return judge(study, phase, answers, previous, source=submission.source, place=place)


def _begin_entry(
    session: Session, participant: Participant, submission: Submission, now: datetime
) -> int:
    entry = Entry(
        participant_id=participant.id,
        local_date=timeline.entry_day(
            session, participant, None, submission.stated_at, now=now
        ),
        reporter=submission.reporter,
        created_at=now,
    )
    session.add(entry)
    session.flush()
    return entry.id


def _store(
    session: Session,
    participant: Participant,
    submission: Submission,
    entry_id: int,
    phase: str,
    verdict: Verdict,
    now: datetime,
) -> None:
    version = EntryVersion(
        **as_sent(submission, now),
        entry_id=entry_id,
        position=len(timeline.versions_of(session, entry_id)) + 1,
        participant_id=participant.id,
        study_version_id=participant.study_version_id,
        phase=phase,
        verdict=to_data(verdict),
        tier=verdict.tier.value,
        received_at=now,
    )
    session.add(version)
    session.flush()
    subject = ("entry_version", version.id)
    audit.record(session, submission.actor, "entry.received", subject, now=now)


def _follow_up(
    session: Session,
    study: Study,
    participant: Participant,
    submission: Submission,
    entry_id: int,
    verdict: Verdict,
    now: datetime,
    words: Words | None = None,
) -> int | None:
    version_id, who = submission.version_id, (session, study, participant)
    said = (submission.kind, submission.answers)
    silence.heard(*who, entry_id, *said, verdict, now=now)
    reviews.open_tasks(*who, verdict, entry_id, version_id, now=now)
    if submission.source == "app":  # of a text its own door takes care
        words = words or Words("versions", version_id)
        reason = submission.reason
        handed = Handed(entry_id, words, submission.answers, reason, verdict)
        unread_words.of_entry(*who, handed, now=now)
    if not verdict.tier.pages:
        return None
    actor = submission.actor
    caregiver = actor.id if actor.kind == "caregiver" else ""
    red_flag_journal.remember(
        session, study, participant, submission, caregiver, now=now
    )
    alert = answering.open_from(
        session, study, participant, verdict, entry_version_id=version_id, now=now
    )
    return alert.id


def _came_before(
    session: Session,
    study: Study,
    participant: Participant,
    submission: Submission,
    known: EntryVersion,
    now: datetime,
) -> Receipt:
    if known.participant_id != participant.id:
        raise NotFound("There is no such entry.")
    if content_hash(submission.answers) == known.content_hash:
        alert_id = reviews.alert_of(session, known.id)
        verdict, at = from_data(known.verdict), known.received_at
        return Receipt(known.id, known.entry_id, verdict, at, alert_id, repeated=True)
    return _conflicting(session, study, participant, submission, known, now)


def _conflicting(
    session: Session,
    study: Study,
    participant: Participant,
    submission: Submission,
    known: EntryVersion,
    now: datetime,
) -> Receipt:
    """The same UUID with other content: kept beside the first, and triaged."""
    who, entry_id = (session, study, participant, submission), known.entry_id
    verdict = _judged(*who, known.phase, entry_id, now)
    key = {
        "entry_version_id": known.id,
        "content_hash": content_hash(submission.answers),
    }
    fresh = insert_unless_present(
        session,
        EntryConflict,
        **key,
        answers=dict(submission.answers),
        verdict=to_data(verdict),
        received_at=now,
    )
    alert_id = reviews.alert_of(session, known.id)
    if fresh:
        kept = session.scalars(select(EntryConflict.id).filter_by(**key)).one()
        words = Words("conflicts", kept)
        alert_id = _follow_up(*who, entry_id, verdict, now, words)
    return Receipt(
        known.id, entry_id, verdict, now, alert_id, repeated=not fresh, conflict=True
    )
