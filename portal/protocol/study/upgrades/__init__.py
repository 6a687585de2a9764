"""What makes a stored study of each earlier format one of the next, meaning the same.

``portal.protocol.study.compiled`` alone comes in. The plain data of a stored study is
all that a step sees, for the classes are those of today.
"""

from collections.abc import Callable, Mapping
from typing import Any

from portal.protocol.study.upgrades import to_format_2, to_format_3

Upgrader = Callable[[Mapping[str, Any]], Mapping[str, Any]]

UPGRADERS: Mapping[int, Upgrader] = {1: to_format_2.upgraded, 2: to_format_3.upgraded}
"""By format: what makes a stored study of it one of the next."""

__all__ = ["UPGRADERS", "Upgrader"]
