"""What a study file holds, as frozen data.

There is one class for each concept of the file. ``portal.protocol.study.file.reading``
builds them and ``portal.protocol.checks.study`` finds their faults. No rule lives here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from portal.languages import MADE, USUAL
from portal.protocol.demands.numbers import default
from portal.protocol.demands.rules import USUAL_OWNER, ReviewKind
from portal.protocol.study.form import Curve, Group, Item, ItemKind, Pinned
from portal.protocol.study.plan_model import MissingPlan, Options, Reminders
from portal.protocol.study.text import PageSentence, SmsTemplate, Text, worded

FORMAT = 3
"""The present format of stored studies; see ``portal.protocol.study.compiled``."""


class Tier(StrEnum):
    """How dangerous an entry is, most dangerous first."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    SAME_DAY = "same_day"
    ROUTINE = "routine"

    @property
    def rank(self) -> int:
        """0 for routine up to 3 for emergency."""
        return ("routine", "same_day", "urgent", "emergency").index(self.value)

    @property
    def pages(self) -> bool:
        """Whether a person is paged; a lower tier is same-day or routine work."""
        return self in (Tier.EMERGENCY, Tier.URGENT)


PAGING = tuple(tier for tier in Tier if tier.pages)
"""The tiers with an alert and a ladder, the most dangerous first."""


@dataclass(frozen=True)
class PlannedVisit:
    """A clinic visit: its distance from D0, and its window.

    Exactly one of ``days`` and ``months`` is set; ``minus`` and ``plus`` are days.
    """

    code: str
    title: Text
    days: int | None
    months: int | None
    minus: int
    plus: int
    bring: Text


@dataclass(frozen=True)
class StudyEvent:
    """Something that happens to each person on a day of their own, such as a dose.

    Staff record its day; usually it happens at ``visit``.
    """

    id: str
    title: Text
    visit: str


@dataclass(frozen=True)
class PhaseBegin:
    """Where a phase begins: ``days`` after a visit's date or an event, or after D0.

    Without a ``visit`` or ``event`` exactly one of ``days`` and ``months`` is set. An
    event that has not happened begins nothing.
    """

    visit: str | None = None
    days: int | None = None
    months: int | None = None
    event: str | None = None


@dataclass(frozen=True)
class Phase:
    """A stretch of the timeline.

    ``form`` lists the item ids asked in it; ``diary`` is ``daily``, ``weekdays``
    (Monday to Friday), ``weekly``, ``once`` (on its first day), ``optional`` or
    ``none``. ``ward``: this is the time in hospital, usually ``planned_days`` long; it
    lasts as long as the stay. Any other phase begins where ``begins`` says (None: on
    D0) and ends where a later one begins. A phase that begins at an event counts its
    weeks from there.
    """

    code: str
    title: Text
    diary: str
    form: tuple[str, ...]
    ward: bool = False
    planned_days: int | None = None
    begins: PhaseBegin | None = None


Condition = Mapping[str, object]
"""A rule's ``when``, as in the file; it is data, so that a phone can judge it too."""


@dataclass(frozen=True)
class RuleCase:
    """One case of a rule: in these phases, if ``when`` holds, the rule gives this tier.

    ``ack_minutes`` None means the tier's own clock; empty ``advice`` means the tier's
    own message.
    """

    phases: tuple[str, ...]
    when: Condition
    tier: Tier
    ack_minutes: int | None
    advice: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One triage rule: its cases in order, the first that holds decides.

    ``owner`` gets its task if it pages nobody. A rule with a ``review`` has its own
    task of that kind, also if there is an alert.
    """

    id: str
    family: str
    title: Text
    source: str
    cases: tuple[RuleCase, ...]
    owner: str = USUAL_OWNER
    review: ReviewKind | None = None


@dataclass(frozen=True)
class Example:
    """An example of the file, which is also its test."""

    title: str
    phase: str
    answers: Mapping[str, object]
    previous: tuple[Mapping[str, object], ...]
    tier: Tier
    rules: tuple[str, ...]
    advice: tuple[str, ...] | None


@dataclass(frozen=True)
class WordList:
    """Free-text words of one language by tier, with negations and words of the past."""

    language: str
    emergency: tuple[str, ...]
    urgent: tuple[str, ...]
    negations: tuple[str, ...]
    past: tuple[str, ...]
    exceptions: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One rung: who is paged, how many minutes after opening, by which channels.

    ``task`` is work for staff that the rung puts on the worklist besides its pages.
    """

    after_minutes: int
    roles: tuple[str, ...]
    channels: tuple[str, ...]  # "text", "call"
    task: Text | None = None


