"""A case: one participant with the study they follow, at one time.

Most rules ask about a participant at the present time. They take a case instead of its
four parts, so that no caller combines a person with another's study or another time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal import study_versions
from portal.db.tables.people import Participant, Site
from portal.people import timeline
from portal.protocol.calendar import study_days
from portal.protocol.calendar.whereabouts import Milestones, Place, place_on
from portal.protocol.study.model import Study


@dataclass(frozen=True)
class Case:
    """``study`` is the version that the participant follows; ``now`` is study time.

    ``version_id`` is set if ``study`` is another version, for something that began
    before the participant was moved (``under``).
    """

    session: Session
    study: Study
    participant: Participant
    now: datetime
    version_id: int | None = None

    @property
    def study_version_id(self) -> int:
        """The id of the row of ``study``."""
        return self.version_id or self.participant.study_version_id

    def under(self, version_id: int | None) -> Case:
        """The same case under another version; None: the same version.

        The version is read from the database, because this is rare.
        """
        if version_id is None or version_id == self.study_version_id:
            return self
        study = study_versions.load(self.session, version_id)
        return replace(self, study=study, version_id=version_id)

    @property
    def site(self) -> Site:
        """The participant's site; its zone decides which day it is."""
        return self.session.get_one(Site, self.participant.site_id)

    @property
    def today(self) -> date:
        """Today at the site."""
        return timeline.local_today(self.session, self.participant, now=self.now)

    @property
    def milestones(self) -> Milestones:
        """The dates that their timeline depends on."""
        return timeline.milestones(self.session, self.participant)

    @property
    def phase(self) -> str:
        """The participant's phase today."""
        return study_days.phase_on(self.study, self.milestones, self.today)

    @property
    def place(self) -> Place:
        """Where the participant is today, if known."""
        return place_on(self.study, self.milestones, self.today)

    def noon(self, day: date) -> datetime:
        """Noon of a day at the site, as a time."""
        return study_days.moment_at(day, "12:00", self.site.time_zone)

    def lock(self) -> Case:
        """Lock the participant, so that no other transaction changes them.

        The case keeps its study version even if the participant was moved meanwhile.
        """
        before = self.study_version_id
        self.session.get_one(Participant, self.participant.id, with_for_update=True)
        return (
            self
            if self.study_version_id == before
            else replace(self, version_id=before)
        )
