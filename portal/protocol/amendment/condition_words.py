"""A rule's condition as a line for a clinician: labels of the study and signs."""

from __future__ import annotations

from portal.protocol.study.form import Item
from portal.protocol.study.model import Study
from portal.protocol.study.rules import Condition
from portal.protocol.study.text import (
    Text,
    bracketed,
    joined,
    mark,
    same,
    worded,
    worded_for,
)
from portal.protocol.triage.conditions import parts, rule_names

SIGNS = {"at_least": "≥", "below": "<", "is": "=", "has": "∋"}
NOT = worded("not ")
ANY_OF = worded("has any")
NONE_OF = worded("has none")


def said(study: Study, when: Condition) -> Text:
    """The whole condition; brackets group parts that are judged together."""
    if "all" in when:
        return _several(study, when, "all", worded_for("condition", " and "))
    if "any" in when:
        return _several(study, when, "any", worded_for("condition", " or "))
    if "not" in when:
        inner = _several(study, when, "not", worded_for("condition", " and "))
        return joined([NOT, bracketed(inner)], same(""))
    if "fact" in when:
        return _comparison(study, when)
    return _fired(when)


def _several(study: Study, when: Condition, key: str, between: Text) -> Text:
    inner = [
        bracketed(said(study, one))
        if "all" in one or "any" in one
        else said(study, one)
        for one in parts(when, key)
    ]
    return joined(inner, between)


def _comparison(study: Study, when: Condition) -> Text:
    fact = str(when["fact"])
    item = study.items.get(fact)
    name = item.label if item else same(fact)
    if "has_any" in when:
        return joined([name, ANY_OF if when["has_any"] else NONE_OF], mark("gap"))
    ends = when.get("between")
    if isinstance(ends, list | tuple) and len(ends) == 2:
        return joined([name, same(f"{ends[0]}–{ends[1]}")], same(" "))
    several = when.get("is_any")
    if isinstance(several, list | tuple):
        every = joined([_answer(item, one) for one in several], same(" / "))
        return joined([name, every], same(" = "))
    key = next((key for key in SIGNS if key in when), "is")
    sign = f" {SIGNS[key]} "
    return joined([name, _answer(item, when.get(key))], same(sign))


def _answer(item: Item | None, value: object) -> Text:
    """A value in the diary's words, or else unchanged."""
    for choice in item.choices if item else ():
        if type(choice.code) is type(value) and choice.code == value:
            return choice.label
    return same(str(value))


def _fired(when: Condition) -> Text:
    if "fired_tier" in when:
        count, tier = when.get("count", 1), when["fired_tier"]
        return worded("%(count)s rules of %(tier)s apply", count=count, tier=tier)
    names = ", ".join(rule_names(when))
    return worded("rule %(names)s applies", names=names)
