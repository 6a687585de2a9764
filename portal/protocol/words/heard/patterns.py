"""Patterns that mean the same in a browser: ``$`` is the very end of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable


def compiled(source: str) -> re.Pattern[str]:
    """The pattern of one source."""
    return re.compile(source.replace("$", r"\Z"))


def searches(sources: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """The patterns of a list of the grammar."""
    return tuple(map(compiled, sources))
