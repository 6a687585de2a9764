"""Ids and codes of a study, which are used in addresses, forms, keys and scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.protocol.demands.items import FIELD_ENDS, FORM_FIELDS
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.model import Study
from portal.protocol.triage.facts.names import LATE_FACTS, WHOLE_FACTS

_ITEM = re.compile("[a-z][a-z0-9_]{0,39}")
_ID = re.compile("[A-Za-z][A-Za-z0-9_-]{0,39}")
_CODE = re.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_FACT_ENDS = ("_new", "_rise", "_state", "_last", "_mg", "_raised")


def is_name(name: str) -> bool:
    """Whether a study, a visit, a rule and so on may have this id."""
    return bool(_ID.fullmatch(name))


def name_faults(study: Study) -> Iterator[KeyFault]:
    """Names that would break a page, a form or a fact."""
    for key, name in _ids(study):
        if not is_name(name):
            said = "an id is a letter, then letters, digits, - and _; at most 40."
            yield KeyFault(key[:100], said)
    for item in study.items.values():
        yield from _item_faults(study, item.id)
        for choice in item.choices:
            if not _CODE.fullmatch(str(choice.code)):
                said = "a code has only letters, digits, - _ and . in it; at most 40."
                yield KeyFault(f"item.{item.id}.choices"[:100], said)


def _ids(study: Study) -> Iterator[tuple[str, str]]:
    yield "id", study.id
    yield from ((f"visit.{one.code}", one.code) for one in study.visits)
    yield from ((f"phase.{one.code}", one.code) for one in study.phases)
    yield from ((f"duty.{one.id}", one.id) for one in study.duties)
    yield from ((f"event.{one.id}", one.id) for one in study.events)
    yield from ((f"group.{one.id}", one.id) for one in study.groups)
    yield from ((f"rule.{one.id}", one.id) for one in study.rules)
    yield from ((f"message.{name}", name) for name in study.messages)
    yield from ((f"sms.{name}", name) for name in study.texts)
    dated = study.reminders.dated
    yield from ((f"reminders.dated.{one.id}", one.id) for one in dated)


def _item_faults(study: Study, name: str) -> Iterator[KeyFault]:
    key = f"item.{name}"[:100]
    if not _ITEM.fullmatch(name):
        said = "an item's id is a small letter, then small letters, digits and _."
        yield KeyFault(key, said)
    if name in FORM_FIELDS:
        yield KeyFault(key, "the diary's pages use this name for another field.")
    if name in WHOLE_FACTS or name in LATE_FACTS:
        yield KeyFault(key, "a fact has this name: call the item something else.")
    for end in (*FIELD_ENDS, *_FACT_ENDS):
        owner = name.removesuffix(end)
        if owner != name and owner in study.items:
            said = f'a field of "{owner}" has this name: call the item something else.'
            yield KeyFault(key, said)
