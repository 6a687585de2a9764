"""Faults in a rule's ``when``: unknown facts, codes, rules, comparisons.

Each problem is a sentence for the author of the study file. A condition without
problems can always be judged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from portal.protocol.study.form import Item
from portal.protocol.study.rules import Condition
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.conditions import COMPARISONS, JOINTS, names, tenths
from portal.protocol.triage.facts.names import FactKind, known_facts

_BY_KIND: Mapping[str, tuple[str, ...]] = {
    "code": ("is", "is_any"),
    "number": ("is", "is_any", "at_least", "below", "between"),
    "list": ("has", "has_any"),
    "truth": ("is",),
}


def problems(
    when: object,
    *,
    items: Mapping[str, Item],
    rules: Collection[str],
    signs: Iterable[str] = (),
) -> list[str]:
    """Every problem of ``when``, as a sentence each, for these ids of a study."""
    return list(_problems(when, known_facts(items, signs), rules))


def _problems(
    when: object, facts: Mapping[str, FactKind], rules: Collection[str]
) -> Iterator[str]:
    if not isinstance(when, Mapping) or not when:
        yield "a condition must be a table such as { fact = …, is = … }."
        return
    joints = [key for key in JOINTS if key in when]
    if joints:
        yield from _joint(when, joints[0], facts, rules)
    elif "fact" in when:
        yield from _comparison(when, facts)
    else:
        yield from _rules(when, rules)


def _joint(
    when: Condition, key: str, facts: Mapping[str, FactKind], rules: Collection[str]
) -> Iterator[str]:
    others = set(when) - {key, "count"} if key == "of" else set(when) - {key}
    if others:
        said = ", ".join(sorted(others))
        yield f'"{key}" must be the only key; there is also {said}.'
    if key == "of":
        yield from _count(when)
    inner = when[key]
    if key == "not" and not isinstance(inner, Mapping):
        yield '"not" takes one condition.'
        return
    if key != "not" and (not isinstance(inner, list | tuple) or not inner):
        yield f'"{key}" takes a list of conditions.'
        return
    for part in inner if isinstance(inner, list | tuple) else [inner]:
        yield from _problems(part, facts, rules)


def _comparison(when: Condition, facts: Mapping[str, FactKind]) -> Iterator[str]:
    name = str(when["fact"])
    fact = facts.get(name)
    if fact is None:
        yield f'there is no fact "{name}".'
        return
    used = [key for key in when if key != "fact"]
    if len(used) != 1:
        yield f'"{name}" must be compared once, not by {_list(used)}.'
    for key in used:
        if key not in COMPARISONS:
            yield f'"{key}" is not a comparison; use {_list(COMPARISONS)}.'
        elif key not in _BY_KIND[fact.kind]:
            fitting = _list(_BY_KIND[fact.kind])
            yield f'"{name}" is a {fact.kind}: "{key}" does not fit; use {fitting}.'
        else:
            yield from _values(name, fact, key, when[key])


def _values(name: str, fact: FactKind, key: str, value: object) -> Iterator[str]:
    if key in ("is_any", "between"):
        if not isinstance(value, list | tuple) or not value:
            yield f'"{key}" takes a list.'
            return
        if key == "between" and len(value) != 2:
            yield '"between" takes two values, the lowest and the highest.'
    elif isinstance(value, list | tuple):
        yield f'"{key}" takes one value, not a list.'
        return
    for one in value if isinstance(value, list | tuple) else [value]:
        yield from _value(name, fact, key, one)


def _value(name: str, fact: FactKind, key: str, value: object) -> Iterator[str]:
    if fact.kind == "truth" or key == "has_any":
        if type(value) is not bool:
            yield f'"{name}" is compared with true or false.'
    elif fact.kind == "number":
        yield from _number(name, key, value)
    elif not isinstance(value, str) or value not in fact.codes:
        yield f'"{value}" is not an answer of "{name}"; use {_list(fact.codes)}.'


def _number(name: str, key: str, value: object) -> Iterator[str]:
    exact = key in ("is", "is_any")
    if exact and type(value) is not int:
        yield f'"{name}" can only equal a whole number; use at_least or between.'
    elif tenths(value) is None:
        yield f'"{value}" is not a number such as 2 or "38.0".'


def _rules(when: Condition, rules: Collection[str]) -> Iterator[str]:
    keys = set(when)
    if keys not in ({"fired"}, {"fired_any"}, {"fired_tier", "count"}):
        yield f"a condition cannot be made of {_list(sorted(keys))}."
        return
    for name in names(when.get("fired")) + names(when.get("fired_any")):
        if name not in rules:
            yield f'there is no rule "{name}".'
    if "fired_tier" in when:
        if when["fired_tier"] not in list(Tier):
            yield f'"{when["fired_tier"]}" is not a tier; use {_list(list(Tier))}.'
        yield from _count(when)


def _count(when: Condition) -> Iterator[str]:
    count = when.get("count")
    if type(count) is not int or count < 1:
        yield '"count" must be a whole number of at least 1.'
    parts = when.get("of")
    if type(count) is int and isinstance(parts, list | tuple) and count > len(parts):
        yield f'"of" has {len(parts)} conditions, so {count} of them never hold.'


def _list(values: Collection[str]) -> str:
    return ", ".join(str(value) for value in values) or "nothing"
