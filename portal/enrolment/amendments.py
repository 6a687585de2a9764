"""Versions of the study for the team: who follows which, and what each changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from portal.db.tables.people import Participant, Staff, StudyAdoption, StudyVersion
from portal.enrolment import adoption
from portal.enrolment.adoption import MovablePerson
from portal.errors import NotFound
from portal.protocol.amendment.change import StudyChange
from portal.protocol.amendment.differences import differences
from portal.protocol.study.text import Text
from portal.study_versions import StudyOf


@dataclass(frozen=True)
class VersionLine:
    """One version that the database keeps; ``people`` of the site follow it."""

    id: int
    study_id: str
    version: str
    approved: bool
    people: int


@dataclass(frozen=True)
class Comparison:
    """What the version changes against an earlier one that people here follow."""

    earlier: str
    changes: tuple[StudyChange, ...]


@dataclass(frozen=True)
class AmendmentPage:
    """A version, what it changes, whom it would move, and who was moved already.

    ``movable`` has each person with the version that they follow now; ``consent`` is
    the version of the form that they must have signed, or None.
    """

    line: VersionLine
    title: Text
    consent: str | None
    comparisons: tuple[Comparison, ...]
    movable: tuple[tuple[MovablePerson, str], ...]
    moved: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True)
class VersionAdopted:
    """A line of a timeline: a person was moved from one version to another."""

    at: datetime
    before: str
    after: str
    reason: str
    by: str

    @property
    def kind(self) -> str:
        """Its kind among the items of a timeline."""
        return "adoption"


def moves_of(session: Session, participant: Participant) -> list[VersionAdopted]:
    """Every move of one person, oldest first."""
    before, after = aliased(StudyVersion), aliased(StudyVersion)
    query = (
        select(StudyAdoption, before.version, after.version, Staff.display_name)
        .join(before, before.id == StudyAdoption.from_version_id)
        .join(after, after.id == StudyAdoption.to_version_id)
        .join(Staff, Staff.id == StudyAdoption.staff_id)
        .where(StudyAdoption.participant_id == participant.id)
    )
    rows = session.execute(query.order_by(StudyAdoption.id))
    return [
        VersionAdopted(row.at, old, new, row.reason, by) for row, old, new, by in rows
    ]


def versions(session: Session, site_id: int) -> Sequence[VersionLine]:
    """Every version, the newest first."""
    here = (Participant.study_version_id == StudyVersion.id) & (
        Participant.site_id == site_id
    )
    query = (
        select(StudyVersion, func.count(Participant.id))
        .outerjoin(Participant, here)
        .group_by(StudyVersion.id)
        .order_by(StudyVersion.id.desc())
    )
    return [_line(row, people) for row, people in session.execute(query)]


def _line(row: StudyVersion, people: int) -> VersionLine:
    return VersionLine(row.id, row.study_id, row.version, row.approved, people)


def page(
    session: Session, study_of: StudyOf, version_id: int, site_id: int
) -> AmendmentPage:
    """One version compared with those that the site follows, else with its predecessor.

    Raises:
        NotFound: there is no such version.
    """
    lines = {line.id: line for line in versions(session, site_id)}
    row = session.get(StudyVersion, version_id)
    if row is None:
        raise NotFound("There is no such study version.")
    movable = adoption.candidates(session, study_of, row, site_id)
    study = study_of(version_id)
    earlier = dict.fromkeys(one.from_version_id for one in movable)
    return AmendmentPage(
        line=lines[version_id],
        title=study.title,
        consent=study.consent,
        comparisons=tuple(
            Comparison(lines[number].version, differences(study_of(number), study))
            for number in earlier or _before(lines, lines[version_id])
        ),
        movable=tuple((one, lines[one.from_version_id].version) for one in movable),
        moved=_moved(session, version_id, site_id),
    )


def _before(lines: dict[int, VersionLine], line: VersionLine) -> list[int]:
    """The version of the same study that was kept before this one, if any."""
    older = [
        one.id
        for one in lines.values()
        if one.study_id == line.study_id and one.id < line.id
    ]
    return older[:1]


def _moved(
    session: Session, version_id: int, site_id: int
) -> tuple[tuple[str, datetime], ...]:
    query = (
        select(Participant.code, StudyAdoption.at)
        .join(Participant, Participant.id == StudyAdoption.participant_id)
        .where(
            StudyAdoption.to_version_id == version_id, Participant.site_id == site_id
        )
    )
    rows = session.execute(query.order_by(StudyAdoption.id.desc()))
    return tuple((code, at) for code, at in rows)
