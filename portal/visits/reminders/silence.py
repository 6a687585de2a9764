"""A participant who does not report: a call task, a page, then the doctor (T26).

In the first weeks silence is as alarming as fever. Answers about the day end it, and so
does a nurse who says that she has heard from them. Words alone do not, because nobody
has read them yet. A task that staff finished ends its chain; an alert that is open
already means that a person has it, and nobody is paged a second time. If nobody knows
whether the person is home, the ward is asked first (``ward_answers``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.alerting.answers import answering
from portal.alerting.log import note
from portal.alerting.tasks import tasks
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.diary import Entry
from portal.db.tables.people import Participant, Staff
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.calendar.diary_weeks import due_day
from portal.protocol.demands.duties import Work
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.end_of_silence import is_heard
from portal.protocol.triage.verdict import Finding, Verdict
from portal.visits.reminders import ward_answers
from portal.visits.reminders.rules.person import Occasion, OccasionKind
from portal.visits.reminders.rules.staff_work import missing_key
from portal.visits.reminders.silence_pages import page_rung, page_task
from portal.visits.reminders.stopping import retract_keys
from portal.vocabulary.alerts import AlertState, Happening
from portal.vocabulary.diary import VersionKind
from portal.vocabulary.people import ActorKind
from portal.vocabulary.tasks import TaskKind, TaskState

MISSING = TaskKind.MISSING_DIARY
CAME, HEARD_FROM = "The diary came.", "Heard from."
CHAIN = (OccasionKind.CALL_TASK, OccasionKind.CALL_LATE)


def newest_chains(due: Sequence[Occasion]) -> list[Occasion]:
    """If several silent days come due at once, only those that still matter.

    After a pause of the engine each step is taken only for its newest day, so that
    three silent days are one alert and one call, not three.
    """
    newest = {
        (one.kind, one.detail.get("role")): one.day for one in due if one.kind in CHAIN
    }
    days = set(newest.values())
    return [one for one in due if one.kind not in CHAIN or one.day in days]


def act_on_silence(case: Case, occasion: Occasion) -> None:
    """Take one step of a silent day's chain. A repeat changes nothing."""
    if occasion.kind is OccasionKind.CALL_TASK:
        _open_call(case, occasion)
        return
    task = _task_of(case.session, case.participant, occasion)
    if task is None or task.state != TaskState.OPEN:
        return
    if occasion.detail["last"]:
        _raise(case, task, occasion)
    else:
        page_task(
            case.session, case.participant, task, occasion.detail["role"], case.now
        )


def _open_call(case: Case, occasion: Occasion) -> None:
    phase, days = occasion.detail["phase"], occasion.detail["days"]
    if len(days) > 1 and _called(case.session, case.participant, phase, days):
        return
    plan = case.study.missing[phase].task
    role, said = plan.role, dict[str, Any](plan.title)
    if occasion.detail["asks_ward"]:
        role = case.study.whose(Work.REPORTS)
        said = ward_answers.question(case.participant, occasion.day)
    tasks.open_task(
        case,
        MISSING,
        key=missing_key(case.participant.id, occasion.day),
        tier=Tier.SAME_DAY,
        owner_role=role,
        due_at=max(occasion.detail["due"], occasion.at),
        phase=phase,
        day=str(occasion.day),
        missed=len(days),
        **said,
    )


def _called(
    session: Session, participant: Participant, phase: str, days: Sequence[date]
) -> bool:
    """Whether a call of this phase is still open, or one of ``days`` had its own."""
    keys = {missing_key(participant.id, day) for day in days}
    query = select(Task).where(
        Task.participant_id == participant.id, Task.kind == MISSING
    )
    return any(
        task.state == TaskState.OPEN or task.dedupe_key in keys
        for task in session.scalars(query)
        if task.detail.get("phase") == phase
    )


def _task_of(
    session: Session, participant: Participant, occasion: Occasion
) -> Task | None:
    key = missing_key(participant.id, occasion.day)
    query = select(Task).where(Task.dedupe_key == key).with_for_update()
    return session.scalar(query)


