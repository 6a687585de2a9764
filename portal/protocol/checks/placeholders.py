"""Placeholders that no code fills: one of them makes a page or a message fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal.protocol.demands import messages, texts
from portal.protocol.demands.messages import MESSAGES, MessageUse, NamedMessage
from portal.protocol.demands.texts import TEXTS, NamedText, TextUse
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.filling import placeholders
from portal.protocol.study.model import Study
from portal.protocol.study.tiers import Tier

_MessageUses = Iterable[tuple[str, NamedMessage | MessageUse]]
_TextUses = Iterable[tuple[str, NamedText | TextUse]]


def message_faults(study: Study) -> Iterator[KeyFault]:
    """Faults of each page message, for every place where it is shown."""
    for name, use in _messages(study):
        message = study.messages.get(name)
        if message is None:
            continue
        for language, words in message.text.items():
            held = set(placeholders(words))
            for one in sorted(held - set(use.may)):
                said = f"nothing fills {{{one}}} {_shown(use)}."
                yield KeyFault(f"message.{name}.{language}", said)
            for one in sorted(set(_must(use)) - held):
                said = f"{{{one}}} is needed here: the message is shown {use.shown}."
                yield KeyFault(f"message.{name}.{language}", said)


def _shown(use: NamedMessage | MessageUse) -> str:
    return use.shown if isinstance(use, NamedMessage) else f"at {use.key} ({use.shown})"


def _must(use: NamedMessage | MessageUse) -> tuple[str, ...]:
    return use.must if isinstance(use, NamedMessage) else ()


def _messages(study: Study) -> _MessageUses:
    yield from ((message.id, message) for message in MESSAGES)
    yield from _of_tiers(study)
    for rule in study.rules:
        for case in rule.cases:
            use = messages.ADVICE if case.tier.pages else messages.QUIET_ADVICE
            yield from ((name, use) for name in case.advice)
    for dated in study.reminders.dated:
        yield dated.message, messages.HOLDS
        if dated.end_message:
            yield dated.end_message, messages.ENDS


def _of_tiers(study: Study) -> _MessageUses:
    for policy in study.policies.values():
        use = messages.ADVICE if policy.tier.pages else messages.QUIET_ADVICE
        for name in (policy.advice, policy.ward_advice):
            if name is not None:
                yield name, use
    ring = study.policies[Tier.EMERGENCY].ward_advice
    if ring is not None:
        yield ring, messages.RING


def text_faults(study: Study) -> Iterator[KeyFault]:
    """Faults of each text and call, for every occasion on which it is sent."""
    for name, use in _texts(study):
        template = study.texts.get(name)
        if template is None:
            continue
        held, key = set(template.variables), f"sms.{name}.variables"
        for one in sorted(held - set(use.may)):
            where = use.sent if isinstance(use, NamedText) else f"{use.key}, {use.sent}"
            yield KeyFault(key, f"nothing fills {{{one}}} here ({where}).")
        must = use.must if isinstance(use, NamedText) else ()
        for one in sorted(set(must) - held):
            said = f"{{{one}}} is needed: it is always filled here ({use.sent})."
            yield KeyFault(key, said)


def _texts(study: Study) -> _TextUses:
    yield from ((text.id, text) for text in TEXTS)
    plan = study.reminders
    for missing in study.missing.values():
        yield from ((nudge.text, texts.REMINDER) for nudge in missing.reminders)
    yield plan.visit_text, texts.VISIT
    if plan.visit_text_booked is not None:
        yield plan.visit_text_booked, texts.BOOKED
    if plan.evening is not None:
        yield plan.evening.text, texts.EVENING
    if plan.recheck is not None:
        yield plan.recheck.text, texts.RECHECK
    yield from ((dated.text, texts.DATED) for dated in plan.dated if dated.text)
