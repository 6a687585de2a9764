"""From the red-flag journal into the database: each report once, marked as such.

A report that is there already is left alone. A report of a person whom this database
does not know stays on the list for people, and is never dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.db.tables.access import Device, LoginSession
from portal.db.tables.diary import Draft, EntryVersion
from portal.db.tables.people import Participant
from portal.diary import entries
from portal.diary.entries import Submission
from portal.diary.journal.journaled_reports import JournaledReport
from portal.errors import EntryRefused
from portal.people import reporters
from portal.people.case import Case
from portal.people.reporters import Person
from portal.protocol.demands.items import REPORTERS
from portal.study_versions import StudyOf
from portal.vocabulary.diary import EntrySource, VersionKind

AT_ONCE = 200


def missing(
    session: Session, slips: Iterable[JournaledReport]
) -> list[JournaledReport]:
    """Those of ``slips`` that this database does not hold, in their order."""
    wanted = list(slips)
    known: set[str] = set()
    ids = sorted({one for slip in wanted for one in (slip.id, slip.version_id)})
    for start in range(0, len(ids), AT_ONCE):
        some = EntryVersion.id.in_(ids[start : start + AT_ONCE])
        known |= set(session.scalars(select(EntryVersion.id).where(some)))
    return [slip for slip in wanted if not {slip.id, slip.version_id} & known]


def bring_in(
    session: Session, study_of: StudyOf, slip: JournaledReport, *, now: datetime
) -> bool:
    """Store a report and open what must be answered; False: its person is not known.

    It is about the moment at which it was written down. A repeat changes nothing.
    """
    person = _person(session, slip)
    if person is None:
        return False
    participant = session.get_one(Participant, person.participant_id)
    case = Case(session, study_of(participant.study_version_id), participant, now)
    try:
        receipt = entries.submit(case, _submission(case, slip, person))
    except EntryRefused:  # a field that cannot be read: a person must look at it
        return False
    subject = ("entry_version", receipt.version_id)
    if not receipt.repeated:
        audit.record(session, audit.ENGINE, "entry.from_journal", subject, now=now)
    return True


def _submission(case: Case, slip: JournaledReport, person: Person) -> Submission:
    usual = reporters.usual(person.caregiver_id)
    draft = case.session.get(Draft, slip.draft_id or "")
    if draft is not None and draft.participant_id != case.participant.id:
        draft = None  # somebody else's: the report is an entry of its own
    is_first = slip.kind == VersionKind.RED_FLAGS
    return Submission(
        version_id=slip.version_id,
        kind=VersionKind.RED_FLAGS if is_first else VersionKind.PARTIAL,
        answers=slip.answers,
        reporter=slip.reporter if slip.reporter in REPORTERS else usual,
        language=slip.language,
        actor=person.actor,
        source=EntrySource.JOURNAL,
        entry_id=draft.entry_id if draft is not None else None,
        stated_at=_stated(case, slip),
    )


def _stated(case: Case, slip: JournaledReport) -> datetime:
    """The moment it is about: its day, else the moment it was written down."""
    try:
        day = date.fromisoformat(slip.day or "")
    except ValueError:
        return slip.at
    return case.noon(day)


def _person(session: Session, slip: JournaledReport) -> Person | None:
    """Whose it is, if this database knows them under the same study code."""
    kind, _, key = slip.holder.partition(":")
    match kind:
        case "person":
            return _named(session, key)
        case "phone":
            return _of_phone(session, key, slip.at)
        case "session":
            return _of_session(session, key, slip.at)
        case _:
            return None


def _named(session: Session, key: str) -> Person | None:
    participant_id, _, rest = key.partition(":")
    caregiver_id, _, code = rest.partition(":")
    if not participant_id.isdigit() or not (caregiver_id or "0").isdigit():
        return None
    caregiver = int(caregiver_id) if caregiver_id else None
    person = reporters.find(session, int(participant_id), caregiver)
    return person if person is not None and person.code == code else None


def _of_phone(session: Session, key: str, at: datetime) -> Person | None:
    phone = session.scalar(select(Device).filter_by(secret_hash=key))
    if phone is None or (phone.revoked_at is not None and phone.revoked_at < at):
        return None
    return reporters.find(session, phone.participant_id, phone.caregiver_id)


def _of_session(session: Session, key: str, at: datetime) -> Person | None:
    row = session.scalar(select(LoginSession).filter_by(token_hash=key))
    if row is None or row.participant_id is None:
        return None
    over = row.ended_at is not None and row.ended_at < at
    if over or row.expires_at < at:
        return None
    return reporters.find(session, row.participant_id, row.caregiver_id)
