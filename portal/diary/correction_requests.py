"""Corrections of somebody else's entry: asked for, then decided by the investigator.

The request is kept, whatever is decided. Danger in it does not wait for the decision.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.alerting.answers import answering
from portal.alerting.tasks import tasks
from portal.db.tables.alerts import Task
from portal.db.tables.diary import CorrectionRequest, Entry, EntryVersion
from portal.db.tables.people import Participant, Staff
from portal.diary import unread_words
from portal.diary.corrections import (
    LONGEST_REASON,
    Correction,
    check,
    correct,
    entry_of,
    is_own,
    mark_alert,
    only_changed,
)
from portal.diary.entries import Receipt, Submission, submit
from portal.diary.judgement import judged, of_entry
from portal.errors import InvalidInput, NotFound
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.demands.duties import Work
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.verdict import Verdict
from portal.study_versions import StudyOf
from portal.vocabulary.diary import EntrySource, RequestState, VersionKind
from portal.vocabulary.people import ActorKind
from portal.vocabulary.tasks import TaskKind


def correct_or_ask(case: Case, correction: Correction) -> Receipt | None:
    """Correct the corrector's own entry at once; ask about somebody else's (None).

    Raises:
        InvalidInput, EntryRefused, NotFound: as ``correct`` and ``ask``.
    """
    entry = entry_of(case.session, case.participant, correction.entry_id)
    if is_own(case.session, entry, correction.actor):
        return correct(case, correction)
    ask(case, correction)
    return None


def ask(case: Case, correction: Correction) -> None:
    """Keep a correction of somebody else's entry, and ask the investigator to decide.

    Anything that it makes urgent pages at once. A repeat changes nothing.

    Raises:
        InvalidInput: no reason is given, or nothing is changed.
        EntryRefused: an answer is invalid and nothing readable was urgent.
        NotFound: there is no such entry of this participant.
    """
    case = case.lock()
    entry = entry_of(case.session, case.participant, correction.entry_id)
    case = of_entry(case, entry.id)
    correction = only_changed(case.session, entry, correction)
    asked_by = f"{correction.actor.kind}:{correction.actor.id}"
    if _asked_before(case.session, entry, correction, asked_by):
        return
    check(correction)
    request = CorrectionRequest(
        entry_id=entry.id,
        answers=dict(correction.answers),
        reason=correction.reason.strip()[:LONGEST_REASON],
        asked_by=asked_by,
        asked_at=case.now,
        state=RequestState.WAITING,
    )
    case.session.add(request)
    case.session.flush()
    _open_task(case, request)
    _alert_what_is_new(case, entry, correction)
    if correction.actor.kind != ActorKind.STAFF:
        unread_words.of_request(case, request)
    act, subject = "correction.asked", ("correction_request", request.id)
    audit.record(case.session, correction.actor, act, subject, now=case.now)


def accept(
    session: Session, study_of: StudyOf, request_id: int, staff: Staff, *, now: datetime
) -> CorrectionRequest:
    """Add the requested correction to the entry. A repeat changes nothing.

    Raises:
        NotFound: no such request at this person's site.
        InvalidInput: it was declined before.
        EntryRefused: its answers cannot be judged.
    """
    request, participant = at_site(session, request_id, staff)
    if request.state == RequestState.ACCEPTED:
        return request
    _still_waiting(request)
    entry = session.get_one(Entry, request.entry_id)
    submission = Submission(
        version_id=str(uuid.uuid4()),
        kind=VersionKind.CORRECTION,
        answers=request.answers,
        reporter=entry.reporter,
        language=staff.language,
        actor=audit.Actor(ActorKind.STAFF, str(staff.id)),
        source=EntrySource.STAFF,
        entry_id=entry.id,
        staff_id=staff.id,
        reason=request.reason,
    )
    study = study_of(participant.study_version_id)
    receipt = submit(Case(session, study, participant, now), submission)
    request.entry_version_id = receipt.version_id
    mark_alert(session, entry, receipt.version_id, now)
    _decide(session, request, staff, RequestState.ACCEPTED, "", now)
    return request


def decline(
    session: Session, request_id: int, staff: Staff, why: str, *, now: datetime
) -> CorrectionRequest:
    """Leave the entry as it is; the request is kept. A repeat changes nothing.

    Raises:
        NotFound: no such request at this person's site.
        InvalidInput: no reason is given, or it was accepted before.
    """
    request, _ = at_site(session, request_id, staff)
    if request.state == RequestState.DECLINED:
        return request
    _still_waiting(request)
    if not why.strip():
        raise InvalidInput("Write why it is declined.", field="why")
    _decide(session, request, staff, RequestState.DECLINED, why.strip(), now)
    return request


def waiting(session: Session, site_id: int) -> Sequence[CorrectionRequest]:
    """The corrections of a site that wait for the investigator, oldest first."""
    query = (
        select(CorrectionRequest)
        .join(Entry, Entry.id == CorrectionRequest.entry_id)
        .join(Participant, Participant.id == Entry.participant_id)
        .where(
            Participant.site_id == site_id,
            CorrectionRequest.state == RequestState.WAITING,
        )
    )
    return session.scalars(query.order_by(CorrectionRequest.id)).all()


def waiting_for(session: Session, entry_id: int) -> int:
    """How many corrections of one entry wait."""
    query = select(func.count(CorrectionRequest.id)).filter_by(
        entry_id=entry_id, state=RequestState.WAITING
    )
    return session.scalar(query) or 0


def at_site(
    session: Session, request_id: int, staff: Staff
) -> tuple[CorrectionRequest, Participant]:
    """A request, locked, with the participant it is about, if at this person's site.

    Raises:
        NotFound: it does not exist, or is another site's: the same answer.
    """
    request = session.get(CorrectionRequest, request_id, with_for_update=True)
    entry = session.get_one(Entry, request.entry_id) if request else None
    person = session.get_one(Participant, entry.participant_id) if entry else None
    if request is None or person is None or person.site_id != staff.site_id:
        raise NotFound("There is no such correction.")
    return request, person


def _asked_before(
    session: Session, entry: Entry, correction: Correction, asked_by: str
) -> bool:
    query = select(CorrectionRequest).filter_by(
        entry_id=entry.id, asked_by=asked_by, state=RequestState.WAITING
    )
    return any(one.answers == correction.answers for one in session.scalars(query))


def _open_task(case: Case, request: CorrectionRequest) -> None:
    tasks.open_task(
        case,
        TaskKind.CORRECTION,
        key=f"C:{request.id}",
        tier=Tier.ROUTINE,
        owner_role=case.study.whose(Work.CORRECTIONS),
        request=request.id,
    )


def _alert_what_is_new(case: Case, entry: Entry, correction: Correction) -> None:
    """Page at once for anything that the correction makes urgent: that cannot wait."""
    versions = timeline.versions_of(case.session, entry.id)
    said, source = correction.answers, versions[0].source
    verdict = judged(case, said, entry_id=entry.id, source=source)
    if _paged(verdict) - _paged_before(versions):
        answering.open_from(case, verdict, entry_version_id=None)


def _paged(verdict: Verdict) -> set[str]:
    return {found.rule for found in verdict.findings if found.tier.pages}


def _paged_before(versions: Sequence[EntryVersion]) -> set[str]:
    return {
        found["rule"]
        for version in versions
        for found in version.verdict.get("findings", [])
        if Tier(found["tier"]).pages
    }


def _still_waiting(request: CorrectionRequest) -> None:
    if request.state != RequestState.WAITING:
        raise InvalidInput("This correction has been decided.", field="why")


def _decide(
    session: Session,
    request: CorrectionRequest,
    staff: Staff,
    state: RequestState,
    why: str,
    now: datetime,
) -> None:
    request.state, request.decided_by, request.decided_at = state, staff.id, now
    task = session.scalar(select(Task).filter_by(dedupe_key=f"C:{request.id}"))
    if task is not None:
        tasks.finish_task(session, task.id, staff, why or state, now=now)
    actor = audit.Actor(ActorKind.STAFF, str(staff.id))
    subject = ("correction_request", request.id)
    audit.record(session, actor, f"correction.{state}", subject, now=now)
