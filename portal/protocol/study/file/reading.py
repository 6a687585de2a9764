"""From the text of a study file to a ``Study``, or to a list of all its faults.

Pure: the caller gives the text, and a function that finds the text of the base.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from portal.errors import StudyFileFault
from portal.languages import LANGUAGES, USUAL
from portal.protocol.demands.duties import Work
from portal.protocol.study.duties import Duty, whose
from portal.protocol.study.file import sections, text_sections, tier_sections
from portal.protocol.study.file.missing_tables import folded
from portal.protocol.study.file.named_conditions import (
    NAMED,
    Fault,
    NamedConditions,
    read_named,
)
from portal.protocol.study.file.plans import read_options, read_reminders
from portal.protocol.study.file.sign_sections import read_signs
from portal.protocol.study.file.silence_plans import read_missing
from portal.protocol.study.file.source_text import Base, unstorable, values_of
from portal.protocol.study.file.toml_tables import KeyFault, Table
from portal.protocol.study.form import Item
from portal.protocol.study.model import Study
from portal.protocol.study.plan_model import MissingPlan
from portal.protocol.study.rules import Example, Rule, WordList
from portal.protocol.study.text import PageSentence, SmsTemplate
from portal.protocol.study.tiers import Tier, TierPolicy
from portal.protocol.study.timeline import Phase

Begin = Callable[[Mapping[str, object], str, list[KeyFault]], Table]


@dataclass(frozen=True)
class StudyReading:
    """The result of reading a text: the study as far as it could be read, and faults.

    ``study`` is None only if the text is not TOML, is beyond the bounds, or its base
    cannot be found. ``source`` is the text with its base's, as it is stored and hashed.
    """

    study: Study | None
    faults: tuple[KeyFault, ...]
    source: str


def read_study(text: str, *, base: Base | None = None) -> Study:
    """The study that ``text`` describes; ``base`` finds the text of a base by name.

    A text from ``whole_source`` contains its base and needs no ``base``. Raises
    ``StudyFileFault``: its ``field`` is the first faulty key, its message names all.
    """
    reading = scan_study(text, base=base)
    if reading.study is None or reading.faults:
        raise StudyFileFault(_sentences(reading.faults), field=reading.faults[0].key)
    return reading.study


def whole_source(text: str, *, base: Base | None = None) -> str:
    """The text to store for a study: its own, and its base's if it has one.

    Raises ``StudyFileFault`` for a broken text or base, as ``read_study`` does.
    """
    reading = scan_study(text, base=base)
    if reading.study is None:
        raise StudyFileFault(_sentences(reading.faults), field=reading.faults[0].key)
    return reading.source


def scan_study(
    text: str, *, base: Base | None = None, begin: Begin = Table
) -> StudyReading:
    """Read everything that can be read, collecting every fault of shape.

    ``begin`` makes the table of the whole file, which makes all others.
    """
    faults: list[KeyFault] = []
    source, values = values_of(text, base, faults)
    if values is None:
        return StudyReading(None, tuple(faults), source)
    faults += unstorable(values)
    file = begin(values, "", faults)
    file.languages = _languages(file)
    study = replace(_study(file, source), languages=file.languages)
    file.end()
    return StudyReading(study, tuple(folded(faults)), source)


def _sentences(faults: tuple[KeyFault, ...]) -> str:
    return "\n".join(f"{fault.key}: {fault.sentence}" for fault in faults)


def _study(file: Table, source: str) -> Study:
    phases, duties = _phases(file), _duties(file)
    return Study(
        id=file.text("id"),
        version=file.text("version"),
        title=file.wording("title"),
        registry=file.text("registry"),
        approved=file.flag("approved"),
        site=sections.read_site(file.table("site")),
        visits=tuple(map(sections.read_visit, file.tables("visit", by="code"))),
        phases=phases,
        items=_items(file),
        groups=tuple(map(sections.read_group, file.tables("group", by="id"))),
        examples=_examples(file),
        words=_words(file),
        policies=_policies(file),
        messages=_messages(file),
        texts=_texts(file),
        reminders=read_reminders(file.table("reminders")),
        sha256=sha256(source.encode("utf-8", "replace")).hexdigest(),
        paging=tier_sections.read_paging(file.maybe_table("paging")),
        duties=duties,
        **_left_out(file),
        **_conditions(file, phases, whose(duties, Work.REPORTS)),
    )


def _languages(file: Table) -> tuple[str, ...]:
    """The languages that the study offers; unknown ones are faults."""
    named = file.names("languages") if file.has("languages") else USUAL
    for name in named:
        if name not in LANGUAGES:
            said = f'"{name}" is not one of {", ".join(LANGUAGES)}.'
            file.fault("languages", said)
    return tuple(name for name in named if name in LANGUAGES) or USUAL


def _phases(file: Table) -> tuple[Phase, ...]:
    return tuple(map(sections.read_phase, file.tables("phase", by="code")))


def _left_out(file: Table) -> dict[str, Any]:
    """What a study may leave out, and then does without."""
    return {
        "options": read_options(file.maybe_table("options")),
        "consent": file.maybe_text("consent"),
        "day_zero": file.maybe_wording("day_zero"),
        "pinned": tier_sections.read_pinned(file.maybe_table("pinned")),
        "curves": tuple(map(tier_sections.read_curve, file.tables("curve"))),
        "events": tuple(map(sections.read_event, file.tables("event", by="id"))),
        **read_signs(file.tables("sign", by="id")),
    }


def _items(file: Table) -> dict[str, Item]:
    items = map(sections.read_item, file.tables("item", by="id"))
    return {item.id: item for item in items}


def _duties(file: Table) -> tuple[Duty, ...]:
    return tuple(map(tier_sections.read_duty, file.tables("duty", by="id")))


def _conditions(file: Table, phases: tuple[Phase, ...], usual: str) -> dict[str, Any]:
    """What asks conditions: rules and plans, with each name written out."""
    codes = tuple(phase.code for phase in phases)
    named = read_named(file.children(NAMED), codes)
    asking = {
        "rules": _rules(file, codes, usual, named),
        "missing": _missing(file, named),
    }
    for name in named.unasked():
        file.fault(f"{NAMED}.{name}", "nothing asks for it.")
    return asking


def _rules(
    file: Table, phases: tuple[str, ...], usual: str, named: NamedConditions
) -> tuple[Rule, ...]:
    tables = file.tables("rule", by="id")
    return tuple(sections.read_rule(table, phases, usual, named) for table in tables)


def _examples(file: Table) -> tuple[Example, ...]:
    return tuple(map(sections.read_example, file.tables("example", by="title")))


def _words(file: Table) -> tuple[WordList, ...]:
    tables = file.children("words")
    return tuple(text_sections.read_words(name, tables[name]) for name in tables)


def _policies(file: Table) -> dict[Tier, TierPolicy]:
    outer = file.table("tier")
    policies = {
        tier: tier_sections.read_policy(tier, outer.table(tier.value)) for tier in Tier
    }
    outer.end()
    return policies


def _messages(file: Table) -> dict[str, PageSentence]:
    tables = file.children("message")
    return {name: text_sections.read_message(name, tables[name]) for name in tables}


def _texts(file: Table) -> dict[str, SmsTemplate]:
    tables = file.children("sms")
    return {name: text_sections.read_sms(name, tables[name]) for name in tables}


def _missing(file: Table, named: NamedConditions) -> dict[str, MissingPlan]:
    tables = file.children("missing")
    return {
        phase: named.plan(read_missing(table), phase, _fault_of(table))
        for phase, table in tables.items()
    }


def _fault_of(table: Table) -> Fault:
    return lambda said: table.fault("brought_forward_when", said)
