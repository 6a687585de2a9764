"""How a person is reached: the current, working contact of each kind.

A number typed by staff is not verified. It becomes verified when its owner enters the
code sent to it, or when staff phone it and confirm it. Until then no staff member is
paged at it, and a text from it goes on nobody's record. Participants and caregivers get
their texts at it all the same: these contain nothing personal, and without a reminder a
visit may be missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.people import Contact
from portal.vocabulary.people import ContactKind

OWNERS = ("participant_id", "caregiver_id", "staff_id", "site_id")


def current(session: Session, kind: ContactKind, **owner: int) -> Contact | None:
    """The current contact of one owner (``staff_id=3``), or None."""
    query = select(Contact).filter_by(kind=kind, retired_at=None, **owner)
    return session.scalar(query.order_by(Contact.version.desc()).limit(1))


def mobile(session: Session, **owner: int) -> Contact | None:
    """A verified, working mobile number of one owner, or None."""
    return _usable(session, ContactKind.MOBILE, **owner)


def texted(session: Session, **owner: int) -> Contact | None:
    """A participant's or caregiver's number for texts: working, verified or not."""
    contact = current(session, ContactKind.MOBILE, **owner)
    if contact is None or contact.value is None or contact.broken_at is not None:
        return None
    return contact


def email(session: Session, **owner: int) -> Contact | None:
    """A verified, working e-mail address of one owner, or None."""
    return _usable(session, ContactKind.EMAIL, **owner)


def _usable(session: Session, kind: ContactKind, **owner: int) -> Contact | None:
    contact = current(session, kind, **owner)
    if contact is None or contact.value is None:
        return None
    usable = contact.verified_at is not None and contact.broken_at is None
    return contact if usable else None


def name(session: Session, **owner: int) -> str | None:
    """The name of one owner; None: not recorded, or erased."""
    contact = current(session, ContactKind.NAME, **owner)
    return contact.value if contact else None


def replace(
    session: Session,
    kind: ContactKind,
    value: str,
    *,
    now: datetime,
    verified: bool,
    **owner: int,
) -> Contact:
    """Make a new contact the current one; the old one is retired, never changed."""
    before = current(session, kind, **owner)
    if before is not None:
        before.retired_at = now
    contact = Contact(
        kind=kind,
        value=value,
        version=before.version + 1 if before else 1,
        verified_at=now if verified else None,
        created_at=now,
        **owner,
    )
    session.add(contact)
    session.flush()
    return contact


def owners_of(session: Session, number: str) -> Sequence[Contact]:
    """Every owner with this current number; several people may share one."""
    query = select(Contact).filter_by(
        kind=ContactKind.MOBILE, value=number, retired_at=None
    )
    return session.scalars(query.order_by(Contact.id)).all()
