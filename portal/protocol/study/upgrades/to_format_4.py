"""Format 4: several curves, sentences by their occasion, and the study's own duties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.protocol.study.upgrades import duties, names


def upgraded(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """The study of format 3 in format 4; what is said so already stays."""
    return duties.say_the_duties(names.shown_on_occasions(_curves(stored)))


def _curves(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """There was one curve at most, with one line across it."""
    if "curve" not in stored:
        return stored
    kept = {key: value for key, value in stored.items() if key != "curve"}
    curve = dict(stored["curve"] or {})
    if not curve:
        return kept
    curve["lines"] = [curve.pop("line")]
    return {**kept, "curves": [curve]}
