"""Facts: what rules may compare, read off an entry and the entries before it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.protocol.triage.answers import check_answers
from portal.protocol.triage.facts import (
    LATE_FACTS,
    build_facts,
    known_facts,
    read_history,
)
from portal.protocol.triage.verdict import PastEntry
from portal.study_files import load_study

STUDY = load_study("dcar-sle")


def facts(answers: dict[str, Any], *previous: dict[str, Any]) -> dict[str, object]:
    entries = [PastEntry(day, old) for day, old in enumerate(previous, start=1)]
    past, doubts = read_history(STUDY.items, entries)
    checked = check_answers(STUDY.items, answers)
    assert checked.faults == doubts == ()
    return build_facts(STUDY.items, STUDY.lexicon, checked.answers, past)


def c(value: str) -> dict[str, str]:
    return {"value": value, "unit": "C"}


@pytest.mark.parametrize(
    ("answers", "previous", "name", "value"),
    [
        ({"temp": c("37.95")}, [], "temp", "38.0"),
        ({"temp": c("100.4")}, [], "temp", "38.0"),
        ({"temp": c("100.4")}, [], "temp_state", "converted"),
        ({"temp": c("x")}, [], "temp_state", "unreadable"),
        ({"temp": c("x")}, [], "temp", None),
        ({"temp": "cannot"}, [], "temp_state", "cannot"),
        ({}, [], "temp_state", "absent"),
        ({}, [], "reading", None),
        ({"temp": c("37.0"), "temp_max": c("38.2")}, [], "reading", "38.2"),
        ({"temp": c("38.2"), "temp_max": c("37.0")}, [], "reading", "38.2"),
        ({"temp": c("x"), "temp_max": c("37.0")}, [], "reading", "37.0"),
        ({"steroid": "no"}, [], "steroid", "no"),
        ({"steroid": {"mg": "0"}}, [], "steroid", "no"),
        ({"steroid": {"mg": "2.5 mg"}}, [], "steroid", "yes"),
        ({"steroid": {"mg": ""}}, [], "steroid", "yes"),
        ({}, [], "steroid", None),
        ({"steroid": {"mg": "2.5 mg"}}, [], "steroid_mg", "2.5"),
        ({"steroid": "no"}, [], "steroid_mg", "0.0"),
        ({"steroid": "no"}, [], "steroid_state", "ok"),
        ({"steroid": {"mg": ""}}, [], "steroid_mg", None),
        ({"steroid": {"mg": " "}}, [], "steroid_state", "absent"),
        ({"steroid": {"mg": "-5"}}, [], "steroid_state", "unreadable"),
        ({"steroid": {"mg": "-5"}}, [], "steroid", "yes"),
        ({"steroid": {"mg": "NaN"}}, [], "steroid_mg", None),
        ({"steroid": {"mg": "2001"}}, [], "steroid_state", "unreadable"),
        ({}, [{"steroid": {"mg": "5"}}], "steroid_raised", None),
        ({"steroid": {"mg": "5"}}, [], "steroid_raised", False),
        ({"steroid": {"mg": "6"}}, [{"steroid": {"mg": "5"}}], "steroid_raised", True),
        ({"steroid": {"mg": "5"}}, [{"steroid": {"mg": "5"}}], "steroid_raised", False),
        ({"steroid": {"mg": "5"}}, [{"steroid": "no"}], "steroid_raised", True),
        ({"steroid": {"mg": "?"}}, [{"steroid": "no"}], "steroid_raised", None),
        (
            {"steroid": {"mg": "6"}},
            [{"steroid": {"mg": ""}}, {"steroid": {"mg": "5"}}],
            "steroid_raised",
            True,
        ),
        ({"steroid": {"mg": "40"}}, [{"steroid": {"mg": "5"}}], "highest_rise", 0),
        ({"sbp": "85/50"}, [], "sbp", "85.0"),
        ({"spo2": "97/60"}, [], "spo2_state", "unreadable"),
        ({"spo2": "93.99%"}, [], "spo2", "93.9"),
        ({"sbp": "120"}, [], "sbp", "120.0"),
        ({"sbp": "120"}, [], "sbp_state", "ok"),
        ({"sbp": "0"}, [], "sbp_state", "ok"),
        ({"sbp": "261"}, [], "sbp_state", "unreadable"),
        ({"sbp": "1300"}, [], "sbp_state", "unreadable"),
        ({"sbp": "1300"}, [], "sbp", None),
        ({"sbp": "1 3 0"}, [], "sbp_state", "unreadable"),
        ({"sbp": ""}, [], "sbp_state", "unreadable"),
        ({}, [], "sbp_state", "absent"),
        ({"emerg": ["bleeding", "seizure"]}, [], "emerg", ["seizure", "bleeding"]),
        ({"rash": 1}, [], "rash_new", True),
        ({"rash": 0}, [], "rash_new", False),
        ({"rash": 1}, [{"rash": 1}], "rash_new", False),
        ({"rash": 2}, [{"rash": 1}], "rash_new", True),
        ({"rash": 1}, [{"rash": 0}, {"rash": 2}], "rash_new", True),
        ({"urine": "yes"}, [{"urine": "no"}], "urine_new", True),
        ({"urine": "yes"}, [{"urine": "yes"}], "urine_new", False),
        ({}, [{"rash": 1}], "rash_new", None),
        ({"rash": 3}, [], "rash_rise", 0),
        ({"rash": 3}, [{"rash": 1}], "rash_rise", 2),
        ({"rash": 1}, [{"rash": 3}], "rash_rise", 0),
        ({"rash": 3, "joint": 1}, [{"rash": 2, "joint": 0}], "highest_rise", 1),
        ({}, [], "highest_rise", 0),
        ({"temp": c("35.9")}, [{"temp": c("35.8")}], "temp_last", "35.8"),
        ({}, [{"temp": c("high")}, {"temp": c("96.8")}], "temp_last", "36.0"),
        ({"sbp": "120"}, [{"sbp": "9 0"}, {"sbp": "131"}], "sbp_last", "131.0"),
        ({"meds": "yes"}, [{"meds": "missed"}], "meds_last", "missed"),
        ({}, [{"rash": 2}, {"rash": 1}], "rash_last", 2),
        ({"meds": "missed"}, [], "meds_last", None),
        ({"temp": c("36.5")}, [{"temp": c("36.5")}], "same_days", 2),
        ({"rash": 1}, [{"rash": 1}, {"rash": 1}], "same_days", 3),
        ({"note": "抽搐。没有发烧"}, [], "note_words", ["emergency", "negated"]),
        ({"note": "好"}, [], "note_words", []),
    ],
)
def test_a_fact_is_what_its_definition_says(
    answers: dict[str, Any], previous: list[dict[str, Any]], name: str, value: object
) -> None:
    assert facts(answers, *previous).get(name) == value


@pytest.mark.parametrize(
    "answers",
    [
        {"fatigue": 1}, {"stool": 1}, {"confused": "unsure"}, {"writing": "yes"},
        {"bleed": "little"}, {"infect": ["cough"]}, {"jaundice": "yes"},
        {"sleepy": "rousable"}, {"dizzy": "dizzy"}, {"emerg": ["fainted"]},
    ],
)  # fmt: skip
def test_these_answers_are_symptoms(answers: dict[str, Any]) -> None:
    assert facts(answers)["any_symptom"] is True


@pytest.mark.parametrize(
    "answers",
    [
        {}, {"fatigue": 0}, {"confused": "no"}, {"writing": "not_written"},
        {"infect": []}, {"meds": "missed"}, {"callme": "yes"}, {"near": "no"},
        {"preg": "possible"}, {"antipyr": "for_fever"}, {"steroid": {"mg": "20"}},
        {"reporter": "caregiver"}, {"temp_site": "ear"}, {"temp": c("35.5")},
        {"note": "tired"},
    ],
)  # fmt: skip
def test_these_answers_are_no_symptoms(answers: dict[str, Any]) -> None:
    assert facts(answers)["any_symptom"] is False


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "emerg": st.lists(st.sampled_from(["seizure", "bleeding"]), unique=True),
        "temp": st.one_of(st.just("cannot"), st.builds(c, st.text(max_size=6))),
        "steroid": st.one_of(st.just("no"), st.builds(lambda t: {"mg": t}, st.text())),
        "rash": st.integers(0, 3),
        "urine": st.sampled_from(["no", "yes"]),
        "note": st.text(max_size=80),
        "spo2": st.text(max_size=5),
    },
)


@given(ANSWERS, st.lists(ANSWERS, max_size=3))
def test_every_fact_is_on_the_closed_list_and_can_be_kept_as_json(
    answers: dict[str, Any], previous: list[dict[str, Any]]
) -> None:
    past, _ = read_history(STUDY.items, [PastEntry(1, old) for old in previous])
    checked = check_answers(STUDY.items, answers)
    found = build_facts(STUDY.items, STUDY.lexicon, checked.answers, past)
    assert set(found) <= set(known_facts(STUDY.items)) - set(LATE_FACTS)
    assert json.loads(json.dumps(found)) == found


def test_entries_out_of_order_are_read_newest_first() -> None:
    past, _ = read_history(STUDY.items, [PastEntry(3, {}), PastEntry(0, {})])
    assert [entry.days_ago for entry in past] == [0, 3]
