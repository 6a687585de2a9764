"""What a study file holds, as frozen data.

One class a concept of the file; ``portal.protocol.study.reading`` builds them and
``portal.protocol.checks.study`` says what is wrong with them. Nothing here decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from portal.protocol.demands.numbers import default
from portal.protocol.study.form import Group, Item
from portal.protocol.study.plan_model import MissingPlan, Options, Reminders
from portal.protocol.study.text import PageSentence, SmsTemplate, Text

FORMAT = 3
"""The form in which studies are stored now; see ``portal.protocol.study.compiled``."""


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
        """Whether a person is paged; below it, what came is work of the day."""
        return self in (Tier.EMERGENCY, Tier.URGENT)


PAGING = tuple(tier for tier in Tier if tier.pages)
"""The tiers with an alert and a ladder, the gravest first."""


@dataclass(frozen=True)
class PlannedVisit:
    """A clinic visit: its distance from D0 and the days around it that count.

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
class Phase:
    """A stretch of the timeline (``W0`` to ``W4``).

    ``form`` lists the item ids asked in it; ``diary`` is ``daily``, ``weekly``,
    ``optional`` or ``none``; ``until`` is the visit whose date is its last day
    (None for the first phase, which is the time in hospital, and for the last).
    """

    code: str
    title: Text
    diary: str
    form: tuple[str, ...]
    until: str | None = None


Condition = Mapping[str, object]
"""A rule's ``when``, as in the file: data, so that a phone can judge it too."""


@dataclass(frozen=True)
class RuleCase:
    """One case of a rule: in these phases, when this holds, the rule comes out so.

    ``ack_minutes`` None means the tier's own clock; ``advice`` empty means the
    tier's own message.
    """

    phases: tuple[str, ...]
    when: Condition
    tier: Tier
    ack_minutes: int | None
    advice: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One triage rule: its cases in order, the first that holds decides."""

    id: str
    family: str
    title: Text
    source: str
    cases: tuple[RuleCase, ...]


@dataclass(frozen=True)
class Example:
    """A worked case of the file, which is the file's own test."""

    title: str
    phase: str
    answers: Mapping[str, object]
    previous: tuple[Mapping[str, object], ...]
    tier: Tier
    rules: tuple[str, ...]
    advice: tuple[str, ...] | None


@dataclass(frozen=True)
class WordList:
    """Free-text words of one language, by tier, with what negates and what dates."""

    language: str
    emergency: tuple[str, ...]
    urgent: tuple[str, ...]
    negations: tuple[str, ...]
    past: tuple[str, ...]
    exceptions: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One rung: who is paged, after how many minutes from opening, by what.

    ``task`` is work for staff that the rung puts on the worklist beside its pages.
    """

    after_minutes: int
    roles: tuple[str, ...]
    channels: tuple[str, ...]  # "text", "call"
    task: Text | None = None


@dataclass(frozen=True)
class SameDayDue:
    """When a same-day task is due; every time is local, ``HH:MM``.

    Received from ``day_from`` up to ``day_to``: within ``within_minutes``, at the
    latest at ``latest``. At any other hour: at the next ``morning``.
    """

    day_from: str
    day_to: str
    within_minutes: int
    latest: str
    morning: str


@dataclass(frozen=True)
class WorkingDayDue:
    """Due on the next Monday to Friday, by this local time (``HH:MM``)."""

    next_working_day_by: str


@dataclass(frozen=True)
class TierPolicy:
    """What a tier promises: its clock in minutes, its message, its ladder.

    ``repeat_minutes`` is the pause after the last rung before the first again;
    ``rearm_minutes`` how long an acknowledgement without outcome lasts.
    ``ward_advice`` stands in for ``advice`` while the person is in hospital;
    ``due`` is the time rule of a tier that has no clock in minutes.
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
    """What a new site starts with; the site's own row may differ."""

    name: Text
    country: str
    time_zone: str
    duty_line: str
    emergency_number: str
    quiet_from: str
    quiet_to: str


@dataclass(frozen=True)
class Paging:
    """How many texts and calls the ladders may send one person in 24 hours.

    Past it the loop continues by the channels that have no cap.
    """

    texts_per_person_day: int = default("paging.texts_per_person_day")
    calls_per_person_day: int = default("paging.calls_per_person_day")


@dataclass(frozen=True)
class Study:
    """One trial, whole.

    ``policies`` has every tier; ``missing`` one plan for each phase whose diary can be
    missed. ``sha256`` is the hash of the text that the study was read from, its base
    included. ``consent`` is the version of the consent form that it takes to be moved
    to this version, where it asks for one. ``format`` is the form in which this version was stored: what a later
    form demands does not bind it.
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
    format: int = FORMAT
