"""Whether one condition of a rule holds whenever another does, as far as can be shown.

It compares only the form of the two. "No" means that it could not be shown; therefore a
difference is called stricter or calmer only after a "yes".
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.protocol.study.rules import Condition
from portal.protocol.triage.conditions import parts, rule_names, tenths


def implies(first: Condition, second: Condition) -> bool:
    """Whether ``second`` holds whenever ``first`` does; False: not shown."""
    if repr(first) == repr(second):  # true and 1 are equal, but not the same answer
        return True
    if "any" in first:
        return all(implies(one, second) for one in parts(first, "any"))
    if "all" in second:
        return all(implies(first, one) for one in parts(second, "all"))
    found = [implies(first, one) for one in parts(second, "any")]
    found += [implies(one, second) for one in parts(first, "all")]
    if "not" in first and "not" in second:
        found.append(implies(_denied(second), _denied(first)))
    return any(found) or _leaf_implies(first, second)


def _denied(when: Condition) -> Condition:
    return {"all": parts(when, "not")}


def _leaf_implies(first: Condition, second: Condition) -> bool:
    if "fact" in first and "fact" in second:
        return first["fact"] == second["fact"] and _narrower(first, second)
    if "of" in first and "of" in second:
        same = repr(first["of"]) == repr(second["of"])
        return same and _count(first) >= _count(second)
    if "fired_tier" in first and "fired_tier" in second:
        return first["fired_tier"] == second["fired_tier"] and _count(first) >= _count(
            second
        )
    wanted = set(rule_names(first))
    return bool(wanted) and wanted <= set(rule_names(second))


def _count(when: Condition) -> int:
    count = when.get("count", 1)
    return count if isinstance(count, int) else 1


def _narrower(first: Condition, second: Condition) -> bool:
    """Whether the second accepts every value that the first accepts."""
    if second.get("has_any") is True and "has" in first:
        return True
    few, many = _values(first), _values(second)
    if few and many:
        return few <= many
    inner, outer = _span(first), _span(second)
    return inner is not None and outer is not None and inner.within(outer)


def _values(when: Condition) -> set[tuple[type, object]]:
    """The values that ``is`` or ``is_any`` accepts; true and 1 are different."""
    if "is" in when:
        return {(type(when["is"]), when["is"])}
    several = when.get("is_any")
    if isinstance(several, list | tuple):
        return {(type(one), one) for one in several}
    return set()


@dataclass(frozen=True)
class _Span:
    """Numbers in tenths, both ends included; None: no limit."""

    low: int | None
    high: int | None

    def within(self, other: _Span) -> bool:
        above = other.low is None or (self.low is not None and self.low >= other.low)
        below = other.high is None or (
            self.high is not None and self.high <= other.high
        )
        return above and below


def _span(when: Condition) -> _Span | None:
    if "at_least" in when:
        return _Span(tenths(when["at_least"]), None)
    if "below" in when:
        limit = tenths(when["below"])
        return None if limit is None else _Span(None, limit - 1)
    ends = when.get("between")
    if isinstance(ends, list | tuple) and len(ends) == 2:
        return _Span(tenths(ends[0]), tenths(ends[1]))
    levels = [tenths(value) for kind, value in _values(when) if kind is int]
    known = [level for level in levels if level is not None]
    if known and len(known) == len(_values(when)):
        return _Span(min(known), max(known))
    return None
