"""What to ask about a reading or a dose that may be a slip, in a diary and a correction.

The study's rules still accept what was typed (T18, T36); the page only asks first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.protocol.study.form import Item, ItemKind
from portal.protocol.words.measured import read_item
from portal.protocol.words.numbers import (
    UNREADABLE,
    TemperatureReading,
    read_temperature,
)
from portal.web.frame.language import gettext

DOUBTFUL = (UNREADABLE, "converted")
ASKED_ONCE = (ItemKind.TEMPERATURE, ItemKind.NUMBER, ItemKind.DOSE)
"""Kinds that are asked about once more and then taken as they were typed."""


def questions(items: Mapping[str, Item], given: Mapping[str, Any]) -> dict[str, str]:
    """What to ask about each reading or dose whose unit or value is in doubt."""
    asked = {name: _question(item, given.get(name)) for name, item in items.items()}
    return {name: question for name, question in asked.items() if question is not None}


def typed_text(answer: object) -> str:
    """A reading or a dose as it was typed, with the unit of a temperature."""
    if not isinstance(answer, Mapping):
        return str(answer)
    return " ".join(str(part) for part in answer.values())


def _question(item: Item, answer: object) -> str | None:
    if item.kind is ItemKind.TEMPERATURE:
        reading = read_temperature(answer)
        return _ask_again(reading) if reading.state in DOUBTFUL else None
    if item.kind not in ASKED_ONCE or read_item(item, answer).state != UNREADABLE:
        return None
    if isinstance(answer, Mapping):
        return gettext(
            "We cannot read %(typed)s as a dose. Type the milligrams, for example 20. "
            "If that is right, go on.",
            typed=answer["mg"],
        )
    return gettext(
        "We cannot read %(typed)s. Type the number that the device shows. If this is "
        "what it shows, go on.",
        typed=answer,
    )


def _ask_again(reading: TemperatureReading) -> str:
    if reading.tenths is None:
        return gettext(
            "We cannot read %(typed)s as a temperature. Type it like 36.8. If this is "
            "what the thermometer shows, go on.",
            typed=reading.raw,
        )
    celsius = f"{reading.tenths // 10}.{reading.tenths % 10}"
    return gettext(
        "You typed %(typed)s. We read it as %(celsius)s ℃. If that is right, go on; "
        "otherwise type it again.",
        typed=reading.raw,
        celsius=celsius,
    )
