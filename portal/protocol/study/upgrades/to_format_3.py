"""Format 3 says of a study what the program knew of it by name; one step a matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.protocol.study.upgrades import duties, earlier_facts, names, phases

Step = Callable[[Mapping[str, Any]], Mapping[str, Any]]

STEPS: tuple[Step, ...] = (
    phases.say_where_they_begin,
    *names.STEPS,
    earlier_facts.say_what_was_last,
    duties.say_the_duties,
)
"""Each step leaves a study unchanged that already states its matter."""


def upgraded(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """The study of format 2 in format 3."""
    for step in STEPS:
        stored = step(stored)
    return stored
