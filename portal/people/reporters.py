"""Who may sign in or report for whom: participants and their caregivers."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.audit import Actor
from portal.db.tables.people import Caregiver, Contact, Participant
from portal.people import contacts
from portal.vocabulary.people import ActorKind, ParticipantStatus, ReporterKind

FOLLOWED = (
    ParticipantStatus.ACTIVE,
    ParticipantStatus.PAUSED,
    ParticipantStatus.TRANSFERRED,
    ParticipantStatus.COMPLETED,
)
"""Statuses that may still sign in: a report is never lost because follow-up ended.

Not after withdrawal: without consent nothing more may be collected.
"""


def usual(caregiver_id: int | None) -> str:
    """As whom somebody reports, unless their form says otherwise."""
    kind = ReporterKind.SELF if caregiver_id is None else ReporterKind.CAREGIVER
    return kind.value


@dataclass(frozen=True)
class Person:
    """A participant, or a caregiver of one, who may sign in."""

    participant_id: int
    caregiver_id: int | None
    site_id: int
    study_version_id: int
    code: str
    language: str

    @property
    def actor(self) -> Actor:
        """The actor for the audit."""
        if self.caregiver_id is not None:
            return Actor(ActorKind.CAREGIVER, str(self.caregiver_id))
        return Actor(ActorKind.PARTICIPANT, str(self.participant_id))


@dataclass(frozen=True)
class NamedPerson:
    """One person of a shared number, with the participant's name if it is kept."""

    person: Person
    name: str


def find(
    session: Session, participant_id: int, caregiver_id: int | None
) -> Person | None:
    """The person; None: they may not sign in (withdrawn, died, caregiver removed)."""
    participant = session.get(Participant, participant_id)
    if participant is None or participant.status not in FOLLOWED:
        return None
    language = participant.language
    if caregiver_id is not None:
        caregiver = session.get(Caregiver, caregiver_id)
        if caregiver is None or not caregiver.active:
            return None
        language = caregiver.language
    return Person(
        participant.id,
        caregiver_id,
        participant.site_id,
        participant.study_version_id,
        participant.code,
        language,
    )


def participant_of(session: Session, person: Person) -> Participant:
    """The participant that a person is or reports for."""
    return session.get_one(Participant, person.participant_id)


def behind(session: Session, contact: Contact) -> Person | None:
    """The person that a contact belongs to; None: staff, site, or may not sign in."""
    if contact.participant_id is not None:
        return find(session, contact.participant_id, None)
    caregiver = session.get(Caregiver, contact.caregiver_id or 0)
    if caregiver is None:
        return None
    return find(session, caregiver.participant_id, caregiver.id)


def choice(session: Session, person: Person) -> NamedPerson:
    """How a person is offered to the holder of a number that several share."""
    name = contacts.name(session, participant_id=person.participant_id)
    return NamedPerson(person, name or person.code)
