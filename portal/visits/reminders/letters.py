"""From an occasion to the outbox: to whom, in which words, and when not at all.

A text that could not go out in time is kept as expired, so that staff see it; it is
never sent late. A visit's text that was lost so is a line on the worklist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.alerting.tasks import tasks
from portal.db.outbox import Message
from portal.db.people import Caregiver, Contact, Participant, Site
from portal.messages.outbox import NewMessage, enqueue
from portal.messages.states import MessageState
from portal.people import contacts
from portal.protocol.study.filling import date_text
from portal.protocol.study.model import Study, Tier
from portal.visits.reminders.rules.person import Occasion, OccasionKind

TOO_LATE = "too late to be of use"
LOST_IS_TOLD = (OccasionKind.VISIT, OccasionKind.MOVED, OccasionKind.DATED)


@dataclass(frozen=True)
class Addressee:
    """Somebody to be texted: their number, their language, what marks the key."""

    contact: Contact
    language: str
    mark: str = ""


def send(
    session: Session,
    study: Study,
    participant: Participant,
    occasion: Occasion,
    *,
    now: datetime,
) -> int:
    """Queue a text for everybody it is for; how many rows are new.

    A repeat adds nothing: the keys were used. Without a working number there is a
    task instead, one a participant.
    """
    addressees = to_whom(session, participant, occasion.to)
    if not addressees and occasion.to == "participant":
        _tell_of_no_number(session, study, participant, occasion, now)
    queued = 0
    for one in addressees:
        letter = _letter(session, study, participant, occasion, one)
        fresh = enqueue(session, letter, now=now)
        queued += fresh
        if fresh and now > occasion.not_after:
            _expire(session, study, participant, occasion, letter.dedupe_key, now)
    return queued


def to_whom(session: Session, participant: Participant, to: str) -> list[Addressee]:
    """The participant, or every active caregiver; each number once.

    A caregiver who shares the participant's phone is not texted beside them.
    """
    own = contacts.texted(session, participant_id=participant.id)
    if to == "participant":
        return [Addressee(own, participant.language)] if own else []
    query = select(Caregiver).where(
        Caregiver.participant_id == participant.id, Caregiver.active
    )
    known = {own.value} if own else set()
    found = []
    for caregiver in session.scalars(query.order_by(Caregiver.id)):
        contact = contacts.texted(session, caregiver_id=caregiver.id)
        if contact is not None and contact.value not in known:
            known.add(contact.value)
            mark = f":caregiver:{caregiver.id}"
            found.append(Addressee(contact, caregiver.language, mark))
    return found


def _letter(
    session: Session,
    study: Study,
    participant: Participant,
    occasion: Occasion,
    addressee: Addressee,
) -> NewMessage:
    return NewMessage(
        dedupe_key=occasion.key.removesuffix(":caregiver") + addressee.mark,
        purpose="reminder",
        channel="text",
        contact=addressee.contact,
        study_version_id=participant.study_version_id,
        template=occasion.template,
        language=addressee.language,
        variables=variables(session, study, participant, occasion, addressee.language),
        not_before=occasion.at,
        not_after=occasion.not_after,
        participant_id=participant.id,
    )


def variables(
    session: Session,
    study: Study,
    participant: Participant,
    occasion: Occasion,
    language: str,
) -> dict[str, str]:
    """What the occasion's template asks for: the duty line, the visit's day and hour.

    The hour is the hospital's, wherever the participant is.
    """
    site = session.get_one(Site, participant.site_id)
    day = occasion.detail.get("date", occasion.day)
    known = {"tel": site.duty_line, "date": date_text(day, language)}
    if at := occasion.detail.get("at"):
        known["time"] = f"{at.astimezone(ZoneInfo(site.time_zone)):%H:%M}"
    wanted = study.texts[occasion.template].variables
    return {name: known[name] for name in wanted if name in known}


def _expire(
    session: Session,
    study: Study,
    participant: Participant,
    occasion: Occasion,
    key: str,
    now: datetime,
) -> None:
    session.execute(
        update(Message)
        .where(Message.dedupe_key == key)
        .values(state=MessageState.EXPIRED, state_reason=TOO_LATE, updated_at=now)
    )
    if occasion.kind in LOST_IS_TOLD:
        what = occasion.detail.get("visit") or occasion.detail["id"]
        task_key = f"X:{participant.id}:{what}:{occasion.detail.get('version', 1)}"
        _open(session, study, participant, "reminder_expired", task_key, now, key=key)


def _tell_of_no_number(
    session: Session,
    study: Study,
    participant: Participant,
    occasion: Occasion,
    now: datetime,
) -> None:
    last = contacts.current(session, "mobile", participant_id=participant.id)
    key = f"NC:{participant.id}:{last.id if last else 0}"
    _open(session, study, participant, "no_number", key, now, key=occasion.key)


def _open(
    session: Session,
    study: Study,
    participant: Participant,
    kind: str,
    task_key: str,
    now: datetime,
    *,
    key: str,
) -> None:
    tasks.open_task(
        session,
        study,
        participant,
        kind,
        key=task_key,
        tier=Tier.ROUTINE,
        owner_role="coordinator",
        now=now,
        message=key,
    )
