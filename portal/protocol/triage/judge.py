"""From an entry to a verdict: which rules fire, the tier, and the advice.

The rules are the study file's; this module only combines them: the highest tier wins
with the shortest clock at that tier, and calm answers elsewhere never lower it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from portal.errors import EntryRefused
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.model import Study
from portal.protocol.study.rules import Rule, RuleCase
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.answers import check_answers
from portal.protocol.triage.conditions import Fired, Outcome, fact_names, holds
from portal.protocol.triage.facts import EarlierEntry, build_facts, read_history
from portal.protocol.triage.facts.history import others_today, symptoms_differ
from portal.protocol.triage.rule_order import Stages, order_of
from portal.protocol.triage.verdict import AnswerFault, Finding, PastEntry, Verdict
from portal.vocabulary.diary import EntrySource

"""The one item that must be answered if the source has a screen for it."""
WITHOUT_RED_FLAGS = (EntrySource.TEXT, EntrySource.PHONE)
"""Sources of entries without such a screen."""


@dataclass(frozen=True)
class _Fired:
    rule: str
    case: RuleCase
    ack_minutes: int | None
    facts: Mapping[str, object]

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.case.tier, self.ack_minutes)


@dataclass(frozen=True)
class _Day:
    """An entry with everything needed to judge the day's other entries."""

    study: Study
    phase: str
    order: Stages
    answers: Mapping[str, object]
    past: Sequence[EarlierEntry]


_Worst = tuple[Tier, int | None]


def judge(
    study: Study,
    phase: str | None,
    answers: Mapping[str, object],
    previous: Sequence[PastEntry] = (),
    *,
    source: EntrySource = EntrySource.APP,
    place: Place | None = None,
) -> Verdict:
    """The verdict on an entry of a participant in ``phase``; clocks are minutes.

    ``previous`` are earlier entries, newest first; unusable answers in them are named
    and left out. With ``source`` ``text`` or ``phone`` the red-flag item may be
    missing. ``place`` is where the person is, by default the place of the phase. It
    decides the advice; if it is not known, the ward's rules judge too and the worse
    verdict counts. Pure: the same entry always gets the same verdict.

    Raises ``EntryRefused`` if a field or the phase is invalid and the verdict is below
    urgent. An urgent verdict is returned together with every fault. Without a valid
    phase the entry is judged in the phase that gives the worst verdict.
    """
    checked = check_answers(study.items, answers)
    past, doubts = read_history(study.items, previous)
    phases, ward = [known.code for known in study.phases], study.ward
    invalid = [*checked.faults]
    if phase not in phases:
        invalid.insert(0, AnswerFault("phase", f"must be one of {', '.join(phases)}"))
    judged = [phase] if phase in phases else [one.code for one in study.phases_at_home]
    if ward and (place is Place.UNKNOWN or phase not in phases):
        judged.append(ward.code)
    verdict = max(
        (_judge(study, str(one), place, checked.answers, past) for one in judged),
        key=_weight,
    )
    if invalid and not verdict.tier.pages:
        raise refusal(invalid)
    soft = [*_missing(study, answers, source), *checked.doubts, *doubts]
    return replace(verdict, faults=(*invalid, *soft))


def refusal(faults: Sequence[AnswerFault]) -> EntryRefused:
    """The refusal that names these faults; its ``field`` is that of the first."""
    said = "; ".join(f"{fault.field}: {fault.problem}" for fault in faults[:20])
    return EntryRefused(said, field=faults[0].field)


def _weight(verdict: Verdict) -> tuple[int, int]:
    return verdict.tier.rank, -(verdict.ack_minutes or 0)


def _missing(
    study: Study, answers: Mapping[str, object], source: EntrySource
) -> tuple[AnswerFault, ...]:
    name = study.red_flags
    if source in WITHOUT_RED_FLAGS or not name or name in answers:
        return ()
    return (AnswerFault(name, "is not answered, and must be"),)


def _judge(
    study: Study,
    phase: str,
    place: Place | None,
    answers: Mapping[str, object],
    past: Sequence[EarlierEntry],
) -> Verdict:
    order = order_of(study.rules)
    facts = build_facts(study.items, study.lexicon, answers, past)
    fired = _fire(study, phase, order.early, facts, {})
    own = _worst(one.outcome for one in fired.values())
    facts |= _late_facts(_Day(study, phase, order, answers, past), own)
    fired = _fire(study, phase, order.late, facts, fired)
    found = [fired[rule.id] for rule in study.rules if rule.id in fired]
    tier, minutes = _worst(one.outcome for one in found)
    findings = tuple(
        Finding(one.rule, one.case.tier, one.ack_minutes, one.facts) for one in found
    )
    where = place or place_of(study, phase)
    advice = _advice(study, where, found, Outcome(tier, minutes))
    return Verdict(tier, minutes, findings, advice, ())


