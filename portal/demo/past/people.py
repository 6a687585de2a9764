"""Who lives in a demonstration. Every person, name and number is invented.

China reserves no telephone numbers for fiction. These have a valid form, as the portal
requires of any number, and come from one patterned block. Nothing can reach them: the
demonstration refuses every gateway except the simulated phones.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from portal.languages import FIRST

SITE = "DEMO"
STUDY = "dcar-sle"
"""The study of a demonstration for which none is named."""
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
        names = [one.username for one in (*STAFF, HELPER)]
        return f"{BLOCK}{names.index(self.username) + 1:04}"


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
HELPER = Colleague("sun", "Sun Li", "coordinator", "en")
"""Who has the duties of a study that nobody else here has."""
NURSING = "nurse"
"""The duty in which nurses take turns."""
DOCTOR, COORDINATOR = "zhou", "he"


def colleagues(duties: Collection[str]) -> tuple[Colleague, ...]:
    """The team of a study with these duties; whoever would have none is not in it."""
    team = [
        replace(one, duties=tuple(duty for duty in one.duties if duty in duties))
        for one in STAFF
        if not one.duties
        or one.username in (DOCTOR, COORDINATOR)
        or set(one.duties) & set(duties)
    ]
    held = {duty for one in team for duty in one.duties}
    left = sorted(set(duties) - held - {NURSING})
    return (*team, replace(HELPER, duties=tuple(left))) if left else tuple(team)


@dataclass(frozen=True)
class InventedParticipant:
    """A participant: D0 was ``day`` days ago, discharged on day ``home`` (None: not).

    ``silent`` leaves out today's diary and those of so many days before.
    """

    code: str
    day: int
    home: int | None
    language: str = FIRST
    silent: int | None = None

    def number(self) -> str:
        """Their mobile number."""
        return f"{BLOCK}{100 + int(self.code[-3:]):04}"


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


RELATIVES = {"zh": ("小梅", "建国"), "en": ("Mei", "Jian")}
"""Names of caregivers, by the language of the participant."""
