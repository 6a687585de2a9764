"""Every triage rule at both sides of each boundary, in each phase; and the verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portal.errors import EntryRefused
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.judge import judge
from portal.protocol.triage.verdict import PastEntry, Verdict
from portal.study_files import load_study

STUDY = load_study("dcar-sle")
E, U, S, R = Tier.EMERGENCY, Tier.URGENT, Tier.SAME_DAY, Tier.ROUTINE
EARLY = ("W0", "W1", "W2")
LATER = ("W3", "W4")
ALL = EARLY + LATER


def c(value: str) -> dict[str, str]:
    return {"value": value, "unit": "C"}


def f(value: str) -> dict[str, str]:
    return {"value": value, "unit": "F"}


def ago(days: int, **answers: Any) -> PastEntry:
    return PastEntry(days, answers)


def verdict(phase: str, *past: PastEntry, **answers: Any) -> Verdict:
    return judge(STUDY, phase, {"emerg": [], **answers}, past)


def rules(judged: Verdict) -> dict[str, Tier]:
    return {finding.rule: finding.tier for finding in judged.findings}


CASES: list[tuple[str, dict[str, Any], dict[str, dict[str, Tier]]]] = [
    # answers, and what fires in which phases (every phase not named: nothing)
    ("T02", {"breath": 3}, {ph: {"T02": E} for ph in ALL}),
    ("T20", {"breath": 2}, {ph: {"T20": U} for ph in ALL}),
    ("T20", {"breath": 1}, {}),
    ("T02", {"sleepy": "hard_to_wake"}, {ph: {"T02": E} for ph in ALL}),
    ("T05", {"sleepy": "rousable"}, {ph: {"T05": U} for ph in ALL}),
    ("T02", {"dizzy": "fainted", "chills": 2},
     {ph: {"T02": E, "T15": U, "T20": U} for ph in ALL}),
    ("T02", {"dizzy": "fainted"}, {ph: {"T02": E, "T20": U} for ph in ALL}),
    ("T02", {"dizzy": "fainted", "bleed": "more"}, {ph: {"T02": E, "T20": U} for ph in ALL}),
    ("T20", {"dizzy": "dizzy", "temp": c("37.4")}, {ph: {"T20": U} for ph in ALL}),
    ("T03", {"temp": c("38.0"), "dizzy": "dizzy"},
     {ph: {"T03": E, "T10": U, "T20": U} for ph in EARLY}
     | {ph: {"T03": E, "T20": U, "T22": U} for ph in LATER}),
    ("T03", {"temp": c("38.0"), "speech": "yes"},
     {ph: {"T03": E, "T05": U, "T10": U} for ph in EARLY}
     | {ph: {"T03": E, "T05": U, "T22": U} for ph in LATER}),
    ("T03", {"antipyr": "for_fever", "tremor": 2},
     {ph: {"T03": E, "T05": U, "T13": U} for ph in ALL}),
    ("T03", {"antipyr": "for_fever", "confused": "unsure"},
     {ph: {"T06": U, "T13": U} for ph in EARLY}
     | {ph: {"T06": S, "T13": U} for ph in LATER}),
    ("T03", {"antipyr": "for_fever", "breath": 2},
     {ph: {"T03": E, "T13": U, "T20": U} for ph in ALL}),
    ("T03", {"antipyr": "for_fever", "dizzy": "dizzy"},
     {ph: {"T03": E, "T13": U, "T20": U} for ph in ALL}),
    ("T03", {"steroid": {"mg": "14.9"}, "dizzy": "dizzy"}, {ph: {"T20": U} for ph in ALL}),
    ("T03", {"steroid": {"mg": "15"}, "dizzy": "dizzy"},
     {ph: {"T03": E, "T20": U} for ph in EARLY} | {ph: {"T20": U} for ph in LATER}),
    ("T03", {"steroid": {"mg": "20"}, "breath": 2}, {ph: {"T03": E, "T20": U} for ph in ALL}),
    ("T03", {"steroid": {"mg": ""}, "speech": "yes"},
     {ph: {"T03": E, "T05": U} for ph in ALL}),
    ("T03", {"steroid": {"mg": "?"}, "speech": "yes"},
     {ph: {"T03": E, "T05": U, "T36": U} for ph in EARLY}
     | {ph: {"T03": E, "T05": U, "T36": S} for ph in LATER}),
    ("T03", {"note": "发烧了", "dizzy": "dizzy"},
     {ph: {"T03": E, "T20": U, "T25": U} for ph in ALL}),
    ("T37", {"antipyr": "for_fever", "note": "一站起来就头晕"},
     {ph: {"T13": U, "T25": U, "T37": E} for ph in ALL}),
    ("T04", {"temp": c("39.94")},
     {ph: {"T10": U} for ph in EARLY} | {ph: {"T22": U} for ph in LATER}),
    ("T04", {"temp": c("39.95")},
     {ph: {"T04": E, "T10": U} for ph in EARLY}
     | {ph: {"T04": E, "T22": U} for ph in LATER}),
    ("T04", {"temp_max": c("42.0")},
     {ph: {"T04": E, "T10": U} for ph in EARLY}
     | {ph: {"T04": E, "T22": U} for ph in LATER}),
    *[("T05", {name: "yes"}, {ph: {"T05": U} for ph in ALL})
      for name in ("confused", "speech", "writing", "cranial")],
    ("T05", {"writing": "not_written"}, {}),
    ("T05", {"headache": 3}, {ph: {"T05": U} for ph in ALL}),
    ("T05", {"tremor": 2}, {ph: {"T05": U} for ph in ALL}),
    ("T06", {"confused": "unsure"},
     {ph: {"T06": U} for ph in EARLY} | {ph: {"T06": S} for ph in LATER}),
    ("T06", {"speech": "unsure"},
     {ph: {"T06": U} for ph in EARLY} | {ph: {"T06": S} for ph in LATER}),
    ("T07", {"tremor": 1}, {ph: {"T07": S} for ph in ALL}),
    ("T07", {"headache": 1}, {ph: {"T07": S} for ph in ALL}),
    ("T07", {"headache": 2}, {ph: {"T07": U if ph == "W1" else S} for ph in ALL}),
    ("T10", {"temp": c("37.95")},
     {ph: {"T10": U} for ph in EARLY} | {ph: {"T22": U} for ph in LATER}),
    ("T10", {"temp": c("36.5"), "temp_max": c("38.0")},
     {ph: {"T10": U} for ph in EARLY} | {ph: {"T22": U} for ph in LATER}),
    ("T11", {"temp": c("37.94")}, {ph: {"T11": S} for ph in EARLY}),
    ("T11", {"temp": c("37.45")}, {ph: {"T11": S} for ph in EARLY}),
    ("T11", {"temp": c("37.44")}, {}),
    ("T11", {"temp_max": c("37.5")}, {ph: {"T11": S} for ph in EARLY}),
    ("T12", {"temp": c("37.5"), "antipyr": "for_other"},
     {ph: {"T11": S, "T12": U} for ph in EARLY} | {ph: {"T12": S} for ph in LATER}),
    ("T12", {"temp": c("37.9"), "antipyr": "for_fever"},
     {ph: {"T11": S, "T12": U, "T13": U} for ph in EARLY}
     | {ph: {"T12": S, "T13": S} for ph in LATER}),
    ("T12", {"temp": c("37.9"), "steroid": {"mg": "14"}}, {ph: {"T11": S} for ph in EARLY}),
    ("T12", {"temp": c("37.9"), "steroid": {"mg": "15"}},
     {ph: {"T11": S, "T12": U} for ph in EARLY}),
    ("T12", {"temp": c("37.9"), "steroid": {"mg": "20"}},
     {ph: {"T11": S, "T12": U} for ph in EARLY} | {ph: {"T12": S} for ph in LATER}),
    ("T12", {"temp": c("37.9"), "steroid": {"mg": ""}},
     {ph: {"T11": S, "T12": U} for ph in EARLY} | {ph: {"T12": S} for ph in LATER}),
    ("T12", {"temp": c("37.9"), "steroid": {"mg": "0.0"}},
     {ph: {"T11": S} for ph in EARLY}),
    ("T12", {"temp": c("37.9"), "chills": 1},
     {ph: {"T11": S, "T12": U, "T21": S} for ph in EARLY}
     | {ph: {"T12": S} for ph in LATER}),
    ("T13", {"antipyr": "for_fever"},
     {ph: {"T13": U} for ph in EARLY} | {ph: {"T13": S} for ph in LATER}),
    ("T13", {"antipyr": "for_fever", "fatigue": 1}, {ph: {"T13": U} for ph in ALL}),
    ("T13", {"antipyr": "for_fever", "meds": "missed"},
     {ph: {"T13": U} for ph in EARLY} | {ph: {"T13": S} for ph in LATER}),
    ("T13", {"steroid": {"mg": "20"}, "infect": ["cough"]},
     {ph: {"T13": U, "T21": S} for ph in ALL}),
    ("T13", {"steroid": {"mg": "20"}, "chills": 1},
     {ph: {"T13": U, "T21": S} for ph in EARLY} | {ph: {"T13": U} for ph in LATER}),
    ("T13", {"steroid": {"mg": "20"}, "fatigue": 1}, {}),
    ("T14", {"antipyr": "for_other"}, {ph: {"T14": S if ph == "W1" else R} for ph in ALL}),
    ("T14", {"antipyr": "for_other", "temp": c("37.4")},
     {ph: {"T14": S if ph == "W1" else R} for ph in ALL}),
    ("T15", {"chills": 2}, {ph: {"T15": U} for ph in ALL}),
    ("T16", {"temp": c("35.0")}, {ph: {"T16": U} for ph in ALL}),
    ("T16", {"temp": c("35.04")}, {ph: {"T16": U} for ph in ALL}),
    ("T16", {"temp": c("31.95")}, {ph: {"T16": U} for ph in ALL}),
    ("T17", {"temp": c("35.05")}, {ph: {"T17": R} for ph in ALL}),
    ("T17", {"temp": c("35.9")}, {ph: {"T17": R} for ph in ALL}),
    ("T17", {"temp": c("35.95")}, {}),
    ("T17", {"temp": c("35.5"), "mouth": 1}, {ph: {"T17": S} for ph in ALL}),
    ("T17", {"temp": c("35.5"), "writing": "not_written"}, {ph: {"T17": R} for ph in ALL}),
    ("T17", {"temp": c("35.5"), "steroid": {"mg": "5"}, "meds": "missed", "preg": "na"},
     {ph: {"T17": R} for ph in ALL}),
    ("T17", {"temp": c("35.5"), "callme": "yes"}, {ph: {"T17": R, "T39": S} for ph in ALL}),
    ("T17", {"temp_max": c("35.5")}, {}),
    ("T18", {"temp": c("31.94")},
     {ph: {"T18": U} for ph in EARLY} | {ph: {"T18": S} for ph in LATER}),
    ("T18", {"temp": c("42.05")},
     {ph: {"T18": U} for ph in EARLY} | {ph: {"T18": S} for ph in LATER}),
    ("T18", {"temp_max": c("hot")},
     {ph: {"T18": U} for ph in EARLY} | {ph: {"T18": S} for ph in LATER}),
    ("T18", {"temp": c("113")},
     {ph: {"T18": U} for ph in EARLY} | {ph: {"T18": S} for ph in LATER}),
    ("T18", {"temp": c("97.7")}, {ph: {"T18": R} for ph in ALL}),
    ("T18", {"temp_max": f("36.5")}, {ph: {"T18": R} for ph in ALL}),
    ("T18", {"temp": c("100.3")},
     {ph: {"T11": S, "T18": R} for ph in EARLY} | {ph: {"T18": R} for ph in LATER}),
    ("T19", {"temp": "cannot"}, {"W1": {"T19": S}}),
    ("T20", {"bleed": "more"}, {ph: {"T20": U} for ph in ALL}),
    ("T20", {"vomit": 3}, {ph: {"T20": U} for ph in ALL}),
    ("T20", {"stool": 3}, {ph: {"T20": U} for ph in ALL}),
    ("T20", {"jaundice": "yes"}, {ph: {"T20": U} for ph in ALL}),
    ("T20", {"jaundice": "no", "belly": "yes"}, {ph: {"T20": U} for ph in ALL}),
    ("T21", {"chills": 1}, {ph: {"T21": S} for ph in EARLY}),
    *[("T21", answers, {ph: {"T21": S} for ph in ALL}) for answers in (
        {"fatigue": 3}, {"infect": ["cough"]}, {"bleed": "little"}, {"urine": "yes"},
        {"rash": 2}, {"rash": 3}, {"mouth": 2}, {"mouth": 3}, {"joint": 2}, {"joint": 3},
        {"stool": 2}, {"vomit": 2},
    )],
    ("T39", {"callme": "yes"}, {ph: {"T39": S} for ph in ALL}),
    *[("T21", answers, {}) for answers in (
        {"fatigue": 2}, {"infect": []}, {"bleed": "no"}, {"rash": 1}, {"mouth": 1},
        {"joint": 1}, {"stool": 1}, {"vomit": 1}, {"callme": "no"}, {"meds": "missed"},
    )],
    ("T23", {"temp": c("38.0"), "rash": 1},
     {ph: {"T10": U, "T23": U} for ph in EARLY}
     | {ph: {"T22": U, "T23": U} for ph in LATER}),
    ("T23", {"temp": c("38.0"), "urine": "yes"},
     {ph: {"T10": U, "T21": S, "T23": U} for ph in EARLY}
     | {ph: {"T21": S, "T22": U, "T23": U} for ph in LATER}),
    ("T23", {"temp": c("37.4"), "joint": 1}, {}),
    ("T23", {"antipyr": "for_fever", "joint": 1}, {ph: {"T13": U, "T23": U} for ph in ALL}),
    ("T23", {"steroid": {"mg": "20"}, "rash": 1}, {ph: {"T23": U} for ph in ALL}),
    ("T40", {"rash": 3, "breath": 1}, {ph: {"T21": S} for ph in ALL}),
    ("T40", {"rash": 3, "breath": 2}, {ph: {"T20": U, "T21": S, "T40": E} for ph in ALL}),
    ("T41", {"temp": c("38.0"), "headache": 2, "vomit": 1},
     {ph: {"T07": U if ph == "W1" else S, "T10": U} for ph in EARLY}
     | {ph: {"T07": S, "T22": U} for ph in LATER}),
    ("T41", {"temp": c("38.0"), "headache": 2, "vomit": 2},
     {ph: {"T07": U if ph == "W1" else S, "T10": U, "T21": S, "T41": U} for ph in EARLY}
     | {ph: {"T07": S, "T21": S, "T22": U, "T41": U} for ph in LATER}),
    ("T29", {"near": "no"}, {"W1": {"T29": S}}),
    ("T29", {"near": "yes"}, {}),
    ("T30", {"preg": "possible"}, {ph: {"T30": S} for ph in ALL}),
    ("T30", {"preg": "na"}, {}),
    ("T33", {"spo2": "89.99"}, {ph: {"T33": E} for ph in ALL}),
    ("T33", {"spo2": "0"}, {ph: {"T33": E} for ph in ALL}),
    ("T33", {"spo2": "90"}, {ph: {"T33": U} for ph in ALL}),
    ("T33", {"spo2": "93.99%"}, {ph: {"T33": U} for ph in ALL}),
    ("T33", {"spo2": "94"}, {}),
    ("T33", {"sbp": "89.9"}, {ph: {"T33": U} for ph in ALL}),
    ("T33", {"sbp": "80"}, {ph: {"T33": U} for ph in ALL}),
    ("T33", {"sbp": "79.9"}, {ph: {"T33": E} for ph in ALL}),
    ("T33", {"sbp": "49"}, {ph: {"T33": E} for ph in ALL}),
    ("T33", {"sbp": "90"}, {}),
    ("T33", {"sbp": "89", "temp": c("37.4")}, {ph: {"T33": U} for ph in ALL}),
    ("T33", {"sbp": "85/50"}, {ph: {"T33": U} for ph in ALL}),
    ("T33", {"sbp": "79／50 mmHg"}, {ph: {"T33": E} for ph in ALL}),
    ("T33", {"sbp": "118/76"}, {}),
    ("T33", {"sbp": "89", "dizzy": "dizzy"}, {ph: {"T20": U, "T33": E} for ph in ALL}),
    ("T33", {"sbp": "90", "dizzy": "dizzy"}, {ph: {"T20": U} for ph in ALL}),
    ("T33", {"spo2": "93", "antipyr": "for_fever"},
     {ph: {"T13": U, "T33": E} for ph in EARLY} | {ph: {"T13": S, "T33": E} for ph in LATER}),
    ("T33", {"spo2": "93", "temp": c("38.0")},
     {ph: {"T10": U, "T33": E} for ph in EARLY}
     | {ph: {"T22": U, "T33": E} for ph in LATER}),
    ("T33", {"sbp": "89", "temp_max": c("38.0")},
     {ph: {"T10": U, "T33": E} for ph in EARLY}
     | {ph: {"T22": U, "T33": E} for ph in LATER}),
    *(("T36", {name: typed},
       {ph: {"T36": U} for ph in EARLY} | {ph: {"T36": S} for ph in LATER})
      for name, typed in (
          ("spo2", "101"), ("spo2", "八十八"), ("spo2", "NaN"), ("spo2", "cannot"),
          ("sbp", "261"), ("sbp", ""), ("sbp", "50/85"), ("sbp", "85/"),
          ("steroid", {"mg": "-5"}), ("steroid", {"mg": "NaN"}), ("steroid", {"mg": "2001"}))),
    ("T36", {"steroid": {"mg": "5 mg"}}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("about", "answers", "expected"), CASES)
@pytest.mark.parametrize("phase", ALL)
def test_a_rule_fires_at_its_boundary_and_not_beside_it(
    phase: str,
    about: str,
    answers: dict[str, Any],
    expected: dict[str, dict[str, Tier]],
) -> None:
    judged = verdict(phase, **answers)
    fired = expected.get(phase, {})
    assert rules(judged) == fired, about
    highest = max((tier.rank for tier in fired.values()), default=0)
    assert judged.tier.rank == highest


@pytest.mark.parametrize(
    ("phase", "answers", "minutes", "advice"),
    [
        ("W1", {"emerg": ["fainted"]}, 5, ["M-E"]),
        ("W0", {"emerg": ["fainted"]}, 5, ["M-W"]),
        ("W0", {"tremor": 2}, 15, ["M-W"]),
        ("W0", {"temp": c("100.4")}, 15, ["M-W", "M-F"]),
        ("W0", {"tremor": 1}, None, ["M-S"]),
        ("W0", {}, None, ["M-R"]),
        ("W1", {"tremor": 2}, 15, ["M-U"]),
        ("W1", {"temp": c("37.5")}, None, ["M-S", "M-RE"]),
        ("W1", {"temp": c("35.5")}, None, ["M-R", "M-RE"]),
        ("W1", {"temp": c("95.9")}, None, ["M-R", "M-RE", "M-F"]),
        ("W3", {"temp": c("38.0")}, 60, ["M-U2"]),
        ("W4", {"temp": c("38.4")}, 60, ["M-U2"]),
        ("W3", {"temp": c("38.44")}, 60, ["M-U2"]),
        ("W3", {"temp": c("38.45")}, 15, ["M-U"]),
        ("W3", {"temp": c("38.0"), "chills": 1}, 15, ["M-U"]),
        ("W3", {"temp": c("38.0"), "tremor": 2}, 5, ["M-E"]),
        ("W3", {"temp": c("38.0"), "jaundice": "yes"}, 15, ["M-U"]),
        ("W3", {"temp": c("38.0"), "infect": ["cough"]}, 60, ["M-U2"]),
        ("W3", {"temp": c("100.4")}, 60, ["M-U2", "M-F"]),
        ("W3", {"temp": c("34.0"), "temp_max": c("38.0")}, 15, ["M-U", "M-RE"]),
        ("W1", {"temp": c("384"), "temp_max": c("37.6")}, 15, ["M-U", "M-RE"]),
    ],
)
def test_the_clock_is_the_shortest_of_the_tier_and_the_message_follows_it(
    phase: str, answers: dict[str, Any], minutes: int | None, advice: list[str]
) -> None:
    judged = verdict(phase, **answers)
    assert judged.ack_minutes == minutes
    assert list(judged.advice) == advice


@pytest.mark.parametrize(
    ("past", "answers", "expected"),
    [
        # a sign that stays is not calmer than a new one
        ([ago(1, tremor=1)], {"tremor": 1}, {"T07": S}),
        ([ago(1, tremor=2)], {"tremor": 1}, {"T07": S}),
        ([ago(1, tremor=0)], {"tremor": 1}, {"T07": S}),
        ([ago(1, headache=1)], {"headache": 2}, {"T07": U}),
        ([ago(1, headache=2)], {"headache": 2}, {"T07": U}),
        ([ago(1, headache=3)], {"headache": 2}, {"T07": U}),
        ([ago(1, headache=2)], {"headache": 1}, {"T07": S}),
        # a steroid above yesterday's
        ([ago(1, steroid={"mg": "5"})], {"steroid": {"mg": "10"}, "dizzy": "dizzy"},
         {"T03": E, "T20": U}),
        ([ago(1, steroid={"mg": "10"})], {"steroid": {"mg": "10"}, "dizzy": "dizzy"}, {"T20": U}),
        ([ago(1, steroid="no")], {"steroid": {"mg": "5"}, "dizzy": "dizzy"}, {"T03": E, "T20": U}),
        ([ago(1, steroid={"mg": "?"}), ago(2, steroid={"mg": "10"})],
         {"steroid": {"mg": "10"}, "dizzy": "dizzy"}, {"T20": U}),
        ([ago(1, temp=c("36.6"))], {"steroid": {"mg": "10"}, "dizzy": "dizzy"}, {"T20": U}),
        # a rise of two levels since last
        ([ago(1, fatigue=0)], {"fatigue": 2}, {"T21": S}),
        ([ago(1, fatigue=1)], {"fatigue": 2}, {}),
        ([ago(3, stool=0)], {"stool": 2}, {"T21": S}),
        ([ago(1, mouth=0), ago(2, mouth=1)], {"mouth": 1}, {}),
        ([ago(1, chills=0)], {"chills": 2}, {"T15": U, "T21": S}),
        # medicine missed twice running
        ([ago(1, meds="missed")], {"meds": "missed"}, {"T39": S}),
        ([ago(1, meds="yes"), ago(2, meds="missed")], {"meds": "missed"}, {}),
        ([ago(1, tremor=0), ago(2, meds="missed")], {"meds": "missed"}, {"T39": S}),
        ([ago(1, meds="missed")], {"meds": "yes"}, {}),
        # low again
        ([ago(1, temp=c("35.9"))], {"temp": c("35.9")}, {"T17": S}),
        ([ago(1, temp=c("34.0"))], {"temp": c("35.9")}, {"T17": S}),
        ([ago(1, temp=c("36.0"))], {"temp": c("35.9")}, {"T17": R}),
        ([ago(1, temp=c("36.0")), ago(2, temp=c("35.5"))], {"temp": c("35.9")}, {"T17": R}),
        ([ago(1, temp="cannot"), ago(2, temp=c("35.5"))], {"temp": c("35.9")}, {"T17": S}),
        ([ago(1, temp=c("96.0"))], {"temp": c("35.9")}, {"T17": S}),
        # fever with a rash, new or not
        ([ago(1, rash=1)], {"temp": c("38.0"), "rash": 1}, {"T10": U, "T23": U}),
        ([ago(1, rash=0)], {"temp": c("38.0"), "rash": 1}, {"T10": U, "T23": U}),
        ([ago(1, urine="yes")], {"temp": c("38.0"), "urine": "yes"},
         {"T10": U, "T21": S, "T23": U}),
        ([ago(1, urine="no")], {"temp": c("38.0"), "urine": "yes"},
         {"T10": U, "T21": S, "T23": U}),
    ],
)  # fmt: skip
def test_what_is_new_risen_or_repeated_is_told_from_the_entries_before(
    past: list[PastEntry], answers: dict[str, Any], expected: dict[str, Tier]
) -> None:
    assert rules(verdict("W1", *past, **answers)) == expected


SAME = {"emerg": [], "temp": c("36.5"), "fatigue": 1}


@pytest.mark.parametrize(
    ("days", "fires"),
    [
        ([1, 2, 3, 4], True),
        ([1, 2, 3, 4, 5, 6], True),
        ([2, 4, 6, 8], True),
        ([1, 2, 3], False),
        ([0, 0, 0, 0], False),
        ([0, 1, 2, 3], False),
        ([1, 1, 2, 2], False),
        ([1, 1, 2, 3, 4], True),
    ],
)
def test_the_same_entry_on_five_days_is_marked_and_changes_no_tier(
    days: list[int], fires: bool
) -> None:
    judged = verdict("W1", *[PastEntry(day, SAME) for day in days], **SAME)
    assert rules(judged) == ({"T28": R} if fires else {})
    assert judged.advice == ("M-R",)


@pytest.mark.parametrize(
    "different",
    [{"fatigue": 0}, {"temp": c("36.6")}, {"note": "x"}, {"temp_max": c("36.5")}],
)
def test_one_different_answer_breaks_the_run_of_same_entries(
    different: dict[str, Any],
) -> None:
    past = [PastEntry(day, SAME) for day in (1, 2, 4, 5)]
    past.insert(2, PastEntry(3, {**SAME, **different}))
    assert rules(verdict("W1", *past[:4], **SAME)) == {}


def test_temperatures_are_the_same_after_rounding_and_in_either_unit() -> None:
    past = [ago(day, emerg=[], temp=f("97.7"), fatigue=1) for day in (1, 2, 3, 4)]
    assert "T28" in rules(verdict("W1", *past, **{**SAME, "temp": c("36.54")}))


def test_without_a_temperature_nothing_is_said_about_the_thermometer() -> None:
    past = [ago(day, emerg=[], fatigue=1) for day in (1, 2, 3, 4)]
    assert rules(verdict("W1", *past, fatigue=1)) == {}


@pytest.mark.parametrize(
    ("answers", "tier", "count"),
    [
        ({"tremor": 1, "infect": ["cough"]}, S, 2),
        ({"tremor": 1, "infect": ["cough"], "near": "no"}, S, 3),
        ({"tremor": 1, "infect": ["cough"], "temp": "cannot", "callme": "yes"}, S, 4),
        ({"near": "no", "preg": "possible", "infect": ["cough"]}, S, 3),
        ({"tremor": 1, "infect": ["cough"], "note": "请给我回电"}, S, 3),
        ({"tremor": 1, "infect": ["cough"], "antipyr": "for_other"}, U, 3),
        ({"tremor": 1, "infect": ["cough"], "temp": c("37.5")}, U, 3),
        ({"tremor": 1, "infect": ["cough"], "fatigue": 3, "bleed": "little"}, S, 2),
        ({"tremor": 1, "preg": "possible", "note": "a slight headache"}, S, 3),
        ({"tremor": 1, "infect": ["cough"], "note": "a slight headache"}, U, 3),
    ],
)
def test_three_mild_signs_together_are_urgent_in_the_first_weeks_only_and_chores_none(
    answers: dict[str, Any], tier: Tier, count: int
) -> None:
    judged = verdict("W1", **answers)
    assert judged.tier is tier
    assert ("T24" in rules(judged)) == (tier is U)
    assert list(rules(judged).values()).count(S) == count
    assert "T24" not in rules(verdict("W2", **answers))


OTHER = {"reporter": "caregiver", "emerg": []}


@pytest.mark.parametrize(
    ("days_ago", "other", "own", "tier", "minutes", "flagged"),
    [
        (0, {**OTHER, "confused": "yes"}, {"reporter": "self", "confused": "no"}, U, 15, True),
        (0, {**OTHER, "confused": "yes"}, {"reporter": "self"}, U, 15, True),
        (0, {**OTHER, "emerg": ["seizure"]}, {"reporter": "self"}, E, 5, True),
        (0, {**OTHER, "tremor": 1}, {"reporter": "self", "confused": "yes"}, U, 15, True),
        (0, {**OTHER, "temp": c("38.1")}, {"reporter": "self", "tremor": 1}, U, 60, True),
        (0, {**OTHER, "infect": ["cough"]}, {"reporter": "self"}, S, None, True),
        (0, {**OTHER, "fatigue": 1}, {"reporter": "self", "fatigue": 2}, R, None, True),
        (0, {**OTHER, "fatigue": 1}, {"reporter": "self", "fatigue": 1}, R, None, False),
        (0, {**OTHER, "temp": c("36.5")}, {"reporter": "self", "temp": c("36.7")}, R, None, False),
        (0, OTHER, {"reporter": "self"}, R, None, False),
        (1, {**OTHER, "confused": "yes"}, {"reporter": "self", "confused": "no"}, R, None, False),
        (0, {**OTHER, "confused": "yes"}, {"reporter": "caregiver", "confused": "no"}, R, None, False),
        (0, {**OTHER, "confused": "yes"}, {"confused": "no"}, R, None, False),
    ],
)  # fmt: skip
def test_of_two_reporters_of_one_day_the_graver_entry_holds(
    days_ago: int,
    other: dict[str, Any],
    own: dict[str, Any],
    tier: Tier,
    minutes: int | None,
    flagged: bool,
) -> None:
    judged = verdict("W3", PastEntry(days_ago, other), **own)
    assert (judged.tier, judged.ack_minutes) == (tier, minutes)
    assert rules(judged).get("T32") == (tier if flagged else None)
    main = {E: "M-E", U: "M-U", S: "M-S", R: "M-R"}[tier]
    assert judged.advice == ("M-U2" if minutes == 60 else main,)


def test_an_entry_before_the_last_one_of_the_day_still_holds() -> None:
    past = [ago(0, reporter="self", emerg=[]), ago(0, **OTHER, confused="yes")]
    assert verdict("W1", *past, reporter="self").tier is U


def test_findings_come_in_the_order_of_the_rules_with_their_clocks_and_facts() -> None:
    judged = verdict("W3", temp=c("38.0"), near="no", writing="yes", infect=["wound"])
    assert [(one.rule, one.ack_minutes) for one in judged.findings] == [
        ("T03", 5),
        ("T05", 15),
        ("T21", None),
        ("T22", 60),
    ]
    seen = {one.rule: one.facts for one in judged.findings}
    assert seen["T22"] == {"reading": "38.0"}
    assert seen["T21"]["infect"] == ["wound"]


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"zzz": 1}, "zzz"),
        ({"confused": "maybe"}, "confused"),
        ({"confused": True}, "confused"),
        ({"confused": None}, "confused"),
        ({"chills": True}, "chills"),
        ({"chills": "1"}, "chills"),
        ({"chills": 1.0}, "chills"),
        ({"chills": 3}, "chills"),
        ({"chills": -1}, "chills"),
        ({"emerg": "seizure"}, "emerg"),
        ({"emerg": None}, "emerg"),
        ({"emerg": ["headache"]}, "emerg"),
        ({"emerg": [["seizure"]]}, "emerg"),
        ({"emerg": [1]}, "emerg"),
        ({"infect": ["cough", "cough"]}, "infect"),
        ({"infect": {"cough": 1}}, "infect"),
        ({"temp": "38.5"}, "temp"),
        ({"temp": 38.5}, "temp"),
        ({"temp": {"value": 38.5, "unit": "C"}}, "temp"),
        ({"temp": {"value": "38.5"}}, "temp"),
        ({"temp": {"value": "38.5", "unit": "K"}}, "temp"),
        ({"temp": {"value": "38.5", "unit": ["C"]}}, "temp"),
        ({"temp": {"value": "38.5", "unit": "C", "site": "ear"}}, "temp"),
        ({"temp_max": "cannot"}, "temp_max"),
        ({"steroid": "yes"}, "steroid"),
        ({"steroid": {"mg": 20}}, "steroid"),
        ({"steroid": {"g": "1"}}, "steroid"),
        ({"spo2": 95}, "spo2"),
        ({"note": 5}, "note"),
        ({"note": "好" * 501}, "note"),
        ({"note": "\x00"}, "note"),
        ({"note": "\ud800"}, "note"),
        ({"spo2": "95\x00"}, "spo2"),
    ],
)
def test_an_invalid_field_is_refused_by_name_and_never_hides_a_red_flag(
    answers: dict[str, Any], field: str
) -> None:
    with pytest.raises(EntryRefused) as refused:
        verdict("W3", **answers)
    assert refused.value.field == field
    assert refused.value.message.startswith(f"{field}: ")

    judged = verdict("W3", **answers, jaundice="yes")
    assert judged.tier is U
    assert field in [fault.field for fault in judged.faults]


def test_a_note_of_500_characters_counted_as_code_points_is_accepted() -> None:
    assert verdict("W1", note="😀" * 500).faults == ()


def test_a_red_flag_in_a_note_that_is_too_long_is_heard_with_its_fault() -> None:
    judged = verdict("W1", note="好" * 600 + "。抽搐")
    assert judged.tier is E
    assert [fault.field for fault in judged.faults] == ["note"]


def test_a_red_flag_beside_an_unknown_code_in_the_same_list_is_kept() -> None:
    judged = verdict("W1", emerg=["other", "seizure", "seizure"])
    assert judged.tier is E
    assert [fault.field for fault in judged.faults] == ["emerg"]


@pytest.mark.parametrize("phase", ["", "W5", "w1", None])
def test_an_entry_without_a_known_phase_is_judged_only_when_it_is_urgent(
    phase: Any,
) -> None:
    with pytest.raises(EntryRefused) as refused:
        verdict(phase, tremor=1)
    assert refused.value.field == "phase"

    judged = verdict(phase, emerg=["seizure"])
    assert (judged.tier, judged.advice) == (E, ("M-E",))
    assert [fault.field for fault in judged.faults] == ["phase"]
    assert verdict(phase, temp=c("38.0")).ack_minutes == 15


def test_a_missing_red_flag_answer_is_named_beside_the_verdict() -> None:
    judged = judge(STUDY, "W1", {"tremor": 1})
    assert judged.tier is S
    assert [fault.field for fault in judged.faults] == ["emerg"]


@pytest.mark.parametrize("source", ["text", "phone"])
def test_an_entry_by_text_or_telephone_needs_no_red_flag_answer(source: str) -> None:
    assert judge(STUDY, "W1", {"tremor": 1}, source=source).faults == ()


@pytest.mark.parametrize(
    ("answers", "field", "tier"),
    [
        ({"spo2": "-1"}, "spo2", U),
        ({"spo2": "100.1"}, "spo2", U),
        ({"spo2": "good"}, "spo2", U),
        ({"sbp": "4 9"}, "sbp", U),
        ({"sbp": "261"}, "sbp", U),
        ({"steroid": {"mg": "some"}}, "steroid", U),
    ],
)
def test_a_value_that_says_nothing_is_named_and_refuses_nothing(
    answers: dict[str, Any], field: str, tier: Tier
) -> None:
    judged = verdict("W1", **answers)
    assert judged.tier is tier
    assert [fault.field for fault in judged.faults] == [field]


def test_a_dose_that_cannot_be_read_counts_as_taken() -> None:
    assert verdict("W1", temp=c("37.6"), steroid={"mg": "some"}).tier is U


def test_a_temperature_that_cannot_be_read_is_no_fault() -> None:
    judged = verdict("W3", temp=c("hot"))
    assert (judged.tier, judged.faults) == (S, ())


def test_unusable_earlier_answers_are_named_left_out_and_block_nothing() -> None:
    past = [ago(1, fatigue=True, zzz=1), ago(2, fatigue=1)]
    judged = verdict("W1", *past, fatigue=2)
    assert rules(judged) == {}
    assert [fault.field for fault in judged.faults] == [
        "previous[0].fatigue",
        "previous[0].zzz",
    ]


def test_a_long_history_takes_no_long_time_and_changes_nothing() -> None:
    past = [ago(0, reporter="caregiver", emerg=[]) for _ in range(2000)]
    assert verdict("W1", *past, reporter="self").tier is R


@pytest.mark.parametrize("example", STUDY.examples, ids=lambda one: one.title)
def test_the_worked_examples_of_the_study_file_come_out_as_written(
    example: Any,
) -> None:
    past = [PastEntry(old["days_ago"], old["answers"]) for old in example.previous]
    judged = judge(STUDY, example.phase, example.answers, past)
    assert judged.tier is example.tier
    assert tuple(rules(judged)) == example.rules
    assert judged.advice == example.advice
    doubted = [
        name
        for name in ("steroid", "spo2", "sbp")
        if any(
            one.facts.get(f"{name}_state") == "unreadable" for one in judged.findings
        )
    ]
    assert [fault.field for fault in judged.faults] == doubted


@pytest.mark.thorough
def test_every_case_of_every_rule_decides_in_some_worked_example() -> None:
    unseen = []
    for rule in STUDY.rules:
        for case in rule.cases:
            others = tuple(one for one in rule.cases if one is not case)
            changed = [
                replace(one, cases=others) if one is rule else one
                for one in STUDY.rules
            ]
            without = replace(STUDY, rules=tuple(changed))
            if not any(differs(without, example) for example in STUDY.examples):
                unseen.append((rule.id, case.tier))
    assert unseen == []


def differs(study: Any, example: Any) -> bool:
    past = [PastEntry(old["days_ago"], old["answers"]) for old in example.previous]
    args = (example.phase, example.answers, past)
    one, two = judge(study, *args), judge(STUDY, *args)
    return (rules(one), one.ack_minutes, one.advice) != (
        rules(two), two.ack_minutes, two.advice,
    )  # fmt: skip


def advised(phase: str, place: Place | None, celsius: str) -> tuple[str, ...]:
    answers = {"emerg": [], "temp": {"value": celsius, "unit": "C"}}
    return judge(STUDY, phase, answers, place=place).advice


@pytest.mark.parametrize(
    ("place", "advice"),
    [
        (None, ("M-U",)),
        (Place.HOME, ("M-U",)),
        (Place.WARD, ("M-W",)),
        (Place.UNKNOWN, ("M-W", "M-U")),
    ],
)
def test_where_somebody_is_says_what_they_are_told(
    place: Place | None, advice: tuple[str, ...]
) -> None:
    assert advised("W1", place, "38.4") == advice


def test_a_calm_message_is_the_same_in_every_place() -> None:
    assert {advised("W1", place, "36.6") for place in Place} == {("M-R",)}


def test_where_nobody_knows_the_stricter_of_both_places_judges() -> None:
    answers = {"emerg": [], "temp": {"value": "38.2", "unit": "C"}}
    clocks = [judge(STUDY, "W3", answers, place=one).ack_minutes for one in Place]
    assert dict(zip(Place, clocks, strict=True)) == {
        Place.WARD: 60,
        Place.HOME: 60,
        Place.UNKNOWN: 15,
    }
