"""Staff accounts, and signing in with a password.

An unknown name takes the same time and gets the same answer as a wrong password.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Actor
from portal.characters import nfkc
from portal.db.tables.people import Staff
from portal.errors import InvalidInput, NotFound
from portal.languages import LANGUAGES
from portal.people.access import limits, passwords, sessions, tries_allowed
from portal.people.access.keys import Keyring, same
from portal.people.access.limits import Spent
from portal.people.access.sessions import Viewer
from portal.people.roles import Role
from portal.vocabulary.people import ActorKind

LONGEST_NAME = 64
NOBODY = passwords.HASHER.hash("nobody has this password")


@dataclass(frozen=True)
class SignInTry:
    """One try to sign in, counted before the password is checked."""

    staff_id: int | None
    password_hash: str = field(repr=False)
    spent: Spent


@dataclass(frozen=True)
class Passed:
    """The proof of a right password, kept by a browser until the code is typed."""

    staff_id: int
    proof: str

    def holds(self, session: Session, keyring: Keyring) -> bool:
        """Whether the proof is still valid: same password, account not closed."""
        staff = session.get(Staff, self.staff_id)
        if staff is None or not staff.active:
            return False
        return same(self.proof, passed(staff, keyring).proof)


def passed(staff: Staff, keyring: Keyring) -> Passed:
    """What a browser keeps after a right password: a keyed hash of the stored hash."""
    proof = keyring.digest("password-passed", str(staff.id), staff.password_hash)
    return Passed(staff.id, proof)


def begin_sign_in(
    session: Session,
    keyring: Keyring,
    username: str,
    *,
    address: str,
    real_now: datetime,
) -> SignInTry:
    """Count a try and return the hash that the password must match; commit after it.

    Many wrong tries from one address block only that address, so nobody can lock a
    nurse out from elsewhere for long.

    Raises:
        TryLater: too many wrong tries, for a quarter of an hour at most.
    """
    name = normal_name(username)
    name_key = keyring.digest("staff", name)
    address_key = keyring.digest("address", address)
    both = keyring.digest("staff-address", name, address)
    wanted = [
        (tries_allowed.PASSWORD_BY_NAME_AND_ADDRESS, both),
        (tries_allowed.PASSWORD_BY_NAME, name_key),
        (tries_allowed.PASSWORD_BY_ADDRESS, address_key),
    ]
    spent = limits.spend(session, wanted, real_now=real_now)
    staff = session.scalar(select(Staff).filter_by(username=name, active=True))
    if staff is None:
        return SignInTry(None, NOBODY, spent)
    return SignInTry(staff.id, staff.password_hash, spent)


def fits(attempt: SignInTry, password: str) -> bool:
    """Whether a password is right. Slow on purpose: call it outside a transaction."""
    right = passwords.matches(attempt.password_hash, password)
    return right and attempt.staff_id is not None


def pass_password(session: Session, attempt: SignInTry, password: str) -> Staff | None:
    """The member of staff whose password ``fits``; None: the account changed meanwhile.

    The try is given back. A hash made with weaker settings is renewed.
    """
    staff = session.get(Staff, attempt.staff_id or 0)
    if staff is None or not staff.active:
        return None
    if staff.password_hash != attempt.password_hash:
        return None  # changed during the check
    limits.give_back(session, attempt.spent)
    if passwords.HASHER.check_needs_rehash(staff.password_hash):
        staff.password_hash = passwords.HASHER.hash(passwords.normal(password))
    return staff


def sign_in(
    session: Session, staff_id: int, *, now: datetime, real_now: datetime
) -> str:
    """Sign in somebody who has passed every step; return the session's token."""
    actor = Actor(ActorKind.STAFF, str(staff_id))
    audit.record(session, actor, "staff.signed_in", ("staff", staff_id), now=now)
    return sessions.open_for_staff(session, staff_id, real_now=real_now)


def acting(session: Session, viewer: Viewer) -> Staff:
    """The member of staff who is signed in, to act in their own name."""
    return session.get_one(Staff, viewer.staff_id)


def add_staff(
    session: Session,
    *,
    site_id: int,
    username: str,
    display_name: str,
    role: str,
    password: str,
    language: str,
    by: Actor,
    now: datetime,
) -> Staff:
    """Add a member of staff.

    Raises:
        InvalidInput: the name is taken or unusable, the role or language unknown,
            the password too weak.
    """
    name = normal_name(username)
    _check_name(session, name, display_name)
    if role not in set(Role):
        raise InvalidInput("There is no such role.", field="role")
    if language not in LANGUAGES:
        raise InvalidInput("There is no such language.", field="language")
    staff = Staff(
        site_id=site_id,
        username=name,
        display_name=display_name.strip(),
        role=role,
        password_hash=passwords.hashed(password, not_in=name),
        language=language,
        active=True,
        created_at=now,
    )
    session.add(staff)
    session.flush()
    audit.record(session, by, "staff.added", ("staff", staff.id), now=now, role=role)
    return staff


def _check_name(session: Session, name: str, display_name: str) -> None:
    if not name or len(name) > LONGEST_NAME or any(c.isspace() for c in name):
        raise InvalidInput(
            "A user name has 1 to 64 characters and no space.", field="username"
        )
    if not display_name.strip() or len(display_name) > LONGEST_NAME:
        raise InvalidInput("A name has 1 to 64 characters.", field="display_name")
    if session.scalar(select(Staff.id).filter_by(username=name)) is not None:
        raise InvalidInput("This user name is taken.", field="username")


def set_password(
    session: Session,
    staff_id: int,
    password: str,
    *,
    by: Actor,
    now: datetime,
    real_now: datetime,
) -> None:
    """Set a new password; every session of the account ends.

    Raises:
        InvalidInput: the password is too weak.
        NotFound: there is no such account.
    """
    staff = _known(session, staff_id)
    staff.password_hash = passwords.hashed(password, not_in=staff.username)
    sessions.end_all_of_staff(session, staff.id, real_now=real_now)
    audit.record(session, by, "staff.password_set", ("staff", staff.id), now=now)


def disable(
    session: Session, staff_id: int, *, by: Actor, now: datetime, real_now: datetime
) -> None:
    """Close an account: sign-in stops working, its sessions end. A repeat does nothing.

    Raises:
        NotFound: there is no such account.
    """
    staff = _known(session, staff_id)
    staff.active = False
    sessions.end_all_of_staff(session, staff.id, real_now=real_now)
    audit.record(session, by, "staff.disabled", ("staff", staff.id), now=now)


def _known(session: Session, staff_id: int) -> Staff:
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise NotFound("There is no such account.")
    return staff


def normal_name(text: str) -> str:
    """A user name as stored: no blanks around it, lower case, one Unicode form."""
    return nfkc(text[: LONGEST_NAME * 4]).strip().casefold()
