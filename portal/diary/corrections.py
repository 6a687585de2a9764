"""Corrections: the report stays, and what it should have said is kept beside it.

The reporter may correct their own entry, with a reason. Anybody else asks the
investigator (``correction_requests``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.alerting.log import note
from portal.db.tables.alerts import Alert, AlertFinding
from portal.db.tables.audit import Audit
from portal.db.tables.diary import Entry, EntryVersion
from portal.db.tables.people import Participant
from portal.diary.entries import Receipt, Submission, submit
from portal.diary.version_ids import content_hash, version_of
from portal.errors import InvalidInput, NotAllowed, NotFound
from portal.people import timeline
from portal.people.case import Case
from portal.vocabulary.alerts import AlertState, Happening
from portal.vocabulary.diary import VersionKind

LONGEST_REASON = 500


@dataclass(frozen=True)
class Correction:
    """What should have been said; of ``answers`` only the changed ones are kept.

    ``version_id`` is the form's own UUID: sent twice, it corrects once.
    """

    entry_id: int
    version_id: str
    answers: Mapping[str, Any]
    reason: str
    actor: audit.Actor
    language: str
    device_id: int | None = None


def is_own(session: Session, entry: Entry, actor: audit.Actor) -> bool:
    """Whether ``actor`` is the person who reported this entry."""
    versions = timeline.versions_of(session, entry.id)
    if not versions:
        return False
    query = select(Audit).where(
        Audit.subject_kind == "entry_version",
        Audit.subject_id == versions[0].id,
        Audit.act == "entry.received",
    )
    first = session.scalar(query.order_by(Audit.id).limit(1))
    return first is not None and (first.actor_kind, first.actor_id) == (
        actor.kind,
        actor.id,
    )


def only_changed(session: Session, entry: Entry, correction: Correction) -> Correction:
    """The correction without the answers that are as the entry says now."""
    said = timeline.merged(timeline.versions_of(session, entry.id))
    answers = {
        name: value
        for name, value in correction.answers.items()
        if name not in said or said[name] != value
    }
    return replace(correction, answers=answers)


def correct(case: Case, correction: Correction) -> Receipt:
    """Add a correction by the reporter; it is triaged like any version.

    It may open or raise an alert. It never lowers or closes one: an open alert that
    this entry had raised is marked as corrected, for the person who answers it. A repeat
    changes nothing.

    Raises:
        InvalidInput: no reason is given, or nothing is changed.
        EntryRefused: an answer is invalid and nothing readable was urgent.
        NotAllowed: somebody else reported it: ask the investigator.
        NotFound: there is no such entry of this participant.
    """
    case = case.lock()
    entry = entry_of(case.session, case.participant, correction.entry_id)
    if not is_own(case.session, entry, correction.actor):
        raise NotAllowed("Only the person who reported this may correct it.")
    correction = only_changed(case.session, entry, correction)
    known = case.session.get(EntryVersion, correction.version_id)
    if known is None:
        check(correction)
    else:
        correction = _sent_again(known, correction)
    receipt = submit(case, _submission(entry, correction))
    if not receipt.repeated:
        mark_alert(case.session, entry, receipt.version_id, case.now)
    return receipt


def entry_of(session: Session, participant: Participant, entry_id: int) -> Entry:
    """An entry of this participant.

    Raises:
        NotFound: it does not exist, or is somebody else's.
    """
    entry = session.get(Entry, entry_id)
    if entry is None or entry.participant_id != participant.id:
        raise NotFound("There is no such entry.")
    return entry


def check(correction: Correction) -> None:
    """Refuse a correction that gives no reason or changes nothing.

    Raises:
        InvalidInput: as said.
    """
    if not correction.reason.strip():
        raise InvalidInput("Write why it is corrected.", field="reason")
    if not correction.answers:
        raise InvalidInput("Nothing was changed.", field="reason")


def mark_alert(session: Session, entry: Entry, version_id: str, now: datetime) -> None:
    """Note on the open alert, for its answerer, that its report was corrected."""
    query = (
        select(Alert)
        .join(AlertFinding, AlertFinding.alert_id == Alert.id)
        .join(EntryVersion, EntryVersion.id == AlertFinding.entry_version_id)
        .where(
            Alert.participant_id == entry.participant_id,
            Alert.state != AlertState.CLOSED,
            EntryVersion.entry_id == entry.id,
        )
    )
    alert = session.scalar(query.limit(1))
    if alert is not None:
        note(session, alert, Happening.CORRECTED, now=now, entry=version_id)


def _sent_again(known: EntryVersion, correction: Correction) -> Correction:
    """A form sent twice is one correction; changed and sent again it is another."""
    if not correction.answers:
        return replace(correction, answers=known.answers)
    said = {**correction.answers, "reporter": known.reporter}
    if content_hash(said) == known.content_hash:
        return correction
    return replace(correction, version_id=version_of(known.id, said))


def _submission(entry: Entry, correction: Correction) -> Submission:
    return Submission(
        version_id=correction.version_id,
        kind=VersionKind.CORRECTION,
        answers=correction.answers,
        reporter=entry.reporter,
        language=correction.language,
        actor=correction.actor,
        entry_id=entry.id,
        device_id=correction.device_id,
        reason=correction.reason.strip()[:LONGEST_REASON],
    )
