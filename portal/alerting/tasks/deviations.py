"""Departures from the protocol (rule T31): each once, a routine task for the investigator.

A discharge before the protocol's earliest day, and not staying near the hospital while
that is asked. Nobody is paged: what is dangerous about it has its own rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from portal import audit
from portal.alerting.tasks import tasks
from portal.db.alerts import Task
from portal.db.people import Participant
from portal.people.case import Case
from portal.protocol.calendar import study_days
from portal.protocol.study.model import Study, Tier
from portal.protocol.study.plan_tables import table_of
from portal.protocol.triage.verdict import Verdict

RULE = "T31"


def discharged(case: Case, *, on: date) -> None:
    """Note a discharge before the study's earliest day. A repeat changes nothing."""
    if _is_early(case.study, case.participant, on):
        _note(case, "discharge", discharged_on=str(on))


def discharge_corrected(case: Case, *, on: date | None) -> None:
    """A discharge has another day, or there was none: what was noted of it follows.

    A note that the right day does not bear out is closed; the investigator may have
    dealt with it before, and that stays.
    """
    if on is not None and _is_early(case.study, case.participant, on):
        discharged(case, on=on)
        return
    query = select(Task).where(
        Task.dedupe_key == _key(case.participant, "discharge"), Task.state == "open"
    )
    task = case.session.scalar(query.with_for_update())
    if task is not None:
        task.state, task.done_at = "done", case.now
        task.outcome = "The day of discharge was corrected."
        audit.record(
            case.session, audit.ENGINE, "task.done", ("task", task.id), now=case.now
        )


def reported(case: Case, verdict: Verdict, version_id: str) -> None:
    """Note that somebody is away who was asked to stay near. A repeat changes nothing.

    The study names the rules that say so; they fire only in the phases it is asked in.
    """
    rules = _plan(case.study).get("away_rules", ())
    if any(finding.rule in rules for finding in verdict.findings):
        _note(case, "away", entry_version_id=version_id)


def _is_early(study: Study, participant: Participant, on: date) -> bool:
    plan = _plan(study)
    day = study_days.day_number(participant.d0, on)
    return bool(plan) and day < plan["earliest_discharge_day"]


def _plan(study: Study) -> Mapping[str, Any]:
    return table_of(study.reminders, "deviation")


def _key(participant: Participant, what: str) -> str:
    return f"{RULE}:{participant.id}:{what}"


def _note(case: Case, what: str, **detail: Any) -> None:
    plan = _plan(case.study)
    tasks.open_task(
        case,
        "deviation",
        key=_key(case.participant, what),
        tier=Tier.ROUTINE,
        owner_role=plan["role"],
        **detail,
        **plan[what],
    )
