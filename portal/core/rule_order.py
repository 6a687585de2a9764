"""The order in which triage rules can be judged: each after those it asks about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.core.conditions import counts_rules, fact_names, rule_names
from portal.core.facts.names import LATE_FACTS
from portal.core.study.model import Rule


@dataclass(frozen=True)
class Stages:
    """Rules in an order that works: ``late`` ones are about what ``early`` came to.

    ``stuck`` rules wait for one another; they stand last in their stage.
    """

    early: tuple[Rule, ...]
    late: tuple[Rule, ...]
    stuck: tuple[Rule, ...]


def stages(rules: Sequence[Rule]) -> Stages:
    """``rules`` with every rule after the ones its cases ask about.

    Rules of a circle come last, in the file's order: a study that was not checked
    is still judged as far as it goes.
    """
    late = {rule.id for rule in rules if _is_late(rule)}
    needed = _needed(rules, late)
    ordered: list[Rule] = []
    waiting, done = list(rules), set[str]()
    while ready := [rule for rule in waiting if needed[rule.id] <= done]:
        ordered += ready
        done |= {rule.id for rule in ready}
        waiting = [rule for rule in waiting if rule.id not in done]
    ordered += waiting
    return Stages(
        early=tuple(rule for rule in ordered if rule.id not in late),
        late=tuple(rule for rule in ordered if rule.id in late),
        stuck=tuple(waiting),
    )


def circles(rules: Sequence[Rule]) -> tuple[str, ...]:
    """The ids of rules that wait for one another, or for one that does."""
    return tuple(rule.id for rule in stages(rules).stuck)


def _needed(rules: Sequence[Rule], late: set[str]) -> Mapping[str, set[str]]:
    """What each rule waits for. Counting a tier waits for every early rule."""
    known = {rule.id for rule in rules}
    needed: dict[str, set[str]] = {}
    for rule in rules:
        named = {name for case in rule.cases for name in rule_names(case.when)}
        counts = any(counts_rules(case.when) for case in rule.cases)
        waits = named & known
        if counts or rule.id in late:
            waits |= known - late - {rule.id}
        needed[rule.id] = waits
    return needed


def _is_late(rule: Rule) -> bool:
    """Whether the rule compares facts about the verdict itself (T32)."""
    used = {name for case in rule.cases for name in fact_names(case.when)}
    return not used.isdisjoint(LATE_FACTS)
