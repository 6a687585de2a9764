"""What happened to the invented people: days, hours, answers, and what staff did.

Each story is told relative to now, so that the demonstration is always of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.alerting.answers.closing import Closing


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
    changes: Mapping[str, Any] = field(hash=False)
    reporter: str = "self"
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


FEVER_AT_NIGHT = UnusualReport(
    "DS-015", 6, "21:40", {"temp": celsius("38.3"), "chills": 1}, instead=False
)
CONFUSED = UnusualReport(
    "DS-011", 9, "18:25", {"confused": "yes"}, reporter="caregiver", instead=False
)
LATE_FEVER = UnusualReport(
    "DS-005", 17, "15:10", {"temp": celsius("38.2")}, instead=False
)
RASH = UnusualReport("DS-010", 5, "08:50", {"rash": 2})
REPORTS = (
    FEVER_AT_NIGHT,
    CONFUSED,
    LATE_FEVER,
    RASH,
    UnusualReport("DS-017", 3, "09:05", {"tremor": 1}),
    UnusualReport("DS-014", 4, "08:20", {"temp": celsius("37.6")}),
    UnusualReport("DS-014", 4, "09:30", {"temp": celsius("37.1")}, instead=False),
    UnusualReport(
        "DS-012", 8, "09:40", {"infect": ["cough"], "note": "coughing at night"}
    ),
    UnusualReport("DS-013", 2, "08:15", {"callme": "yes"}),
)
ANSWERS = (
    StaffAnswer(
        FEVER_AT_NIGHT,
        4,
        "tang",
        26,
        Closing(
            "told_to_attend",
            "Spoke with her; she came to the ward the same night, seen by Dr Zhou.",
            True,
            "Fever",
            1,
        ),
        by_call=True,
    ),
    StaffAnswer(
        CONFUSED,
        18,
        "zhou",
        40,
        Closing(
            "sent_to_emergency",
            "His wife drove him to the emergency department; ICE score 9 of 10.",
            True,
            "Confusional state",
            1,
        ),
        climbs=(15,),
        by_call=True,
    ),
    StaffAnswer(
        LATE_FEVER,
        9,
        "lin",
        31,
        Closing(
            "spoke", "电话随访：上呼吸道感染，社区医院就诊，次日退热。", True, "URTI", 2
        ),
    ),
)
JUST_NOW: Mapping[str, tuple[int, Mapping[str, Any]]] = {
    "DS-016": (2, {"temp": celsius("38.4"), "chills": 1}),
    "DS-019": (60, {"infect": ["sore_throat"]}),
}
"""Minutes before the demonstration began, and what was reported then: a fever whose
ladder is about to climb, and a sore throat that the nurse has yet to phone about."""
