"""A long queue at once: reminders to many invented people, all due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from portal.db.tables.outbox import Message
from portal.db.tables.people import Contact
from tests.support.outbox import World

FIRST = 1_000  # the id of the first contact


def queue_reminders(world: World, many: int) -> None:
    """One reminder to each of so many numbers."""
    now = world.runtime.now()
    with world.runtime.writing() as session:
        mine = session.get_one(Contact, world.person.id)
        shared = {c.name: getattr(mine, c.name) for c in Contact.__table__.columns}
        numbers = [f"+8614{n:09}" for n in range(many)]
        rows = [shared | {"id": FIRST + n, "value": v} for n, v in enumerate(numbers)]
        session.execute(insert(Contact), rows)
        session.execute(insert(Message), [_reminder(world, row, now) for row in rows])


def _reminder(world: World, contact: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "dedupe_key": f"D:{contact['id']}",
        "purpose": "reminder",
        "priority": 5,
        "channel": "text",
        "contact_id": contact["id"],
        "contact_version": contact["version"],
        "study_version_id": world.study_version_id,
        "template": "diary_due",
        "variables": {"tel": "02885420000"},
        "language": "en",
        "state": "queued",
        "state_reason": "",
        "created_at": now,
        "updated_at": now,
        "next_try_at": now,
        "tries": 0,
        "participant_id": world.participant_id,
    }
