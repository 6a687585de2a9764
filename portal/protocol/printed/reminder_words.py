"""Reminders and the work that plans give to staff, in sentences with days and hours."""

from __future__ import annotations

from collections.abc import Iterator

from portal.protocol.demands.duties import Work
from portal.protocol.printed.duty_words import duty_title
from portal.protocol.printed.filled_messages import message_words
from portal.protocol.printed.timeline_words import begin_words
from portal.protocol.study.model import Study
from portal.protocol.study.plan_model import DatedPlan, DeviationPlan, RecheckPlan
from portal.protocol.study.text import Text, filled, joined, mark, same, worded
from portal.protocol.study.timeline import PhaseBegin

VISIT = worded("Before a visit: the text %(text)s, %(days)s, at %(at)s.")
BOOKED = worded("Once its hour is agreed, the text is %(text)s.")
EXPIRES = worded("A reminder that could not leave by %(at)s is not sent.")
QUIET = worded("From %(begins)s to %(ends)s no reminder leaves.")
IN_STAY = worded(
    "Nobody in hospital gets it: it comes on the first morning after the stay, unless the "
    "next one is due by then."
)
NOT_MADE = worded("%(days)s after a visit that did not take place: a task for %(who)s.")
CLOSING = worded("%(days)s before the window of a visit closes: a task for %(who)s.")
EVENING = worded("In %(phases)s, at %(at)s: the text %(text)s for a second reading.")
COUNTS = worded("What comes from %(at)s on is the second reading of that day.")
RECHECK = worded(
    "%(minutes)s min after a report for which one of %(rules)s applies: the text %(text)s, "
    "to measure again: %(asked)s"
)
REST = worded("Before they measure again they rest for %(minutes)s min.")
RECHECK_TASK = worded(
    "In %(phases)s, if no reading has come after %(minutes)s min: a task for %(who)s."
)
DISCHARGE = worded(
    "%(rule)s: a discharge before day %(day)s is a task for %(who)s: %(title)s"
)
AWAY = worded(
    "%(rule)s: a report for which one of %(rules)s applies is a task for %(who)s: %(title)s"
)
HOLDS = worded("Until %(end)s the page says %(message)s: %(words)s")
ENDS = worded(
    "Its end is told %(when)s, at %(at)s: the text %(text)s, and the page says %(message)s: "
    "%(words)s"
)
DAY, SAME_DAY = worded("1 day"), worded("on the day")
BEFORE, AFTER = worded("%(days)s before"), worded("%(days)s after")


def reminder_lines(study: Study) -> Iterator[Text]:
    """Every reminder and planned task, with its days and hours."""
    yield from _visits(study)
    plan = study.reminders
    if plan.evening:
        yield filled(
            EVENING,
            phases=_listed(plan.evening.phases),
            at=same(plan.evening.at),
            text=same(plan.evening.text),
        )
        if plan.evening.counts_from:
            yield filled(COUNTS, at=same(plan.evening.counts_from))
    if plan.recheck:
        yield from _recheck(study, plan.recheck)
    if plan.deviation:
        yield from _deviation(study, plan.deviation)
    for dated in plan.dated:
        yield from _dated(study, dated)


def _visits(study: Study) -> Iterator[Text]:
    plan, site = study.reminders, study.site
    days = joined([_distance(day) for day in plan.visit_days], mark("listed"))
    yield filled(VISIT, text=same(plan.visit_text), days=days, at=same(plan.visit_at))
    if plan.visit_text_booked:
        yield filled(BOOKED, text=same(plan.visit_text_booked))
    if study.ward is not None:
        yield IN_STAY
    yield filled(QUIET, begins=same(site.quiet_from), ends=same(site.quiet_to))
    yield filled(EXPIRES, at=same(plan.expire_at))
    who = duty_title(study, study.whose(Work.ORGANISING))
    yield filled(NOT_MADE, days=days_words(plan.visit_missed_task_days), who=who)
    yield filled(CLOSING, days=days_words(plan.window_closing_task_days), who=who)


def _recheck(study: Study, plan: RecheckPlan) -> Iterator[Text]:
    asked = [study.items[name].label for name in plan.ask if name in study.items]
    yield filled(
        RECHECK,
        minutes=same(str(plan.after_minutes)),
        rules=_listed(plan.rules),
        text=same(plan.text),
        asked=joined(asked, mark("semicolon")),
    )
    if plan.rest_minutes:
        yield filled(REST, minutes=same(str(plan.rest_minutes)))
    if plan.task_phases:
        yield filled(
            RECHECK_TASK,
            phases=_listed(plan.task_phases),
            minutes=same(str(plan.task_after_minutes)),
            who=duty_title(study, study.whose(Work.REPORTS)),
        )


def _deviation(study: Study, plan: DeviationPlan) -> Iterator[Text]:
    who, rule = duty_title(study, plan.role), same(plan.rule)
    day = same(str(plan.earliest_discharge_day))
    yield filled(DISCHARGE, rule=rule, day=day, who=who, title=plan.discharge)
    if plan.away_rules:
        rules = _listed(plan.away_rules)
        yield filled(AWAY, rule=rule, rules=rules, who=who, title=plan.away)


def _dated(study: Study, plan: DatedPlan) -> Iterator[Text]:
    yield filled(
        HOLDS,
        end=begin_words(PhaseBegin(days=plan.days, months=plan.months)),
        message=same(plan.message),
        words=message_words(study, plan.message),
    )
    for before in plan.end_days:
        yield filled(
            ENDS,
            when=_distance(-before),
            at=same(plan.at or study.reminders.visit_at),
            text=same(plan.text),
            message=same(plan.end_message),
            words=message_words(study, plan.end_message),
        )


def days_words(number: int) -> Text:
    """A number of days in words."""
    return DAY if number == 1 else worded("%(days)s days", days=number)


def _distance(day: int) -> Text:
    if day == 0:
        return SAME_DAY
    return filled(BEFORE if day < 0 else AFTER, days=days_words(abs(day)))


def _listed(names: tuple[str, ...]) -> Text:
    return joined([same(name) for name in names], mark("listed"))
