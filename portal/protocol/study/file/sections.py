"""The parts of a study file, each from its table to its frozen class.

There is one function for each concept, and it checks only the shape. The ``checks``
modules check how the parts fit together.
"""

from __future__ import annotations

from portal.protocol.demands.items import REPORTER
from portal.protocol.demands.rules import ReviewKind
from portal.protocol.study.file.named_conditions import NamedConditions
from portal.protocol.study.file.toml_tables import Table
from portal.protocol.study.form import PRESSURES, TYPED, Choice, Group, Item, ItemKind
from portal.protocol.study.model import SiteDefaults
from portal.protocol.study.rules import Example, Rule, RuleCase
from portal.protocol.study.tiers import Tier
from portal.protocol.study.timeline import (
    DiaryKind,
    Phase,
    PhaseBegin,
    PlannedVisit,
    StudyEvent,
)

_KINDS = tuple(kind.value for kind in ItemKind)
_TIERS = tuple(tier.value for tier in Tier)
DIARIES = tuple(one.value for one in DiaryKind)


def read_site(table: Table) -> SiteDefaults:
    """The table ``[site]``."""
    site = SiteDefaults(
        name=table.wording("name"),
        country=table.text("country"),
        time_zone=table.text("time_zone"),
        duty_line=table.text("duty_line"),
        emergency_number=table.text("emergency_number"),
        quiet_from=table.clock("quiet_from"),
        quiet_to=table.clock("quiet_to"),
    )
    table.end()
    return site


def read_visit(table: Table) -> PlannedVisit:
    """One ``[[visit]]``: a distance in days or in months, never both."""
    days, months = distance(table, "visit")
    visit = PlannedVisit(
        code=table.text("code"),
        title=table.wording("title"),
        days=days,
        months=months,
        minus=table.number("visit.minus"),
        plus=table.number("visit.plus"),
        bring=table.wording("bring"),
    )
    table.end()
    return visit


def distance(table: Table, of: str) -> tuple[int | None, int | None]:
    """``days`` or ``months`` from D0, exactly one of them."""
    days = table.maybe_number(f"{of}.days")
    months = table.maybe_number(f"{of}.months")
    if (days is None) == (months is None):
        table.fault("days", "give either days or months, and only one of them.")
        return 0, None
    return days, months


def read_phase(table: Table) -> Phase:
    """One ``[[phase]]``: the time in hospital, or a phase with ``begins``."""
    ward = table.flag("ward", default=False)
    begins = None if ward else table.maybe_table("begins")
    phase = Phase(
        code=table.text("code"),
        title=table.wording("title"),
        diary=DiaryKind(table.one_of("diary", DIARIES)),
        form=table.names("form"),
        ward=ward,
        planned_days=table.number("phase.planned_days") if ward else None,
        begins=_begin(begins) if begins is not None else None,
    )
    table.end()
    return phase


def read_event(table: Table) -> StudyEvent:
    """One ``[[event]]``."""
    event = StudyEvent(table.text("id"), table.wording("title"), table.text("visit"))
    table.end()
    return event


def _begin(table: Table) -> PhaseBegin:
    visit = table.maybe_text("visit")
    event = table.maybe_text("event") if visit is None else None
    if visit is not None or event is not None:
        begin = PhaseBegin(visit, table.number("phase.begins.days"), None, event)
    else:
        days, months = distance(table, "phase.begins")
        begin = PhaseBegin(None, days, months)
    table.end()
    return begin


def read_item(table: Table) -> Item:
    """One ``[[item]]`` of the diary."""
    kind, name = ItemKind(table.one_of("kind", _KINDS)), table.text("id")
    item = Item(
        id=name,
        kind=kind,
        label=table.wording("label"),
        hint=table.maybe_wording("hint"),
        choices=tuple(_choice(choice, kind) for choice in table.tables("choices")),
        cannot=table.flag("cannot", default=False),
        weekly=table.flag("weekly", default=False),
        calm=_calm(table, kind) if table.has("calm") else None,
        max_length=table.maybe_number("item.max_length"),
        symptom=table.flag("symptom", default=name != REPORTER),
        plausible=_plausible(table),
        handwritten=table.flag("handwritten", default=False),
        unheard=table.maybe_text("unheard"),
        calm_if_unreadable=table.flag("calm_if_unreadable", default=False),
        pressure=table.one_of("pressure", PRESSURES) if table.has("pressure") else None,
    )
    table.end()
    return item


