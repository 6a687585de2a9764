"""Format 2 says for each choice whether it is calm; before, every "no" was calm.

Exception: a "no" that a rule looks for is the dangerous answer, and is not calm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def upgraded(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """The study of format 1 in format 2."""
    asked = set(_asked(stored["rules"]))
    items = {
        name: {
            **item,
            "choices": [_choice(item, one, asked) for one in item["choices"]],
        }
        for name, item in stored["items"].items()
    }
    return {**stored, "items": items}


def _choice(
    item: Mapping[str, Any], choice: Mapping[str, Any], asked: set[tuple[str, Any]]
) -> Mapping[str, Any]:
    name, code = item["id"], choice["code"]
    was = name == "temp_site" or (code == "no" and (name, code) not in asked)
    return {**choice, "calm": True} if was and item["kind"] == "choice" else choice


def _asked(part: Any) -> Iterator[tuple[str, Any]]:
    """Every answer that a condition in ``part`` looks for, with its fact."""
    if isinstance(part, Mapping):
        for one in (part.get("is"), *(part.get("is_any") or ())):
            yield str(part.get("fact")), one
        for inner in part.values():
            yield from _asked(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from _asked(inner)
