"""The items that code knows by name: their form, and what they are used for.

Every other item is the study's own. A study may leave out an item of this list, unless
it is marked as always needed.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.protocol.demands.need import Need

RED_FLAGS = "emerg"
REPORTER = "reporter"
REPORTERS = ("self", "caregiver")
FIRST_SCREEN = (REPORTER, RED_FLAGS)
"""The items that the first screen may ask; it is sent and judged separately."""
FORM_FIELDS = frozenset(
    {"asked", "constructor", "csrf_token", "day", "entry", "go", "none", "opened"}
    | {"reading", "reason", "send", "shown", "skip", "strokes", "version"}
)
"""Fields of the diary's pages besides the questions; no item may have their names."""
FIELD_ENDS = ("_unit", "_cannot", "_mg")
"""Suffixes of the fields that belong to an item."""


@dataclass(frozen=True)
class NamedItem:
    """An item that code knows.

    ``kinds`` and ``codes``, where they are given, must be the item's.
    """

    id: str
    use: str
    kinds: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    need: Need = Need.NEVER


ITEMS = (
    NamedItem(
        REPORTER,
        "who fills the diary in; asked on the first screen",
        ("choice",),
        REPORTERS,
        Need.ALWAYS,
    ),
    NamedItem(
        RED_FLAGS,
        "the emergencies of the first screen",
        ("multi",),
        need=Need.ALWAYS,
    ),
)
