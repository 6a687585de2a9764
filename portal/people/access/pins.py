"""The PIN of an enrolled phone: a few digits that show what its owner may read.

It works only on the phone on which it was chosen. Tries are counted in the database,
and a new sign-in code is always another way in. A report needs no PIN, so no limit here
can prevent one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.characters import nfkc
from portal.db.tables.access import Device
from portal.errors import InvalidInput
from portal.people.access import limits, passwords, tries_allowed
from portal.people.access.keys import Keyring
from portal.people.access.limits import Spent
from portal.people.reporters import Person

LENGTH = 6
"""The number of digits of a PIN; pages, refusals and the list ``RUNS`` follow it."""
EASY = frozenset({"121212", "123123", "112233", "123321", "520520", "131452", "147258"})
RUNS = ("01234567890123", "98765432109876")


@dataclass(frozen=True)
class PinTry:
    """One try, counted before the PIN is checked."""

    device_id: int
    pin_hash: str = field(repr=False)
    spent: Spent


def hashed(typed: str) -> str:
    """The hash of a new PIN. Slow on purpose: call it outside a transaction.

    Raises:
        InvalidInput: it has the wrong length or is easy to guess.
    """
    pin = _digits(typed)
    if pin is None:
        raise InvalidInput(
            "A PIN has %(digits)s digits.", field="pin", digits=str(LENGTH)
        )
    if len(set(pin)) < 3 or pin in EASY or any(pin in run for run in RUNS):
        raise InvalidInput("This PIN is too easy to guess.", field="pin")
    return passwords.HASHER.hash(pin)


def is_pin(typed: str) -> bool:
    """Whether this has the form of a PIN; a typing slip does not count as a try."""
    return _digits(typed) is not None


def _digits(typed: str) -> str | None:
    plain = re.sub(r"[\s-]", "", nfkc(typed[:40]))
    return plain if re.fullmatch(rf"[0-9]{{{LENGTH}}}", plain) else None


def choose(
    session: Session,
    person: Person,
    device_id: int,
    pin_hash: str,
    *,
    now: datetime,
    real_now: datetime,
) -> None:
    """Store a PIN for a phone; it replaces the previous one."""
    device = session.get_one(Device, device_id)
    device.pin_hash, device.pin_since = pin_hash, real_now
    subject = ("device", device_id)
    audit.record(session, person.actor, "device.pin_chosen", subject, now=now)


def begin_try(
    session: Session, keyring: Keyring, device_id: int, *, real_now: datetime
) -> PinTry:
    """Count a try and return the hash that the PIN must match; commit after it.

    Raises:
        TryLater: too many wrong PINs on this phone.
        InvalidInput: the phone has no PIN.
    """
    device = session.get_one(Device, device_id)
    if device.pin_hash is None:
        raise InvalidInput("This phone has no PIN.", field="pin")
    key = keyring.digest("pin", str(device_id))
    spent = limits.spend(
        session, limits.every(tries_allowed.PIN, key), real_now=real_now
    )
    return PinTry(device_id, device.pin_hash, spent)


def fits(attempt: PinTry, typed: str) -> bool:
    """Whether a PIN is right. Slow on purpose: call it outside a transaction."""
    pin = _digits(typed)
    return pin is not None and passwords.matches(attempt.pin_hash, pin)


def passed(session: Session, attempt: PinTry) -> bool:
    """Give a right try back; False: the PIN has changed or the phone was ended."""
    device = session.get_one(Device, attempt.device_id)
    if device.pin_hash != attempt.pin_hash or device.revoked_at is not None:
        return False
    limits.give_back(session, attempt.spent)
    return True
