"""The order in which triage rules can be judged: each after the rules it depends on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.protocol.study.rules import Condition, Rule
from portal.protocol.triage.conditions import leaves, rule_names
from portal.protocol.triage.facts.names import LATE_FACTS


@dataclass(frozen=True)
class Stages:
    """Rules in a working order: ``late`` ones depend on the verdict of ``early`` ones.

    ``stuck`` rules wait for one another; they are last in their stage.
    """

    early: tuple[Rule, ...]
    late: tuple[Rule, ...]
    stuck: tuple[Rule, ...]


MOST_KEPT = 16  # studies whose order is cached
_kept: dict[int, tuple[tuple[Rule, ...], Stages]] = {}


def order_of(rules: tuple[Rule, ...]) -> Stages:
    """``stages(rules)``, computed once per study, because its rules never change.

    Conditions are mappings without a hash, so the tuple is recognised by identity.
    """
    known = _kept.get(id(rules))
    if known is None or known[0] is not rules:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        known = _kept[id(rules)] = rules, stages(rules)
    return known[1]


def stages(rules: Sequence[Rule]) -> Stages:
    """``rules`` with every rule after those that its cases depend on.

    Rules in a circle come last, in the file's order, so that an unchecked study is
    still judged as far as possible.
    """
    asked = {rule.id: _leaves(rule) for rule in rules}
    late = {name for name, found in asked.items() if _is_late(found)}
    needed = {
        name: _needed(name, found, late, set(asked)) for name, found in asked.items()
    }
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
    """The ids of rules in a circle, and of rules that depend on one."""
    return tuple(rule.id for rule in stages(rules).stuck)


def _leaves(rule: Rule) -> list[Condition]:
    return [leaf for case in rule.cases for leaf in leaves(case.when)]


def _is_late(found: Sequence[Condition]) -> bool:
    """Whether a rule compares facts about the verdict itself (T32)."""
    return any(leaf.get("fact") in LATE_FACTS for leaf in found)


def _needed(
    rule: str, found: Sequence[Condition], late: set[str], known: set[str]
) -> set[str]:
    """The rules that a rule waits for; a count of a tier waits for every early rule."""
    waits = {name for leaf in found for name in rule_names(leaf)} & known
    if rule in late or any("fired_tier" in leaf for leaf in found):
        waits |= known - late - {rule}
    return waits
