"""Whether a finding only says again what was said before.

A rule names the items whose answers may stay (``same_again``). If it fires for nothing
else, and none of these answers is new or worse, nobody needs to be asked again the same
day: the finding joins the person's weekly line. An answer is neither if the report before
said as much or worse, not more than a week ago, or any report of the last three days: one
better day between two bad ones is no news. The tier and the advice stay what they are;
only whose work it is, and when, depends on this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from portal.protocol.study.form import Item, ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.rules import Condition, Rule
from portal.protocol.triage.answers import check_answers
from portal.protocol.triage.conditions import holds, parts
from portal.protocol.triage.facts.history import EarlierEntry, read_history
from portal.protocol.triage.verdict import Finding, PastEntry, Verdict

WEEK_DAYS = 7
"""How old the report before may be: as long as a weekly line waits."""
LATELY_DAYS = 3
"""In which days any report counts, not only the one before."""
RISE = "highest_rise"
"""The fact of the highest rise, which stands for the items that rose."""
COMPARABLE = (ItemKind.LEVEL, ItemKind.CHOICE, ItemKind.MULTI)
"""The kinds of items whose answers may stay."""


def said_again(
    study: Study,
    verdict: Verdict,
    answers: Mapping[str, object],
    previous: Sequence[PastEntry],
) -> frozenset[str]:
    """The rules of a verdict that only say again what ``previous`` said.

    ``answers`` are the whole entry's; ``previous`` are earlier entries of the same phase,
    newest first.
    """
    given = check_answers(study.items, answers).answers
    past, _ = read_history(study.items, previous)
    recent = [entry for entry in past if entry.days_ago <= WEEK_DAYS]
    rules = {rule.id: rule for rule in study.rules}
    return frozenset(
        finding.rule
        for finding in verdict.findings
        if not finding.tier.pages
        and _stays(rules[finding.rule], finding, study.items, given, recent)
    )


def _stays(
    rule: Rule,
    finding: Finding,
    items: Mapping[str, Item],
    answers: Mapping[str, object],
    past: Sequence[EarlierEntry],
) -> bool:
    reasons = {
        name
        for case in rule.cases
        if case.tier is finding.tier and holds(case.when, finding.facts, {})
        for reason in _reasons(case.when, finding.facts)
        for name in ([reason] if reason != RISE else _risen(items, answers, past))
    }
    return bool(reasons) and all(
        name in rule.same_again and not _is_news(items[name], answers.get(name), past)
        for name in reasons
    )


def _reasons(when: Condition, facts: Mapping[str, object]) -> Iterator[str]:
    """The facts for which ``when`` holds; what must not be the case is none."""
    if "fact" in when:
        yield str(when["fact"])
        return
    for key in ("all", "any", "of"):
        for part in parts(when, key) if key in when else ():
            if holds(part, facts, {}):
                yield from _reasons(part, facts)


def _risen(
    items: Mapping[str, Item],
    answers: Mapping[str, object],
    past: Sequence[EarlierEntry],
) -> Iterator[str]:
    """The levels that are higher than in the report before."""
    for item in items.values():
        given = (entry.answers[item.id] for entry in past if item.id in entry.answers)
        before = next(given, None)
        given_now = item.kind is ItemKind.LEVEL and item.id in answers
        if given_now and before is not None and not _at_least(before, answers[item.id]):
            yield item.id


def _is_news(item: Item, answer: object, past: Sequence[EarlierEntry]) -> bool:
    """Whether an answer is new or worse than what the reports before it said."""
    given = [entry for entry in past if item.id in entry.answers]
    lately = [entry for entry in given[1:] if entry.days_ago <= LATELY_DAYS]
    before = [entry.answers[item.id] for entry in (*given[:1], *lately)]
    match item.kind:
        case ItemKind.LEVEL:
            return not any(_at_least(one, answer) for one in before)
        case ItemKind.MULTI:
            known = {code for one in before for code in _codes(one)}
            return not set(_codes(answer)) <= known
        case _:
            return answer not in before


def _at_least(one: object, level: object) -> bool:
    return isinstance(one, int) and isinstance(level, int) and one >= level


def _codes(answer: object) -> tuple[str, ...]:
    return tuple(map(str, answer)) if isinstance(answer, list | tuple) else ()
