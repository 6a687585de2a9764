"""The hours of the day at which a study's file lets something happen."""

from __future__ import annotations

from portal.protocol.study.model import Study
from portal.protocol.study.silence_calls import written_calls, written_plans


def named_hours(study: Study) -> tuple[str, ...]:
    """Every hour (``HH:MM``) of reminders and calls that the file names, in order."""
    plan = study.reminders
    hours = {plan.visit_at}
    hours |= {plan.evening.at} if plan.evening else set()
    hours |= {dated.at for dated in plan.dated if dated.at}
    for _key, missing in written_plans(study):
        hours |= {nudge.at for nudge in missing.reminders}
    for _key, call in written_calls(study):
        hours |= {call.at, call.ack_by, *(rung.at for rung in call.escalate)}
    return tuple(sorted(hours))
