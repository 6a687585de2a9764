"""Conditions with a name: what several rules ask is said once in the file.

The reader writes each out where it is asked for. So the study itself, a phone and a
printed study know no names, and a version that was approved stays what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from portal.protocol.study.file.toml_tables import Table
from portal.protocol.study.plan_model import MissingPlan
from portal.protocol.study.rules import Condition, RuleCase

NAMED = "named"
Fault = Callable[[str], None]


@dataclass(frozen=True)
class NamedCase:
    """What a name stands for in these phases."""

    phases: tuple[str, ...]
    when: Condition


class NamedConditions:
    """The conditions of a file by their names, and which of them were asked for."""

    def __init__(self, cases: Mapping[str, tuple[NamedCase, ...]]) -> None:
        self._cases = cases
        self._asked: set[str] = set()

    def cases(self, case: RuleCase, fault: Fault) -> tuple[RuleCase, ...]:
        """``case`` with each name written out: one case for phases that agree.

        A name that cannot be written out is told to ``fault``, once.
        """
        told: dict[str, None] = {}
        by_form: dict[str, RuleCase] = {}
        for phase in case.phases:
            when = self.written_out(case.when, phase, told.setdefault)
            form = repr(when)
            known = by_form.get(form, replace(case, phases=(), when=when))
            by_form[form] = replace(known, phases=(*known.phases, phase))
        for sentence in told:
            fault(sentence)
        return tuple(by_form.values()) or (case,)

    def plan(self, plan: MissingPlan, phase: str, fault: Fault) -> MissingPlan:
        """``plan`` of a phase, and of its stretches, with each name written out."""
        told: dict[str, None] = {}

        def whole(one: MissingPlan) -> MissingPlan:
            when = one.brought_forward_when
            if when is None:
                return one
            said = self.written_out(when, phase, told.setdefault)
            return replace(one, brought_forward_when=said)

        stretches = tuple(replace(one, plan=whole(one.plan)) for one in plan.stretches)
        written = replace(whole(plan), stretches=stretches)
        for sentence in told:
            fault(sentence)
        return written

    def written_out(
        self, value: Any, phase: str, fault: Fault, within: tuple[str, ...] = ()
    ) -> Any:
        """A condition, or a part of one, as it is in ``phase``, without names."""
        if isinstance(value, list | tuple):
            return [self.written_out(one, phase, fault, within) for one in value]
        if not isinstance(value, Mapping):
            return value
        if NAMED in value:
            return self._meant(value, phase, fault, within)
        return {
            key: self.written_out(one, phase, fault, within)
            for key, one in value.items()
        }

    def _meant(
        self,
        value: Mapping[str, Any],
        phase: str,
        fault: Fault,
        within: tuple[str, ...],
    ) -> Any:
        name = str(value[NAMED])
        self._asked.add(name)
        found = [one.when for one in self._cases.get(name, ()) if phase in one.phases]
        said = self._problem(value, name, phase, within)
        if said is not None:
            fault(said)
            return {"any": []}
        each = [self.written_out(one, phase, fault, (*within, name)) for one in found]
        return each[0] if len(each) == 1 else {"any": each}

    def _problem(
        self, value: Mapping[str, Any], name: str, phase: str, within: tuple[str, ...]
    ) -> str | None:
        if len(value) > 1:
            others = ", ".join(sorted(set(value) - {NAMED}))
            return f'"{NAMED}" must be the only key; there is also {others}.'
        if name not in self._cases:
            return f"there is no condition [{NAMED}.{name}]."
        if name in within:
            return f"[{NAMED}.{name}] asks for itself."
        if not any(phase in one.phases for one in self._cases[name]):
            return f"[{NAMED}.{name}] does not say what it is in the phase {phase}."
        return None

    def unasked(self) -> tuple[str, ...]:
        """The names that nothing asks for, in the order of the file."""
        return tuple(name for name in self._cases if name not in self._asked)


def read_named(tables: Mapping[str, Table], phases: Iterable[str]) -> NamedConditions:
    """Every ``[[named.ID.case]]``; a case without ``phases`` holds in all of them."""
    everywhere = tuple(phases)
    return NamedConditions(
        {name: _cases(table, everywhere) for name, table in tables.items()}
    )


def _cases(table: Table, phases: tuple[str, ...]) -> tuple[NamedCase, ...]:
    cases = tuple(_case(case, phases) for case in table.tables("case"))
    if not cases:
        table.fault("case", "a named condition needs at least one case.")
    table.end()
    return cases


def _case(table: Table, phases: tuple[str, ...]) -> NamedCase:
    named = table.names("phases") if table.has("phases") else phases
    for unknown in sorted(set(named) - set(phases)):
        table.fault("phases", f'there is no phase "{unknown}".')
    case = NamedCase(named, table.table("when").values)
    table.end()
    return case
