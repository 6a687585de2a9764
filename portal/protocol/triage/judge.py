"""From an entry to a verdict: which rules fire, how dangerous it is, what is said.

The rules are the study file's; here is only how they are put together: the highest
tier wins, its clock is the shortest at that tier, and nothing said calmly elsewhere
lowers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from portal.errors import EntryRefused
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.demands.items import RED_FLAGS
from portal.protocol.demands.messages import BESIDE
from portal.protocol.study.model import Rule, RuleCase, Study, Tier
from portal.protocol.triage.answers import check_answers
from portal.protocol.triage.conditions import Fired, Outcome, fact_names, holds
from portal.protocol.triage.facts import EarlierEntry, build_facts, read_history
from portal.protocol.triage.facts.history import others_today, symptoms_differ
from portal.protocol.triage.rule_order import Stages, order_of
from portal.protocol.triage.verdict import AnswerFault, Finding, PastEntry, Verdict

"""The one item that must be answered, wherever there is a screen to answer it on."""
WITHOUT_RED_FLAGS = ("text", "phone")
"""Sources of an entry that have no such screen."""
"""Messages that come beside the tier's own, in this order."""


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
    """An entry with what the day's other entries are judged by."""

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
    source: str = "app",
    place: Place | None = None,
) -> Verdict:
    """The verdict on an entry of a participant in ``phase``; clocks are minutes.

    ``previous`` are the entries before it, newest first; what in them cannot be used
    is named and left out. ``source`` ``text`` or ``phone`` may lack the red-flag
    item. ``place`` is where the person is, by default as the phase says: it changes what
    is told, and where it is not known the ward's rules judge too and the worse counts.
    Pure: the same entry always gets the same verdict.

    Raises ``EntryRefused`` when a field is invalid (the phase too) and nothing comes
    out at urgent or above; otherwise the verdict is carried, with every fault beside
    it. Without a known phase the entry is judged in the phase where it is worst.
    """
    checked = check_answers(study.items, answers)
    past, doubts = read_history(study.items, previous)
    phases = [known.code for known in study.phases]
    invalid = [*checked.faults]
    if phase not in phases:
        invalid.insert(0, AnswerFault("phase", f"must be one of {', '.join(phases)}"))
    judged = [phase] if phase in phases else [*phases[1:], phases[0]]
    if place is Place.UNKNOWN:
        judged.append(phases[0])
    verdict = max(
        (_judge(study, str(one), place, checked.answers, past) for one in judged),
        key=_weight,
    )
    if invalid and not verdict.tier.pages:
        raise refusal(invalid)
    soft = [*_missing(study, answers, source), *checked.doubts, *doubts]
    return replace(verdict, faults=(*invalid, *soft))


def refusal(faults: Sequence[AnswerFault]) -> EntryRefused:
    """The refusal that names these faults; its ``field`` is the first of them."""
    said = "; ".join(f"{fault.field}: {fault.problem}" for fault in faults[:20])
    return EntryRefused(said, field=faults[0].field)


def _weight(verdict: Verdict) -> tuple[int, int]:
    return verdict.tier.rank, -(verdict.ack_minutes or 0)


def _missing(
    study: Study, answers: Mapping[str, object], source: str
) -> tuple[AnswerFault, ...]:
    exempt = source in WITHOUT_RED_FLAGS or RED_FLAGS not in study.items
    if exempt or RED_FLAGS in answers:
        return ()
    return (AnswerFault(RED_FLAGS, "is not answered, and must be"),)


def _judge(
    study: Study,
    phase: str,
    place: Place | None,
    answers: Mapping[str, object],
    past: Sequence[EarlierEntry],
) -> Verdict:
    order = order_of(study.rules)
    facts = build_facts(study.items, study.words, answers, past)
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
    """``before`` and the rules that fire, each by its first case that holds."""
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
    """What rule T32 needs: the entries of the day's other reporter, judged too."""
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
    """Tier and clock of an earlier entry by itself, with the history that it had."""
    entry, before = day.past[place], day.past[place + 1 :]
    facts = build_facts(day.study.items, day.study.words, entry.answers, before)
    fired = _fire(day.study, day.phase, day.order.early, facts, {})
    return _worst(one.outcome for one in fired.values())


def place_of(study: Study, phase: str) -> Place:
    """Where a phase takes a person to be, where nobody has said otherwise."""
    return Place.WARD if phase == study.phases[0].code else Place.HOME


def told_for(study: Study, verdict: Verdict) -> Place:
    """The place that the advice is for; ``UNKNOWN``: the ward's, then that for home."""
    ward = study.policies[verdict.tier].ward_advice
    main = [name for name in verdict.advice if name not in BESIDE]
    if ward is None or main[:1] != [ward]:
        return Place.HOME
    return Place.UNKNOWN if len(main) > 1 else Place.WARD


def _advice(
    study: Study, place: Place, found: Sequence[_Fired], final: Outcome
) -> tuple[str, ...]:
    """The message of the final tier first, then what comes beside it.

    Where nobody knows whether the person is home: the ward's, then the one for home.
    """
    asked = {name for one in found for name in one.case.advice}
    beside = [name for name in BESIDE if name in asked]
    ward, home = study.policies[final.tier].ward_advice, _home(study, found, final)
    if ward is None or place is Place.HOME:
        return (home, *beside)
    return (ward, *beside) if place is Place.WARD else (ward, home, *beside)


def _home(study: Study, found: Sequence[_Fired], final: Outcome) -> str:
    """A case's own message only when every finding that decides agrees to it."""
    deciding = [one.case.advice for one in found if one.outcome == final]
    own = [[name for name in advice if name not in BESIDE] for advice in deciding]
    return own[0][0] if own and all(own) else study.policies[final.tier].advice
