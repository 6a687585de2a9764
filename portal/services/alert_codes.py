"""The short code by which people speak of an alert: four letters, never used again."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.alerts import Alert

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that reads like another
LENGTH = 4


def unused(session: Session) -> str:
    """A random code that no alert has or had."""
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        if session.scalar(select(Alert.id).where(Alert.code == code)) is None:
            return code
