"""Missing diaries and reminders: everything that they name must exist and be reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from portal.protocol.checks.conditions import problems
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.model import Study
from portal.protocol.study.plan_model import MissingPlan, RecheckPlan, Reminders
from portal.protocol.study.silence_calls import written_plans
from portal.protocol.study.tiers import Tier
from portal.protocol.study.timeline import DiaryKind, Phase


def plan_faults(study: Study) -> Iterator[KeyFault]:
    """Faults in each plan's texts, messages, phases and rules."""
    yield from _missing_faults(study)
    yield from _reminder_faults(study, study.reminders)


def _phases(study: Study) -> list[str]:
    return [phase.code for phase in study.phases]


def _rule_ids(study: Study) -> tuple[str, ...]:
    return tuple(rule.id for rule in study.rules)


def _unknown(
    key: str, names: Iterable[str], known: Iterable[str], what: str
) -> Iterator[KeyFault]:
    known = set(known)
    for name in names:
        if name not in known:
            yield KeyFault(key, f'there is no {what} "{name}".')


def _missing_faults(study: Study) -> Iterator[KeyFault]:
    yield from _unknown("missing", study.missing, _phases(study), "phase")
    for phase in study.phases:
        if phase.diary.is_due != (phase.code in study.missing):
            yield KeyFault(f"missing.{phase.code}", _unplanned(phase))
        plan = study.missing.get(phase.code)
        if (
            phase.diary is DiaryKind.ONCE
            and plan is not None
            and plan.task.after_missed > 1
        ):
            said = "a diary that is asked for once can be missed once."
            yield KeyFault(f"missing.{phase.code}.task.after_missed", said)
        if phase.diary is not DiaryKind.DAILY and plan is not None and plan.opens:
            said = "only a daily diary opens at an hour."
            yield KeyFault(f"missing.{phase.code}.opens", said)
        if plan is not None:
            yield from _stretch_faults(study, phase, plan)
    for key, plan in written_plans(study):
        yield from _policy_faults(study, key, plan)


def _unplanned(phase: Phase) -> str:
    code, diary = phase.code, phase.diary
    if not diary.is_due:
        return f'no diary is due in "{code}" (diary = "{diary}"): take this table out.'
    return (
        f'the {diary} diary of "{code}" may not come, and nothing says what happens then: '
        f"write [missing.{code}] and [missing.{code}.task]."
    )


def _policy_faults(study: Study, key: str, plan: MissingPlan) -> Iterator[KeyFault]:
    if not study.has_caregivers and any(n.to == "caregiver" for n in plan.reminders):
        said = "nobody is asked who fills in: the study has no caregivers."
        yield KeyFault(f"{key}.reminders", said)
    used = [nudge.text for nudge in plan.reminders]
    yield from _unknown(f"{key}.reminders", used, study.texts, "text")
    yield from _hour_faults(study, key, plan)
    yield from _rung_faults(study, key, plan)
    tiers = plan.brought_forward_tiers
    yield from _unknown(f"{key}.brought_forward_tiers", tiers, list(Tier), "tier")
    when = plan.brought_forward_when
    if when is not None:
        said_of = problems(
            when,
            items=study.items,
            rules=_rule_ids(study),
            signs=[sign.id for sign in study.signs],
        )
        yield from (KeyFault(f"{key}.brought_forward_when", said) for said in said_of)


def _hour_faults(study: Study, key: str, plan: MissingPlan) -> Iterator[KeyFault]:
    """Faults of hours: out of order, or a reminder in the quiet hours (too late)."""
    for (earlier, hour), (later, sooner) in _gone_back(plan):
        said = (
            f"{later} is at {sooner}, before {earlier} at {hour}. In the order of the "
            f"day: {', '.join(_ORDER)}. {_next_day(plan, later)}".rstrip()
        )
        yield KeyFault(key, said)
    begins, ends = study.site.quiet_from, study.site.quiet_to
    for nudge in plan.reminders:
        if begins > ends and nudge.at >= begins:
            said = f"{nudge.at} is in the quiet hours: nobody would be reminded."
            yield KeyFault(f"{key}.reminders", said)


Hour = tuple[str, str]
"""What happens then, and the hour."""
_ORDER = ("opens", "due", "reminders", "task.at", "task.ack_by")
RUNGS_SINCE = 5
"""The first format whose rungs must follow the call."""


def _gone_back(plan: MissingPlan) -> Iterator[tuple[Hour, Hour]]:
    """Two hours that follow one another in the file, of which the second is earlier."""
    hours = [(_ORDER[0], plan.opens)] if plan.opens else []
    hours.append((_ORDER[1], plan.due))
    hours += [(f"a reminder ({_ORDER[2]})", nudge.at) for nudge in plan.reminders]
    called = [(_ORDER[3], plan.task.at), (_ORDER[4], plan.task.ack_by)]
    for day in [hours, called] if plan.task.days_later else [[*hours, *called]]:
        yield from _backwards(day)
    if plan.evening:
        at, by = plan.evening.at, plan.evening.ack_by
        yield from _backwards([("evening.at", at), ("evening.ack_by", by)])


