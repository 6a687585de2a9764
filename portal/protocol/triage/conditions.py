"""The fixed language of a rule's ``when``: comparisons of named facts, as data.

Nothing is evaluated as code, and each comparison is one or two lines, because a phone
judges the same conditions. ``portal.protocol.checks.conditions`` finds faults in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from portal.protocol.study.rules import Condition
from portal.protocol.study.tiers import Tier
from portal.protocol.words.numbers import read_number

Facts = Mapping[str, object]


@dataclass(frozen=True)
class Outcome:
    """The result of a rule that fired: its tier, and its clock in minutes or None."""

    tier: Tier
    ack_minutes: int | None


Fired = Mapping[str, Outcome]
JOINTS = ("all", "any", "of", "not")
"""The keys that join other conditions."""


def holds(when: Condition, facts: Facts, fired: Fired) -> bool:
    """Whether ``when`` is true for the facts and the rules that fired.

    A comparison with a missing fact is false, and so is a condition that is not in this
    language.
    """
    if "all" in when:
        return all(holds(part, facts, fired) for part in parts(when, "all"))
    if "any" in when:
        return any(holds(part, facts, fired) for part in parts(when, "any"))
    if "not" in when:
        return not all(holds(part, facts, fired) for part in parts(when, "not"))
    if "of" in when:
        found = [holds(part, facts, fired) for part in parts(when, "of")]
        return found.count(True) >= count_of(when)
    if "fact" in when:
        return _compares(when, facts.get(str(when["fact"])))
    return _fired(when, fired)


def parts(when: Condition, key: str) -> tuple[Condition, ...]:
    """The conditions inside ``all``, ``any``, ``of`` or ``not``."""
    inner = when.get(key)
    members = inner if isinstance(inner, list | tuple) else [inner]
    return tuple(part for part in members if isinstance(part, Mapping))


def leaves(when: Condition) -> Iterator[Condition]:
    """Every comparison in ``when``, at any depth."""
    nested = [key for key in JOINTS if key in when]
    for key in nested:
        for part in parts(when, key):
            yield from leaves(part)
    if not nested:
        yield when


def count_of(when: Condition) -> int:
    """How many are asked for; what is no whole number of at least 1 counts as 1."""
    count = when.get("count", 1)
    return max(count, 1) if type(count) is int else 1


def fact_names(when: Condition) -> tuple[str, ...]:
    """The facts that ``when`` compares, each once, by name."""
    return tuple(sorted({str(leaf["fact"]) for leaf in leaves(when) if "fact" in leaf}))


def rule_names(leaf: Condition) -> list[str]:
    """The rules that one comparison asks about by id."""
    return names(leaf.get("fired")) + names(leaf.get("fired_any"))


def names(value: object) -> list[str]:
    """A text or a list of texts, as a list."""
    if isinstance(value, list | tuple):
        return [str(name) for name in value]
    return [] if value is None else [str(value)]


def tenths(value: object) -> int | None:
    """A level or a decimal text such as ``"38.0"`` in whole tenths, or None."""
    if type(value) is int:
        return value * 10
    number = read_number(value) if isinstance(value, str) else None
    return None if number is None else number.digits * 10 // 10**number.places


def _fired(when: Condition, fired: Fired) -> bool:
    if "fired_tier" in when:
        least = when.get("count", 1)
        came = [one for one in fired.values() if one.tier == when["fired_tier"]]
        return isinstance(least, int) and len(came) >= least
    return any(name in fired for name in rule_names(when))


def _compares(when: Condition, fact: object) -> bool:
    for key, compare in COMPARISONS.items():
        if key in when:
            return fact is not None and compare(fact, when[key])
    return False


def _is(fact: object, wanted: object) -> bool:
    return type(fact) is type(wanted) and fact == wanted


def _is_any(fact: object, wanted: object) -> bool:
    return isinstance(wanted, list | tuple) and any(_is(fact, one) for one in wanted)


def _at_least(fact: object, wanted: object) -> bool:
    value, least = tenths(fact), tenths(wanted)
    return value is not None and least is not None and value >= least


def _below(fact: object, wanted: object) -> bool:
    value, limit = tenths(fact), tenths(wanted)
    return value is not None and limit is not None and value < limit


def _between(fact: object, wanted: object) -> bool:
    """Whether the fact is in the range, with both ends included."""
    if not isinstance(wanted, list | tuple) or len(wanted) != 2:
        return False
    value, least, most = tenths(fact), tenths(wanted[0]), tenths(wanted[1])
    if value is None or least is None or most is None:
        return False
    return least <= value <= most


def _has(fact: object, wanted: object) -> bool:
    return isinstance(fact, list | tuple) and wanted in fact


def _has_any(fact: object, wanted: object) -> bool:
    return isinstance(fact, list | tuple) and bool(fact) is wanted


COMPARISONS: Mapping[str, Callable[[object, object], bool]] = {
    "is": _is,
    "is_any": _is_any,
    "at_least": _at_least,
    "below": _below,
    "between": _between,
    "has": _has,
    "has_any": _has_any,
}
"""Every comparison of a fact, by its key in the file."""
