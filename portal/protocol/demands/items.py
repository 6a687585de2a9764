"""The item that code knows by name: its form, and what it is used for.

Every other item is the study's own. A study without this one has no caregivers. The
emergencies of the first screen are known by their place: ``Study.red_flags``.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.protocol.demands.need import Need
from portal.vocabulary.people import ReporterKind

REPORTER = "reporter"
REPORTERS = tuple(one.value for one in ReporterKind)
FORM_FIELDS = frozenset(
    {
        "asked",
        "constructor",
        "csrf_token",
        "day",
        "entry",
        "flags",
        "go",
        "none",
        "opened",
    }
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
    ),
)
