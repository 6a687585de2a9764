"""Whose the phones on the demonstration's shelf are, and in which order they are shown."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal import study_versions
from portal.db.tables.people import Caregiver, Contact, Participant, Site, Staff
from portal.demo.phones import PhoneScreen, screens
from portal.people import duties, rota
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.study.text import Text
from portal.runtime import Runtime
from portal.vocabulary.people import ContactKind


@dataclass(frozen=True)
class PhoneOwner:
    """One person at a phone. ``kind`` is staff, participant, caregiver or site.

    ``duties`` are those a colleague has now; ``day`` and ``phase`` say where a
    participant is on the timeline.
    """

    kind: str
    name: str
    role: str = ""
    duties: tuple[Text, ...] = ()
    day: int | None = None
    phase: Text | None = None


@dataclass(frozen=True)
class Phone:
    """A phone on the shelf."""

    number: str
    owners: tuple[PhoneOwner, ...]
    screen: PhoneScreen | None

    @property
    def order(self) -> tuple[bool, int, bool, str]:
        """Phones with news first, then the latest, then colleagues, then by code."""
        screen, first = self.screen, self.owners[0]
        calm = screen is None or not screen.news
        last = screen.last_id if screen else 0
        return calm, -last, first.kind != "staff", first.name


def phones(runtime: Runtime, session: Session, *, now: datetime) -> list[Phone]:
    """Every phone, those with news first."""
    owners = _owners(runtime, session, now)
    shown = screens(session, now=now)
    found = [Phone(number, tuple(who), shown.get(number)) for number, who in owners]
    return sorted(found, key=lambda phone: phone.order)


def _owners(
    runtime: Runtime, session: Session, now: datetime
) -> list[tuple[str, list[PhoneOwner]]]:
    numbers: dict[str, list[PhoneOwner]] = defaultdict(list)
    on_duty = _on_duty(runtime, session, now)
    query = (
        select(Contact, Staff, Participant, Caregiver)
        .outerjoin(Staff, Staff.id == Contact.staff_id)
        .outerjoin(Participant, Participant.id == Contact.participant_id)
        .outerjoin(Caregiver, Caregiver.id == Contact.caregiver_id)
        .where(Contact.kind == ContactKind.MOBILE, Contact.retired_at.is_(None))
        .order_by(Contact.id)
    )
    for row in session.execute(query):
        contact: Contact = row[0]
        if contact.value is not None:
            numbers[contact.value].append(_owner(runtime, session, row, on_duty, now))
    return list(numbers.items())


def _owner(
    runtime: Runtime,
    session: Session,
    row: Row[Any, Any, Any, Any],
    on_duty: dict[int, tuple[Text, ...]],
    now: datetime,
) -> PhoneOwner:
    _, staff, participant, caregiver = row
    if staff is not None:
        held = on_duty.get(staff.id, ())
        return PhoneOwner("staff", staff.display_name, role=staff.role, duties=held)
    if participant is not None:
        study = runtime.study(session, participant.study_version_id)
        return _participant(Case(session, study, participant, now))
    if caregiver is not None:
        code = session.get_one(Participant, caregiver.participant_id).code
        return PhoneOwner("caregiver", code)
    return PhoneOwner("site", "")


def _on_duty(
    runtime: Runtime, session: Session, now: datetime
) -> dict[int, tuple[Text, ...]]:
    studies = study_versions.in_use(session, runtime.studies(session))
    found: dict[int, list[Text]] = defaultdict(list)
    for site_id in session.scalars(select(Site.id)):
        for duty in duties.known(studies).values():
            for staff in rota.on_call(session, site_id, duty.id, now=now):
                found[staff.id].append(duty.title)
    return {staff_id: tuple(titles) for staff_id, titles in found.items()}


def _participant(case: Case) -> PhoneOwner:
    code, person = case.phase, case.participant
    return PhoneOwner(
        "participant",
        person.code,
        day=study_days.day_number(person.d0, case.today),
        phase=case.study.phase(code).title,
    )
