"""Facts that format 3 has in general: what was answered last.

Before, three facts spoke of one item each: the last temperature was low, medicines were
missed twice, and of days with the same answers only those with a temperature counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TAKEN = {"fact": "temp_state", "is_any": ["ok", "converted"]}
LOW = {"fact": "temp_last", "below": "36.0"}
MISSED = {
    "all": [
        {"fact": "meds", "is": "missed"},
        {"fact": "meds_last", "is": "missed"},
    ]
}


def say_what_was_last(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """The study with the conditions of its rules and plans said anew."""
    rules = _anew(stored["rules"])
    return {**stored, "rules": rules, "missing": _anew(stored["missing"])}


def _anew(part: Any) -> Any:
    if isinstance(part, list | tuple):
        return [_anew(inner) for inner in part]
    if not isinstance(part, Mapping):
        return part
    match part.get("fact"):
        case "temp_repeated_low":
            return LOW if part.get("is") else {"not": LOW}
        case "meds_missed_running":
            return MISSED if part.get("is") else {"not": MISSED}
        case "same_days":
            if _holds_at_0(part):
                return {"any": [dict(part), {"not": TAKEN}]}
            return {"all": [dict(part), TAKEN]}
        case _:
            pass
    return {key: _anew(inner) for key, inner in part.items()}


def _holds_at_0(part: Mapping[str, Any]) -> bool:
    """Whether a comparison of days is true of none: without a temperature it was 0."""
    least = (part.get("between") or [part.get("at_least", part.get("is"))])[0]
    return "below" in part or str(least) == "0"