def _raise(case: Case, task: Task, occasion: Occasion) -> None:
    """Open an urgent alert and page this rung at once; its ladder continues from there.

    If an alert is already open, the task says so, and nobody is paged for this.
    """
    if "alert" in task.detail:
        return
    alert = _unclosed(case.session, case.participant)
    if alert is None:
        alert = _alert(case, occasion)
        page_rung(case.session, case.study, alert, occasion.detail["role"], case.now)
    else:
        note(case.session, alert, Happening.DIARY_MISSING, now=case.now, task=task.id)
    task.detail = {**task.detail, "alert": alert.code}


def _unclosed(session: Session, participant: Participant) -> Alert | None:
    query = select(Alert).where(
        Alert.participant_id == participant.id, Alert.state != AlertState.CLOSED
    )
    return session.scalar(query.with_for_update())


def _alert(case: Case, occasion: Occasion) -> Alert:
    facts = {"missing_on": str(occasion.day), "phase": occasion.detail["phase"]}
    minutes = case.study.policies[Tier.URGENT].ack_minutes
    found = Finding(case.study.reminders.silence_rule, Tier.URGENT, minutes, facts)
    verdict = Verdict(Tier.URGENT, minutes, (found,), (), ())
    return answering.open_from(case, verdict, entry_version_id=None)


def note_heard(
    case: Case,
    entry_id: int,
    kind: VersionKind,
    answers: Mapping[str, Any],
    verdict: Verdict,
) -> None:
    """A version of an entry came: end the silence, and plan what it asks for.

    ``kind`` and ``answers`` are the version's. A version that ``end_of_silence`` counts
    ends the calls about its day and earlier days (of a weekly diary: about its week);
    a complete diary also withdraws the unsent reminders of its day. Alerts stay: only people close them. If the rules want a
    second reading, it is planned.
    """
    day = case.session.get_one(Entry, entry_id).local_date
    due = due_day(case.study, case.milestones, day)
    today = case.today
    if is_heard(case.study, kind, answers, verdict.tier, day=day, received_on=today):
        _end_calls(case.session, case.participant, due, CAME, audit.ENGINE, case.now)
    if kind == VersionKind.COMPLETE:
        retract_keys(
            case.session,
            case.participant.id,
            f"D:{case.participant.id}:{due}:",
            "the diary came",
            now=case.now,
            but=("evening", "recheck"),
        )
    _plan_recheck(case.study, case.participant, verdict, case.now)


def heard_from(
    session: Session, participant: Participant, staff: Staff, *, now: datetime
) -> date:
    """A nurse heard from them: the calls about a missing diary end; the site's day.

    The caller keeps the day, so that nobody is asked to phone about it later.
    """
    today = timeline.local_today(session, participant, now=now)
    actor = audit.Actor(ActorKind.STAFF, str(staff.id))
    _end_calls(session, participant, today, HEARD_FROM, actor, now)
    subject = ("participant", participant.id)
    audit.record(session, actor, "participant.heard_from", subject, now=now)
    return today


def _plan_recheck(
    study: Study, participant: Participant, verdict: Verdict, now: datetime
) -> None:
    plan = study.reminders.recheck
    if plan and {one.rule for one in verdict.findings} & set(plan.rules):
        soon = now + timedelta(minutes=plan.after_minutes)
        if participant.remind_at is not None:
            participant.remind_at = min(participant.remind_at, soon)


def _end_calls(
    session: Session,
    participant: Participant,
    day: date,
    outcome: str,
    actor: audit.Actor,
    now: datetime,
) -> None:
    query = select(Task).where(
        Task.participant_id == participant.id,
        Task.kind == MISSING,
        Task.state == TaskState.OPEN,
    )
    for task in session.scalars(query.with_for_update()):
        if str(task.detail["day"]) > str(day):
            continue
        task.state, task.done_at, task.outcome = TaskState.DONE, now, outcome
        task.done_by = int(actor.id) if actor.kind == ActorKind.STAFF else None
        audit.record(session, actor, "task.done", ("task", task.id), now=now)
