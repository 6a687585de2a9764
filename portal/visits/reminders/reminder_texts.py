"""From an occasion to the outbox: to whom, in which words, and when nothing is sent.

A text that could not go out in time is kept as expired, so that staff see it; it is
never sent late. For a visit's text that was lost this way there is a line on the
worklist.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.alerting.tasks import tasks
from portal.db.tables.outbox import Message
from portal.db.tables.people import Caregiver, Contact, Participant, Site
from portal.messages.outbox import NewMessage, enqueue
from portal.people import contacts
from portal.people.case import Case
from portal.protocol.demands.duties import Work
from portal.protocol.study.filling import date_text
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.visits.reminders.rules.person import Occasion, OccasionKind
from portal.vocabulary.messages import Channel, MessageState, Purpose
from portal.vocabulary.people import ContactKind
from portal.vocabulary.tasks import TaskKind

TOO_LATE = "too late to be of use"
LOST_IS_TOLD = (OccasionKind.VISIT, OccasionKind.MOVED, OccasionKind.DATED)


@dataclass(frozen=True)
class Addressee:
    """A person to be texted: their number, their language, the mark in the key."""

    contact: Contact
    language: str
    mark: str = ""


def send(case: Case, occasion: Occasion) -> int:
    """Queue a text for everybody it is for; how many rows are new.

    A repeat adds nothing: the keys were used. Who wrote nothing today is not asked for
    another entry: other texts ask for the first. Without a working number there is a task
    instead, one for each participant.
    """
    if occasion.kind is OccasionKind.EVENING and not occasion.detail["entries"]:
        return 0
    addressees = to_whom(case.session, case.participant, occasion.to)
    if not addressees and occasion.to == "participant":
        _tell_of_no_number(case, occasion)
    queued = 0
    for one in addressees:
        letter = _letter(case.session, case.study, case.participant, occasion, one)
        fresh = enqueue(case.session, letter, now=case.now)
        queued += fresh
        if fresh and case.now > occasion.not_after:
            _expire(case, occasion, letter.dedupe_key)
    return queued


def to_whom(session: Session, participant: Participant, to: str) -> list[Addressee]:
    """The participant, or every active caregiver; each number once.

    A caregiver who shares the participant's phone gets no second text.
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
        purpose=Purpose.REMINDER,
        channel=Channel.TEXT,
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
    """The values in the occasion's template: the duty line, the visit's day and hour.

    The hour is in the hospital's time, wherever the participant is.
    """
    site = session.get_one(Site, participant.site_id)
    day = occasion.detail.get("date", occasion.day)
    known = {"tel": site.duty_line, "date": date_text(day, language)}
    if at := occasion.detail.get("at"):
        known["time"] = f"{at.astimezone(ZoneInfo(site.time_zone)):%H:%M}"
    wanted = study.texts[occasion.template].variables
    return {name: known[name] for name in wanted if name in known}


def _expire(case: Case, occasion: Occasion, key: str) -> None:
    case.session.execute(
        update(Message)
        .where(Message.dedupe_key == key)
        .values(state=MessageState.EXPIRED, state_reason=TOO_LATE, updated_at=case.now)
    )
    if occasion.kind in LOST_IS_TOLD:
        what = occasion.detail.get("visit") or occasion.detail["id"]
        task_key = f"X:{case.participant.id}:{what}:{occasion.detail.get('version', 1)}"
        _open(case, TaskKind.REMINDER_EXPIRED, task_key, key=key)


def _tell_of_no_number(case: Case, occasion: Occasion) -> None:
    last = contacts.current(
        case.session, ContactKind.MOBILE, participant_id=case.participant.id
    )
    key = f"NC:{case.participant.id}:{last.id if last else 0}"
    _open(case, TaskKind.NO_NUMBER, key, key=occasion.key)


def _open(case: Case, kind: TaskKind, task_key: str, *, key: str) -> None:
    tasks.open_task(
        case,
        kind,
        key=task_key,
        tier=Tier.ROUTINE,
        owner_role=case.study.whose(Work.ORGANISING),
        message=key,
    )
