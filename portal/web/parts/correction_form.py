"""The form of a correction: the answers of an entry once more, to be corrected.

Only what was answered is asked again; something new belongs in a new report.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from portal.protocol.study.form import Item, ItemKind
from portal.protocol.study.model import Study
from portal.protocol.triage.answers import check_answers
from portal.web.frame.language import gettext, language
from portal.web.parts import answer_fields, doubtful_readings

LONGEST_REASON = 500


def questions(study: Study, said: Mapping[str, Any]) -> dict[str, Item]:
    """The items of an entry that may be corrected, in the study's order."""
    return {
        name: item
        for name, item in study.items.items()
        if name in said and name != "reporter"
    }


def given(items: Mapping[str, Item]) -> dict[str, Any]:
    """What the form says now; a list with nothing ticked says "none of these"."""
    read = answer_fields.read_screen(items, request.form, none=False)
    lists = (name for name, item in items.items() if item.kind is ItemKind.MULTI)
    return {**{name: [] for name in lists if request.form.get("shown")}, **read}


def wrong(items: Mapping[str, Item], told: Mapping[str, Any]) -> dict[str, str]:
    """Values that cannot be used, by field; a doubtful reading is asked about once."""
    faults = {fault.field for fault in check_answers(items, told).faults}
    found = {name: gettext("Please look at this answer again.") for name in faults}
    known = request.form.getlist("asked")
    asking = doubtful_readings.questions(items, told).items()
    return found | {
        name: question for name, question in asking if _typed(name, told) not in known
    }


def asked(items: Mapping[str, Item], told: Mapping[str, Any]) -> list[str]:
    """Doubtful readings as typed: each is asked about once, a different one again."""
    return [_typed(name, told) for name in doubtful_readings.questions(items, told)]


def _typed(name: str, told: Mapping[str, Any]) -> str:
    return f"{name} {doubtful_readings.typed_text(told.get(name))}"


def fields(
    items: Mapping[str, Item], known: Mapping[str, Any], errors: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The questions as the page's macros take them."""
    words = {"cannot": gettext("I cannot measure it")}
    return [
        answer_fields.field(
            item,
            known.get(name),
            language=language(),
            error=errors.get(name),
            words=words,
        )
        for name, item in items.items()
    ]
