"""The call about a silent person: one is open at most, and every later silent day joins it.

Whoever phones asks about all of it in one call. A day that joins pages again by its own
rungs; the hour by which the call was to be made stays the earliest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.alerting.tasks import tasks
from portal.db.tables.alerts import Task
from portal.db.tables.people import Participant
from portal.languages import LANGUAGES
from portal.people.case import Case
from portal.protocol.demands.duties import Work
from portal.protocol.study.plan_model import CallTask
from portal.protocol.study.tiers import Tier
from portal.visits.reminders import ward_answers
from portal.visits.reminders.rules.person import Occasion
from portal.visits.reminders.rules.silent_days import EVENING, missing_key
from portal.vocabulary.people import ActorKind
from portal.vocabulary.tasks import TaskKind, TaskState

MISSING = TaskKind.MISSING_DIARY
EVENINGS = "evenings"
SAID = (ward_answers.ASKS_WARD, "page_key", *ward_answers.QUESTION, *LANGUAGES)
"""What a task's detail says of its newest day alone."""


def open_or_join(case: Case, occasion: Occasion) -> None:
    """Ask for the call about a silent day or evening, in the open one if there is one.

    A repeat changes nothing. Where several days make one call, a day of an earlier call
    asks for none. An evening has a call of its own, also after one about that day.
    """
    phase, silent = occasion.detail["phase"], set(occasion.detail["days"])
    query = select(Task).where(
        Task.participant_id == case.participant.id, Task.kind == MISSING
    )
    calls = case.session.scalars(query.with_for_update()).all()
    if any(_is_about(task, occasion) for task in calls):
        return
    for task in calls:
        if task.state == TaskState.OPEN:
            _join(case, task, occasion)
            return
    several = [task for task in calls if task.detail.get("phase") == phase]
    if len(silent) > 1 and any(silent & set(days_of(task)) for task in several):
        return
    _open(case, occasion)


def _is_about(task: Task, occasion: Occasion) -> bool:
    """Whether a call already asks about this day, or did."""
    if occasion.detail["evening"] and task.state != TaskState.OPEN:
        return str(occasion.day) in task.detail.get(EVENINGS, [])
    return occasion.day in days_of(task)


def days_of(task: Task) -> list[date]:
    """The silent days that a call is about, in order."""
    days = task.detail.get("days") or [task.detail["day"]]
    return [date.fromisoformat(day) for day in days]


def of_day(session: Session, participant: Participant, day: date) -> Task | None:
    """The open call about a silent day, locked; None: there is none."""
    found = _open_ones(session, participant)
    return next((task for task in found if day in days_of(task)), None)


def end_until(
    session: Session,
    participant: Participant,
    day: date,
    outcome: str,
    actor: audit.Actor,
    *,
    now: datetime,
) -> None:
    """End the call about ``day`` and earlier days; it stays open for later ones."""
    for task in _open_ones(session, participant):
        later = [str(one) for one in days_of(task) if one > day]
        if later:
            over = len(days_of(task)) - len(later)
            missed = max(len(later), task.detail.get("missed", 1) - over)
            kept = {"day": later[0], "days": later, "missed": missed}
            task.detail = {**task.detail, **kept}
            continue
        task.state, task.done_at, task.outcome = TaskState.DONE, now, outcome
        task.done_by = int(actor.id) if actor.kind == ActorKind.STAFF else None
        audit.record(session, actor, "task.done", ("task", task.id), now=now)


def _open_ones(session: Session, participant: Participant) -> list[Task]:
    query = select(Task).where(
        Task.participant_id == participant.id,
        Task.kind == MISSING,
        Task.state == TaskState.OPEN,
    )
    return list(session.scalars(query.with_for_update()))


def _open(case: Case, occasion: Occasion) -> None:
    role, said = _asked(case, occasion)
    tasks.open_task(
        case,
        MISSING,
        key=_key(case, occasion),
        tier=Tier.SAME_DAY,
        owner_role=role,
        due_at=max(occasion.detail["due"], occasion.at),
        phase=occasion.detail["phase"],
        day=str(occasion.day),
        days=[str(occasion.day)],
        missed=len(occasion.detail["days"]),
        **said,
        **_evenings(occasion),
    )


def _key(case: Case, occasion: Occasion) -> str:
    mark = EVENING if occasion.detail["evening"] else ""
    return missing_key(case.participant.id, occasion.day) + mark


def _evenings(occasion: Occasion, known: Sequence[str] = ()) -> Mapping[str, Any]:
    """The days of a call about whose second reading it is, with those ``known``."""
    own = [str(occasion.day)] if occasion.detail["evening"] else []
    days = sorted({*known, *own})
    return {EVENINGS: days} if days else {}


def _asked(case: Case, occasion: Occasion) -> tuple[str, Mapping[str, Any]]:
    """Whose call it is, and what it asks."""
    if occasion.detail["asks_ward"]:
        question = ward_answers.question(case.participant, occasion.day)
        return case.study.whose(Work.REPORTS), question
    call: CallTask = occasion.detail["call"]
    return call.role, dict(call.title)


def _join(case: Case, task: Task, occasion: Occasion) -> None:
    """Add a day to an open call, which then asks what that day would have asked.

    Where no rung will page about the day, whoever is paged about overdue work is paged
    about it anew: for a day that has a call of its own, or in another phase.
    """
    task.owner_role, said = _asked(case, occasion)
    phase, before = occasion.detail["phase"], task.detail
    missed = max(before.get("missed", 1) + 1, len(occasion.detail["days"]))
    task.detail = {
        **{name: value for name, value in before.items() if name not in SAID},
        "page_key": f"T:{task.id}:{occasion.day}",
        **said,
        "phase": phase,
        "days": sorted({*map(str, days_of(task)), str(occasion.day)}),
        "missed": missed,
        **_evenings(occasion, before.get(EVENINGS, [])),
    }
    alone = len(occasion.detail["days"]) == 1 or before.get("phase") != phase
    if alone and not occasion.detail["call"].escalate:
        task.overdue_paged_at = None
