"""What a study file holds, as frozen data.

There is one class for each concept of the file, those of one noun in a module:
``timeline``, ``form``, ``rules``, ``tiers``, ``plan_model``. ``file.reading`` builds them
and ``portal.protocol.checks.study`` finds their faults. No rule lives here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.languages import MADE, USUAL
from portal.protocol.demands.duties import Work
from portal.protocol.demands.items import REPORTER
from portal.protocol.study.duties import Duty, whose
from portal.protocol.study.form import Curve, Group, Item, ItemKind, Pinned
from portal.protocol.study.plan_model import MissingPlan, Options, Reminders
from portal.protocol.study.rules import Example, Rule, WordList
from portal.protocol.study.signs import Lexicon, Sign
from portal.protocol.study.text import PageSentence, SmsTemplate, Text, worded
from portal.protocol.study.tiers import Paging, Tier, TierPolicy
from portal.protocol.study.timeline import Phase, PlannedVisit, StudyEvent

FORMAT = 7
"""The present format of stored studies; see ``portal.protocol.study.compiled``."""


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
    paging: Paging = field(default_factory=Paging)
    options: Options = field(default_factory=Options)
    consent: str | None = None
    pinned: Pinned | None = None
    curves: tuple[Curve, ...] = ()
    day_zero: Text | None = None
    format: int = FORMAT
    languages: tuple[str, ...] = USUAL
    events: tuple[StudyEvent, ...] = ()
    signs: tuple[Sign, ...] = ()
    forms: Mapping[str, str] = field(default_factory=dict)
    duties: tuple[Duty, ...] = ()

    @property
    def lexicon(self) -> Lexicon:
        """What is looked for in the words of a note."""
        return Lexicon(self.words, self.signs, self.forms)

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

    def duty(self, name: str) -> Duty | None:
        """The duty of this id; None: the study has none."""
        return next((duty for duty in self.duties if duty.id == name), None)

    def whose(self, work: Work) -> str:
        """The id of the duty that has this work; empty: the study names none."""
        return whose(self.duties, work)

    @property
    def paged(self) -> tuple[str, ...]:
        """The duties on the rungs of the ladders, in their order."""
        rungs = [step for one in self.policies.values() for step in one.steps]
        return tuple(dict.fromkeys(role for step in rungs for role in step.roles))

    @property
    def ward(self) -> Phase | None:
        """The time in hospital; None: nobody is admitted for this study."""
        return next((phase for phase in self.phases if phase.ward), None)

    @property
    def red_flags(self) -> str:
        """The item of the emergencies: the list that the first screen asks."""
        asked = self.groups[0].items if self.groups else ()
        lists = self.of_kind(ItemKind.MULTI)
        return next((name for name in asked if name in lists), "")

    @property
    def has_caregivers(self) -> bool:
        """Whether somebody else may report too: the first screen asks who does."""
        return REPORTER in self.items

    @property
    def ring(self) -> Text | None:
        """What to do on the ward where nobody answers: its message of an emergency."""
        name = self.policies[Tier.EMERGENCY].ward_advice
        return self.messages[name].text if name else None

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
