"""The rule language: what each comparison means, and what the checker says of slips."""

from __future__ import annotations

from typing import Any

import pytest

from portal.protocol.checks.conditions import problems
from portal.protocol.study.rules import Rule, RuleCase
from portal.protocol.study.text import Text
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.conditions import Outcome, holds
from portal.protocol.triage.facts import known_facts
from portal.protocol.triage.rule_order import MOST_KEPT, circles, order_of, stages
from portal.study_files import load_study

STUDY = load_study("dcar-sle")
FACTS = {
    "confused": "yes",
    "chills": 1,
    "rash": 0,
    "reading": "38.0",
    "infect": ["cough"],
    "emerg": [],
    "tremor_new": False,
}
FIRED = {
    "T05": Outcome(Tier.URGENT, 15),
    "T07": Outcome(Tier.SAME_DAY, None),
    "T21": Outcome(Tier.SAME_DAY, None),
}
TRUE = {"fact": "confused", "is": "yes"}
FALSE = {"fact": "confused", "is": "no"}


@pytest.mark.parametrize(
    "when",
    [
        TRUE,
        {"fact": "confused", "is_any": ["yes", "unsure"]},
        {"fact": "chills", "is": 1},
        {"fact": "chills", "at_least": 1},
        {"fact": "chills", "at_least": "1.0"},
        {"fact": "chills", "below": 2},
        {"fact": "chills", "between": [1, 2]},
        {"fact": "reading", "at_least": "38.0"},
        {"fact": "reading", "at_least": "38"},
        {"fact": "reading", "at_least": 38},
        {"fact": "reading", "between": ["37.5", "38.0"]},
        {"fact": "reading", "between": ["38.0", "39.0"]},
        {"fact": "infect", "has": "cough"},
        {"fact": "infect", "has_any": True},
        {"fact": "emerg", "has_any": False},
        {"fact": "tremor_new", "is": False},
        {"fired": "T05"},
        {"fired_any": ["T99", "T05"]},
        {"fired_tier": "same_day", "count": 2},
        {"fired_tier": "urgent", "count": 1},
        {"count": 2, "of": [TRUE, FALSE, TRUE]},
        {"count": 1, "of": [{"count": 2, "of": [TRUE, TRUE]}]},
        {"all": [TRUE, TRUE]},
        {"any": [FALSE, TRUE]},
        {"not": FALSE},
        {"not": {"fact": "nothing", "is": "yes"}},
        {"all": [{"any": [FALSE, {"not": FALSE}]}, TRUE]},
    ],
)
def test_these_conditions_hold(when: dict[str, Any]) -> None:
    assert holds(when, FACTS, FIRED)
    assert not holds({"not": when}, FACTS, FIRED)


