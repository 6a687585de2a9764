"""Rules as sentences: when a case holds, what is told, and whose work it is."""

from __future__ import annotations

from collections.abc import Iterator

from portal.protocol.printed.condition_words import said
from portal.protocol.printed.duty_words import duty_title
from portal.protocol.printed.filled_messages import message_words
from portal.protocol.printed.ladder_words import READS, due_words
from portal.protocol.printed.lines import below, named
from portal.protocol.study.model import Study
from portal.protocol.study.rules import Rule, RuleCase
from portal.protocol.study.text import Text, filled, joined, mark, same, worded

ALWAYS = worded("if %(when)s: %(tier)s")
THERE = worded("in %(phases)s, if %(when)s: %(tier)s")

SOURCE = worded("source")
AS_USUAL = worded(
    "The participant reads %(message)s, as for every report of this tier."
)
BESIDE = worded("Beside it they read %(message)s: %(words)s")
PAGES = worded("The ladder of this tier pages the team.")
TASK = worded("It is a task for %(who)s, due: %(due)s.")
REVIEW = worded("%(who)s: a task of its own as well, also where there is an alert.")
SAME_AGAIN = worded(
    "As long as only these answers make it fire, and none of them is new or worse,"
    " it joins the weekly line of the person: %(items)s."
)


def case_words(study: Study, case: RuleCase) -> Text:
    """When a case holds, the tier that it gives, and its clock."""
    everywhere = set(case.phases) >= {phase.code for phase in study.phases}
    return filled(
        ALWAYS if everywhere else THERE,
        phases=joined([same(code) for code in case.phases], mark("listed")),
        when=said(study, case.when),
        tier=_tier(study, case),
    )


def _tier(study: Study, case: RuleCase) -> Text:
    policy = study.policies[case.tier]
    minutes = case.ack_minutes or policy.ack_minutes
    if not minutes:
        return policy.title
    within = worded("within %(minutes)s min", minutes=minutes)
    return joined([policy.title, within], mark("clause"))


def rule_lines(study: Study) -> Iterator[Text]:
    """Each rule: its source, its cases with what is told and done, its own task."""
    for rule in study.rules:
        yield named(rule.id, rule.title)
        yield below(joined([SOURCE, same(rule.source)], mark("colon")))
        for case in rule.cases:
            yield below(case_words(study, case))
            yield from (below(line, 2) for line in _follows(study, rule, case))
        if rule.review is not None:
            yield below(filled(REVIEW, who=duty_title(study, rule.owner)))
        if rule.same_again:
            yield below(filled(SAME_AGAIN, items=same_again_words(study, rule)))


def same_again_words(study: Study, rule: Rule) -> Text:
    """The questions whose answers may stay without a review of their own."""
    labels = [study.items[name].label for name in rule.same_again]
    return joined(labels, mark("listed"))


def _follows(study: Study, rule: Rule, case: RuleCase) -> Iterator[Text]:
    policy = study.policies[case.tier]
    minutes = case.ack_minutes or policy.ack_minutes
    own = [name for name in case.advice if name not in study.beside]
    if not own:
        yield filled(AS_USUAL, message=same(policy.advice))
    for name in (*own, *(one for one in case.advice if one in study.beside)):
        words = message_words(study, name, minutes)
        reads = READS if name in own else BESIDE
        yield filled(reads, message=same(name), words=words)
    due = due_words(policy.due)
    if due is None:
        yield PAGES
    else:
        yield filled(TASK, who=duty_title(study, rule.owner), due=due)
