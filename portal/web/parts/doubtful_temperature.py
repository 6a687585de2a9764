"""What to ask about a temperature that may be a slip, in a diary and in a correction.

The study's rules still accept what was typed (T18); the page only asks first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.protocol.study.form import Item, ItemKind
from portal.protocol.words.numbers import TemperatureReading, read_temperature
from portal.web.frame.language import gettext

DOUBTFUL = ("unreadable", "converted")


def questions(items: Mapping[str, Item], given: Mapping[str, Any]) -> dict[str, str]:
    """What to ask about each temperature whose unit or value is in doubt."""
    readings = {
        name: read_temperature(given.get(name))
        for name, item in items.items()
        if item.kind is ItemKind.TEMPERATURE
    }
    return {
        name: _ask_again(reading)
        for name, reading in readings.items()
        if reading.state in DOUBTFUL
    }


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
