"""The short code that names an alert among people: four letters, never used again."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.alerts import Alert
from portal.protocol.words.requests import CODE_LENGTH, CODE_LETTERS, read_text


def unused(session: Session) -> str:
    """A random code that no alert has ever had and that is no command such as HELP."""
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        taken = session.scalar(select(Alert.id).where(Alert.code == code))
        if taken is None and read_text(code).code == code:
            return code
