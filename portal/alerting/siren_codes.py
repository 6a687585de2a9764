"""The code that sets up a ward's screen, and how often one may be tried.

As with every code to sign in, tries are counted by the address they come from, and the
one that was right is given back.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.alerting import sirens
from portal.people.access import limits, tries_allowed
from portal.people.access.keys import Keyring


def try_code(
    session: Session,
    keyring: Keyring,
    typed: str,
    *,
    address: str,
    now: datetime,
    real_now: datetime,
) -> str | None:
    """Exchange a code for the credential that the screen keeps; None: invalid code.

    Commit after every result. A code works once.

    Raises:
        TryLater: too many codes were tried from this address.
    """
    key = keyring.digest("address", address)
    counted = limits.every(tries_allowed.SIREN, key)
    spent = limits.spend(session, counted, real_now=real_now)
    secret = sirens.set_up(session, typed, now=now, real_now=real_now)
    if secret is not None:
        limits.give_back(session, spent)
    return secret
