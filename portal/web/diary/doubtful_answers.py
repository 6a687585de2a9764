"""Typed values that cannot be used or may be a slip, and what the page says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.diary.writing.draft_screens import OpenDraft
from portal.protocol.study.form import Item, ItemKind
from portal.protocol.triage.answers import check_answers
from portal.web.frame.language import gettext
from portal.web.parts import doubtful_readings


def wrong(items: Mapping[str, Item], given: Mapping[str, Any]) -> dict[str, str]:
    """The values that cannot be used, each with a sentence that says what to type.

    A reading or a dose that cannot be read is none of them: it is asked about once.
    """
    faults = {fault.field for fault in check_answers(items, given).faults}
    return {name: _what_to_type(items[name]) for name in sorted(faults)}


def needed(
    items: Mapping[str, Item], given: Mapping[str, Any], name: str
) -> dict[str, str]:
    """The same; ``name`` is what the page is for and must be filled in."""
    found = wrong(items, given)
    if name not in given:
        found[name] = _what_to_measure(items[name])
    return found


def _what_to_measure(item: Item) -> str:
    if item.kind is ItemKind.TEMPERATURE:
        return gettext("Type what the thermometer shows, for example 36.8.")
    return gettext("Type the number that the device shows.")


def _what_to_type(item: Item) -> str:
    match item.kind:
        case ItemKind.NUMBER:
            return gettext("Type the number that the device shows, or leave it empty.")
        case ItemKind.TEXT:
            return gettext(
                "Please shorten this to %(most)s characters.", most=item.max_length or 0
            )
        case ItemKind.DOSE:
            return gettext("Type the dose in milligrams, for example 20.")
        case _:
            return gettext("Please choose one of the answers.")


def asking(
    draft: OpenDraft, items: Mapping[str, Item], given: Mapping[str, Any]
) -> dict[str, str]:
    """Readings and doses to ask about once more, each with the question."""
    return {
        name: question
        for name, question in doubtful_readings.questions(items, given).items()
        if not draft.has_confirmed(name, given.get(name))
    }
