"""The UUIDs of what follows from another UUID: the same input gives the same id.

A form sent twice, a screen that waited on a phone and a line of the red-flag journal
must find one version, not store three. The phone's scripts compute none of these ids:
a kept entry names the UUID of its red-flag screen or of its draft, and the portal
derives the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5


def content_hash(answers: Mapping[str, Any]) -> str:
    """A hash of answers that the order of keys does not change."""
    text = json.dumps(answers, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def rest_of(entry_id: str) -> str:
    """The draft that follows the red-flag screen ``entry_id``."""
    return str(uuid5(UUID(entry_id), "rest"))


def version_of(base_id: str, answers: Mapping[str, Any]) -> str:
    """The version that says ``answers`` about a draft or version ``base_id``."""
    return str(uuid5(UUID(base_id), content_hash(answers)))
