"""Sign-in codes on paper: made by staff for one person when texts do not arrive.

A code has twelve digits, is valid for three days and one use on one phone, and a newer
one ends it. A code by text is tried together with a number; a paper code alone
identifies its person, so tries are limited by address only. With 10^12 codes guessing
is hopeless.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.characters import nfkc
from portal.db.tables.access import PaperCode
from portal.people import reporters
from portal.people.access import limits, tries_allowed
from portal.people.access.keys import Keyring
from portal.people.reporters import Person

LIFE = timedelta(days=3)
DIGITS = 12
"""How many a code has; pages and refusals follow it."""
GROUP = 4


@dataclass(frozen=True)
class PrintedCode:
    """A code as printed, in groups of four, and when it expires (real time)."""

    code: str
    expires_at: datetime


@dataclass(frozen=True)
class RejectedPaperCode:
    """The code was not accepted: ``malformed``, ``unknown``, ``used`` or ``over``."""

    reason: str


def make(
    session: Session,
    keyring: Keyring,
    person: Person,
    *,
    actor: audit.Actor,
    now: datetime,
    real_now: datetime,
) -> PrintedCode:
    """Make a code for a person; the previous one no longer works.

    Only this call returns the digits: only their hash is stored.
    """
    _end_others(session, person, real_now)
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    expires_at = real_now + LIFE
    session.add(
        PaperCode(
            participant_id=person.participant_id,
            caregiver_id=person.caregiver_id,
            code_hash=_hash(keyring, digits),
            made_by=int(actor.id),
            created_at=real_now,
            expires_at=expires_at,
        )
    )
    subject = ("participant", person.participant_id)
    whose = person.caregiver_id
    audit.record(session, actor, "paper_code.made", subject, now=now, caregiver=whose)
    return PrintedCode(_grouped(digits), expires_at)


def _end_others(session: Session, person: Person, real_now: datetime) -> None:
    session.execute(
        update(PaperCode)
        .where(
            PaperCode.participant_id == person.participant_id,
            PaperCode.caregiver_id.is_not_distinct_from(person.caregiver_id),
            PaperCode.used_at.is_(None),
            PaperCode.ended_at.is_(None),
        )
        .values(ended_at=real_now)
    )


def _hash(keyring: Keyring, digits: str) -> str:
    return keyring.digest("paper", digits)


def _grouped(digits: str) -> str:
    return " ".join(digits[at : at + GROUP] for at in range(0, DIGITS, GROUP))


def try_code(
    session: Session,
    keyring: Keyring,
    typed: str,
    *,
    address: str,
    real_now: datetime,
) -> Person | RejectedPaperCode:
    """Use a code: return its person, or why it was refused. Commit after every result.

    Raises:
        TryLater: too many codes were tried from this address.
    """
    digits = _digits(typed)
    if digits is None:
        return RejectedPaperCode("malformed")
    key = keyring.digest("address", address)
    spent = limits.spend(
        session, [(tries_allowed.PAPER_CODE_BY_ADDRESS, key)], real_now=real_now
    )
    query = select(PaperCode).filter_by(code_hash=_hash(keyring, digits))
    paper = session.scalar(query.with_for_update())
    if paper is None:
        return RejectedPaperCode("unknown")
    if paper.used_at is not None:
        return RejectedPaperCode("used")
    person = reporters.find(session, paper.participant_id, paper.caregiver_id)
    over = paper.ended_at is not None or real_now >= paper.expires_at
    if over or person is None:
        return RejectedPaperCode("over")
    paper.used_at = real_now
    limits.give_back(session, spent)
    return person


def _digits(typed: str) -> str | None:
    plain = re.sub(r"[\s-]", "", nfkc(typed[:60]))
    return plain if re.fullmatch(rf"[0-9]{{{DIGITS}}}", plain) else None


def newest(
    session: Session, participant_id: int, caregiver_id: int | None
) -> PaperCode | None:
    """The last code made for a person, used or not, or None."""
    query = select(PaperCode).where(
        PaperCode.participant_id == participant_id,
        PaperCode.caregiver_id.is_not_distinct_from(caregiver_id),
    )
    return session.scalar(query.order_by(PaperCode.id.desc()).limit(1))
