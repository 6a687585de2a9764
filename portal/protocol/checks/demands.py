"""Whether a study has what the program requires of it by name.

``portal.protocol.demands`` lists the demands; here each is checked for one study. A
demand applies to studies of the format that introduced it, and to later ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from portal.protocol.checks.names import name_faults
from portal.protocol.checks.placeholders import (
    message_faults,
    text_faults,
    unused_faults,
)
from portal.protocol.demands.items import (
    ITEMS,
    REPORTER,
    NamedItem,
)
from portal.protocol.demands.messages import MESSAGES
from portal.protocol.demands.need import Need
from portal.protocol.demands.texts import LONGEST_VALUE, TEXTS
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.form import ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.silence_calls import written_calls
from portal.protocol.study.tiers import PAGING

SINCE = 2
"""The first format to which these demands apply."""

_NEEDED: Mapping[Need, Callable[[Study], bool]] = {
    Need.ALWAYS: lambda _: True,
    Need.NEVER: lambda _: False,
    Need.DIARIES: lambda study: any(p.diary.is_due for p in study.phases),
    Need.REPORTER: lambda study: study.has_caregivers,
    Need.WARD: lambda study: study.ward is not None,
    Need.ANSWERS: lambda study: "report_received" in study.texts,
    Need.WARD_ANSWERS: lambda study: (
        study.ward is not None and "report_received" in study.texts
    ),
}


def demand_faults(study: Study) -> Iterator[KeyFault]:
    """Each demand that the study does not meet; no demands on an earlier format."""
    if study.format < SINCE:
        return
    for item in ITEMS:
        yield from _item_faults(study, item)
    yield from _first_screen_faults(study)
    yield from _needed_faults(study)
    yield from message_faults(study)
    yield from text_faults(study)
    yield from unused_faults(study)
    yield from name_faults(study)
    yield from _value_faults(study)
    yield from _calm_faults(study)
    yield from _title_faults(study)
    yield from _raised_faults(study)


def _raised_faults(study: Study) -> Iterator[KeyFault]:
    """What code raises is known by an id that is no rule's, for staff read both."""
    plan = study.reminders
    raised = {plan.silence_rule: "a diary that does not come"}
    if plan.deviation is not None:
        raised |= {plan.deviation.rule: "a departure from the protocol"}
    for rule in study.rules:
        if rule.id in raised:
            said = f"the portal raises it itself: {raised[rule.id]}. Use another id."
            yield KeyFault(f"rule.{rule.id}", said)


def _item_faults(study: Study, asked: NamedItem) -> Iterator[KeyFault]:
    item = study.items.get(asked.id)
    if item is None:
        if _NEEDED[asked.need](study):
            yield KeyFault("item", f'there is no item "{asked.id}": {asked.use}.')
        return
    if asked.kinds and item.kind not in asked.kinds:
        said = f"must be {' or '.join(asked.kinds)}: {asked.use}."
        yield KeyFault(f"item.{asked.id}.kind", said)
    codes = [choice.code for choice in item.choices]
    if asked.codes and set(codes) != set(asked.codes):
        said = f"the codes must be {', '.join(asked.codes)}: {asked.use}."
        yield KeyFault(f"item.{asked.id}.choices", said)


def _first_screen_faults(study: Study) -> Iterator[KeyFault]:
    """The first screen has a page of its own: one list of emergencies, and who fills in."""
    first = study.groups[0] if study.groups else None
    if first is None:
        return
    rest = sorted(set(first.items) - {REPORTER})
    if rest != [study.red_flags]:
        said = "the first screen asks one list of emergencies, and nothing else"
        yield KeyFault(f"group.{first.id}.items", f"{said} but {REPORTER}.")
    if REPORTER in study.items and REPORTER not in first.items:
        yield KeyFault(f"group.{first.id}.items", f"it must ask {REPORTER} too.")


def _needed_faults(study: Study) -> Iterator[KeyFault]:
    for message in MESSAGES:
        if _NEEDED[message.need](study) and message.id not in study.messages:
            said = f'there is no message "{message.id}": it is shown {message.shown}.'
            yield KeyFault("message", said)
    for text in TEXTS:
        if _NEEDED[text.need](study) and text.id not in study.texts:
            yield KeyFault("sms", f'there is no text "{text.id}": {text.sent}.')


def _calm_faults(study: Study) -> Iterator[KeyFault]:
    """A choice needs ``calm`` if neither a button nor a level says what is calm."""
    for item in study.items.values():
        unsaid = [str(one.code) for one in item.choices if one.calm is None]
        is_open = item.kind is ItemKind.CHOICE and item.calm is None
        if is_open and unsaid and item.id != REPORTER:
            said = f"set calm = true or false for {', '.join(unsaid)}: staff see it."
            yield KeyFault(f"item.{item.id}.choices", said)
        if item.calm is not None and item.said_calm(item.calm) is False:
            said = f'"{item.calm}" has calm = false.'
            yield KeyFault(f"item.{item.id}.calm", said)


def _title_faults(study: Study) -> Iterator[KeyFault]:
    raised = any(call.escalate for _key, call in written_calls(study))
    if raised and study.reminders.silence is None:
        said = f"the title of an alert about silence; staff would read {study.reminders.silence_rule}."
        yield KeyFault("reminders.silence", said)


def _value_faults(study: Study) -> Iterator[KeyFault]:
    """Values that texts contain: a text with a longer value cannot be sent."""
    said = f"texts carry it: at most {LONGEST_VALUE} characters, in one line."
    values = {"site.duty_line": study.site.duty_line}
    for tier in PAGING:
        title = study.policies[tier].title
        values |= {f"tier.{tier}.title.{key}": said for key, said in title.items()}
    for key, value in values.items():
        if len(value) > LONGEST_VALUE or not value.isprintable():
            yield KeyFault(key, said)
