"""What a phone needs of a study to judge entries: rules, words, messages; no person.

Browsers may differ in which characters exist and how upper and lower case match. So the
tables of this Python are included, and both sides read a note in the same way.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from typing import Any
from unicodedata import category, is_normalized

from portal.characters import BLANKS, INVISIBLE
from portal.languages import LANGUAGES
from portal.protocol.study.form import Item
from portal.protocol.study.model import Study
from portal.protocol.study.rules import Rule, WordList
from portal.protocol.study.tiers import TierPolicy
from portal.protocol.study.timeline import Phase
from portal.protocol.triage.rule_order import order_of
from portal.protocol.words import note
from portal.protocol.words.heard.for_phone import (
    base36,
    heard_by_phone,
    typed_on_phone,
)
from portal.protocol.words.note import plain


def for_phone(study: Study) -> dict[str, Any]:
    """What ``static/js/triage`` needs of ``study``, as values for JSON.

    It has no wordings of items, which the page has; no reminders, texts or ladders.
    """
    order = order_of(study.rules)
    return {
        "id": study.id,
        "version": study.version,
        "sha256": study.sha256,
        "phases": [_phase(study, phase) for phase in study.phases],
        "groups": [{"id": g.id, "items": list(g.items)} for g in study.groups],
        "items": [_item(item) for item in study.items.values()],
        "rules": [_rule(rule) for rule in study.rules],
        "order": {
            "early": [rule.id for rule in order.early],
            "late": [rule.id for rule in order.late],
        },
        "words": [_words(words) for words in study.words],
        "heard": heard_by_phone(study.lexicon) if study.signs else None,
        "typed": typed_on_phone(),
        "policies": {tier.value: _policy(one) for tier, one in study.policies.items()},
        "messages": {
            name: dict(message.text) for name, message in study.messages.items()
        },
        "beside": list(study.beside),
        "ask": list(study.reminders.recheck.ask) if study.reminders.recheck else [],
        "characters": {**_closed_lists(), **_unicode()},
    }


def phone_json(study: Study) -> str:
    """``for_phone`` as one line of JSON; the same study always gives the same text."""
    compiled = for_phone(study)
    return json.dumps(
        compiled, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def _phase(study: Study, phase: Phase) -> dict[str, Any]:
    """``since`` is the title of the event from which the phase counts."""
    name = phase.begins.event if phase.begins else None
    titles = (dict(event.title) for event in study.events if event.id == name)
    plan = study.missing.get(phase.code)
    return {
        "code": phase.code,
        "diary": phase.diary,
        "form": list(phase.form),
        "ward": phase.ward,
        "since": next(titles, None),
        "opens": plan.opens if plan else None,
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind.value,
        "codes": [choice.code for choice in item.choices],
        "cannot": item.cannot,
        "max_length": item.max_length,
        "weekly": item.weekly,
        "calm": item.calm_answer,
        "said_calm": [one.code for one in item.choices if one.calm],
        "said_not_calm": [one.code for one in item.choices if one.calm is False],
        "not_looked": [one.code for one in item.choices if not one.symptom],
        "symptom": item.symptom,
        "bounds": list(item.bounds),
        "pressure": item.pressure,
    }


def _rule(rule: Rule) -> dict[str, Any]:
    cases = [
        {
            "phases": list(case.phases),
            "when": case.when,
            "tier": case.tier.value,
            "ack_minutes": case.ack_minutes,
            "advice": list(case.advice),
        }
        for case in rule.cases
    ]
    return {"id": rule.id, "cases": cases}


def _words(words: WordList) -> dict[str, Any]:
    """The lists as they are matched, already folded."""
    return {
        "language": words.language,
        "unspaced": not LANGUAGES[words.language].spaced,
        "emergency": [plain(word) for word in words.emergency],
        "urgent": [plain(word) for word in words.urgent],
        "negations": [plain(word) for word in words.negations],
        "past": [plain(word) for word in words.past],
        "exceptions": [plain(word) for word in words.exceptions],
    }


def _policy(policy: TierPolicy) -> dict[str, Any]:
    return {
        "ack_minutes": policy.ack_minutes,
        "advice": policy.advice,
        "ward_advice": policy.ward_advice,
    }


def _closed_lists() -> dict[str, Any]:
    return {
        "blanks": BLANKS,
        "invisible": INVISIBLE,
        "line_ends": note.LINE_ENDS,
        "stops": note.STOPS,
        "clause_stops": note.CLAUSE_STOPS,
        "clause_words": list(note.CLAUSE_WORDS),
        "clause_english": list(note.CLAUSE_ENGLISH),
        "now_words": list(note.NOW_WORDS),
        "now_english": list(note.NOW_ENGLISH),
    }


@cache
def _unicode() -> dict[str, Any]:
    """Code points that this Python does not know, and how it folds case.

    ``fold`` has only characters for which folding differs from lower case. A browser
    may know more characters than this Python; it then leaves them unchanged.
    """
    unknown: list[tuple[int, int]] = []
    fold: list[tuple[str, str]] = []
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        if category(char) == "Cn":
            adjoins = unknown and unknown[-1][1] == code - 1
            first = unknown.pop()[0] if adjoins else code
            unknown.append((first, code))
        elif char.casefold() != char.lower() and is_normalized("NFKC", char):
            fold.append((char, char.casefold()))
    pairs = (char + folded for char, folded in fold)
    return {"unassigned": _coded(unknown), "fold": "\n".join(pairs)}


def _coded(runs: list[tuple[int, int]]) -> str:
    """Runs as "gap.length" in base 36: the gap before each run, and its length."""
    coded: list[str] = []
    before = 0
    for first, last in runs:
        coded.append(f"{base36(first - before)}.{base36(last - first)}")
        before = last
    return ",".join(coded)