def _fire(
    study: Study,
    phase: str,
    rules: Iterable[Rule],
    facts: Mapping[str, object],
    before: Mapping[str, _Fired],
) -> dict[str, _Fired]:
    """``before`` plus the rules that fire, each by its first case that holds."""
    fired = dict(before)
    for rule in rules:
        outcomes: Fired = {name: one.outcome for name, one in fired.items()}
        for case in rule.cases:
            if phase in case.phases and holds(case.when, facts, outcomes):
                fired[rule.id] = _fired(study, rule.id, case, facts)
                break
    return fired


def _fired(
    study: Study, rule: str, case: RuleCase, facts: Mapping[str, object]
) -> _Fired:
    seen = {name: facts.get(name) for name in fact_names(case.when)}
    minutes = case.ack_minutes or study.policies[case.tier].ack_minutes
    paged = case.tier.pages
    return _Fired(rule, case, minutes if paged else None, seen)


def _worst(outcomes: Iterable[Outcome]) -> _Worst:
    """The highest tier, and the shortest clock at that tier."""
    came = list(outcomes)
    tier = max(
        (one.tier for one in came), key=lambda tier: tier.rank, default=Tier.ROUTINE
    )
    clocks = [one.ack_minutes for one in came if one.tier is tier]
    return tier, min((clock for clock in clocks if clock is not None), default=None)


def _late_facts(day: _Day, own: _Worst) -> dict[str, object]:
    """The facts for rule T32: the day's entries of the other reporter, judged too."""
    places = others_today(day.answers, day.past)
    if not places:
        return {}
    other = max((_own_worst(day, place) for place in places), key=_danger)
    higher = max(own, other, key=_danger)
    said = [day.past[place].answers for place in places]
    differ = any(symptoms_differ(day.study.items, day.answers, one) for one in said)
    facts: dict[str, object] = {
        "reporters_disagree": differ or own[0] is not other[0],
        "other_reporter_tier": other[0].value,
        "higher_tier": higher[0].value,
    }
    return facts if higher[1] is None else facts | {"higher_minutes": higher[1]}


def _danger(outcome: _Worst) -> tuple[int, int]:
    return outcome[0].rank, -(outcome[1] or 0)


def _own_worst(day: _Day, place: int) -> _Worst:
    """Tier and clock of an earlier entry alone, with the history that it had."""
    entry, before = day.past[place], day.past[place + 1 :]
    facts = build_facts(day.study.items, day.study.lexicon, entry.answers, before)
    fired = _fire(day.study, day.phase, day.order.early, facts, {})
    return _worst(one.outcome for one in fired.values())


def place_of(study: Study, phase: str) -> Place:
    """The place that a phase assumes if no place is given."""
    return Place.WARD if study.phase(phase).ward else Place.HOME


def told_for(study: Study, verdict: Verdict) -> Place:
    """The place of the advice; ``UNKNOWN``: first the ward's, then that for home."""
    ward = study.policies[verdict.tier].ward_advice
    main = [name for name in verdict.advice if name not in study.beside]
    if ward is None or main[:1] != [ward]:
        return Place.HOME
    return Place.UNKNOWN if len(main) > 1 else Place.WARD


def _advice(
    study: Study, place: Place, found: Sequence[_Fired], final: Outcome
) -> tuple[str, ...]:
    """The message of the final tier first, then those that are added to it.

    If the place is not known: the ward's message, then the one for home.
    """
    asked = {name for one in found for name in one.case.advice}
    beside = [name for name in study.beside if name in asked]
    ward, home = study.policies[final.tier].ward_advice, _home(study, found, final)
    if ward is None or place is Place.HOME:
        return (home, *beside)
    return (ward, *beside) if place is Place.WARD else (ward, home, *beside)


def _home(study: Study, found: Sequence[_Fired], final: Outcome) -> str:
    """A case's own message only if all deciding findings have the same one."""
    deciding = [one.case.advice for one in found if one.outcome == final]
    own = [[name for name in one if name not in study.beside] for one in deciding]
    return own[0][0] if own and all(own) else study.policies[final.tier].advice
