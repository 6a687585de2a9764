"""Who lives in the demonstration. Every person, name and number is invented.

China reserves no telephone numbers for fiction. These have a valid form, as the portal
requires of any number, and come from one patterned block. Nothing can reach them: the
demonstration refuses every gateway except the simulated phones.
"""

from __future__ import annotations

from dataclasses import dataclass

SITE = "DEMO"
PASSWORD = "welcome to the demo"  # noqa: S105 (printed at every start)
BLOCK = "+861990000"  # staff 00xx, participants 01xx, caregivers 02xx


@dataclass(frozen=True)
class Colleague:
    """A member of staff. ``duties`` are held without end; nurses take turns."""

    username: str
    name: str
    role: str
    language: str
    duties: tuple[str, ...] = ()
    hours: tuple[int, int] | None = None  # a nurse's daily turn, local hours

    def number(self) -> str:
        """Their mobile number."""
        return f"{BLOCK}{STAFF.index(self) + 1:04}"


STAFF = (
    Colleague("lin", "林晓（护士）", "nurse", "zh", hours=(8, 20)),
    Colleague("tang", "Tang Yue (nurse)", "nurse", "en", hours=(20, 8)),
    Colleague("zhou", "Zhou Ming (doctor)", "investigator", "en", ("doctor",)),
    Colleague("xu", "许宁（二线医生）", "investigator", "zh", ("second_doctor",)),
    Colleague("luo", "罗清（研究者）", "investigator", "zh", ("investigator",)),
    Colleague("he", "何静（协调员）", "coordinator", "zh", ("coordinator",)),
    Colleague("wei", "Wei Ran (monitor)", "monitor", "en"),
    Colleague("admin", "Administrator", "admin", "en"),
)


@dataclass(frozen=True)
class InventedParticipant:
    """A participant: infused ``day`` days ago, discharged on day ``home`` (None: not).

    ``silent`` leaves out today's diary and those of so many days before.
    """

    code: str
    day: int
    home: int | None
    language: str = "zh"
    silent: int | None = None

    def number(self) -> str:
        """Their mobile number."""
        return f"{BLOCK}{100 + int(self.code[-3:]):04}"


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
NURSE = {"zh": "lin", "en": "tang"}


@dataclass(frozen=True)
class Relative:
    """A caregiver, on their own phone or on the participant's."""

    code: str
    name: str
    language: str
    own_number: bool

    def number(self) -> str:
        """The number they use: DS-011's couple share one."""
        suffix = 200 if self.own_number else 100
        return f"{BLOCK}{suffix + int(self.code[-3:]):04}"


CAREGIVERS = (
    Relative("DS-018", "Mei", "en", own_number=True),
    Relative("DS-011", "建国", "zh", own_number=False),
)
