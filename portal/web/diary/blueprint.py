"""The blueprint of the diary's pages, and who is writing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from portal import audit
from portal.diary.submission import Writer
from portal.diary.writing import draft_screens
from portal.errors import NotFound
from portal.people import reporters
from portal.people.case import Case
from portal.protocol.study.model import Study
from portal.web.frame import reporting
from portal.web.frame.access import GuardedBlueprint
from portal.web.frame.language import language

blueprint = GuardedBlueprint("diary", __name__, guard="reporter")


@dataclass(frozen=True)
class DiaryContext:
    """Who writes, and about whom."""

    case: Case
    usual_reporter: str
    actor: audit.Actor
    device_id: int | None

    @property
    def study(self) -> Study:
        """The study of the person whom the diary is about."""
        return self.case.study

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
    usual = reporters.usual(found.person.caregiver_id)
    case = reporting.case_of(db, found)
    return DiaryContext(case, usual, found.person.actor, found.device_id)


def desk_of(db: Session, draft_id: str) -> DiaryContext:
    """The same for a diary in progress: by the version that it began under.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    writing = desk(db)
    return replace(writing, case=draft_screens.case_of(writing.case, draft_id))
