"""Who is on call, in a file beside the red-flag journal, for when the database is down.

The engine renews this card each minute. It holds numbers of staff and wards only, and
the approved words of a page with a placeholder for the code.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.alerting.pages import TEMPLATES
from portal.db.tables.people import Site, Staff, StudyVersion
from portal.people import contacts, rota
from portal.protocol.study.filling import fill
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.study_versions import StudyOf
from portal.vocabulary.messages import Channel

PLACE = "J000"  # the placeholder of the code


@dataclass(frozen=True)
class CallListEntry:
    """One number or address, with its channel and words."""

    channel: Channel
    number: str
    language: str
    words: str

    def saying(self, code: str) -> str:
        """The words with the code of a report filled in."""
        return self.words.replace(PLACE, code)


def on_call(
    session: Session, study_of: StudyOf, *, now: datetime
) -> list[CallListEntry]:
    """Everybody whom an emergency pages now at any site, and each site's catch-all."""
    version = session.scalar(select(StudyVersion).order_by(StudyVersion.id.desc()))
    if version is None:
        return []
    study = study_of(version.id)
    rings: dict[tuple[str, str], CallListEntry] = {}
    for site_id in session.scalars(select(Site.id).order_by(Site.id)):
        for staff, channels in _people(session, study, site_id, now).values():
            contact = contacts.mobile(session, staff_id=staff.id)
            address = contacts.email(session, staff_id=staff.id)
            ways = [(contact, channel) for channel in channels]
            for way, channel in [*ways, (address, Channel.EMAIL)]:
                if way is not None and way.value is not None:
                    ring = _ring(study, channel, way.value, staff.language)
                    rings[ring.number, channel] = ring
        ward = contacts.mobile(session, site_id=site_id)
        if ward is not None and ward.value is not None:
            rings[ward.value, Channel.CALL] = _ring(
                study, Channel.CALL, ward.value, study.languages[0]
            )
    return list(rings.values())


def _people(
    session: Session, study: Study, site_id: int, now: datetime
) -> dict[int, tuple[Staff, dict[Channel, None]]]:
    people: dict[int, tuple[Staff, dict[Channel, None]]] = {}
    for step in study.policies[Tier.EMERGENCY].steps:
        for role in step.roles:
            for staff in rota.on_call(session, site_id, role, now=now):
                _, channels = people.setdefault(staff.id, (staff, {}))
                channels.update(dict.fromkeys(map(Channel, step.channels)))
    return people


def _ring(study: Study, channel: Channel, number: str, language: str) -> CallListEntry:
    policy = study.policies[Tier.EMERGENCY]
    words = fill(
        study.texts[TEMPLATES[channel]],
        language,
        {
            "level": policy.title.say(language),
            "code": PLACE,
            "minutes": str(policy.ack_minutes),
        },
    )
    return CallListEntry(channel, number, language, words)


def path_of(journal: str) -> Path:
    """The path of a journal's card."""
    return Path(f"{journal}.on-call")


def keep(journal: str, rings: list[CallListEntry]) -> None:
    """Replace the card; only the portal's own user can read it.

    Raises:
        OSError: it cannot be written.
    """
    path = path_of(journal)
    part = path.with_name(f"{path.name}.part")
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as written:
        json.dump([asdict(ring) for ring in rings], written, ensure_ascii=False)
        written.flush()
        os.fsync(written.fileno())
    part.replace(path)


def read(journal: str) -> list[CallListEntry]:
    """The entries of the card; none if there is no readable card."""
    try:
        rows = json.loads(path_of(journal).read_text("utf-8"))
        return [CallListEntry(**row) for row in rows]
    except (OSError, ValueError, TypeError):
        return []
