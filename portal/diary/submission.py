"""What is submitted to the diary: by whom, what, and the receipt for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal import audit
from portal.diary.version_ids import content_hash
from portal.protocol.triage.verdict import Verdict
from portal.vocabulary.diary import EntrySource, VersionKind

CHANGED_AFTERWARDS = "answered otherwise after sending"
"""The reason of a correction that nobody gave: the portal's own words."""


@dataclass(frozen=True)
class Writer:
    """Who writes: reporter (self, caregiver), language, actor, and the phone.

    ``stated_at`` says when it was written, if that was not now; ``phone_at`` and
    ``phone_zone`` what the phone's clock showed when it was sent.
    """

    reporter: str
    language: str
    actor: audit.Actor
    device_id: int | None = None
    stated_at: datetime | None = None
    phone_at: datetime | None = None
    phone_zone: str | None = None


@dataclass(frozen=True)
class Submission:
    """What a phone or a person submits. ``version_id`` is the sender's UUID.

    ``kind`` is red_flags, partial, complete or correction; ``entry_id`` joins the entry that an earlier version began. ``stated_at``
    is the moment it is about, if that was not now: the entry is for that day, and is
    judged by what was known of the days before it.
    """

    version_id: str
    kind: VersionKind
    answers: Mapping[str, Any]
    reporter: str
    language: str
    actor: audit.Actor
    source: EntrySource = EntrySource.APP
    entry_id: int | None = None
    stated_at: datetime | None = None
    phone_at: datetime | None = None
    phone_zone: str | None = None
    device_id: int | None = None
    staff_id: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Receipt:
    """What was kept and what triage said.

    ``repeated``: the same came before. ``conflict``: its UUID came before with
    other content; both are kept and the second was triaged too.
    """

    version_id: str
    entry_id: int
    verdict: Verdict
    received_at: datetime
    alert_id: int | None
    repeated: bool = False
    conflict: bool = False


def as_sent(submission: Submission, now: datetime) -> dict[str, Any]:
    """The columns of a version that are kept as they were sent."""
    offset = submission.phone_at and submission.phone_at - now
    return {
        "id": submission.version_id,
        "kind": submission.kind,
        "answers": dict(submission.answers),
        "content_hash": content_hash(submission.answers),
        "stated_at": submission.stated_at,
        "phone_at": submission.phone_at,
        "phone_zone": submission.phone_zone,
        "offset_seconds": int(offset.total_seconds()) if offset else None,
        "language": submission.language,
        "source": submission.source,
        "reporter": submission.reporter,
        "device_id": submission.device_id,
        "staff_id": submission.staff_id,
        "reason": submission.reason,
    }
