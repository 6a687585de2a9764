"""Between a right password and being signed in: who is signing in, and for how long.

The browser holds it in its signed cookie, which proves only the password: a code is
still needed. It ends by itself, and at once after a new password.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from flask import session
from sqlalchemy.orm import Session

from portal.people.accounts import second_factor
from portal.people.accounts.accounts import Passed
from portal.people.accounts.seals import Seals
from portal.people.accounts.second_factor import CodeResult, OfferedSecret
from portal.web.frame import access
from portal.web.frame.language import gettext
from portal.web.parts import qr
from portal.web.parts.qr import QrDrawing

STEP = "staff_step"
LIFE = timedelta(minutes=15)


@dataclass(frozen=True)
class ShownSecret:
    """An offered secret as a page shows it."""

    offer: OfferedSecret
    qr: QrDrawing


def required() -> bool:
    """Whether all staff need a second factor: where real people are followed."""
    return access.runtime().settings.mode == "production"


def seals() -> Seals:
    """What seals the secrets."""
    settings = access.runtime().settings
    return Seals(settings.secret_key, settings.old_secret_key)


def begin(passed: Passed) -> None:
    """Note in this browser whose password was right."""
    ends = access.runtime().real_now() + LIFE
    session[STEP] = {
        "staff": passed.staff_id,
        "ends": ends.timestamp(),
        "proof": passed.proof,
    }


def under_way(db: Session) -> int | None:
    """Whose password was right in this browser a moment ago, by id, or None."""
    held = session.get(STEP)
    if held is None or held["ends"] <= access.runtime().real_now().timestamp():
        return None
    passed = Passed(held["staff"], held["proof"])
    return passed.staff_id if passed.holds(db, access.keyring()) else None


def shown(db: Session, staff_id: int) -> ShownSecret | None:
    """The secret offered to somebody, with its QR code; None: none is offered."""
    issuer = urlsplit(access.runtime().settings.public_url).hostname or "portal"
    offer = second_factor.offered(db, seals(), staff_id, issuer)
    return ShownSecret(offer, qr.drawing(offer.link)) if offer else None


def why(answer: CodeResult) -> str:
    """Why a code was refused, in a sentence."""
    if answer is CodeResult.UNREADABLE:
        return gettext(
            "Your second factor can no longer be read. Ask an administrator, "
            "in person, to reset it."
        )
    return gettext(
        "That is not the code of this half minute, or it was used already. "
        "Wait for the next one."
    )
