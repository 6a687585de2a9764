"""The blueprint the diary's pages hang on, and who is writing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal import audit
from portal.db.people import Participant
from portal.diary.submission import Writer
from portal.errors import NotFound
from portal.protocol.study.model import Study
from portal.web.frame import access, reporting
from portal.web.frame.access import GuardedBlueprint
from portal.web.frame.language import language

blueprint = GuardedBlueprint("diary", __name__, guard="reporter")


@dataclass(frozen=True)
class DiaryContext:
    """Who writes about whom, in which study."""

    participant: Participant
    study: Study
    usual_reporter: str
    actor: audit.Actor
    device_id: int | None

    def writer(self, reporter: str) -> Writer:
        """This person, filling in as ``reporter`` (self, caregiver)."""
        return Writer(reporter, language(), self.actor, self.device_id)


def desk(db: Session) -> DiaryContext:
    """Who is writing from this phone.

    Raises:
        NotFound: the guard let nobody in.
    """
    found = reporting.reporter()
    if found is None:
        raise NotFound("There is nothing here.")
    participant = db.get_one(Participant, found.person.participant_id)
    study = access.runtime().study(db, participant.study_version_id)
    usual = "self" if found.person.caregiver_id is None else "caregiver"
    return DiaryContext(participant, study, usual, found.person.actor, found.device_id)
