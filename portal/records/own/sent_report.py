"""A report as its sender sees it right afterwards: what it said, and who answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.alerting.answers import reported_alerts
from portal.alerting.answers.reported_alerts import AlertStanding
from portal.db.tables.diary import EntryVersion
from portal.diary import reviews
from portal.diary.entries import Receipt
from portal.errors import NotFound
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.triage import verdict_json
from portal.protocol.triage.verdict import Verdict


@dataclass(frozen=True)
class SentReport:
    """One version of an entry. ``said``: the newest answer to each of its questions.

    ``stand``: what has happened to the alert that it opened or joined. ``minutes``: how
    soon after it came somebody should answer; 0: none are promised. ``phase``: the one
    by which it was judged.
    """

    id: str
    entry_id: int
    received_at: datetime
    verdict: Verdict
    said: Mapping[str, Any]
    stand: AlertStanding | None
    minutes: int
    phase: str


def find(case: Case, version_id: str, *, since: datetime | None) -> SentReport:
    """A report of this person; ``since``: for a phone that may only write.

    Raises:
        NotFound: there is none, it is somebody else's, or it came before ``since``.
    """
    version = case.session.get(EntryVersion, version_id)
    if version is None or version.participant_id != case.participant.id:
        raise NotFound("There is nothing here.")
    if since is not None and version.received_at < since:
        raise NotFound("There is nothing here.")
    verdict = verdict_json.from_data(version.verdict)
    alert_id = reviews.alert_of(case.session, version.id)
    return _report(case, version, verdict, alert_id)


def of_receipt(case: Case, receipt: Receipt) -> SentReport:
    """The report of a receipt, with what triage said about this sending of it."""
    version = case.session.get_one(EntryVersion, receipt.version_id)
    return _report(case, version, receipt.verdict, receipt.alert_id)


def _report(
    case: Case, version: EntryVersion, verdict: Verdict, alert_id: int | None
) -> SentReport:
    own, since = verdict.ack_minutes or 0, version.received_at
    held = reported_alerts.outlook(case, alert_id, own, since) if alert_id else None
    return SentReport(
        id=version.id,
        entry_id=version.entry_id,
        received_at=version.received_at,
        verdict=verdict,
        said=timeline.merged(timeline.versions_of(case.session, version.entry_id)),
        stand=held.stand if held else None,
        minutes=held.minutes if held else own,
        phase=version.phase,
    )
