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
    clock, for a phone whose own may be wrong. ``missed_at`` is the hour at which staff
    look at a reading that has not come, by day and by night; None: nobody does.
    """
    plan = study.reminders.recheck
    if plan is None or plan.advice not in sent.verdict.advice:
        return None
    waits = [plan.rest_minutes, plan.after_minutes]
    times = [sent.received_at + timedelta(minutes=wait) for wait in waits if wait]
    now = access.runtime().now()
    looked_at = sent.received_at + timedelta(minutes=plan.task_after_minutes)
    if now >= looked_at:
        return None
    fired = {one.rule for one in sent.verdict.findings} & set(plan.rules)
    is_looked_at = bool(fired) and sent.phase in plan.task_phases
    coming = [at for at in times if at > now]
    left = (coming[0] - now).total_seconds() if coming else 0
    shown = [filters.clock(at, zone) for at in times]
    return {
        "times": shown,
        "seconds": int(left),
        "missed_at": filters.clock(looked_at, zone) if is_looked_at else None,
        "href": own_paths.carried("/diary?reading=1"),
    }
