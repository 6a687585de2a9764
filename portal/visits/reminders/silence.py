"""A participant who does not report: a call task, a page, then the doctor (T26).

In the first weeks silence is as alarming as fever. Answers about the day end it, words
in which something about now is understood, and a nurse who says that she has heard from
them. Other words do not, because nobody has read them yet. A task that staff finished
ends its chain, and so does an alert about it that was answered; an alert that is open
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
from portal.alerting.answers import answering, closing
from portal.alerting.log import note
from portal.db.tables.alerts import Alert, Task
from portal.db.tables.diary import Entry
from portal.db.tables.people import Participant, Staff
from portal.people import timeline
from portal.people.case import Case
from portal.protocol.calendar.diary_weeks import due_day
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.end_of_silence import is_heard
from portal.protocol.triage.verdict import Finding, Verdict
from portal.visits.reminders import call_tasks
from portal.visits.reminders.rules.person import Occasion, OccasionKind
from portal.visits.reminders.silence_pages import page_rung, page_task
from portal.visits.reminders.stopping import retract_keys
from portal.vocabulary.alerts import AlertState, Happening
from portal.vocabulary.diary import VersionKind
from portal.vocabulary.people import ActorKind

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
        call_tasks.open_or_join(case, occasion)
        return
    task = call_tasks.of_day(case.session, case.participant, occasion.day)
    if task is None:
        return
    if occasion.detail["last"]:
        _raise(case, task, occasion)
    else:
        page_task(case, task, occasion)


def _raise(case: Case, task: Task, occasion: Occasion) -> None:
    """Open an urgent alert and page this rung at once; its ladder continues from there.

    If an alert is already open, the task says so, and nobody is paged for this. A day
    is raised once.
    """
    day = str(occasion.day)
    raised = task.detail.get("raised") or task.detail["day"]
    if "alert" in task.detail and raised >= day:
        return
    alert = _unclosed(case.session, case.participant)
    if alert is None:
        alert = _alert(case, occasion)
        page_rung(case.session, case.study, alert, occasion.detail["role"], case.now)
    else:
        note(case.session, alert, Happening.DIARY_MISSING, now=case.now, task=task.id)
    task.detail = {**task.detail, "alert": alert.code, "raised": day}


def _unclosed(session: Session, participant: Participant) -> Alert | None:
    query = select(Alert).where(
        Alert.participant_id == participant.id, Alert.state != AlertState.CLOSED
    )
    return session.scalar(query.with_for_update())


def _alert(case: Case, occasion: Occasion) -> Alert:
    facts = {"missing_on": str(occasion.day), "phase": occasion.detail["phase"]}
    if occasion.detail["evening"]:
        facts["missing"] = "evening_reading"
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
    a complete diary also withdraws the unsent reminders of its day. Alerts stay: only
    people close them. If the rules want a second reading, it is planned.
    """
    day = case.session.get_one(Entry, entry_id).local_date
    due = due_day(case.study, case.milestones, day)
    today = case.today
    if is_heard(case.study, kind, answers, verdict.tier, day=day, received_on=today):
        who = (case.session, case.participant)
        call_tasks.end_until(*who, due, CAME, audit.ENGINE, now=case.now)
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
    session: Session,
    participant: Participant,
    staff: Staff,
    said: str,
    *,
    now: datetime,
) -> date:
    """A nurse heard from them: the call and an alert about silence end; the site's day.

    ``said`` is what she wrote of it. The caller keeps the day, so that nobody is asked
    to phone about it later.
    """
    today = timeline.local_today(session, participant, now=now)
    actor = audit.Actor(ActorKind.STAFF, str(staff.id))
    call_tasks.end_until(session, participant, today, HEARD_FROM, actor, now=now)
    closing.close_silence(session, participant.id, staff, said, now=now)
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
