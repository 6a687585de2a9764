"""A rule's condition as a line for a clinician: questions, answers and signs between."""

from __future__ import annotations

from portal.protocol.study.form import ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.rules import Condition
from portal.protocol.study.text import (
    Text,
    bracketed,
    filled,
    joined,
    mark,
    same,
    worded,
    worded_for,
)
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.conditions import parts, rule_names
from portal.protocol.triage.fact_words import FACT_CODES, LAST, fact_name
from portal.protocol.triage.facts.names import NOTE_SIGNS

SIGNS = {"at_least": " ≥ ", "below": " < ", "is": " = "}
NOT = worded("not ")
ANY_OF = worded("has at least one")
NONE_OF = worded("has none")
INCLUDES = worded_for("condition", "includes")
SOME = worded("at least %(count)s of these: %(each)s")
SEVERAL = worded("%(count)s rules of %(tier)s apply")


def said(study: Study, when: Condition) -> Text:
    """The whole condition; brackets group parts that are judged together."""
    if "all" in when:
        return _several(study, when, "all", worded_for("condition", " and "))
    if "any" in when:
        return _several(study, when, "any", worded_for("condition", " or "))
    if "not" in when:
        inner = _several(study, when, "not", worded_for("condition", " and "))
        return joined([NOT, bracketed(inner)], same(""))
    if "of" in when:
        each = _several(study, when, "of", mark("clause"))
        return filled(SOME, count=same(str(when.get("count", 1))), each=bracketed(each))
    if "fact" in when:
        return _comparison(study, when)
    return _fired(study, when)


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
    name = fact_name(study, fact, _quoted)
    if "has_any" in when:
        return joined([name, ANY_OF if when["has_any"] else NONE_OF], mark("gap"))
    if isinstance(when.get("is"), bool):
        return name if when["is"] else joined([NOT, bracketed(name)], same(""))
    if "has" in when:
        return joined([name, INCLUDES, _answer(study, fact, when["has"])], mark("gap"))
    ends = when.get("between")
    if isinstance(ends, list | tuple) and len(ends) == 2:
        return joined([name, same(f"{ends[0]}–{ends[1]}")], same(" "))
    several = when.get("is_any")
    if isinstance(several, list | tuple):
        each = [_answer(study, fact, one) for one in several]
        return joined([name, joined(each, same(" / "))], same(" = "))
    key = next((key for key in SIGNS if key in when), "is")
    return joined([name, _answer(study, fact, when.get(key))], same(SIGNS[key]))


def _answer(study: Study, fact: str, value: object) -> Text:
    """A value in the words of the diary, of a sign or of the portal, or unchanged."""
    item = study.items.get(fact) or study.items.get(fact.removesuffix(LAST))
    if item is not None and item.kind is ItemKind.DOSE and value == "yes":
        value = "mg"  # more than none was taken: the choice that asks for the dose
    for choice in item.choices if item else ():
        if type(choice.code) is type(value) and choice.code == value:
            return _quoted(choice.label)
    if fact == NOTE_SIGNS:
        titles = {sign.id: sign.title for sign in study.signs}
        return titles.get(str(value), same(str(value)))
    return same(str(value)) if item else FACT_CODES.get(str(value), same(str(value)))


def _quoted(text: Text) -> Text:
    return joined([same("“"), text, same("”")], same(""))


def _fired(study: Study, when: Condition) -> Text:
    if "fired_tier" in when:
        tier, count = str(when["fired_tier"]), same(str(when.get("count", 1)))
        called = study.policies[Tier(tier)].title if tier in set(Tier) else same(tier)
        return filled(SEVERAL, count=count, tier=called)
    return worded("rule %(names)s applies", names=", ".join(rule_names(when)))
