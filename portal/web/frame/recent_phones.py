"""Whose phone it is, as this process last read it: for when the database is away.

Only a report that the database could not take is named by it; it opens no page.
"""

from __future__ import annotations

from typing import cast

from flask import current_app

from portal.people.access.keys import token_hash
from portal.people.reporters import Person

MOST = 2000


def remember(secret: str, person: Person) -> None:
    """Keep whose phone holds ``secret``; of very many the oldest is forgotten."""
    known = _known()
    while len(known) >= MOST:
        known.pop(next(iter(known)), None)
    known[token_hash(secret)] = person


def holder(secret: str) -> Person | None:
    """Whose phone it is, where this process has seen it."""
    return _known().get(token_hash(secret))


def _known() -> dict[str, Person]:
    known = current_app.extensions.setdefault("recent_phones", {})
    return cast("dict[str, Person]", known)
