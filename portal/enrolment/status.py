"""Whether a person is in follow-up: paused, withdrawn, died, transferred, completed.

Withdrawal stops everything addressed to the participant in the same transaction and
plans nothing new; pages to staff about an open alert continue.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.db.tables.people import Participant, Staff, StatusChange
from portal.errors import InvalidInput, NotFound
from portal.visits.reminders.stopping import stop
from portal.vocabulary.people import ActorKind, ParticipantStatus

STATUSES = tuple(ParticipantStatus)
REASON = "the participant is {status}"


def change_status(
    session: Session,
    participant: Participant,
    status: str,
    reason: str,
    staff: Staff | None,
    *,
    now: datetime,
) -> bool:
    """Change a participant's status with a reason; whether it changed.

    Leaving follow-up cancels what is queued to the participant and their caregivers,
    and the calls planned for them. Coming back plans from now on. The same status
    again changes nothing. ``staff`` None: an operator at the command line.

    Raises:
        InvalidInput: no such status, or no reason is given.
        NotFound: the participant is another site's.
    """
    if status not in STATUSES:
        raise InvalidInput("Choose a status.", field="status")
    if not reason.strip():
        raise InvalidInput("Write one sentence on why.", field="reason")
    if staff is not None and staff.site_id != participant.site_id:
        raise NotFound("There is no such participant.")
    participant = session.get_one(Participant, participant.id, with_for_update=True)
    if participant.status == status:
        return False
    participant.status, participant.status_at = ParticipantStatus(status), now
    if status == ParticipantStatus.ACTIVE:
        participant.reminded_until = participant.remind_at = now
    else:
        stop(session, participant, REASON.format(status=status), now=now)
    _write_down(session, participant, reason.strip(), staff, now)
    return True


def _write_down(
    session: Session,
    participant: Participant,
    reason: str,
    staff: Staff | None,
    now: datetime,
) -> None:
    session.add(
        StatusChange(
            participant_id=participant.id,
            status=participant.status,
            reason=reason,
            at=now,
            staff_id=staff.id if staff else None,
        )
    )
    actor = audit.Actor(ActorKind.STAFF, str(staff.id)) if staff else audit.OPERATOR
    act, subject = "participant.status", ("participant", participant.id)
    audit.record(session, actor, act, subject, now=now, status=participant.status)
