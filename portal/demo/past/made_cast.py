"""A cast made from a study file: people in each phase, who report the file's examples.

The examples are what the trial team itself calls dangerous or calm, so the stories fit
whatever the study is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.alerting.answers.closing import Closing
from portal.demo.past.cast import Answers, Cast, StaffAnswer, UnusualReport
from portal.demo.past.crowd import Crowd, crowd
from portal.demo.past.people import DOCTOR, RELATIVES, Relative
from portal.languages import FIRST, SOURCE
from portal.protocol.demands.items import REPORTER
from portal.protocol.study.form import ItemKind
from portal.protocol.study.model import Study
from portal.protocol.study.rules import Example
from portal.protocol.study.text import worded
from portal.protocol.study.tiers import PAGING, Tier
from portal.protocol.study.timeline import DiaryKind
from portal.protocol.triage.judge import judge
from portal.vocabulary.people import ReporterKind

SENT = worded(
    "Spoke with the family; seen in the emergency department the same evening."
)
SEEN = worded("Spoke on the phone; seen by a study doctor the next morning.")
DOCTORS_LANGUAGE = SOURCE
WEEK = 7
Story = tuple[UnusualReport, StaffAnswer | None]


def made_cast(study: Study) -> Cast:
    """The cast of any study that `study check` passes; the same file, the same cast."""
    people, played = crowd(study), _to_play(study)
    to_play: dict[str, str] = {}
    for language in study.languages if played else ():
        one = people.take(played.phase, language) if played else None
        if one is not None:
            to_play[language] = one.code
    just_now = dict(_just_now(study, people, played))
    stories = list(_stories(study, people))
    _silent(study, people)
    return Cast(
        participants=people.everybody(),
        caregivers=tuple(_relatives(people, to_play, stories))
        if study.has_caregivers
        else (),
        to_play=to_play,
        dangerous=_told(played) if played else {},
        reports=tuple(report for report, _ in stories),
        answers=tuple(answer for _, answer in stories if answer),
        just_now=just_now,
        ordinary=_ordinary(study),
        wavering=tuple(_wavering(study)),
    )


def _examples(study: Study, tier: Tier) -> list[Example]:
    """Worked examples of a tier that need no history: one a rule and phase, at home.

    What is written in a note comes last: it says less on a page than an answer.
    """
    found: dict[tuple[str, str], Example] = {}
    for one in study.examples:
        plain = one.rules and not one.previous and not study.phase(one.phase).ward
        if one.tier is tier and plain:
            found.setdefault((one.rules[0], one.phase), one)
    return sorted(found.values(), key=lambda one: _is_written(study, one))


def _is_written(study: Study, example: Example) -> bool:
    kinds = {study.items[name].kind for name in _told(example)}
    return ItemKind.TEXT in kinds


def _told(example: Example) -> dict[str, Any]:
    """The answers of an example that a person types."""
    return {
        name: answer
        for name, answer in example.answers.items()
        if name != REPORTER and answer != []
    }


def _to_play(study: Study) -> Example | None:
    """What a newcomer reports: urgent, where a diary is due, and no words of a note."""

    def worth(one: Example) -> tuple[bool, bool, bool]:
        asked = one.phase in study.missing
        return _is_written(study, one), not asked, study.red_flags in _told(one)

    found = [one for tier in PAGING[::-1] for one in _examples(study, tier)]
    return min(found, key=worth, default=None)


def _just_now(
    study: Study, people: Crowd, played: Example | None
) -> Iterator[tuple[str, tuple[int, Answers]]]:
    """An urgent report whose ladder is about to climb, and work that waits for a nurse."""
    urgent = [one for one in _examples(study, Tier.URGENT) if one is not played]
    for minutes, found in (
        (2, urgent or ([played] if played else [])),
        (60, _examples(study, Tier.SAME_DAY)),
    ):
        for example in found:
            one = people.take(example.phase)
            if one is not None:
                yield one.code, (minutes, _told(example))
                break


def _stories(study: Study, people: Crowd) -> Iterator[Story]:
    """What was reported on the days before, and what staff did about it."""
    own, other = ReporterKind.SELF.value, ReporterKind.CAREGIVER.value
    other = other if study.has_caregivers else own
    plots = (
        (Tier.EMERGENCY, 6, "18:25", other, False),
        (Tier.URGENT, 4, "15:10", own, False),
        (Tier.SAME_DAY, 3, "11:05", own, True),
        (Tier.ROUTINE, 2, "11:20", own, True),
    )
    for tier, ago, at, reporter, instead in plots:
        found = _somebody(people, _examples(study, tier), ago)
        if found is not None:
            example, code, days = found
            told = _told(example)
            report = UnusualReport(code, days, at, told, reporter, instead)
            yield report, _answer(study, example, report)


def _somebody(
    people: Crowd, examples: list[Example], ago: int
) -> tuple[Example, str, int] | None:
    """Who had which example, and how many days ago; None: nobody is left for it."""
    for days in (ago, 1):
        for example in examples:
            one = people.take(example.phase, lived=days + 1)
            if one is not None:
                return example, one.code, days
    return None


def _answer(
    study: Study, example: Example, report: UnusualReport
) -> StaffAnswer | None:
    if not example.tier.pages:
        return None
    policy = study.policies[example.tier]
    rungs = [step.after_minutes for step in policy.steps if step.after_minutes]
    climbs = tuple(rungs[:1])
    acked = (climbs[0] if climbs else 0) + 3
    rule = next(rule for rule in study.rules if rule.id == example.rules[0])
    urgent = example.tier is Tier.URGENT
    outcome, said = ("told_to_attend", SEEN) if urgent else ("sent_to_emergency", SENT)
    reason, term = said.say(DOCTORS_LANGUAGE), rule.title.say(DOCTORS_LANGUAGE)
    closing = Closing(outcome, reason, True, term, 1 if urgent else 2)
    return StaffAnswer(report, acked, DOCTOR, acked + 20, closing, climbs, by_call=True)


def _silent(study: Study, people: Crowd) -> None:
    """Somebody whose diary has been missing for so long that staff phone today."""
    for code, plan in study.missing.items():
        every = WEEK if study.phase(code).diary is DiaryKind.WEEKLY else 1
        days = (plan.task.after_missed - 1) * every + plan.task.days_later
        one = people.take(code, lived=days + 1)
        if one is not None:
            people.silence(one, days)
            return


def _relatives(
    people: Crowd, to_play: Mapping[str, str], stories: list[Story]
) -> Iterator[Relative]:
    """One with a phone of their own, for a newcomer; one who shares the participant's."""
    for language, code in [*to_play.items()][-1:]:
        name = RELATIVES.get(language, RELATIVES[FIRST])[0]
        yield Relative(code, name, language, own_number=True)
    for report, _ in stories:
        if report.reporter == ReporterKind.CAREGIVER:
            language = people.taken[report.code].language
            name = RELATIVES.get(language, RELATIVES[FIRST])[1]
            yield Relative(report.code, name, language, own_number=False)


def _ordinary(study: Study) -> dict[str, Any]:
    """Answers of the examples that nobody has to act on; the fullest says most."""
    calm = [one for one in study.examples if one.tier is Tier.ROUTINE and not one.rules]
    answers: dict[str, Any] = {}
    for example in sorted(calm, key=lambda one: len(one.answers)):
        answers |= {
            name: said
            for name, said in _told(example).items()
            if study.items[name].kind is not ItemKind.TEXT
        }
    return answers


def _wavering(study: Study) -> Iterator[str]:
    """Levels whose first step fires no rule in any phase."""
    for item in study.items.values():
        if item.kind is ItemKind.LEVEL and not any(
            judge(study, phase.code, {study.red_flags: [], item.id: 1}).findings
            for phase in study.phases
            if item.id in phase.form
        ):
            yield item.id
