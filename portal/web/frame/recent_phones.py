"""Whose phone it is, as this process last read it: for when the database is away.

It only names the person of a report that the database could not store; it opens no
page.
"""

from __future__ import annotations

from typing import cast

from flask import current_app

from portal.people.access.keys import token_hash
from portal.people.reporters import Person

MOST = 2000


def remember(secret: str, person: Person) -> None:
    """Keep whose phone holds ``secret``; when there are too many, forget the oldest."""
    known = _known()
    while len(known) >= MOST:
        known.pop(next(iter(known)), None)
    known[token_hash(secret)] = person


def holder(secret: str) -> Person | None:
    """Whose phone it is, if this process has seen it."""
    return _known().get(token_hash(secret))


def _known() -> dict[str, Person]:
    known = current_app.extensions.setdefault("recent_phones", {})
    return cast("dict[str, Person]", known)
