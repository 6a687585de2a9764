"""Where phases begin, and which is the time in hospital.

Before format 3 the first phase was the ward, for seven days as a rule, and each other
phase ended with the day of a visit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PLANNED_DAYS = 7


def say_where_they_begin(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """Each phase begins on the day after the last of the one above it."""
    if any("ward" in phase for phase in stored["phases"]):
        return stored
    phases: list[Mapping[str, Any]] = []
    ended: str | None = None
    for place, phase in enumerate(stored["phases"]):
        told = {key: value for key, value in phase.items() if key != "until"}
        ward = {"ward": True, "planned_days": PLANNED_DAYS} if place == 0 else {}
        begins: Mapping[str, Any] | None = None
        if ended:
            begins = {"visit": ended, "days": 1}
        phases.append({**told, **ward, "begins": begins})
        ended = phase.get("until")
    return {**stored, "phases": phases}
