"""What a person reported, entry by entry, with every version and what triage saw."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db.tables.diary import Entry, EntryConflict, EntryVersion
from portal.people import timeline
from portal.protocol.study.model import Study
from portal.protocol.study.text import Text
from portal.protocol.study.tiers import Tier
from portal.protocol.triage import verdict_json
from portal.protocol.triage.answer_words import AnswerInWords, rule_titles, seen, spoken
from portal.protocol.triage.verdict import Finding
from portal.records.staff.pinned import (
    CURVE_DAYS,
    DrawnCurve,
    PinnedRow,
    curves,
    pinned_rows,
)
from portal.vocabulary.diary import EntrySource

CLOCK_IS_OFF = timedelta(minutes=2)
LATE = timedelta(hours=2)


@dataclass(frozen=True)
class Fired:
    """A rule that fired: its title, and what it saw that was not calm."""

    rule: str
    tier: str
    title: Text
    seen: tuple[AnswerInWords, ...]


@dataclass(frozen=True)
class Version:
    """One version as it came: ``clock_off`` is the phone's clock minus ours, if large."""

    id: str
    kind: str
    received_at: datetime
    source: EntrySource
    language: str
    tier: str
    phase: str
    reason: str
    clock_off: timedelta | None
    stated_at: datetime | None
    said: tuple[AnswerInWords, ...]


@dataclass(frozen=True)
class EntryItem:
    """One report: its answers together, the newest verdict, and each version.

    ``conflicts``: how often the same version came again with other content. ``late``:
    it was added afterwards, for the day it is about.
    """

    id: int
    at: datetime
    day: date
    reporter: str
    tier: str
    said: tuple[AnswerInWords, ...]
    fired: tuple[Fired, ...]
    faults: tuple[tuple[str, str], ...]
    versions: tuple[Version, ...]
    conflicts: int
    late: bool

    @property
    def kind(self) -> str:
        """Its kind among the items of a timeline."""
        return "entry"


@dataclass(frozen=True)
class Reported:
    """The entries, newest first, and what is pinned above them."""

    entries: tuple[EntryItem, ...]
    curves: tuple[DrawnCurve, ...]
    pinned_at: tuple[datetime, ...]
    pinned: tuple[PinnedRow, ...]
    pinned_title: Text | None


def reported(
    session: Session,
    study: Study,
    participant_id: int,
    *,
    since: date,
    today: date,
) -> Reported:
    """Everything one participant reported on or after ``since``."""
    first = min(since, today - timedelta(days=CURVE_DAYS - 1))
    entries, versions = _stored(session, participant_id, first)
    conflicts = _conflicts(session, participant_id)
    items = [
        _item(study, entries[number], versions[number], conflicts)
        for number in sorted(versions, reverse=True)
    ]
    merged = {
        number: timeline.merged(found)
        for number, found in sorted(versions.items(), reverse=True)
    }
    pinned_at, pinned = pinned_rows(study, merged, versions)
    return Reported(
        tuple(item for item in items if item.day >= since),
        curves(study, entries, merged, today),
        pinned_at,
        pinned,
        study.pinned.title if study.pinned else None,
    )


def _stored(
    session: Session, participant_id: int, first: date
) -> tuple[dict[int, Entry], dict[int, list[EntryVersion]]]:
    """The entries from ``first`` on, each with its versions, oldest first."""
    query = (
        select(Entry, EntryVersion)
        .join(EntryVersion, EntryVersion.entry_id == Entry.id)
        .where(Entry.participant_id == participant_id, Entry.local_date >= first)
        .order_by(EntryVersion.received_at, EntryVersion.position)
    )
    entries: dict[int, Entry] = {}
    versions: dict[int, list[EntryVersion]] = defaultdict(list)
    for entry, version in session.execute(query):
        entries[entry.id] = entry
        versions[entry.id].append(version)
    return entries, versions


def _conflicts(session: Session, participant_id: int) -> dict[str, int]:
    query = (
        select(EntryConflict.entry_version_id)
        .join(EntryVersion, EntryVersion.id == EntryConflict.entry_version_id)
        .where(EntryVersion.participant_id == participant_id)
    )
    return Counter(session.scalars(query))


def _item(
    study: Study,
    entry: Entry,
    versions: Sequence[EntryVersion],
    conflicts: Mapping[str, int],
) -> EntryItem:
    newest = verdict_json.from_data(versions[-1].verdict)
    return EntryItem(
        id=entry.id,
        at=versions[-1].received_at,
        day=entry.local_date,
        reporter=entry.reporter,
        tier=max((v.tier for v in versions), key=lambda tier: Tier(tier).rank),
        said=_said(study, timeline.merged(versions)),
        fired=fired(study, newest.findings),
        faults=tuple((fault.field, fault.problem) for fault in newest.faults),
        versions=tuple(_version(study, version) for version in versions),
        conflicts=sum(conflicts.get(version.id, 0) for version in versions),
        late=_is_late(versions[0]),
    )


def _is_late(version: EntryVersion) -> bool:
    """Whether it came so long after the moment it is about that staff should know."""
    stated = version.stated_at
    return stated is not None and version.received_at - stated >= LATE


def _said(study: Study, answers: Mapping[str, object]) -> tuple[AnswerInWords, ...]:
    rest = {name: value for name, value in answers.items() if name != "reporter"}
    return spoken(study, rest)


def fired(study: Study, findings: Iterable[Finding]) -> tuple[Fired, ...]:
    """Findings with their titles and what they saw, the most dangerous first."""
    titles = rule_titles(study)
    found = [
        Fired(
            one.rule,
            one.tier.value,
            titles.get(one.rule, Text({})),
            seen(study, one.facts),
        )
        for one in findings
    ]
    return tuple(sorted(found, key=lambda one: (-Tier(one.tier).rank, one.rule)))


def _version(study: Study, version: EntryVersion) -> Version:
    off = timedelta(seconds=version.offset_seconds or 0)
    return Version(
        id=version.id,
        kind=version.kind,
        received_at=version.received_at,
        source=version.source,
        language=version.language,
        tier=version.tier,
        phase=version.phase,
        reason=version.reason or "",
        clock_off=off if abs(off) >= CLOCK_IS_OFF else None,
        stated_at=version.stated_at,
        said=_said(study, version.answers),
    )
