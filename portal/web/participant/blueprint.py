"""The blueprint of the signed-in participant's pages, and whom they are about."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.db.people import Participant
from portal.people.access import visible
from portal.protocol.study.model import Study
from portal.web.frame import access
from portal.web.frame.access import GuardedBlueprint
from portal.web.frame.language import language
from portal.web.frame.sites import SiteCard, sites

blueprint = GuardedBlueprint("participant", __name__, guard="participant")


@dataclass(frozen=True)
class Subject:
    """The participant that the viewer's pages are about."""

    participant: Participant
    site: SiteCard
    study: Study
    reporter: str


def subject(db: Session) -> Subject:
    """Whom the signed-in viewer may read about: themselves, or who they care for."""
    viewer = access.signed_in()
    participant = visible.own(db, viewer)
    return Subject(
        participant=participant,
        site=sites().card(participant.site_id, language()),
        study=access.runtime().study(db, participant.study_version_id),
        reporter="self" if viewer.caregiver_id is None else "caregiver",
    )


def together(*sentences: str) -> str:
    """Sentences after one another, as the language writes them."""
    return ("" if language() == "zh" else " ").join(filter(None, sentences))
