"""Departures from the protocol: each once, a routine task for whom the study names.

They are a discharge before the protocol's earliest day, and not staying near the
hospital while this is required. Nobody is paged: dangerous signs have their own rules.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from portal import audit
from portal.alerting.tasks import tasks
from portal.db.tables.alerts import Task
from portal.db.tables.people import Participant
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.study.plan_model import DeviationPlan
from portal.protocol.study.text import Text
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.verdict import Verdict
from portal.vocabulary.tasks import TaskKind, TaskState


def discharged(case: Case, *, on: date) -> None:
    """Note a discharge before the study's earliest day. A repeat changes nothing."""
    plan = case.study.reminders.deviation
    if plan is not None and _is_early(plan, case.participant, on):
        _note(case, plan, "discharge", plan.discharge, discharged_on=str(on))


def discharge_corrected(case: Case, *, on: date | None) -> None:
    """The day of a discharge was corrected, or the discharge removed: update its task.

    A task that the correct day does not justify is closed. A task that the investigator
    has already finished stays as it is.
    """
    plan = case.study.reminders.deviation
    if on is not None and plan is not None and _is_early(plan, case.participant, on):
        discharged(case, on=on)
        return
    query = select(Task).where(
        Task.participant_id == case.participant.id,
        Task.kind == TaskKind.DEVIATION,
        Task.dedupe_key.endswith(":discharge"),
        Task.state == TaskState.OPEN,
    )
    task = case.session.scalar(query.with_for_update())
    if task is not None:
        task.state, task.done_at = TaskState.DONE, case.now
        task.outcome = "The day of discharge was corrected."
        audit.record(
            case.session, audit.ENGINE, "task.done", ("task", task.id), now=case.now
        )


def reported(case: Case, verdict: Verdict, version_id: str) -> None:
    """Note that a participant is away although they were asked to stay near.

    A repeat changes nothing. The study names the rules for this; they fire only in the
    phases in which it is asked.
    """
    plan = case.study.reminders.deviation
    rules = {finding.rule for finding in verdict.findings}
    if plan is not None and rules & set(plan.away_rules):
        _note(case, plan, "away", plan.away, entry_version_id=version_id)


def _is_early(plan: DeviationPlan, participant: Participant, on: date) -> bool:
    day = study_days.day_number(participant.d0, on)
    return day < plan.earliest_discharge_day


def _key(plan: DeviationPlan, participant: Participant, what: str) -> str:
    return f"{plan.rule}:{participant.id}:{what}"


def _note(
    case: Case, plan: DeviationPlan, what: str, title: Text, **detail: Any
) -> None:
    tasks.open_task(
        case,
        TaskKind.DEVIATION,
        key=_key(plan, case.participant, what),
        tier=Tier.ROUTINE,
        owner_role=plan.role,
        **{**detail, **title},
    )
