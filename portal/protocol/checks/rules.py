"""The triage rules: what they name exists, each case can decide, each has an example.

The examples are the file's own test: they are judged here. A rule that no example fires
is a rule that nobody has checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from portal.errors import EntryRefused
from portal.languages import LANGUAGES
from portal.protocol.checks.agreement.worse_choices import choice_faults
from portal.protocol.checks.conditions import problems
from portal.protocol.checks.shadowed_cases import shadow_faults
from portal.protocol.checks.unreadable import (
    cannot_faults,
    range_faults,
    unreadable_faults,
)
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.model import Study
from portal.protocol.study.rules import Example, Rule, RuleCase
from portal.protocol.triage.conditions import fact_names
from portal.protocol.triage.facts.same_again import COMPARABLE
from portal.protocol.triage.judge import judge
from portal.protocol.triage.rule_order import circles
from portal.protocol.triage.verdict import PastEntry, Verdict
from portal.protocol.words.numbers import UNREADABLE


def rule_faults(study: Study) -> Iterator[KeyFault]:
    """Faults of rules, of their examples, and of the words that rules look for."""
    if not study.rules:
        yield KeyFault(
            "rule", "there is no triage rule: write [[rule]], and an example of it."
        )
    ids = tuple(rule.id for rule in study.rules)
    senseless = list(_sense_faults(study, ids))
    yield from senseless
    if not senseless and study.phases:
        yield from _meaning_faults(study, ids)
    yield from _word_faults(study)


def _sense_faults(study: Study, ids: tuple[str, ...]) -> Iterator[KeyFault]:
    """Conditions that cannot be read; the other checks would fail on them."""
    signs = [sign.id for sign in study.signs]
    for rule in study.rules:
        for place, case in enumerate(rule.cases, start=1):
            key = f"rule.{rule.id}.case[{place}].when"
            said_of = problems(case.when, items=study.items, rules=ids, signs=signs)
            yield from (KeyFault(key, said) for said in said_of)


def _meaning_faults(study: Study, ids: tuple[str, ...]) -> Iterator[KeyFault]:
    for rule in study.rules:
        for place, case in enumerate(rule.cases, start=1):
            yield from _case_faults(study, f"rule.{rule.id}.case[{place}]", case)
        yield from shadow_faults(rule)
        yield from _same_again_faults(study, rule)
    for rule_id in circles(study.rules):
        yield KeyFault(f"rule.{rule_id}", "it waits for a rule that waits for it.")
    yield from _example_faults(study, ids)
    yield from unreadable_faults(study)
    yield from range_faults(study)
    yield from cannot_faults(study)
    yield from choice_faults(study)


def _same_again_faults(study: Study, rule: Rule) -> Iterator[KeyFault]:
    """Answers that may stay: of items that can be compared, and that the rule compares."""
    key = f"rule.{rule.id}.same_again"
    compared = {name for case in rule.cases for name in fact_names(case.when)}
    yield from _unknown(key, "item", rule.same_again, study.items)
    for name in rule.same_again:
        item = study.items.get(name)
        if item is not None and item.kind not in COMPARABLE:
            yield KeyFault(key, f"{name} is no choice, level or list: it cannot stay.")
        if item is not None and name not in compared:
            yield KeyFault(key, f"no case of this rule compares {name}.")
    if rule.same_again and rule.review is not None:
        said = "a rule with a task of its own has no part in the weekly line."
        yield KeyFault(key, said)


def _case_faults(study: Study, key: str, case: RuleCase) -> Iterator[KeyFault]:
    phases = [phase.code for phase in study.phases]
    yield from _unknown(f"{key}.phases", "phase", case.phases, phases)
    yield from _unknown(f"{key}.advice", "message", case.advice, study.messages)
    if case.ack_minutes is not None and not case.tier.pages:
        said = "only urgent and emergency cases have a clock in minutes."
        yield KeyFault(f"{key}.ack_minutes", said)


def _unknown(
    key: str, what: str, names: Iterable[str], known: Iterable[str]
) -> Iterator[KeyFault]:
    known = set(known)
    for name in names:
        if name not in known:
            yield KeyFault(key, f'there is no {what} "{name}".')


def _example_faults(study: Study, ids: tuple[str, ...]) -> Iterator[KeyFault]:
    shown: set[str] = set()
    for example in study.examples:
        key = f"example.{example.title}"
        yield from _unknown(f"{key}.rules", "rule", example.rules, ids)
        yield from _unknown(
            f"{key}.advice", "message", example.advice or (), study.messages
        )
        try:
            verdict = judge(study, example.phase, example.answers, _past(example))
        except EntryRefused as refused:
            yield KeyFault(key, f"cannot be judged: {refused.message}.")
            continue
        shown.update(finding.rule for finding in verdict.findings)
        yield from _differences(key, example, verdict)
    for rule in study.rules:
        if rule.id not in shown:
            yield KeyFault(f"rule.{rule.id}", "no example reaches this rule.")


def _past(example: Example) -> list[PastEntry]:
    return [_entry(past) for past in example.previous]


def _entry(past: Mapping[str, Any]) -> PastEntry:
    return PastEntry(past["days_ago"], past["answers"])


def _differences(key: str, example: Example, verdict: Verdict) -> Iterator[KeyFault]:
    if verdict.tier is not example.tier:
        said = f"the tier is {verdict.tier}, and {example.tier} is expected."
        yield KeyFault(f"{key}.tier", said)
    fired = {finding.rule for finding in verdict.findings}
    if fired != set(example.rules):
        said = f"fires {_list(fired)}, and {_list(example.rules)} is expected."
        yield KeyFault(f"{key}.rules", said)
    if example.advice is not None and verdict.advice != example.advice:
        said = (
            f"advises {_list(verdict.advice)}, and {_list(example.advice)} is expected."
        )
        yield KeyFault(f"{key}.advice", said)
    unread = {name for one in verdict.findings for name in _unreadable(one.facts)}
    for fault in verdict.faults:
        if f"{fault.field}_state" not in unread:
            yield KeyFault(f"{key}.answers.{fault.field}", f"{fault.problem}.")


def _unreadable(facts: Mapping[str, object]) -> list[str]:
    """The states by which a rule saw that a reading cannot be read: so it is meant."""
    return [name for name, value in facts.items() if value == UNREADABLE]


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def _word_faults(study: Study) -> Iterator[KeyFault]:
    listed = [words.language for words in study.words]
    for language in study.languages if listed else ():
        if language not in listed:
            said = f"there must be words.{language}: the study offers this language."
            yield KeyFault("words", said)
    for language in listed:
        if language not in LANGUAGES:
            said = f"no such language; known: {', '.join(LANGUAGES)}."
            yield KeyFault(f"words.{language}", said)
    for words in study.words:
        for word in sorted(set(words.emergency) & set(words.urgent)):
            said = f'"{word}" is under emergency too.'
            yield KeyFault(f"words.{words.language}.urgent", said)
