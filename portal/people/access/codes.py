"""Sign-in by a code sent to a number: six digits, five minutes, five tries, one use.

An unknown number is answered like any other: it gets a challenge, but its code is sent
to nobody. Codes use real time; the demo's clock does not move them.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.characters import nfkc
from portal.db.tables.access import Challenge
from portal.db.tables.people import Contact
from portal.messages import outbox
from portal.people import contacts, reporters
from portal.people.access import limits, tries_allowed
from portal.people.access.keys import Keyring, new_token, same
from portal.people.reporters import Person
from portal.phone_numbers import to_e164
from portal.vocabulary.messages import Channel, Purpose
from portal.vocabulary.people import ContactKind

DIGITS = 6
"""How many a code has; pages and refusals follow it."""
LIFE = timedelta(minutes=5)
TIME_TO_CHOOSE = timedelta(minutes=10)  # the person, after a right code


@dataclass(frozen=True)
class PendingCode:
    """A code was sent if the number belongs to somebody; ``number`` is E.164."""

    handle: str
    number: str


@dataclass(frozen=True)
class AcceptedCode:
    """The code was right: everybody with this number, at least one person."""

    people: tuple[Person, ...]


@dataclass(frozen=True)
class RejectedCode:
    """The code was not accepted: ``malformed``, ``wrong``, ``used_up`` or ``over``.

    ``left`` tries remain. ``over`` means expired, used, or replaced by a newer code.
    """

    reason: str
    left: int = 0


def request_code(
    session: Session,
    keyring: Keyring,
    typed: str,
    *,
    region: str,
    address: str,
    now: datetime,
    real_now: datetime,
) -> PendingCode:
    """Make a code for a number and queue its text; the previous code becomes invalid.

    Raises:
        InvalidInput: it is not a telephone number.
        TryLater: this number or address asked too often.
    """
    number = to_e164(typed, region)
    number_key = keyring.digest("number", number)
    address_key = keyring.digest("address", address)
    wanted = [
        *limits.every(tries_allowed.CODES_FOR_A_NUMBER, number_key),
        (tries_allowed.CODES_FROM_AN_ADDRESS, address_key),
    ]
    limits.spend(session, wanted, real_now=real_now)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    challenge = _replace_challenge(session, keyring, number_key, code, real_now)
    _queue_text(session, challenge, number, code, now)
    return PendingCode(challenge.handle, number)


def _replace_challenge(
    session: Session,
    keyring: Keyring,
    number_key: str,
    code: str,
    real_now: datetime,
) -> Challenge:
    session.execute(
        update(Challenge)
        .where(Challenge.number_key == number_key, Challenge.used_at.is_(None))
        .values(used_at=real_now)
    )
    handle = new_token()
    challenge = Challenge(
        handle=handle,
        number_key=number_key,
        code_hash=keyring.digest("code", handle, code),
        created_at=real_now,
        expires_at=real_now + LIFE,
        tries=0,
    )
    session.add(challenge)
    session.flush()
    return challenge


def _queue_text(
    session: Session, challenge: Challenge, number: str, code: str, now: datetime
) -> None:
    for contact in contacts.owners_of(session, number):
        person = reporters.behind(session, contact)
        if person is not None:
            letter = _letter(challenge, contact, person, code, now)
            outbox.enqueue(session, letter, now=now)
            return


def _letter(
    challenge: Challenge, contact: Contact, person: Person, code: str, now: datetime
) -> outbox.NewMessage:
    return outbox.NewMessage(
        dedupe_key=f"O:{challenge.id}",
        purpose=Purpose.CODE,
        channel=Channel.TEXT,
        contact=contact,
        study_version_id=person.study_version_id,
        template="code",
        language=person.language,
        variables={"code": code},
        not_after=now + LIFE,
        participant_id=person.participant_id,
    )


def try_code(
    session: Session,
    keyring: Keyring,
    handle: str,
    typed: str,
    *,
    address: str,
    real_now: datetime,
) -> AcceptedCode | RejectedCode:
    """Try a code once. A wrong one is counted, so commit after every result.

    Raises:
        TryLater: codes of this number, or from this address, were tried too often.
    """
    challenge = session.scalar(
        select(Challenge).filter_by(handle=handle).with_for_update()
    )
    if challenge is None or not _alive(challenge, real_now):
        return RejectedCode("over")
    left = tries_allowed.TRIES_OF_A_CODE - challenge.tries
    if left <= 0:
        return RejectedCode("used_up")
    code = _digits(typed)
    if code is None:
        return RejectedCode("malformed", left)
    address_key = keyring.digest("address", address)
    wanted = [
        (tries_allowed.CODE_BY_NUMBER, challenge.number_key),
        (tries_allowed.CODE_BY_ADDRESS, address_key),
    ]
    spent = limits.spend(session, wanted, real_now=real_now)
    challenge.tries += 1
    people = people_of(session, keyring, challenge)
    if not same(challenge.code_hash, keyring.digest("code", handle, code)):
        return RejectedCode("wrong" if left > 1 else "used_up", left - 1)
    challenge.used_at = real_now
    limits.give_back(session, spent)
    return AcceptedCode(people) if people else RejectedCode("over")


def _alive(challenge: Challenge, real_now: datetime) -> bool:
    return challenge.used_at is None and real_now < challenge.expires_at


def _digits(typed: str) -> str | None:
    plain = re.sub(r"[\s-]", "", nfkc(typed[:40]))
    return plain if re.fullmatch(rf"[0-9]{{{DIGITS}}}", plain) else None


def people_of(
    session: Session, keyring: Keyring, challenge: Challenge
) -> tuple[Person, ...]:
    """Everybody whose current number the challenge was for.

    Only a keyed hash of the number is stored, so every current number is hashed: this
    takes a millisecond for some thousand people.
    """
    numbers = select(Contact).filter_by(kind=ContactKind.MOBILE, retired_at=None)
    people = [
        reporters.behind(session, contact)
        for contact in session.scalars(numbers.order_by(Contact.id))
        if contact.value is not None
        and same(keyring.digest("number", contact.value), challenge.number_key)
    ]
    return tuple(person for person in people if person is not None)


def people_to_choose(
    session: Session, keyring: Keyring, handle: str, *, real_now: datetime
) -> tuple[Person, ...]:
    """Who can be chosen after a right code; nobody after the time to choose is over.

    The caller must have checked that this browser's code was right.
    """
    challenge = session.scalar(select(Challenge).filter_by(handle=handle))
    if challenge is None or real_now >= challenge.created_at + TIME_TO_CHOOSE:
        return ()
    return people_of(session, keyring, challenge)
