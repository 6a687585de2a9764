"""The second factor of staff: a code from an app, beside the password.

The secret is kept sealed. It is offered first and counts only once a code proved that
the phone has it. A code works once; tries are counted in the database; all of it runs
on real time. There is no way round by text or e-mail: a lost phone is set right by
another administrator, in person.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.db.people import Staff
from portal.errors import InvalidInput
from portal.people.access import limits, tries_allowed
from portal.people.access.keys import Keyring
from portal.people.accounts import totp
from portal.people.accounts.seals import Seals, Unreadable
from portal.vocabulary.people import ActorKind


class SecondStep(Enum):
    """What still stands between a right password and being signed in."""

    NOTHING = "nothing"
    CODE = "code"
    SET_UP = "set up"


class CodeResult(Enum):
    """What became of a typed code."""

    RIGHT = "right"
    WRONG = "wrong"
    UNREADABLE = "unreadable"  # the portal's key was changed: it must be set up again


@dataclass(frozen=True)
class OfferedSecret:
    """A secret to be put into an app: as text, and as the link of its QR code."""

    text: str
    link: str


def is_on(staff: Staff) -> bool:
    """Whether a code is asked for when this person signs in."""
    return staff.totp_secret is not None and staff.totp_since is not None


def wanted(staff: Staff, *, required: bool) -> SecondStep:
    """What is asked for after the password; ``required``: nobody may do without."""
    if is_on(staff):
        return SecondStep.CODE
    return SecondStep.SET_UP if required else SecondStep.NOTHING


def offer(session: Session, seals: Seals, staff_id: int) -> None:
    """Make a new secret for somebody who has none in force; one offered before ends.

    Raises:
        InvalidInput: a second factor is in force: only its reset makes room.
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
    """What was offered and is not in force yet, to be shown again; None: nothing is."""
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
    """Look at a code; a right one is used up, and puts an offered secret in force.

    Commit whatever the answer: a wrong try is counted in the same transaction.

    Raises:
        TryLater: too many wrong codes; the right one is not looked at either.
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
    staff.totp_secret = seals.close(_purpose(staff_id), plain)  # by the newest key
    if staff.totp_since is None:
        staff.totp_since = real_now
        audit.record(session, actor, "staff.second_factor_set_up", subject, now=now)
    return CodeResult.RIGHT


def forget(staff: Staff) -> None:
    """Take the second factor away; the next sign-in starts again."""
    staff.totp_secret = staff.totp_since = staff.totp_window = None


def _locked(session: Session, staff_id: int) -> Staff:
    return session.get_one(Staff, staff_id, with_for_update=True)


def _purpose(staff_id: int) -> str:
    return f"totp:{staff_id}"
