"""Rules of two versions: which are new or gone, and which became stricter or calmer."""

from __future__ import annotations

from collections.abc import Iterator

from portal.protocol.amendment.change import Bearing, Part, StudyChange, aspects
from portal.protocol.amendment.implication import implies
from portal.protocol.printed.duty_words import duty_title
from portal.protocol.printed.rule_words import case_words, same_again_words
from portal.protocol.study.model import Study
from portal.protocol.study.rules import Rule, RuleCase
from portal.protocol.study.text import Text, joined, mark, same, worded

RULE, TITLE = worded("rule"), worded("title")
OWNER, REVIEW = worded("whose work"), worded("task of its own")
SOURCE, FAMILY = worded("source"), worded("family")
SAME_AGAIN = worded("joins the weekly line while it is the same")


def rule_changes(old: Study, new: Study) -> Iterator[StudyChange]:
    """Changes of rules: a new rule only raises a verdict, a removal only lowers it."""
    before = {rule.id: rule for rule in old.rules}
    after = {rule.id: rule for rule in new.rules}
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        if was is None and now is not None:
            text = _cases(new, now.cases)
            change = (None, text, Bearing.STRICTER)
            yield StudyChange(Part.RULES, _name(now), RULE, *change)
        elif was is not None and now is None:
            text = _cases(old, was.cases)
            yield StudyChange(Part.RULES, _name(was), RULE, text, None, Bearing.CALMER)
        elif was is not None and now is not None:
            yield from _between(old, was, new, now)


def _name(rule: Rule) -> Text:
    return joined([same(rule.id), rule.title], same(" "))


def _between(old: Study, was: Rule, new: Study, now: Rule) -> Iterator[StudyChange]:
    if was.cases != now.cases:
        gone = tuple(case for case in was.cases if case not in now.cases)
        come = tuple(case for case in now.cases if case not in was.cases)
        both = gone or come
        yield StudyChange(
            Part.RULES,
            _name(now),
            RULE,
            _cases(old, gone if both else was.cases),
            _cases(new, come if both else now.cases),
            Bearing.of(
                up=at_least_as_strict(new, now, old, was),
                down=at_least_as_strict(old, was, new, now),
            ),
        )
    yield from aspects(Part.RULES, _name(now), list(_aspects(was, now)))
    owners = duty_title(old, was.owner), duty_title(new, now.owner)
    if was.owner != now.owner:
        yield StudyChange(Part.RULES, _name(now), OWNER, *owners)
    if was.same_again != now.same_again:
        yield _weekly_line(old, was, new, now)


def _weekly_line(old: Study, was: Rule, new: Study, now: Rule) -> StudyChange:
    before, after = set(was.same_again), set(now.same_again)
    return StudyChange(
        Part.RULES,
        _name(now),
        SAME_AGAIN,
        _same_again(old, was),
        _same_again(new, now),
        Bearing.of(up=after <= before, down=before <= after),
    )


def _aspects(was: Rule, now: Rule) -> Iterator[tuple[Text, Text | None, Text | None]]:
    yield TITLE, was.title, now.title
    yield SOURCE, same(was.source), same(now.source)
    yield FAMILY, same(was.family), same(now.family)
    yield REVIEW, _review(was), _review(now)


def _review(rule: Rule) -> Text | None:
    return None if rule.review is None else same(rule.review.value)


def _same_again(study: Study, rule: Rule) -> Text | None:
    return same_again_words(study, rule) if rule.same_again else None


def at_least_as_strict(new: Study, now: Rule, old: Study, was: Rule) -> bool:
    """Whether ``now`` gives at least the tier and speed of ``was``, in each case.

    The first case that holds decides. So some new case must hold whenever the old one
    does, and neither it nor a case before it may give a milder verdict.
    """
    return all(
        _covered(new, now, phase, case, _gravity(old, case))
        for case in was.cases
        for phase in case.phases
    )


def _covered(
    new: Study, now: Rule, phase: str, case: RuleCase, gravity: tuple[int, int]
) -> bool:
    for one in now.cases:
        if phase not in one.phases:
            continue
        if _gravity(new, one) < gravity:
            return False
        if implies(case.when, one.when):
            return True
    return False


def _gravity(study: Study, case: RuleCase) -> tuple[int, int]:
    """The rank of the tier, then its speed; a tier without a clock has no speed."""
    minutes = case.ack_minutes or study.policies[case.tier].ack_minutes
    return case.tier.rank, -(minutes or 0)


def _cases(study: Study, cases: tuple[RuleCase, ...]) -> Text | None:
    return (
        joined([_case(study, case) for case in cases], mark("semicolon"))
        if cases
        else None
    )


def _case(study: Study, case: RuleCase) -> Text:
    told = [same(name) for name in case.advice]
    return joined([case_words(study, case), *told], same(" · "))
