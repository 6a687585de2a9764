"""Messages and texts where they are shown and sent: filled, and used at all.

A placeholder that no code fills makes a page or a message fail. A sentence that is shown
nowhere has most often a slip in its id, such as ``card_urgnt``: nobody would read it, and
whoever signs the study believes that everybody does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from portal.protocol.demands import messages, texts
from portal.protocol.demands.messages import MESSAGES, MessageUse, NamedMessage
from portal.protocol.demands.texts import TEXTS, NamedText, TextUse
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.filling import placeholders
from portal.protocol.study.model import Study
from portal.protocol.study.silence_calls import written_plans
from portal.protocol.study.tiers import Tier

USED_SINCE = 6
"""The first format that asks for a use of each message and text."""
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
    for _key, missing in written_plans(study):
        yield from ((nudge.text, texts.REMINDER) for nudge in missing.reminders)
    yield plan.visit_text, texts.VISIT
    if plan.visit_text_booked is not None:
        yield plan.visit_text_booked, texts.BOOKED
    if plan.evening is not None:
        yield plan.evening.text, texts.EVENING
    if plan.recheck is not None:
        yield plan.recheck.text, texts.RECHECK
    yield from ((dated.text, texts.DATED) for dated in plan.dated if dated.text)


def unused_faults(study: Study) -> Iterator[KeyFault]:
    """Each message that nothing shows and each text that nothing sends.

    Nothing while a key of the file names one that is not there: the slip is in that key.
    """
    if study.format < USED_SINCE:
        return
    for table, does, known, uses, by_name in (
        ("message", "shows", study.messages, _messages(study), MESSAGES),
        ("sms", "sends", study.texts, _texts(study), TEXTS),
    ):
        used, own = {name for name, _ in uses}, {one.id for one in by_name}
        if used <= own | set(known):
            for name in known:
                if name not in used:
                    yield _unused(f"{table}.{name}", name, does, own - set(known))


def _unused(key: str, name: str, does: str, lacking: set[str]) -> KeyFault:
    near = get_close_matches(name, sorted(lacking), n=1)
    mend = f'Did you mean "{near[0]}"?' if near else "Name it somewhere, or delete it."
    return KeyFault(key, f"nothing {does} it. {mend}")
