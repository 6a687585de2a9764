"""The rules that code knows by name: how it treats them, and which it raises itself."""

from __future__ import annotations

from dataclasses import dataclass

from portal.vocabulary.tasks import TaskKind

SILENCE = "T26"
"""Raised by code if no diary comes. No ``[[rule]]`` may have this id."""
DEVIATION = "T31"
"""Raised by code for a departure from the protocol.

No ``[[rule]]`` may have this id.
"""
RAISED = {SILENCE: "a diary does not come", DEVIATION: "a departure from the protocol"}


@dataclass(frozen=True)
class NamedRule:
    """A rule whose task has its own owner and kind, also if there is an alert."""

    id: str
    owner: str
    kind: TaskKind


RULES = (
    NamedRule("T28", "coordinator", TaskKind.DATA_QUALITY),
    NamedRule("T29", "coordinator", TaskKind.AWAY),
    NamedRule("T30", "investigator", TaskKind.PRIVATE),
)
