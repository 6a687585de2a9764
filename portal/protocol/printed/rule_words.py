"""The cases of a rule as sentences: where and when it holds, and what follows."""

from __future__ import annotations

from portal.protocol.printed.condition_words import said
from portal.protocol.study.model import Study
from portal.protocol.study.rules import RuleCase
from portal.protocol.study.text import Text, filled, joined, mark, same, worded

ALWAYS = worded("if %(when)s: %(tier)s")
THERE = worded("in %(phases)s, if %(when)s: %(tier)s")


def case_words(study: Study, case: RuleCase) -> Text:
    """When a case holds, the tier that it gives, and its clock."""
    everywhere = set(case.phases) >= {phase.code for phase in study.phases}
    return filled(
        ALWAYS if everywhere else THERE,
        phases=same(", ".join(case.phases)),
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
