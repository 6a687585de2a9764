"""A case: one participant by the study they follow, at one moment.

Most rules ask about somebody as of now. They take a case rather than its four parts, so
that no caller pairs a person with another's study or with another moment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal import study_versions
from portal.db.people import Participant, Site
from portal.people import timeline
from portal.protocol.calendar import study_days
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.model import Study


@dataclass(frozen=True)
class Case:
    """``study`` is the version that the participant follows; ``now`` is study time.

    ``version_id`` is that of ``study`` where it is another: of what began before the
    participant was moved (``under``).
    """

    session: Session
    study: Study
    participant: Participant
    now: datetime
    version_id: int | None = None

    @property
    def study_version_id(self) -> int:
        """The row of ``study``."""
        return self.version_id or self.participant.study_version_id

    def under(self, version_id: int | None) -> Case:
        """The same by another version that they followed; None: by this one.

        It is read anew: what began before somebody was moved is rare.
        """
        if version_id is None or version_id == self.study_version_id:
            return self
        study = study_versions.load(self.session, version_id)
        return replace(self, study=study, version_id=version_id)

    @property
    def site(self) -> Site:
        """Where they are treated: its zone says which day it is."""
        return self.session.get_one(Site, self.participant.site_id)

    @property
    def today(self) -> date:
        """The site's day."""
        return timeline.local_today(self.session, self.participant, now=self.now)

    @property
    def phase(self) -> str:
        """The phase that holds today."""
        return timeline.phase(
            self.session, self.study, self.participant, today=self.today
        )

    @property
    def place(self) -> Place:
        """Where the participant is today, as far as anybody has said."""
        return timeline.place(self.session, self.participant, today=self.today)

    def noon(self, day: date) -> datetime:
        """A day as a moment: its noon at the site."""
        return study_days.moment_at(day, "12:00", self.site.time_zone)

    def lock(self) -> Case:
        """Let nothing else change about the participant in this transaction.

        Whoever was moved to another version meanwhile is dealt with by this one still.
        """
        before = self.study_version_id
        self.session.get_one(Participant, self.participant.id, with_for_update=True)
        return (
            self
            if self.study_version_id == before
            else replace(self, version_id=before)
        )
