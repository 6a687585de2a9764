"""Format 3 states in the study what the program knew by name; one step per matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.protocol.study.upgrades import phases

Step = Callable[[Mapping[str, Any]], Mapping[str, Any]]

STEPS: tuple[Step, ...] = (phases.say_where_they_begin,)
"""Each step leaves a study unchanged that already states its matter."""


def upgraded(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """The study of format 2 in format 3."""
    for step in STEPS:
        stored = step(stored)
    return stored
