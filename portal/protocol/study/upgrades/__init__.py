"""The steps from each earlier format of stored studies to the next, same in meaning.

Only ``portal.protocol.study.compiled`` comes in. A step works on the plain data of a
stored study, because the classes describe only the present format.
"""

from collections.abc import Callable, Mapping
from typing import Any

from portal.protocol.study.upgrades import (
    to_format_2,
    to_format_3,
    to_format_4,
    to_format_5,
    to_format_6,
    to_format_7,
)

Upgrader = Callable[[Mapping[str, Any]], Mapping[str, Any]]

UPGRADERS: Mapping[int, Upgrader] = {
    1: to_format_2.upgraded,
    2: to_format_3.upgraded,
    3: to_format_4.upgraded,
    4: to_format_5.upgraded,
    5: to_format_6.upgraded,
    6: to_format_7.upgraded,
}
"""By format: the step that brings a stored study to the next format."""

__all__ = ["UPGRADERS", "Upgrader"]