@dataclass(frozen=True)
class SameDayDue:
    """When a same-day task is due; every time is local, ``HH:MM``.

    If it came from ``day_from`` to ``day_to``: within ``within_minutes``, but not after
    ``latest``. If it came at another hour: at the next ``morning``.
    """

    day_from: str
    day_to: str
    within_minutes: int
    latest: str
    morning: str


@dataclass(frozen=True)
class WorkingDayDue:
    """Due on the next day from Monday to Friday, by this local time (``HH:MM``)."""

    next_working_day_by: str


@dataclass(frozen=True)
class TierPolicy:
    """What a tier promises: its clock in minutes, its message, its ladder.

    ``repeat_minutes`` is the pause between the last rung and the next round,
    ``rearm_minutes`` how long an acknowledgement without an outcome lasts.
    ``ward_advice`` replaces ``advice`` while the person is in hospital. ``due`` is the
    rule for the due time of a tier without a clock.
    """

    tier: Tier
    title: Text
    ack_minutes: int | None
    advice: str
    steps: tuple[Step, ...]
    repeat_minutes: int
    rearm_minutes: int
    ward_advice: str | None = None
    due: SameDayDue | WorkingDayDue | None = None


@dataclass(frozen=True)
class SiteDefaults:
    """The initial values of a new site; the site's own row may differ."""

    name: Text
    country: str
    time_zone: str
    duty_line: str
    emergency_number: str
    quiet_from: str
    quiet_to: str


@dataclass(frozen=True)
class Paging:
    """How many texts and calls the ladders may send to one person in 24 hours.

    After that they continue by the channels that have no cap.
    """

    texts_per_person_day: int = default("paging.texts_per_person_day")
    calls_per_person_day: int = default("paging.calls_per_person_day")


@dataclass(frozen=True)
class Study:
    """One whole trial.

    ``policies`` has every tier; ``missing`` has one plan for each phase whose diary can
    be missed. ``sha256`` is the hash of the text that the study was read from, with its
    base. ``consent`` is the version of the consent form that a participant must have
    signed to be moved to this version, if any. ``format`` is the format in which this
    version was stored; demands of later formats do not apply to it. ``languages`` are
    those that it offers; the first is the default. Each wording has exactly these.
    """

    id: str
    version: str
    title: Text
    registry: str
    approved: bool
    site: SiteDefaults
    visits: tuple[PlannedVisit, ...]
    phases: tuple[Phase, ...]
    items: Mapping[str, Item]
    groups: tuple[Group, ...]
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]
    words: tuple[WordList, ...]
    policies: Mapping[Tier, TierPolicy]
    messages: Mapping[str, PageSentence]
    texts: Mapping[str, SmsTemplate]
    reminders: Reminders
    missing: Mapping[str, MissingPlan]
    sha256: str
    paging: Paging = Paging()
    options: Options = field(default_factory=Options)
    consent: str | None = None
    pinned: Pinned | None = None
    curve: Curve | None = None
    day_zero: Text | None = None
    format: int = FORMAT
    languages: tuple[str, ...] = USUAL
    events: tuple[StudyEvent, ...] = ()

    @property
    def first_day(self) -> Text:
        """What D0 is called, also if the file gives it no name."""
        return self.day_zero or worded("Day 0")

    def of_kind(self, kind: ItemKind) -> tuple[str, ...]:
        """The ids of the items of one kind, in the order of the file."""
        return tuple(item.id for item in self.items.values() if item.kind is kind)

    def spoken(self, language: str) -> str:
        """``language`` if the study offers it, else its first."""
        kept = language in self.languages or language in MADE
        return language if kept else self.languages[0]

    @property
    def ward(self) -> Phase | None:
        """The time in hospital; None: nobody is admitted for this study."""
        return next((phase for phase in self.phases if phase.ward), None)

    @property
    def phases_at_home(self) -> tuple[Phase, ...]:
        """The other phases, in order."""
        return tuple(phase for phase in self.phases if not phase.ward)

    def phase(self, code: str) -> Phase:
        """The phase of a code that the study has."""
        return next(phase for phase in self.phases if phase.code == code)

    @property
    def beside(self) -> tuple[str, ...]:
        """The messages that are added to the tier's own, in the order of the file."""
        return tuple(one.id for one in self.messages.values() if one.beside)
