"""The order in which triage rules can be judged: each after those it asks about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal.core.conditions import counts_rules, fact_names, rule_names
from portal.core.facts.names import LATE_FACTS
from portal.core.study.model import Rule


def rule_order(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """``rules`` with every rule after the ones its cases ask about.

    Rules of a circle (``circles`` names them) come last, in the file's order: a
    study that was not checked is still judged as far as it goes.
    """
    needed = _needed(rules)
    ordered: list[Rule] = []
    waiting = list(rules)
    while waiting:
        done = {rule.id for rule in ordered}
        ready = [rule for rule in waiting if needed[rule.id] <= done]
        if not ready:
            break
        ordered += ready
        waiting = [rule for rule in waiting if rule not in ready]
    return (*ordered, *waiting)


def circles(rules: Sequence[Rule]) -> tuple[str, ...]:
    """The ids of rules that wait for one another, or for one that does."""
    needed = _needed(rules)
    done: set[str] = set()
    for rule in rule_order(rules):
        if needed[rule.id] <= done:
            done.add(rule.id)
    return tuple(rule.id for rule in rules if rule.id not in done)


def _needed(rules: Sequence[Rule]) -> Mapping[str, set[str]]:
    """What each rule waits for. Counting a tier waits for all rules but the late."""
    known = {rule.id for rule in rules}
    early = {rule.id for rule in rules if not is_late(rule)}
    needed: dict[str, set[str]] = {}
    for rule in rules:
        named = {name for case in rule.cases for name in rule_names(case.when)}
        counts = any(counts_rules(case.when) for case in rule.cases)
        waits = (named & known) | (early - {rule.id} if counts else set())
        needed[rule.id] = waits | (early if is_late(rule) else set())
    return needed


def is_late(rule: Rule) -> bool:
    """Whether the rule compares facts about the verdict itself (T32)."""
    return any(
        name in LATE_FACTS for case in rule.cases for name in fact_names(case.when)
    )