def _backwards(hours: list[Hour]) -> Iterator[tuple[Hour, Hour]]:
    yield from (pair for pair in pairwise(hours) if pair[1][1] < pair[0][1])


def _rung_faults(study: Study, key: str, plan: MissingPlan) -> Iterator[KeyFault]:
    """Rungs before the call: nobody would be paged by them, for there is no task yet."""
    if study.format < RUNGS_SINCE:
        return
    named = (("task", plan.task), ("evening", plan.evening))
    for name, call in ((name, call) for name, call in named if call):
        hours = [(f"{name}.at", _on(call.days_later, call.at))]
        hours += [("a rung", _on(call.day_of(one), one.at)) for one in call.escalate]
        for (earlier, hour), (later, sooner) in _backwards(hours):
            said = (
                f"{later} is at {_told(sooner)}, before {earlier} at {_told(hour)}, so it "
                "would page nobody: write the rungs in the order of their hours, after "
                "the call."
            )
            yield KeyFault(f"{key}.{name}.escalate", said)


def _on(days_later: int, hour: str) -> str:
    """An hour of a later day, so that a later one comes after it."""
    return f"{days_later} {hour}"


def _told(hour: str) -> str:
    days, _, clock = hour.partition(" ")
    return clock if days == "0" else f"{clock}, {days} days later"


def _next_day(plan: MissingPlan, later: str) -> str:
    if plan.task.days_later or later != _ORDER[3]:
        return ""
    return "If the call is on the next morning, write days_later = 1 in its task."


def _stretch_faults(
    study: Study, phase: Phase, plan: MissingPlan
) -> Iterator[KeyFault]:
    """Stretches that never hold, and evenings that nobody is asked about."""
    key = f"missing.{phase.code}.stretch"
    if {one.home_days is None for one in plan.stretches} == {True, False}:
        said = "count all stretches of a phase alike: by home_days, or by until_day."
        yield KeyFault(key, said)
    ends = [one.ends for one in plan.stretches]
    if any(two <= one for one, two in pairwise(ends)):
        said = f"each must end later than the one above it; their last days: {ends}."
        yield KeyFault(key, said)
    if any(one.evening for one in plan.plans):
        yield from _evening_faults(study, phase, plan)


def _evening_faults(
    study: Study, phase: Phase, plan: MissingPlan
) -> Iterator[KeyFault]:
    key, asked = f"missing.{phase.code}.evening", study.reminders.evening
    if asked is None or phase.code not in asked.phases:
        said = (
            f'nobody is asked: name "{phase.code}" in [reminders.evening], in phases.'
        )
        yield KeyFault(key, said)
        return
    for one in plan.plans:
        if one.evening and one.evening.at < asked.at:
            said = f"the call at {one.evening.at} is before the reminder at {asked.at}."
            yield KeyFault(key, said)
        if one.evening and one.task.after_missed > 1:
            said = (
                "a missing evening would be phoned about and a missing day would not: "
                "write after_missed = 1 in the task."
            )
            yield KeyFault(key, said)


def _reminder_faults(study: Study, plan: Reminders) -> Iterator[KeyFault]:
    texts = [plan.visit_text, plan.visit_text_booked or plan.visit_text]
    texts += [dated.text for dated in plan.dated if dated.text]
    texts += [one.text for one in (plan.evening, plan.recheck) if one]
    yield from _unknown("reminders", texts, study.texts, "text")
    for dated in plan.dated:
        shown = [one for one in (dated.message, dated.end_message) if one]
        key = f"reminders.dated.{dated.id}"
        yield from _unknown(key, shown, study.messages, "message")
    if plan.evening:
        key = "reminders.evening.phases"
        yield from _unknown(key, plan.evening.phases, _phases(study), "phase")
    if plan.deviation:
        key, away = "reminders.deviation", plan.deviation.away_rules
        if study.ward is None:
            said = "no phase is the time in hospital: nobody could be discharged."
            yield KeyFault(key, said)
        yield from _unknown(f"{key}.away_rules", away, _rule_ids(study), "rule")
    if plan.recheck:
        yield from _recheck_faults(study, plan.recheck)


def _recheck_faults(study: Study, plan: RecheckPlan) -> Iterator[KeyFault]:
    key, advice = "reminders.recheck", [plan.advice] if plan.advice else []
    yield from _unknown(f"{key}.rules", plan.rules, _rule_ids(study), "rule")
    yield from _unknown(f"{key}.task_phases", plan.task_phases, _phases(study), "phase")
    yield from _unknown(f"{key}.ask", plan.ask, study.items, "item")
    yield from _unknown(f"{key}.advice", advice, study.messages, "message")
