"""Whose number a text came from: who may report by it, who may acknowledge by it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.people import Caregiver, Contact, Participant, Site, Staff
from portal.people import contacts, optouts, reporters
from portal.people.reporters import Person
from portal.vocabulary.people import ContactKind


@dataclass(frozen=True)
class Sender:
    """Everybody behind a number in force.

    ``people`` may report, one a participant: themselves before a caregiver. ``left``
    are participants whose consent is gone. ``staff`` hold the number as theirs,
    verified. ``sites`` are those concerned; all of them, where nobody is known.
    ``sure`` says that a report can be nobody's but the one person's.
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
        """Whether it is the number of anybody who takes part."""
        return bool(self.owners)


def behind(session: Session, number: str | None) -> Sender:
    """Who is behind a number; nobody behind None, a short code or a name."""
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
    """Whether the number was verified and nobody said that it is somebody else's."""
    held = optouts.in_force(session, contact.value or "")
    return contact.verified_at is not None and (
        held is None or held.source != optouts.WRONG
    )


def _participants(session: Session, owners: Iterable[Contact]) -> list[Participant]:
    numbers = [participant_behind(session, owner) for owner in owners]
    known = dict.fromkeys(number for number in numbers if number is not None)
    return [session.get_one(Participant, number) for number in known]


def participant_behind(session: Session, owner: Contact) -> int | None:
    """The participant whose contact this is, or whose caregiver's; None: staff, site."""
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
    """Where a text is read: at the owners' sites, or those of who had the number."""
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
