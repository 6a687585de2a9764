"""The rules that code knows by name: what becomes of them, and what it raises itself."""

from __future__ import annotations

from dataclasses import dataclass

from portal.vocabulary.tasks import TaskKind

SILENCE = "T26"
"""Raised by code: nobody was heard from. A ``[[rule]]`` cannot have its id."""
DEVIATION = "T31"
"""Raised by code: a departure from the protocol. A ``[[rule]]`` cannot have its id."""
RAISED = {SILENCE: "a diary does not come", DEVIATION: "a departure from the protocol"}


@dataclass(frozen=True)
class NamedRule:
    """A rule whose task has an owner and a kind of its own, and never hides in an alert."""

    id: str
    owner: str
    kind: TaskKind


RULES = (
    NamedRule("T28", "coordinator", TaskKind.DATA_QUALITY),
    NamedRule("T29", "coordinator", TaskKind.AWAY),
    NamedRule("T30", "investigator", TaskKind.PRIVATE),
)
