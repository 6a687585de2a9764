"""The treatment card: what a doctor who has never seen this person must know at once.

Its sentences are the study's, in each of its languages. Only the name and D0 are the
person's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.db.tables.people import Participant, Site
from portal.people import contacts
from portal.protocol.demands.messages import CARD
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text

SHOWN = ("code", "name")


@dataclass(frozen=True)
class TreatmentCard:
    """One card. ``who`` is the name or the study code, as the site chose.

    ``sentences`` holds those of ``CARD`` that the study has, with their placeholders
    unfilled.
    """

    who: str
    is_name: bool
    began: date
    site: Text
    duty_line: str
    emergency_number: str
    sentences: dict[str, Text]
    languages: tuple[str, ...]


def of(session: Session, study: Study, participant: Participant) -> TreatmentCard:
    """The card of a participant; without a name on record it shows the study code."""
    site = session.get_one(Site, participant.site_id)
    name = None
    if site.card_shows == "name":
        name = contacts.name(session, participant_id=participant.id)
    return TreatmentCard(
        who=name or participant.code,
        is_name=bool(name),
        began=participant.d0,
        site=Text(site.name),
        duty_line=site.duty_line,
        emergency_number=site.emergency_number,
        sentences={
            part: study.messages[f"card_{part}"].text
            for part in CARD
            if f"card_{part}" in study.messages
        },
        languages=study.languages,
    )
