"""What is only said again: it keeps its tier, and is no news."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portal.protocol.study.tiers import Tier
from portal.protocol.triage.facts.same_again import said_again
from portal.protocol.triage.judge import judge
from portal.protocol.triage.verdict import PastEntry
from tests.support.study import the_study

STUDY, _ = the_study()
CALM: dict[str, Any] = {
    "emerg": [],
    "temp": {"value": "36.6", "unit": "C"},
    "joint": 0,
    "rash": 0,
    "infect": [],
    "bleed": "no",
}


def again(
    now: dict[str, Any], *before: tuple[int, dict[str, Any]], phase: str = "W1"
) -> set[str]:
    """The rules that only say again what ``before`` said, newest first."""
    past = [PastEntry(days, {**CALM, **said}) for days, said in before]
    said = {**CALM, **now}
    verdict = judge(STUDY, phase, said, past)
    assert verdict.tier is Tier.SAME_DAY
    return set(said_again(STUDY, verdict, said, past))


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ({"joint": 2}, {"joint": 2}),
        ({"joint": 2}, {"joint": 3}),
        ({"infect": ["cough"]}, {"infect": ["sore_throat", "cough"]}),
        ({"bleed": "little"}, {"bleed": "little"}),
        ({"joint": 2, "rash": 2}, {"joint": 2, "rash": 2}),
        ({"chills": 1}, {"chills": 1}),
    ],
)
def test_the_same_as_yesterday_is_said_again(
    now: dict[str, Any], before: dict[str, Any]
) -> None:
    assert again(now, (1, before)) == {"T21"}


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ({"joint": 2}, {}),
        ({"joint": 3}, {"joint": 2}),
        ({"infect": ["cough", "sore_throat"]}, {"infect": ["cough"]}),
        ({"bleed": "little"}, {"bleed": "no"}),
        ({"joint": 2, "rash": 2}, {"joint": 2}),
    ],
)
def test_what_is_new_or_worse_is_news(
    now: dict[str, Any], before: dict[str, Any]
) -> None:
    assert again(now, (1, before)) == set()


def test_who_never_reported_before_says_nothing_again() -> None:
    assert again({"joint": 2}) == set()


def test_one_better_day_between_is_no_news_but_three_are() -> None:
    bad: dict[str, Any] = {"joint": 2}
    assert again(bad, (1, {}), (2, bad)) == {"T21"}
    assert again(bad, (1, {}), (2, {}), (3, bad)) == {"T21"}
    assert again(bad, (1, {}), (2, {}), (3, {}), (4, bad)) == set()


def test_a_rise_of_an_item_that_may_not_stay_is_news() -> None:
    rising: dict[str, Any] = {"joint": 2, "breath": 1}
    worse = {**rising, "joint": 3}
    assert again(worse, (1, rising), (2, worse)) == {"T21"}
    rule = next(one for one in STUDY.rules if one.id == "T21")
    assert "breath" not in rule.same_again


def test_a_week_later_it_is_the_same_and_after_a_silence_it_is_news() -> None:
    assert again({"joint": 2}, (7, {"joint": 2}), phase="W3") == {"T21"}
    assert again({"joint": 2}, (8, {"joint": 2}), phase="W3") == set()


def test_a_wish_for_a_call_is_never_said_again() -> None:
    both = {"joint": 2, "callme": "yes"}
    assert again(both, (1, both)) == {"T21"}, "and not T39"


def test_missed_medicine_and_a_temperature_near_fever_are_never_said_again() -> None:
    missed = {"joint": 2, "meds": "missed"}
    assert again(missed, (1, missed)) == {"T21"}, "and not T39"
    warm = {"temp": {"value": "37.6", "unit": "C"}}
    assert again(warm, (1, warm)) == set()


def test_each_rule_is_looked_at_by_itself() -> None:
    now = {"joint": 2, "headache": 1}
    assert again(now, (1, {"joint": 2, "headache": 0})) == {"T21"}


def test_of_so_many_conditions_those_that_hold_are_the_reasons() -> None:
    rule = next(one for one in STUDY.rules if one.id == "T21")
    parts = [{"fact": "joint", "at_least": 2}, {"fact": "breath", "at_least": 1}]
    case = replace(rule.cases[1], when={"count": 2, "of": parts})
    study = replace(STUDY, rules=(replace(rule, cases=(case,)),))
    said = {**CALM, "joint": 2, "breath": 1}
    verdict = judge(study, "W1", said, past := [PastEntry(1, said)])
    assert [one.rule for one in verdict.findings] == ["T21"]
    assert said_again(study, verdict, said, past) == set(), "breath may not stay"


def test_the_tier_stays_what_it_was() -> None:
    said = {**CALM, "joint": 2}
    first = judge(STUDY, "W1", said)
    later = judge(STUDY, "W1", said, [PastEntry(1, said)])
    assert (first.tier, first.advice) == (later.tier, later.advice)
