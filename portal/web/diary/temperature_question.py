"""The second reading that a doubtful temperature asks for: when, and the link to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.protocol.study.model import Study
from portal.records.own.sent_report import SentReport
from portal.web.frame import access, filters, own_paths


def again(study: Study, sent: SentReport, zone: str) -> dict[str, Any] | None:
    """When to measure again; None if nothing asks for it, or if it is long past.

    The minutes are the study's; ``seconds`` are left until the first reading, by our
    clock, for a phone whose own may be wrong.
    """
    plan = study.reminders.recheck
    if plan is None or plan.advice not in sent.verdict.advice:
        return None
    waits = [plan.rest_minutes, plan.after_minutes]
    times = [sent.received_at + timedelta(minutes=wait) for wait in waits if wait]
    now = access.runtime().now()
    if now >= sent.received_at + timedelta(minutes=plan.task_after_minutes):
        return None
    coming = [at for at in times if at > now]
    left = (coming[0] - now).total_seconds() if coming else 0
    shown = [filters.clock(at, zone) for at in times]
    return {
        "times": shown,
        "seconds": int(left),
        "href": own_paths.carried("/diary?reading=1"),
    }
