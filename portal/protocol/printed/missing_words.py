"""What happens when a diary does not come, in sentences, phase by phase."""

from __future__ import annotations

from collections.abc import Iterator

from portal.protocol.printed.condition_words import said
from portal.protocol.printed.duty_words import duty_title
from portal.protocol.printed.lines import below, named
from portal.protocol.printed.reminder_words import days_words
from portal.protocol.study.model import Study
from portal.protocol.study.plan_model import CallTask, MissingPlan, Rung
from portal.protocol.study.text import Text, filled, joined, same, worded, worded_for
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.answer_words import NOT_HEARD

OPENS = worded("It is asked for from %(at)s on.")
DUE = worded("It is due at %(at)s.")
NUDGE = worded("%(at)s: the text %(text)s to %(whom)s, if it has not come.")
WHOM = {
    "participant": worded("the participant"),
    "caregiver": worded("the caregiver"),
}
CALL = worded(
    "%(at)s, if %(count)s in a row are missing: a task for %(who)s to phone, to be dealt "
    "with by %(by)s: %(title)s"
)
LATER = worded(
    "The hours of the call are those of a later day: %(days)s after the diary's."
)
EVENING = worded(
    "%(at)s, if the second reading of the day has not come: a task for %(who)s to phone, "
    "to be dealt with by %(by)s: %(title)s"
)
ON_LATER_DAY = worded("%(at)s, %(days)s after the diary's day")
HOME_DAYS = worded("Up to day %(last)s at home (the day of discharge is the first):")
UNTIL_DAY = worded("Up to day %(last)s of the study:")
OTHER_DAYS = worded("On all other days:")
PAGED = worded("%(at)s, if nobody has dealt with it: %(who)s is paged.")
ALERT = worded(
    "%(at)s, if nobody has dealt with it: an urgent alert, %(rule)s (%(title)s), which "
    "pages %(who)s first."
)
FORWARD = worded(
    "The call comes already %(minutes)s min after the diary was due, if the last report "
    "was such: %(which)s"
)


def missing_lines(study: Study) -> Iterator[Text]:
    """The plan of each phase whose diary can be missing."""
    titles = {phase.code: phase.title for phase in study.phases}
    for code, plan in study.missing.items():
        yield named(code, titles.get(code, same("")))
        if plan.opens:
            yield below(filled(OPENS, at=same(plan.opens)))
        yield below(filled(DUE, at=same(plan.due)))
        for one in plan.stretches:
            said = UNTIL_DAY if one.home_days is None else HOME_DAYS
            yield below(filled(said, last=same(str(one.ends))))
            yield from (below(below(line)) for line in _plan(study, one.plan))
        if plan.stretches:
            yield below(OTHER_DAYS)
        deeper = below if plan.stretches else (lambda line: line)
        yield from (below(deeper(line)) for line in _plan(study, plan))


def _plan(study: Study, plan: MissingPlan) -> Iterator[Text]:
    for one in plan.reminders:
        parts = {"at": same(one.at), "text": same(one.text), "whom": WHOM[one.to]}
        yield filled(NUDGE, **parts)
    yield from _call(study, plan.task, CALL)
    if plan.evening:
        yield from _call(study, plan.evening, EVENING)
    if plan.brought_forward_minutes is not None:
        minutes = same(str(plan.brought_forward_minutes))
        yield filled(FORWARD, minutes=minutes, which=_which(study, plan))


def _call(study: Study, task: CallTask, told: Text) -> Iterator[Text]:
    yield filled(
        told,
        at=same(task.at),
        count=same(str(task.after_missed)),
        who=duty_title(study, task.role),
        by=same(task.ack_by),
        title=task.title,
    )
    silence = study.reminders
    for rung in task.escalate:
        yield filled(
            ALERT if rung is task.escalate[-1] else PAGED,
            at=_hour(task, rung),
            who=duty_title(study, rung.role),
            rule=same(silence.silence_rule),
            title=silence.silence or NOT_HEARD,
        )
    if task.days_later:
        yield filled(LATER, days=same(str(task.days_later)))


def _hour(task: CallTask, rung: Rung) -> Text:
    """The hour of a rung; with its day, if that is a later one than the call's."""
    days, at = task.day_of(rung), same(rung.at)
    if days == task.days_later:
        return at
    return filled(ON_LATER_DAY, at=at, days=days_words(days))


def _which(study: Study, plan: MissingPlan) -> Text:
    tiers = [study.policies[Tier(tier)].title for tier in plan.brought_forward_tiers]
    when = plan.brought_forward_when
    held = [said(study, when)] if when is not None else []
    return joined([*tiers, *held], worded_for("condition", " or "))
