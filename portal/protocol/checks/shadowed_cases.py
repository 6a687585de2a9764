"""Which case of a rule can never decide, because an earlier one always does.

It proves only simple forms, but it never reports a case that can decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation

from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.rules import Condition, Rule, RuleCase


def shadow_faults(rule: Rule) -> Iterator[KeyFault]:
    """Cases that never decide, because an earlier one for the phases always does."""
    for place, case in enumerate(rule.cases):
        for earlier in rule.cases[:place]:
            if _shadows(earlier, case):
                before = rule.cases.index(earlier) + 1
                said = f"never decides: case[{before}] holds whenever this one does."
                yield KeyFault(f"rule.{rule.id}.case[{place + 1}]", said)
                break


def _shadows(earlier: RuleCase, case: RuleCase) -> bool:
    same_time = set(case.phases) <= set(earlier.phases)
    return same_time and implies(case.when, earlier.when)


def implies(first: Condition, then: Condition) -> bool:
    """Whether ``then`` certainly holds whenever ``first`` does (False: not proved)."""
    if first == then:
        return True
    if "all" in then:
        return all(implies(first, part) for part in _parts(then, "all"))
    if "any" in first:
        return all(implies(part, then) for part in _parts(first, "any"))
    if "any" in then and any(implies(first, part) for part in _parts(then, "any")):
        return True
    if "all" in first:
        return any(implies(part, then) for part in _parts(first, "all"))
    return _leaf_implies(first, then)


def _parts(when: Condition, key: str) -> list[Condition]:
    inner = when[key]
    members = inner if isinstance(inner, list | tuple) else [inner]
    return [part for part in members if isinstance(part, Mapping)]


def _leaf_implies(first: Condition, then: Condition) -> bool:
    if "fact" not in first or first.get("fact") != then.get("fact"):
        return False
    return any(
        one in first and other in then and proves(first[one], then[other])
        for one, other, proves in _PROOFS
    )


def _subset(inner: object, outer: object) -> bool:
    return set(_list(inner)) <= set(_list(outer))


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _no_less(value: object, least: object) -> bool:
    left, right = _number(value), _number(least)
    return left is not None and right is not None and left >= right


def _no_more(value: object, most: object) -> bool:
    return _no_less(most, value)


def _less(value: object, limit: object) -> bool:
    return not _no_less(value, limit) and _no_less(limit, value)


def _from(span: object, least: object) -> bool:
    return _no_less(_list(span)[0], least)


def _up_to(span: object, limit: object) -> bool:
    return _less(_list(span)[-1], limit)


def _within(span: object, outer: object) -> bool:
    inside = _list(span), _list(outer)
    return _no_less(inside[0][0], inside[1][0]) and _no_more(
        inside[0][-1], inside[1][-1]
    )


_Proof = tuple[str, str, Callable[[object, object], bool]]
_PROOFS: tuple[_Proof, ...] = (
    ("is", "is_any", _subset),
    ("is_any", "is_any", _subset),
    ("is_any", "is", _subset),
    ("is", "at_least", _no_less),
    ("at_least", "at_least", _no_less),
    ("below", "below", _no_more),
    ("between", "at_least", _from),
    ("between", "below", _up_to),
    ("between", "between", _within),
    ("has", "has_any", lambda _code, wanted: wanted is True),
)
"""For two comparisons of one fact: when the first proves the second."""
