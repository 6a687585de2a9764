"""What several rules ask is said once under a name, and written out where it is asked."""

from __future__ import annotations

import pytest

from portal.protocol.checks.study import faults_of_text
from portal.protocol.study.file.reading import read_study, scan_study
from portal.protocol.triage.conditions import leaves
from portal.study_files import load_study
from tests.support.small_study import SMALL

WARM = '{ fact = "reading", at_least = "39.0" }'
ASKS = """
[[rule]]
id = "R9"
family = "fever"
title = { zh = "高热", en = "High fever" }
source = "a test"
[[rule.case]]
when = { all = [{ named = "hot" }, { fact = "chills", is = 0 }] }
tier = "urgent"

[[example]]
title = "hot"
phase = "W1"
answers = { emerg = [], temp = { value = "40.0", unit = "C" }, chills = 0 }
tier = "urgent"
rules = ["T10", "R9"]

[[example]]
title = "hot later"
phase = "W3"
answers = { emerg = [], temp = { value = "40.0", unit = "C" }, chills = 0 }
tier = "urgent"
rules = ["T10", "R9"]
"""


def hot(*cases: str) -> str:
    return ASKS + "".join(f"\n[[named.hot.case]]\n{case}\n" for case in cases)


def rule(text: str):
    return next(one for one in read_study(SMALL + text).rules if one.id == "R9")


def said(text: str) -> dict[str, str]:
    return {one.key: one.sentence for one in scan_study(SMALL + text).faults}


def test_a_name_is_written_out_where_a_rule_asks_for_it():
    text = hot(f"when = {WARM}")
    (case,) = rule(text).cases
    assert case.phases == ("W0", "W1", "W2", "W3", "W4")
    reading = {"fact": "reading", "at_least": "39.0"}
    assert case.when == {"all": [reading, {"fact": "chills", "is": 0}]}
    assert faults_of_text(SMALL + text) == ()


def test_what_a_name_means_may_differ_between_phases():
    first = f'phases = ["W0", "W1"]\nwhen = {WARM}'
    then = 'phases = ["W2", "W3", "W4"]\nwhen = { fact = "reading", at_least = 40 }'
    cases = rule(hot(first, then)).cases
    assert [one.phases for one in cases] == [("W0", "W1"), ("W2", "W3", "W4")]
    limits = [one.when["all"][0]["at_least"] for one in cases]  # type: ignore[index]
    assert limits == ["39.0", 40]


def test_of_several_cases_of_a_phase_any_may_hold():
    other = 'phases = ["W4"]\nwhen = { fact = "chills", is = 1 }'
    *_, last = rule(hot(f"when = {WARM}", other)).cases
    assert last.phases == ("W4",)
    assert len(last.when["all"][0]["any"]) == 2  # type: ignore[index]


def test_a_name_may_stand_in_another_and_in_a_plan():
    text = hot('when = { any = [{ named = "warm" }, { fact = "chills", is = 1 }] }')
    text += f"\n[[named.warm.case]]\nwhen = {WARM}\n"
    was = 'brought_forward_when = { fact = "reading", at_least = "38.0" }'
    assert was in SMALL
    whole = SMALL.replace(was, 'brought_forward_when = { named = "warm" }') + text
    study = read_study(whole)
    when = study.missing["W1"].brought_forward_when
    assert when == {"fact": "reading", "at_least": "39.0"}
    asked = {leaf.get("fact") for leaf in leaves(rule(text).cases[0].when)}
    assert asked == {"reading", "chills"}


@pytest.mark.parametrize(
    ("text", "key", "sentence"),
    [
        (ASKS, "rule.R9.case[1].when", "there is no condition [named.hot]"),
        (hot('when = { named = "hot" }'), "rule.R9.case[1].when", "asks for itself"),
        (
            hot(f'phases = ["W1"]\nwhen = {WARM}'),
            "rule.R9.case[1].when",
            "does not say what it is in the phase W",
        ),
        (
            hot(f'phases = ["W9"]\nwhen = {WARM}'),
            "named.hot.case[1].phases",
            'no phase "W9"',
        ),
        (f"[[named.hot.case]]\nwhen = {WARM}\n", "named.hot", "nothing asks for it"),
        (ASKS + "[named.hot]\n", "named.hot.case", "at least one case"),
        (
            hot(f"when = {WARM}").replace('{ named = "hot" }', '{ named = "hot", is = 1 }'),
            "rule.R9.case[1].when",
            "must be the only key",
        ),
        (
            hot('when = { fact = "redaing", at_least = 1 }'),
            "rule.R9.case[1].when",
            "",
        ),
    ],
)  # fmt: skip
def test_a_name_that_says_nothing_is_a_fault(text: str, key: str, sentence: str):
    found = {one.key: one.sentence for one in faults_of_text(SMALL + text)}
    assert sentence in found[key]


def test_the_first_study_says_once_what_a_fever_is():
    text = load_study("dcar-sle")
    asking = {
        one.id
        for one in text.rules
        for case in one.cases
        if {"reading", "antipyr", "steroid_mg"}
        <= {leaf.get("fact") for leaf in leaves(case.when)}
    }
    assert asking >= {"T03", "T23", "T33", "T37", "T41"}