def _plausible(table: Table) -> tuple[int, ...] | None:
    if not table.has("plausible"):
        return None
    bounds = table.numbers("item.plausible")
    if len(bounds) == 2 and bounds[0] < bounds[1]:
        return bounds
    table.fault("plausible", "give the least and the most, as in [50, 260].")
    return None


def _choice(table: Table, kind: ItemKind) -> Choice:
    level = kind is ItemKind.LEVEL
    code = table.number("item.choices.code") if level else table.text("code")
    label = table.wording_here(closed=False)
    calm = table.flag("calm") if table.has("calm") else None
    symptom = table.flag("symptom", default=True)
    table.end()
    return Choice(code=code, label=label, calm=calm, symptom=symptom)


def _calm(table: Table, kind: ItemKind) -> str | int:
    if kind in (ItemKind.NUMBER, ItemKind.TEXT):
        table.fault("calm", f"{TYPED[kind]} has no calm answer: take this line out.")
        return str(table.raw("calm"))
    return table.number("item.calm") if kind is ItemKind.LEVEL else table.text("calm")


def read_group(table: Table) -> Group:
    """One ``[[group]]``: a screen."""
    group = Group(
        id=table.text("id"),
        title=table.wording("title"),
        items=table.names("items"),
        none_label=table.maybe_wording("none_label"),
    )
    table.end()
    return group


def read_rule(
    table: Table, phases: tuple[str, ...], usual: str, named: NamedConditions
) -> Rule:
    """One ``[[rule]]``; a case without ``phases`` applies in all of them.

    Without an ``owner`` it belongs to the duty ``usual``. What ``named`` says is written
    out in its cases.
    """
    rule = Rule(
        id=table.text("id"),
        family=table.text("family"),
        title=table.wording("title"),
        source=table.text("source"),
        cases=tuple(
            one for case in table.tables("case") for one in _cases(case, phases, named)
        ),
        owner=table.maybe_text("owner") or usual,
        review=_review(table) if table.has("review") else None,
        same_again=table.names("same_again") if table.has("same_again") else (),
    )
    if not rule.cases:
        table.fault("case", "a rule needs at least one case.")
    table.end()
    return rule


def _review(table: Table) -> ReviewKind:
    return ReviewKind(table.one_of("review", tuple(kind.value for kind in ReviewKind)))


def _cases(
    table: Table, phases: tuple[str, ...], named: NamedConditions
) -> tuple[RuleCase, ...]:
    case = RuleCase(
        phases=table.names("phases") if table.has("phases") else phases,
        when=table.table("when").values,
        tier=Tier(table.one_of("tier", _TIERS)),
        ack_minutes=table.maybe_number("rule.case.ack_minutes"),
        advice=table.names("advice", empty=True),
    )
    table.end()
    return named.cases(case, lambda said: table.fault("when", said))


def read_example(table: Table) -> Example:
    """One ``[[example]]``: answers, and the expected verdict."""
    example = Example(
        title=table.text("title"),
        phase=table.text("phase"),
        answers=table.table("answers").values,
        previous=tuple(_past(past) for past in table.tables("previous")),
        tier=Tier(table.one_of("tier", _TIERS)),
        rules=table.names("rules", empty=True),
        advice=table.names("advice", empty=True) if table.has("advice") else None,
    )
    table.end()
    return example


def _past(table: Table) -> dict[str, object]:
    table.number("example.previous.days_ago")
    table.table("answers")
    table.end()
    return dict(table.values)
