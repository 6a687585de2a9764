"""Diary entries: stored as they come, triaged in the same transaction.

Danger opens an alert before anybody is told "received". A version is never changed; the
same UUID again gives the same receipt.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.alerting.answers import answering
from portal.db.dialect import insert_unless_present
from portal.db.tables.diary import Entry, EntryConflict, EntryVersion
from portal.db.tables.people import Participant
from portal.diary import reviews, unread_words
from portal.diary.journal import journaled_reports
from portal.diary.judgement import judged, of_entry
from portal.diary.reviews import JudgedEntry
from portal.diary.submission import Receipt as Receipt
from portal.diary.submission import Submission as Submission
from portal.diary.submission import as_sent
from portal.diary.unread_words import Handed, Words
from portal.diary.version_ids import content_hash
from portal.errors import NotFound
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.triage.verdict import Verdict
from portal.protocol.triage.verdict_json import from_data, to_data
from portal.visits.reminders import silence
from portal.vocabulary.diary import EntrySource
from portal.vocabulary.people import ActorKind


def submit(case: Case, submission: Submission) -> Receipt:
    """Store a version, triage the whole entry, open what must be answered.

    Raises:
        EntryRefused: a field is invalid and nothing readable was urgent.
        NotFound: the UUID or the entry belongs to somebody else.
    """
    case = case.lock()
    submission = replace(
        submission, answers={**submission.answers, "reporter": submission.reporter}
    )
    known = case.session.get(EntryVersion, submission.version_id)
    if known is not None:
        return _came_before(case, submission, known)
    entry_id = _own_entry(case.session, case.participant, submission.entry_id)
    case = of_entry(case, entry_id)
    phase = case.phase
    verdict = _judged(case, submission, phase, entry_id)
    if entry_id is None:
        entry_id = _begin_entry(case, submission)
    _store(case, submission, entry_id, phase, verdict)
    alert_id = _follow_up(case, submission, entry_id, phase, verdict)
    return Receipt(submission.version_id, entry_id, verdict, case.now, alert_id)


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
    case: Case, submission: Submission, phase: str, entry_id: int | None
) -> Verdict:
    return judged(
        case,
        submission.answers,
        entry_id=entry_id,
        stated_at=submission.stated_at,
        source=submission.source,
        phase=phase,
    )


def _begin_entry(case: Case, submission: Submission) -> int:
    who, stated = (case.session, case.participant), submission.stated_at
    entry = Entry(
        participant_id=case.participant.id,
        local_date=timeline.entry_day(*who, None, stated, now=case.now),
        reporter=submission.reporter,
        created_at=case.now,
    )
    case.session.add(entry)
    case.session.flush()
    return entry.id


def _store(
    case: Case, submission: Submission, entry_id: int, phase: str, verdict: Verdict
) -> None:
    version = EntryVersion(
        **as_sent(submission, case.now),
        entry_id=entry_id,
        position=len(timeline.versions_of(case.session, entry_id)) + 1,
        participant_id=case.participant.id,
        study_version_id=case.study_version_id,
        phase=phase,
        verdict=to_data(verdict),
        tier=verdict.tier.value,
        received_at=case.now,
    )
    case.session.add(version)
    case.session.flush()
    act, subject = "entry.received", ("entry_version", version.id)
    audit.record(case.session, submission.actor, act, subject, now=case.now)


def _follow_up(
    case: Case,
    submission: Submission,
    entry_id: int,
    phase: str,
    verdict: Verdict,
    words: Words | None = None,
) -> int | None:
    version_id = submission.version_id
    silence.note_heard(case, entry_id, submission.kind, submission.answers, verdict)
    left = _as_left(case, submission, entry_id, phase, verdict)
    reviews.open_tasks(case, left)
    if submission.source == EntrySource.APP:  # texts that come in have their own code
        words = words or Words("versions", version_id)
        reason = submission.reason
        handed = Handed(entry_id, words, submission.answers, reason, verdict)
        unread_words.of_entry(case, handed)
    if not verdict.tier.pages:
        return None
    actor = submission.actor
    caregiver = actor.id if actor.kind == ActorKind.CAREGIVER else ""
    journaled_reports.remember(case, submission, caregiver)
    alert = answering.open_from(case, verdict, entry_version_id=version_id)
    return alert.id


def _as_left(
    case: Case, submission: Submission, entry_id: int, phase: str, verdict: Verdict
) -> JudgedEntry:
    """The whole entry with what was just sent, also if another sending has its UUID."""
    said = timeline.merged(timeline.versions_of(case.session, entry_id))
    day = case.session.get_one(Entry, entry_id).local_date
    answers = {**said, **submission.answers}
    return JudgedEntry(entry_id, submission.version_id, day, phase, answers, verdict)


def _came_before(case: Case, submission: Submission, known: EntryVersion) -> Receipt:
    if known.participant_id != case.participant.id:
        raise NotFound("There is no such entry.")
    if content_hash(submission.answers) == known.content_hash:
        alert_id = reviews.alert_of(case.session, known.id)
        verdict, at = from_data(known.verdict), known.received_at
        return Receipt(known.id, known.entry_id, verdict, at, alert_id, repeated=True)
    return _conflicting(case, submission, known)


def _conflicting(case: Case, submission: Submission, known: EntryVersion) -> Receipt:
    """The same UUID with other content: kept beside the first, and triaged."""
    entry_id = known.entry_id
    case = of_entry(case, entry_id)
    verdict = _judged(case, submission, known.phase, entry_id)
    key = {
        "entry_version_id": known.id,
        "content_hash": content_hash(submission.answers),
    }
    fresh = insert_unless_present(
        case.session,
        EntryConflict,
        **key,
        answers=dict(submission.answers),
        verdict=to_data(verdict),
        received_at=case.now,
    )
    alert_id = reviews.alert_of(case.session, known.id)
    if fresh:
        kept = case.session.scalars(select(EntryConflict.id).filter_by(**key)).one()
        words = Words("conflicts", kept)
        alert_id = _follow_up(case, submission, entry_id, known.phase, verdict, words)
    told = (known.id, entry_id, verdict, case.now, alert_id)
    return Receipt(*told, repeated=not fresh, conflict=True)
