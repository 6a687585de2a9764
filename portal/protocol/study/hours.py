"""The hours of the day at which a study's file lets something happen."""

from __future__ import annotations

from portal.protocol.study.model import Study


def named_hours(study: Study) -> tuple[str, ...]:
    """Every hour (``HH:MM``) of reminders and calls that the file names, in order."""
    plan = study.reminders
    hours = {plan.visit_at}
    hours |= {plan.evening.at} if plan.evening else set()
    hours |= {dated.at for dated in plan.dated if dated.at}
    for missing in study.missing.values():
        hours |= {missing.task.at, missing.task.ack_by}
        hours |= {nudge.at for nudge in missing.reminders}
        hours |= {rung.at for rung in missing.task.escalate}
    return tuple(sorted(hours))
