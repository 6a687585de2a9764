"""Tiers, their ladders and the due times of work, in words for a clinician."""

from __future__ import annotations

from collections.abc import Iterator

from portal.protocol.printed.duty_words import duty_titles
from portal.protocol.printed.filled_messages import message_words
from portal.protocol.printed.lines import below
from portal.protocol.study.model import Study
from portal.protocol.study.text import (
    Text,
    filled,
    joined,
    mark,
    same,
    worded,
    worded_for,
)
from portal.protocol.study.tiers import (
    SameDayDue,
    Step,
    Tier,
    TierPolicy,
    WorkingDayDue,
)

AT_ONCE = worded("at once: %(who)s, by %(how)s")
RUNG = worded("after %(minutes)s min: %(who)s, by %(how)s")
CHANNELS = {
    "call": worded_for("channel", "call"),
    "text": worded_for("channel", "text"),
}

ANSWER = worded("Somebody must answer within %(minutes)s min.")
DUE = worded("It is a task, due: %(due)s.")
READS = worded("The participant reads %(message)s: %(words)s")
ON_WARD = worded("In hospital they read %(message)s: %(words)s")
OVERDUE = worded("If the task is overdue, one text goes to %(who)s.")
AGAIN = worded(
    "If nobody has answered, the ladder begins again %(minutes)s min after the last rung."
)
REARM = worded(
    "If there is no outcome %(minutes)s min after the answer, people are paged again."
)
CAPS = worded(
    "The ladders send one person at most %(texts)s texts and %(calls)s calls in 24 hours."
)


def rung_words(study: Study, step: Step) -> Text:
    """When a rung pages whom and by what, and the task that it gives."""
    ways = [CHANNELS.get(one, same(one)) for one in step.channels]
    said = filled(
        RUNG if step.after_minutes else AT_ONCE,
        minutes=same(str(step.after_minutes)),
        who=duty_titles(study, step.roles),
        how=joined(ways, mark("listed")),
    )
    return joined([said, step.task], same(" · ")) if step.task else said


def due_words(due: SameDayDue | WorkingDayDue | None) -> Text | None:
    """By when the work of a tier without a clock is due; None: it has a clock."""
    match due:
        case SameDayDue():
            return worded(
                "received %(hours)s: within %(minutes)s min, at the latest "
                "%(latest)s; otherwise the next %(morning)s",
                hours=f"{due.day_from}–{due.day_to}",
                minutes=due.within_minutes,
                latest=due.latest,
                morning=due.morning,
            )
        case WorkingDayDue():
            return worded(
                "the next working day by %(hour)s", hour=due.next_working_day_by
            )
        case None:
            return None


def tier_lines(study: Study) -> Iterator[Text]:
    """Each tier: its clock or due time, what is read, and its ladder rung by rung."""
    for tier in Tier:
        yield study.policies[tier].title
        yield from (below(line) for line in _tier(study, study.policies[tier]))
    caps = study.paging
    yield filled(
        CAPS,
        texts=same(str(caps.texts_per_person_day)),
        calls=same(str(caps.calls_per_person_day)),
    )


def _tier(study: Study, policy: TierPolicy) -> Iterator[Text]:
    due = due_words(policy.due)
    if policy.ack_minutes:
        yield filled(ANSWER, minutes=same(str(policy.ack_minutes)))
    if due is not None:
        yield filled(DUE, due=due)
    for reads, name in ((READS, policy.advice), (ON_WARD, policy.ward_advice)):
        if name is not None:
            words = message_words(study, name, policy.ack_minutes)
            yield filled(reads, message=same(name), words=words)
    if policy.tier.pages:
        yield from (below(rung_words(study, step)) for step in policy.steps)
        yield filled(AGAIN, minutes=same(str(policy.repeat_minutes)))
        yield filled(REARM, minutes=same(str(policy.rearm_minutes)))
    elif policy.steps:
        yield filled(OVERDUE, who=duty_titles(study, policy.steps[0].roles))
