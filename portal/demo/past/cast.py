"""The cast of a demonstration: who takes part in a study, and what happened to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.alerting.answers.closing import Closing
from portal.demo.past.people import InventedParticipant, Relative
from portal.vocabulary.people import ReporterKind

Answers = Mapping[str, Any]


def celsius(value: str) -> dict[str, str]:
    """A temperature as people type it."""
    return {"value": value, "unit": "C"}


@dataclass(frozen=True)
class UnusualReport:
    """Something unusual reported: so many days ago at a local hour (``HH:MM``).

    It is that day's diary (``instead``), or a further report of the same day.
    """

    code: str
    days_ago: int
    at: str
    changes: Answers = field(hash=False)
    reporter: str = ReporterKind.SELF.value
    instead: bool = True


@dataclass(frozen=True)
class StaffAnswer:
    """What staff did about an alert: minutes after the report, who, and the outcome.

    ``climbs`` are the minutes at which the ladder went on before somebody answered;
    ``by_call`` means the key 1, pressed in the call.
    """

    report: UnusualReport
    acked_after: int
    acked_by: str
    closed_after: int
    closing: Closing
    climbs: tuple[int, ...] = ()
    by_call: bool = False


@dataclass(frozen=True)
class Cast:
    """Everybody of one study, and what they report.

    ``to_play`` is whom a newcomer is asked to be, by the language they read, and
    ``dangerous`` what they are asked to answer. ``just_now`` has what was reported so
    many minutes before the demonstration began. On a calm day people give the
    ``ordinary`` answer, else the calm one, a temperature that is normal, and nothing
    where the item is ``left_out``; a ``wavering`` item is sometimes 1.
    """

    participants: tuple[InventedParticipant, ...]
    caregivers: tuple[Relative, ...]
    to_play: Mapping[str, str]
    dangerous: Answers
    reports: tuple[UnusualReport, ...]
    answers: tuple[StaffAnswer, ...]
    just_now: Mapping[str, tuple[int, Answers]]
    ordinary: Answers
    left_out: frozenset[str] = frozenset()
    wavering: tuple[str, ...] = ()

    def of_code(self, code: str) -> InventedParticipant:
        """The participant of a code that the cast has."""
        return next(one for one in self.participants if one.code == code)
