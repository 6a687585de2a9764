"""The blueprint of the signed-in participant's pages, and whom they are about."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from portal.diary.judgement import of_entry
from portal.people import reporters
from portal.people.access import visible
from portal.people.case import Case
from portal.protocol.study.model import Study
from portal.web.frame import access
from portal.web.frame.access import GuardedBlueprint
from portal.web.frame.language import language, tongue
from portal.web.frame.sites import SiteCard, sites

blueprint = GuardedBlueprint("participant", __name__, guard="participant")


@dataclass(frozen=True)
class Subject:
    """The participant that the viewer's pages are about."""

    case: Case
    site: SiteCard
    reporter: str

    @property
    def study(self) -> Study:
        """The study they follow."""
        return self.case.study

    def of_entry(self, entry_id: int) -> Subject:
        """The same by the version that one of their entries began under."""
        return replace(self, case=of_entry(self.case, entry_id))


def subject(db: Session) -> Subject:
    """Whom the viewer may read about: themselves, or the person they care for."""
    viewer, runtime = access.signed_in(), access.runtime()
    participant = visible.own(db, viewer)
    study = runtime.study(db, participant.study_version_id)
    return Subject(
        case=Case(db, study, participant, runtime.now()),
        site=sites().card(participant.site_id, language()),
        reporter=reporters.usual(viewer.caregiver_id),
    )


def together(*sentences: str) -> str:
    """Sentences after one another, as the language writes them."""
    return tongue().marks.gap.join(filter(None, sentences))
