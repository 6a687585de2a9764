"""Every text that a participant will get, and when on their clock and the site's.

The same rules compute what the engine will send. What nobody can know yet (whether a
diary comes, whether a second reading is asked for) is said in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy.orm import Session

from portal.db.tables.people import Participant, Site
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.study.filling import fill
from portal.protocol.study.model import Study
from portal.visits.reminders.reminded_people import snapshot
from portal.visits.reminders.reminder_texts import to_whom, variables
from portal.visits.reminders.rules.hours import clock_changes
from portal.visits.reminders.rules.occasions import occasions
from portal.visits.reminders.rules.person import TEXTS, Occasion, OccasionKind
from portal.vocabulary.people import ActorKind, ParticipantStatus

FIXED = (OccasionKind.VISIT, OccasionKind.MOVED, OccasionKind.DATED)
"""Texts that come on a day that is known; the others only if no diary came."""
CONDITIONS = {
    OccasionKind.VISIT: "only while the visit stands on this day",
    OccasionKind.DIARY: "only if no diary by then",
    OccasionKind.EVENING: "only after one entry that day, if no second by then",
    OccasionKind.DATED: "",
    OccasionKind.RECHECK: "only if no second reading by then",
}
"""What must hold besides being in follow-up, by kind; empty: nothing else."""


@dataclass(frozen=True)
class PreviewedText:
    """One text to come. Local times carry their zone's offset.

    ``to`` is participant or caregiver; ``theirs`` is the hour at the reader's place,
    ``site`` the same moment at the hospital; ``their_change`` and ``site_change`` are
    the minutes by which clocks are moved there on that day, mostly 0.
    """

    key: str
    kind: OccasionKind
    to: str
    day: date
    at: datetime
    not_after: datetime
    theirs: datetime
    site: datetime
    their_change: int
    site_change: int
    condition: str
    text: str

    @property
    def to_caregiver(self) -> bool:
        """Whether a caregiver gets it, not the participant."""
        return self.to == ActorKind.CAREGIVER


@dataclass(frozen=True)
class Preview:
    """The texts of some days, and the days among them on which clocks change.

    ``changes`` holds the zone, the local day and the minutes. A person who is not in
    follow-up gets none: ``status`` says why.
    """

    code: str
    status: str
    zone: str
    site_zone: str
    since: datetime
    until: datetime
    lines: tuple[PreviewedText, ...]
    changes: tuple[tuple[str, date, int], ...]

    @property
    def fixed(self) -> list[PreviewedText]:
        """Those that come on a day that is known."""
        return [one for one in self.lines if one.kind in FIXED]

    @property
    def unless_reported(self) -> list[PreviewedText]:
        """Those that come only if no diary, or no second reading, came."""
        return [one for one in self.lines if one.kind not in FIXED]

    @property
    def in_follow_up(self) -> bool:
        """Whether anything is sent at all."""
        return self.status == ParticipantStatus.ACTIVE


@dataclass(frozen=True)
class ProposedZone:
    """A zone that somebody may live in: the hour there of a text about a visit, and the
    site's hour at the same moment.
    """

    zone: str
    hour: str
    site_hour: str


def in_zone(case: Case, zone: str) -> ProposedZone | None:
    """What another zone would mean today; None: there is no such zone."""
    if zone not in available_timezones():
        return None
    hour = case.study.reminders.visit_at
    at = study_days.moment_at(study_days.local_date(case.now, zone), hour, zone)
    there = at.astimezone(ZoneInfo(case.site.time_zone))
    return ProposedZone(zone, hour, f"{there:%H:%M}")


def preview(case: Case, *, days: int = 90) -> Preview:
    """Every text of the next ``days`` days as things are now, in order of time.

    Nothing is written. Without a working number the texts are still listed, in the
    participant's language.
    """
    site, until = case.site, case.now + timedelta(days=days)
    lines = tuple(_texts(case, site, until))
    zones = dict.fromkeys((case.participant.time_zone, site.time_zone))
    return Preview(
        code=case.participant.code,
        status=case.participant.status,
        zone=case.participant.time_zone,
        site_zone=site.time_zone,
        since=case.now,
        until=until,
        lines=lines,
        changes=tuple(one for zone in zones for one in _changes(zone, case.now, until)),
    )


def _texts(case: Case, site: Site, until: datetime) -> Iterator[PreviewedText]:
    who = (case.session, case.study, case.participant)
    if case.participant.status != ParticipantStatus.ACTIVE:
        return
    person = snapshot(case, since=case.now)
    for occasion in occasions(case.study, person, case.now, until):
        if occasion.kind in TEXTS:
            yield from _lines(*who, site, occasion)


def _lines(
    session: Session,
    study: Study,
    participant: Participant,
    site: Site,
    occasion: Occasion,
) -> list[PreviewedText]:
    people = to_whom(session, participant, occasion.to)
    languages = [one.language for one in people]
    if occasion.to == "participant":
        languages = [participant.language]
    return [
        _line(session, study, participant, site, occasion, language)
        for language in languages
    ]


def _line(
    session: Session,
    study: Study,
    participant: Participant,
    site: Site,
    occasion: Occasion,
    language: str,
) -> PreviewedText:
    values = variables(session, study, participant, occasion, language)
    theirs = occasion.at.astimezone(ZoneInfo(participant.time_zone))
    at_site = occasion.at.astimezone(ZoneInfo(site.time_zone))
    return PreviewedText(
        key=occasion.key,
        kind=occasion.kind,
        to=occasion.to,
        day=occasion.day,
        at=occasion.at,
        not_after=occasion.not_after,
        theirs=theirs,
        site=at_site,
        their_change=_minutes(theirs.date(), participant.time_zone),
        site_change=_minutes(at_site.date(), site.time_zone),
        condition=CONDITIONS[occasion.kind],
        text=fill(study.texts[occasion.template], language, values),
    )


def _changes(
    zone: str, since: datetime, until: datetime
) -> list[tuple[str, date, int]]:
    day, last = study_days.local_date(since, zone), study_days.local_date(until, zone)
    found = []
    while day <= last:
        if minutes := _minutes(day, zone):
            found.append((zone, day, minutes))
        day += timedelta(days=1)
    return found


def _minutes(day: date, zone: str) -> int:
    return int(clock_changes(day, zone).total_seconds() // 60)
