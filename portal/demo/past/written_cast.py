"""The cast of the demonstration of the two studies in lupus: people, and their stories.

Each story is told relative to now, so that the demonstration is always of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.alerting.answers.closing import Closing
from portal.demo.past.cast import Cast, StaffAnswer, UnusualReport, celsius
from portal.demo.past.people import InventedParticipant, Relative
from portal.vocabulary.people import ReporterKind

STUDIES = ("dcar-sle", "udcar-sle")
ORDINARY = {
    "temp_site": "armpit",
    "antipyr": "no",
    "steroid": "no",
    "writing": "no",
    "meds": "yes",
    "near": "yes",
    "preg": "no",
    "callme": "no",
}
LEFT_OUT = frozenset({"temp_max", "spo2", "sbp"})
"""What a calm person leaves out."""
PARTICIPANTS = (
    InventedParticipant("DS-001", 806, 12),
    InventedParticipant("DS-002", 748, 10, "en"),
    InventedParticipant("DS-003", 651, 9),
    InventedParticipant("DS-004", 539, 11),
    InventedParticipant("DS-005", 423, 10, "en"),
    InventedParticipant("DS-006", 301, 14),
    InventedParticipant("DS-007", 196, 9),  # a weekly day: 28 times 7
    InventedParticipant("DS-008", 124, 10, "en"),
    InventedParticipant("DS-009", 88, 10),
    InventedParticipant("DS-010", 74, 12),
    InventedParticipant("DS-011", 61, 9),
    InventedParticipant("DS-012", 49, 13, "en", silent=1),  # the silent one
    InventedParticipant("DS-013", 33, 10),
    InventedParticipant("DS-014", 27, 9),
    InventedParticipant("DS-015", 24, 10, "en"),
    InventedParticipant("DS-016", 21, 8),  # whose alert is open
    InventedParticipant("DS-017", 19, 11),
    InventedParticipant("DS-018", 16, 9, "en"),  # for a visitor to play, in English
    InventedParticipant("DS-019", 14, 8),
    InventedParticipant("DS-020", 12, 8),
    InventedParticipant("DS-021", 10, 7),  # for a visitor to play, in Chinese
    InventedParticipant("DS-022", 6, None),
    InventedParticipant("DS-023", 3, None, "en"),
    InventedParticipant("DS-024", 1, None),
)
TO_PLAY = {"zh": "DS-021", "en": "DS-018"}
"""Whom a newcomer is asked to be, by the language they read."""
CAREGIVERS = (
    Relative("DS-018", "Mei", "en", own_number=True),
    Relative("DS-011", "建国", "zh", own_number=False),
)

FEVER_AT_NIGHT = UnusualReport(
    "DS-015", 6, "21:40", {"temp": celsius("38.3"), "chills": 1}, instead=False
)
CONFUSED = UnusualReport(
    "DS-011",
    9,
    "18:25",
    {"confused": "yes"},
    reporter=ReporterKind.CAREGIVER.value,
    instead=False,
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
WRITTEN = Cast(
    participants=PARTICIPANTS,
    caregivers=CAREGIVERS,
    to_play=TO_PLAY,
    dangerous={"temp": celsius("38.4")},
    reports=REPORTS,
    answers=ANSWERS,
    just_now=JUST_NOW,
    ordinary=ORDINARY,
    left_out=LEFT_OUT,
    wavering=("fatigue", "joint"),
)
