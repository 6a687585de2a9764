"""How a participant and each caregiver are reached, and their ways in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.db.tables.people import Participant
from portal.enrolment import numbers
from portal.enrolment.numbers import NumberOwner
from portal.people import contacts, optouts
from portal.people.access import enrolled_phones, paper_codes
from portal.people.access.enrolled_phones import KnownPhone
from portal.people.optouts import NumberState
from portal.phone_numbers import masked
from portal.vocabulary.people import ContactKind


@dataclass(frozen=True)
class Paper:
    """The last code on paper, and its state: waits, used or over."""

    state: str
    made: datetime
    at: datetime


@dataclass(frozen=True)
class WayIn:
    """One person: their number as staff may see it, their phones, their last paper.

    ``since``: when the number came.
    """

    caregiver: int | None
    name: str
    masked: str
    status: NumberState
    since: datetime | None
    phones: Sequence[KnownPhone]
    paper: Paper | None

    @property
    def needs_paper(self) -> bool:
        """Whether a code to sign in can only be handed out."""
        return not self.status.takes_texts

    @property
    def is_stopped(self) -> bool:
        """Whether texts may be allowed again."""
        return self.status is NumberState.STOPPED

    @property
    def is_unverified(self) -> bool:
        """Whether it may be recorded that the number is theirs."""
        return self.status is NumberState.UNVERIFIED


def of(
    session: Session, participant: Participant, *, real_now: datetime
) -> list[WayIn]:
    """The participant's, then those of the caregivers who are still there."""
    owners = numbers.owners(session, participant)
    return [_of(session, owner, real_now) for owner in owners]


def _of(session: Session, owner: NumberOwner, real_now: datetime) -> WayIn:
    contact = contacts.current(session, ContactKind.MOBILE, **owner.key)
    who = (owner.participant_id, owner.caregiver_id)
    return WayIn(
        caregiver=owner.caregiver_id,
        name=contacts.name(session, **owner.key) or "",
        masked=masked(contact.value) if contact and contact.value else "",
        status=optouts.standing(session, contact),
        since=contact.created_at if contact else None,
        phones=enrolled_phones.of_person(session, *who),
        paper=_paper(session, owner, real_now),
    )


def _paper(session: Session, owner: NumberOwner, real_now: datetime) -> Paper | None:
    found = paper_codes.newest(session, owner.participant_id, owner.caregiver_id)
    if found is None:
        return None
    if found.used_at is not None:
        return Paper("used", found.created_at, found.used_at)
    state = "waits" if real_now < found.expires_at else "over"
    return Paper(state, found.created_at, found.expires_at)
