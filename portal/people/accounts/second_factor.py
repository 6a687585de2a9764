"""The second factor of staff: a code from an app, in addition to the password.

The secret is stored sealed. It is first offered, and counts only after a code has
proved that the phone has it. A code works once, tries are counted in the database, and
all times are real time. Text or e-mail cannot replace it: after the loss of a phone
another administrator resets it, in person.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.db.tables.people import Staff
from portal.errors import InvalidInput
from portal.people.access import limits, tries_allowed
from portal.people.access.keys import Keyring
from portal.people.accounts import totp
from portal.people.accounts.seals import Seals, Unreadable
from portal.vocabulary.people import ActorKind


class SecondStep(Enum):
    """What is still needed after a right password."""

    NOTHING = "nothing"
    CODE = "code"
    SET_UP = "set up"


class CodeResult(Enum):
    """The result of a typed code."""

    RIGHT = "right"
    WRONG = "wrong"
    UNREADABLE = "unreadable"  # the portal's key changed: set it up again


@dataclass(frozen=True)
class OfferedSecret:
    """A secret to enter into an app: as text, and as the link of its QR code."""

    text: str
    link: str


def is_on(staff: Staff) -> bool:
    """Whether this person needs a code to sign in."""
    return staff.totp_secret is not None and staff.totp_since is not None


def wanted(staff: Staff, *, required: bool) -> SecondStep:
    """What is needed after the password; ``required``: everybody needs a code."""
    if is_on(staff):
        return SecondStep.CODE
    return SecondStep.SET_UP if required else SecondStep.NOTHING


def offer(session: Session, seals: Seals, staff_id: int) -> None:
    """Make a new secret for somebody without one in force; an earlier offer ends.

    Raises:
        InvalidInput: a second factor is in force and must be reset first.
    """
    staff = _locked(session, staff_id)
    if is_on(staff):
        raise InvalidInput("Your second factor is set up already.")
    plain = secrets.token_bytes(totp.SECRET_BYTES)
    staff.totp_secret = seals.close(_purpose(staff_id), plain)
    staff.totp_window = None


def offered(
    session: Session, seals: Seals, staff_id: int, issuer: str
) -> OfferedSecret | None:
    """The secret that was offered and is not in force yet; None: there is none."""
    staff = session.get_one(Staff, staff_id)
    if staff.totp_secret is None or is_on(staff):
        return None
    try:
        plain = seals.open(_purpose(staff_id), staff.totp_secret)
    except Unreadable:
        return None
    link = totp.as_link(plain, account=staff.username, issuer=issuer)
    return OfferedSecret(totp.as_text(plain), link)


def try_code(
    session: Session,
    seals: Seals,
    keyring: Keyring,
    staff_id: int,
    typed: str,
    *,
    now: datetime,
    real_now: datetime,
) -> CodeResult:
    """Check a code; a right one is used up, and puts an offered secret in force.

    Commit after every result: a wrong try is counted in the same transaction.

    Raises:
        TryLater: too many wrong codes; a right one is refused too.
    """
    staff = _locked(session, staff_id)
    key = keyring.digest("staff-code", str(staff_id))
    spent = limits.spend(
        session, limits.every(tries_allowed.SECOND_FACTOR, key), real_now=real_now
    )
    actor, subject = Actor(ActorKind.STAFF, str(staff_id)), ("staff", staff_id)
    try:
        plain = seals.open(_purpose(staff_id), staff.totp_secret or "")
    except Unreadable:
        return CodeResult.UNREADABLE
    window = totp.window_of(plain, typed, real_now, after=staff.totp_window)
    if window is None:
        audit.record(session, actor, "staff.code_refused", subject, now=now)
        return CodeResult.WRONG
    limits.give_back(session, spent)
    staff.totp_window = window
    staff.totp_secret = seals.close(_purpose(staff_id), plain)  # with the newest key
    if staff.totp_since is None:
        staff.totp_since = real_now
        audit.record(session, actor, "staff.second_factor_set_up", subject, now=now)
    return CodeResult.RIGHT


def forget(staff: Staff) -> None:
    """Remove the second factor; it is set up again at the next sign-in."""
    staff.totp_secret = staff.totp_since = staff.totp_window = None


def _locked(session: Session, staff_id: int) -> Staff:
    return session.get_one(Staff, staff_id, with_for_update=True)


def _purpose(staff_id: int) -> str:
    return f"totp:{staff_id}"
