"""What staff did with visits and status, and corrections that were asked for.

Together with reports, alerts and messages they make one timeline of a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.diary import (
    CorrectionRequest,
    Entry,
    EntryVersion,
    Visit,
    VisitChange,
)
from portal.db.tables.people import Participant, StatusChange
from portal.diary import correction_requests
from portal.enrolment import amendments, day_zero_history
from portal.enrolment.amendments import VersionAdopted
from portal.enrolment.day_zero_history import DayZeroLine
from portal.people import timeline
from portal.people.access import visible
from portal.people.access.sessions import Viewer
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text, same
from portal.protocol.triage.answer_words import AnswerInWords, spoken
from portal.records.staff.alerts import staff_names
from portal.study_versions import StudyOf
from portal.vocabulary.people import ActorKind
from portal.vocabulary.visits import VisitState


@dataclass(frozen=True)
class VisitChanged:
    """A visit booked, moved, attended, missed, cancelled or expected again.

    ``booked_at``: the time, if one was agreed.
    """

    at: datetime
    code: str
    title: Text
    state: str
    booked_at: datetime | None
    reason: str
    by: str
    kind: str = "visit"


@dataclass(frozen=True)
class StatusChanged:
    """A person was paused, withdrawn, and so on."""

    at: datetime
    status: str
    reason: str
    by: str
    kind: str = "status"


@dataclass(frozen=True)
class RequestedCorrection:
    """A correction of somebody else's entry: what was said, and what should be.

    ``asker`` is participant, caregiver or staff.
    """

    at: datetime
    id: int
    participant: str
    entry_id: int
    day: date
    reporter: str
    before: tuple[AnswerInWords, ...]
    after: tuple[AnswerInWords, ...]
    reason: str
    asker: str
    asked_by: str
    state: str
    decided_at: datetime | None
    decided_by: str
    kind: str = "correction"


Change = (
    VisitChanged | StatusChanged | VersionAdopted | DayZeroLine | RequestedCorrection
)


def changes(session: Session, study: Study, participant: Participant) -> list[Change]:
    """Everything that was changed about one participant."""
    mine = select(CorrectionRequest).join(Entry, Entry.id == CorrectionRequest.entry_id)
    requests = session.scalars(mine.where(Entry.participant_id == participant.id)).all()
    return [
        *_visits(session, study, participant),
        *statuses(session, participant),
        *amendments.moves_of(session, participant),
        *day_zero_history.changes_of(session, participant),
        *asked(session, study, requests),
    ]


@dataclass(frozen=True)
class ToCorrect:
    """An entry that staff may ask to have corrected, and what it says now."""

    id: int
    participant: str
    study: Study
    said: Mapping[str, Any]


def to_correct(
    session: Session, study_of: StudyOf, viewer: Viewer, entry_id: int
) -> ToCorrect:
    """An entry of the viewer's site.

    Raises:
        NotFound: there is none, or it is another site's: the same answer.
    """
    entry = visible.row(session, viewer, Entry, id=entry_id)
    person = session.get_one(Participant, entry.participant_id)
    began = timeline.began_under(session, entry.id)
    study = study_of(began or person.study_version_id)
    said = timeline.merged(timeline.versions_of(session, entry.id))
    return ToCorrect(entry.id, person.code, study, said)


def waiting(
    session: Session, study_of: StudyOf, site_id: int
) -> list[RequestedCorrection]:
    """The corrections of a site that wait for the investigator."""
    found = []
    for request in correction_requests.waiting(session, site_id):
        entry = session.get_one(Entry, request.entry_id)
        person = session.get_one(Participant, entry.participant_id)
        found += asked(session, study_of(person.study_version_id), [request])
    return found


def asked(
    session: Session, study: Study, requests: Iterable[CorrectionRequest]
) -> list[RequestedCorrection]:
    """Requests, with what the entry said before each, in words."""
    found = list(requests)
    ids = {number for one in found for number in _people(one)}
    names = staff_names(session, ids)
    return [_asked(session, study, one, names) for one in found]


def _people(request: CorrectionRequest) -> list[int]:
    kind, _, number = request.asked_by.partition(":")
    ids = [int(number)] if kind == ActorKind.STAFF else []
    return [*ids, request.decided_by] if request.decided_by else ids


def _asked(
    session: Session,
    study: Study,
    request: CorrectionRequest,
    names: Mapping[int, str],
) -> RequestedCorrection:
    entry = session.get_one(Entry, request.entry_id)
    kind, _, number = request.asked_by.partition(":")
    said = timeline.merged(_versions_then(session, request))
    before: dict[str, Any] = {
        name: said[name] for name in request.answers if name in said
    }
    return RequestedCorrection(
        at=request.asked_at,
        id=request.id,
        participant=session.get_one(Participant, entry.participant_id).code,
        entry_id=entry.id,
        day=entry.local_date,
        reporter=entry.reporter,
        before=spoken(study, before),
        after=spoken(study, request.answers),
        reason=request.reason,
        asker=kind,
        asked_by=names.get(int(number), "") if kind == ActorKind.STAFF else "",
        state=request.state,
        decided_at=request.decided_at,
        decided_by=names.get(request.decided_by or 0, ""),
    )


def _versions_then(session: Session, request: CorrectionRequest) -> list[EntryVersion]:
    """The entry's versions as they were when the correction was asked for."""
    return [
        version
        for version in timeline.versions_of(session, request.entry_id)
        if version.received_at <= request.asked_at
        and version.id != request.entry_version_id
    ]


def _visits(
    session: Session, study: Study, participant: Participant
) -> list[VisitChanged]:
    query = (
        select(Visit.code, Visit.title, VisitChange)
        .join(VisitChange, VisitChange.visit_id == Visit.id)
        .where(Visit.participant_id == participant.id)
    )
    rows = session.execute(query.order_by(VisitChange.id)).all()
    names = staff_names(session, {row.staff_id for *_, row in rows if row.staff_id})
    titles = {visit.code: visit.title for visit in study.visits}
    return [
        VisitChanged(
            row.at,
            code,
            titles.get(code, same(title or code)),
            row.state,
            row.booked_at if row.state == VisitState.BOOKED else None,
            row.reason,
            names.get(row.staff_id or 0, ""),
        )
        for code, title, row in rows
    ]


def statuses(session: Session, participant: Participant) -> list[StatusChanged]:
    """The changes of a person's status, oldest first."""
    query = select(StatusChange).filter_by(participant_id=participant.id)
    rows = session.scalars(query.order_by(StatusChange.id)).all()
    names = staff_names(session, {row.staff_id for row in rows if row.staff_id})
    return [
        StatusChanged(row.at, row.status, row.reason, names.get(row.staff_id or 0, ""))
        for row in rows
    ]