@pytest.mark.parametrize(
    "when",
    [
        FALSE,
        {"fact": "confused", "is_any": ["no", "unsure"]},
        {"fact": "chills", "is": True},
        {"fact": "chills", "is": "1"},
        {"fact": "tremor_new", "is": 0},
        {"fact": "rash", "at_least": 1},
        {"fact": "reading", "at_least": "38.1"},
        {"fact": "reading", "below": "38.0"},
        {"fact": "reading", "between": ["37.5", "37.9"]},
        {"fact": "confused", "at_least": 0},
        {"fact": "tremor_new", "at_least": 0},
        {"fact": "infect", "has": "wound"},
        {"fact": "infect", "has_any": False},
        {"fact": "emerg", "has_any": True},
        {"fact": "confused", "has": "y"},
        {"fact": "absent", "is": None},
        {"fact": "absent", "below": 9},
        {"fact": "absent", "has_any": False},
        {"fired": "T10"},
        {"fired_any": ["T10", "T11"]},
        {"fired_tier": "same_day", "count": 3},
        {"fired_tier": "emergency", "count": 1},
        {"count": 2, "of": [TRUE, FALSE, FALSE]},
        {"count": 0, "of": [FALSE]},
        {"all": [TRUE, FALSE]},
        {"any": [FALSE, FALSE]},
        {"any": []},
        {"not": TRUE},
        {},
        {"fact": "chills"},
        {"fact": "chills", "equals": 1},
        {"eval": "1"},
    ],
)
def test_these_conditions_do_not_hold(when: dict[str, Any]) -> None:
    assert not holds(when, FACTS, FIRED)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"fact": "fewer", "is": "yes"}, 'there is no fact "fewer"'),
        (
            {"fact": "confused", "is": "perhaps"},
            '"perhaps" is not an answer of "confused"',
        ),
        ({"fact": "confused", "is_any": ["yes", "x"]}, '"x" is not an answer'),
        ({"fact": "confused", "is_any": "yes"}, '"is_any" takes a list'),
        ({"fact": "confused", "is": ["yes"]}, '"is" takes one value'),
        ({"fact": "confused", "at_least": 1}, '"at_least" does not fit'),
        ({"fact": "chills", "has": "x"}, '"has" does not fit'),
        ({"fact": "chills", "at_least": "high"}, '"high" is not a number'),
        ({"fact": "chills", "at_least": True}, '"True" is not a number'),
        ({"fact": "reading", "is": "38.0"}, "can only equal a whole number"),
        ({"fact": "reading", "between": ["38.0"]}, '"between" takes two'),
        ({"fact": "infect", "has": "flu"}, '"flu" is not an answer of "infect"'),
        ({"fact": "emerg", "has_any": 1}, "compared with true or false"),
        ({"fact": "tremor_new", "is": "yes"}, "compared with true or false"),
        ({"fact": "chills", "is": 1, "below": 2}, "must be compared once"),
        ({"fact": "chills"}, "must be compared once"),
        ({"fact": "chills", "equals": 1}, '"equals" is not a comparison'),
        ({"fired": "T08"}, 'there is no rule "T08"'),
        ({"fired_any": ["T05", "T09"]}, 'there is no rule "T09"'),
        ({"fired_tier": "grave", "count": 1}, '"grave" is not a tier'),
        ({"fired_tier": "urgent", "count": 0}, '"count" must be'),
        ({"fired_tier": "urgent", "count": True}, '"count" must be'),
        ({"fired_tier": "urgent"}, "cannot be made of fired_tier"),
        ({"of": [TRUE]}, '"count" must be'),
        ({"count": 0, "of": [TRUE]}, '"count" must be'),
        ({"count": 3, "of": [TRUE, TRUE]}, "so 3 of them never hold"),
        ({"count": 1, "of": []}, '"of" takes a list'),
        ({"count": 1, "of": [{"fact": "fewer", "is": 1}]}, "no fact"),
        ({"count": 1, "of": [TRUE], "any": [TRUE]}, "must be the only key"),
        ({"eval": "1"}, "cannot be made of eval"),
        ({}, "must be a table"),
        ("confused", "must be a table"),
        ({"all": []}, '"all" takes a list'),
        ({"any": {"fact": "chills", "is": 1}}, '"any" takes a list'),
        ({"not": [{"fact": "chills", "is": 1}]}, '"not" takes one'),
        ({"all": [TRUE], "any": [TRUE]}, "must be the only key"),
        ({"all": [TRUE, {"any": [{"fact": "fewer", "is": 1}]}]}, "no fact"),
    ],
)
def test_the_checker_names_each_slip(when: Any, said: str) -> None:
    told = problems(when, items=STUDY.items, rules=[rule.id for rule in STUDY.rules])
    assert any(said in sentence for sentence in told), told


def test_the_checker_has_nothing_to_say_of_the_rules_that_ship() -> None:
    ids = [rule.id for rule in STUDY.rules]
    signs = [sign.id for sign in STUDY.signs]
    for rule in STUDY.rules:
        for case in rule.cases:
            said = problems(case.when, items=STUDY.items, rules=ids, signs=signs)
            assert said == []


def test_every_fact_that_is_no_plain_answer_says_what_it_means() -> None:
    plain = set(STUDY.items)
    for name, fact in known_facts(STUDY.items).items():
        assert fact.meaning or name in plain, name


def rule(name: str, *whens: dict[str, Any]) -> Rule:
    cases = tuple(RuleCase(("W1",), when, Tier.URGENT, None, ()) for when in whens)
    return Rule(name, "family", Text({"zh": "规则", "en": "rule"}), "source", cases)


def test_a_rule_is_judged_after_those_it_asks_about_wherever_it_stands() -> None:
    rules = [
        rule("D", {"fact": "higher_tier", "is": "urgent"}),
        rule("C", {"fired_tier": "urgent", "count": 1}),
        rule("B", {"not": {"fired": "A"}}),
        rule("A", TRUE),
    ]
    order = stages(rules)
    assert [one.id for one in order.early] == ["A", "B", "C"]
    assert [one.id for one in order.late] == ["D"]
    assert circles(rules) == ()


def test_the_order_of_a_studys_rules_is_worked_out_once_and_that_of_others_anew() -> (
    None
):
    rules = rule("A", TRUE), rule("B", TRUE)
    same = rule("A", TRUE), rule("B", TRUE)
    order = order_of(rules)
    assert order_of(rules) is order
    assert order_of(same) == order
    for more in range(MOST_KEPT + 1):
        others = (rule(f"C{more}", TRUE), *rules)
        assert order_of(others) == stages(others)
    assert order_of(rules) == stages(rules)


@pytest.mark.parametrize(
    ("rules", "stuck"),
    [
        ([rule("A", {"fired": "A"}), rule("B", TRUE)], ("A",)),
        ([rule("A", {"fired": "B"}), rule("B", {"fired_any": ["A"]})], ("A", "B")),
        (
            [rule("A", {"fired": "B"}), rule("B", {"fired_tier": "urgent", "count": 1})],
            ("A", "B"),
        ),
        (
            [rule("A", {"fired": "C"}), rule("B", {"fired": "B"}), rule("C", {"fired": "B"})],
            ("A", "B", "C"),
        ),
    ],
)  # fmt: skip
def test_rules_in_a_circle_are_named(rules: list[Rule], stuck: tuple[str, ...]) -> None:
    assert circles(rules) == stuck
