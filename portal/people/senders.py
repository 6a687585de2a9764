"""Who sent a text: who may report and who may acknowledge from its number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.people import Caregiver, Contact, Participant, Site, Staff
from portal.people import contacts, optouts, reporters
from portal.people.reporters import Person
from portal.vocabulary.messages import OptOutSource
from portal.vocabulary.people import ContactKind


@dataclass(frozen=True)
class Sender:
    """Everybody with a given current number.

    ``people`` may report; there is one per participant, the participant rather than a
    caregiver. ``left`` are participants who withdrew consent. ``staff`` have the number
    verified as theirs. ``sites`` are the sites concerned, or all if nobody is known.
    ``sure``: a report can come from one person only.
    """

    number: str | None
    owners: tuple[Contact, ...]
    people: tuple[tuple[Person, Contact], ...]
    left: tuple[Participant, ...]
    staff: tuple[tuple[Staff, Contact], ...]
    sites: tuple[int, ...]
    sure: bool

    @property
    def known(self) -> bool:
        """Whether the number belongs to anybody known."""
        return bool(self.owners)


def behind(session: Session, number: str | None) -> Sender:
    """Who has this number; nobody has None, a short code or a name."""
    owners = tuple(contacts.owners_of(session, number)) if number else ()
    participants = _participants(session, owners)
    people = _people(session, owners)
    followed = {person.participant_id for person, _ in people}
    left = tuple(p for p in participants if p.id not in followed)
    return Sender(
        number=number,
        owners=owners,
        people=tuple(people),
        left=left,
        staff=tuple(_staff(session, owners)),
        sites=_sites(session, number, owners),
        sure=len(people) == 1 and not left and _is_theirs(session, people[0][1]),
    )


def _is_theirs(session: Session, contact: Contact) -> bool:
    """Whether the number is verified and was not said to be somebody else's."""
    held = optouts.in_force(session, contact.value or "")
    return contact.verified_at is not None and (
        held is None or held.source != OptOutSource.WRONG
    )


def _participants(session: Session, owners: Iterable[Contact]) -> list[Participant]:
    numbers = [participant_behind(session, owner) for owner in owners]
    known = dict.fromkeys(number for number in numbers if number is not None)
    return [session.get_one(Participant, number) for number in known]


def participant_behind(session: Session, owner: Contact) -> int | None:
    """The participant of a contact, their own or a caregiver's; None: staff, site."""
    if owner.caregiver_id is None:
        return owner.participant_id
    return session.get_one(Caregiver, owner.caregiver_id).participant_id


def _people(
    session: Session, owners: Iterable[Contact]
) -> list[tuple[Person, Contact]]:
    found: dict[int, tuple[Person, Contact]] = {}
    for owner in sorted(owners, key=lambda owner: owner.caregiver_id is not None):
        person = reporters.behind(session, owner)
        if person is not None:
            found.setdefault(person.participant_id, (person, owner))
    return list(found.values())


def _staff(session: Session, owners: Iterable[Contact]) -> list[tuple[Staff, Contact]]:
    found = []
    for owner in owners:
        staff = session.get(Staff, owner.staff_id or 0)
        if staff is not None and staff.active and owner.verified_at is not None:
            found.append((staff, owner))
    return found


def _sites(
    session: Session, number: str | None, owners: Iterable[Contact]
) -> tuple[int, ...]:
    """Where a text is read: at the sites of the present owners, or of earlier ones."""
    before = select(Contact).where(
        Contact.kind == ContactKind.MOBILE, Contact.value == number
    )
    concerned = owners or tuple(session.scalars(before)) if number else ()
    sites = {_site(session, owner) for owner in concerned}
    return tuple(sorted(sites or session.scalars(select(Site.id))))


def _site(session: Session, owner: Contact) -> int:
    if owner.site_id is not None:
        return owner.site_id
    if owner.staff_id is not None:
        return session.get_one(Staff, owner.staff_id).site_id
    participant = session.get_one(Participant, participant_behind(session, owner))
    return participant.site_id
