"""A case is called shadowed only when an earlier one surely answers first."""

from __future__ import annotations

import pytest

from portal.protocol.checks.shadowed_cases import implies, shadow_faults
from portal.protocol.study.rules import Rule, RuleCase
from portal.protocol.study.text import Text
from portal.protocol.study.tiers import Tier


def fact(name, **comparison):
    return {"fact": name, **comparison}


HOT, VERY_HOT = fact("reading", at_least="38.0"), fact("reading", at_least="38.5")
YES, ANY = fact("speech", **{"is": "yes"}), fact("speech", is_any=["yes", "unsure"])


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (HOT, HOT),
        (VERY_HOT, HOT),
        (fact("chills", at_least=2), fact("chills", at_least=1)),
        (fact("chills", **{"is": 2}), fact("chills", at_least=1)),
        (YES, ANY),
        (fact("speech", is_any=["yes"]), ANY),
        (fact("speech", is_any=["yes"]), YES),
        (fact("reading", below="36.0"), fact("reading", below="37.5")),
        (fact("reading", between=["37.5", "37.9"]), fact("reading", at_least="37.5")),
        (fact("reading", between=["37.5", "37.9"]), fact("reading", below="38.0")),
        (
            fact("reading", between=["37.5", "37.9"]),
            fact("reading", between=["37.0", "37.9"]),
        ),
        (fact("infect", has="blisters"), fact("infect", has_any=True)),
        ({"all": [HOT, YES]}, HOT),
        ({"all": [HOT, YES]}, {"all": [YES, HOT]}),
        ({"any": [HOT, VERY_HOT]}, HOT),
        (HOT, {"any": [YES, HOT]}),
        ({"fired": "T10"}, {"fired": "T10"}),
    ],
)
def test_what_surely_follows_is_proved(first, then):
    assert implies(first, then)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (HOT, VERY_HOT),
        (ANY, YES),
        (HOT, fact("temp", at_least="38.0")),
        (HOT, {"all": [HOT, YES]}),
        ({"any": [HOT, YES]}, HOT),
        (HOT, {"any": [YES, VERY_HOT]}),
        ({"all": [YES, ANY]}, HOT),
        (fact("reading", between=["37.5", "38.0"]), fact("reading", below="38.0")),
        (fact("reading", below="38.0"), fact("reading", at_least="30.0")),
        (fact("reading", at_least="x"), fact("reading", at_least="30.0")),
        (fact("infect", has="blisters"), fact("infect", has_any=False)),
        ({"fired": "T10"}, {"fired": "T11"}),
        ({"not": HOT}, HOT),
        ({"all": HOT}, YES),
    ],
)
def test_what_does_not_follow_is_not_claimed(first, then):
    assert not implies(first, then)


def rule(*cases):
    return Rule("T1", "x", Text({"zh": "甲", "en": "a"}), "s", tuple(cases))


def case(when, *phases):
    return RuleCase(phases, when, Tier.URGENT, None, ())


def test_a_later_narrower_case_is_named():
    found = list(shadow_faults(rule(case(HOT, "W1", "W2"), case(VERY_HOT, "W1"))))
    assert [f.key for f in found] == ["rule.T1.case[2]"]
    assert "case[1] holds whenever this one does" in found[0].sentence


def test_a_case_of_another_phase_is_not_shadowed():
    assert not list(shadow_faults(rule(case(HOT, "W1"), case(VERY_HOT, "W1", "W2"))))


def test_a_wider_case_after_a_narrower_one_decides():
    assert not list(shadow_faults(rule(case(VERY_HOT, "W1"), case(HOT, "W1"))))


def test_each_shadowed_case_is_named_once():
    found = list(shadow_faults(rule(case(HOT, "W1"), case(HOT, "W1"), case(HOT, "W1"))))
    assert [f.key for f in found] == ["rule.T1.case[2]", "rule.T1.case[3]"]
