"""A further report about an acknowledged alert: whether it pages again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.alerting.answers import calls_planned
from portal.db.tables.alerts import Alert, AlertFinding
from portal.db.tables.diary import EntryVersion
from portal.protocol.triage.verdict import Verdict


def pages_again(
    session: Session,
    alert: Alert,
    verdict: Verdict,
    entry_version_id: str | None,
    *,
    now: datetime,
) -> bool:
    """Whether a report that is not worse pages again, although somebody has the alert.

    It does, with two exceptions: a version that only repeats its own entry, and rules
    that are known already while a call about them is planned.
    """
    if calls_planned.active(session, alert, now=now) is not None:
        said = {found.rule for found in verdict.findings if found.tier.pages}
        return not said <= calls_planned.known_rules(session, alert)
    return _says_more(session, alert, verdict, entry_version_id)


def _says_more(
    session: Session, alert: Alert, verdict: Verdict, entry_version_id: str | None
) -> bool:
    """Whether a version adds something to an entry that somebody already has.

    A diary is sent screen by screen: its later versions repeat what the first one said,
    and must not page the person who is making the call.
    """
    version = session.get(EntryVersion, entry_version_id) if entry_version_id else None
    if version is None:
        return True
    query = (
        select(AlertFinding.rule)
        .join(EntryVersion, EntryVersion.id == AlertFinding.entry_version_id)
        .where(
            AlertFinding.alert_id == alert.id,
            EntryVersion.entry_id == version.entry_id,
        )
    )
    known = set(session.scalars(query))
    said = {found.rule for found in verdict.findings if found.tier.pages}
    return not (known and said <= known)
