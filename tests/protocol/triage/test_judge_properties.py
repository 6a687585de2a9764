"""What must hold of every entry: worse never comes out calmer, order is nothing."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.protocol.study.form import ItemKind
from portal.protocol.study.tiers import Tier
from portal.protocol.triage.judge import judge
from portal.protocol.triage.verdict import PastEntry, Verdict
from portal.study_files import load_study
from tests.support.amount import examples, part_of

STUDY = load_study("dcar-sle")
PHASES = [phase.code for phase in STUDY.phases]
LADDERS: dict[str, list[Any]] = {
    "antipyr": ["no", "for_other", "for_fever"],
    "confused": ["no", "unsure", "yes"],
    "speech": ["no", "unsure", "yes"],
    "writing": ["no", "yes"],
    "sleepy": ["no", "rousable", "hard_to_wake"],
    "cranial": ["no", "yes"],
    "dizzy": ["no", "dizzy", "fainted"],
    "bleed": ["no", "little", "more"],
    "jaundice": ["no", "yes"],
    "belly": ["no", "yes"],
    "urine": ["no", "yes"],
    "meds": ["yes", "missed"],
    "preg": ["no", "possible"],
    "near": ["yes", "no"],
    "callme": ["no", "yes"],
    "steroid": ["no", {"mg": "5"}, {"mg": "15"}, {"mg": "20"}, {"mg": "-20"}],
    "spo2": ["98", "94", "93.9", "90", "89.9", "50"],
    "sbp": ["120", "90/60", "89", "79/50", "50"],
    "note": [
        *("", "no seizure", "a bruise on my arm", "a bruise, feeling cold, a fever"),
        *("a bruise, feeling cold, a fever and dizzy", "a fever, dizzy. Seizure"),
    ],
    **{
        item.id: [choice.code for choice in item.choices]
        for item in STUDY.items.values()
        if item.kind is ItemKind.LEVEL
    },
}
"""Answers from calm to worse, item by item."""
LISTS = {
    name: [c.code for c in STUDY.items[name].choices] for name in ("emerg", "infect")
}
HOT = [f"{tenths / 10:.1f}" for tenths in range(360, 421)]
COLD = [f"{tenths / 10:.1f}" for tenths in range(360, 319, -1)]


def degrees(value: str) -> dict[str, str]:
    return {"value": value, "unit": "C"}


def one_answer(name: str) -> st.SearchStrategy[Any]:
    if name in LISTS:
        return st.lists(st.sampled_from(LISTS[name]), unique=True, max_size=2)
    if name in ("temp", "temp_max"):
        typed = st.sampled_from([*HOT, *COLD, "100.4", "384", "98.6"])
        return st.builds(
            lambda v, u: {"value": v, "unit": u}, typed, st.sampled_from("CF")
        )
    if name == "reporter":
        return st.sampled_from(["self", "caregiver"])
    return st.sampled_from(LADDERS[name])


NAMES = [*LADDERS, *LISTS, "temp", "temp_max", "reporter"]


@st.composite
def entries(draw: st.DrawFn, most: int = 5) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=most))
    return {"emerg": [], **{name: draw(one_answer(name)) for name in names}}


HISTORIES = st.lists(
    st.builds(PastEntry, st.integers(0, 3), entries(most=4)), max_size=3
).map(lambda past: sorted(past, key=lambda entry: entry.days_ago))


@st.composite
def worsened(draw: st.DrawFn, entry: dict[str, Any]) -> dict[str, Any]:
    """``entry`` with one symptom added, or one made worse."""
    name = draw(st.sampled_from([*LADDERS, *LISTS, "temp", "temp_max"]))
    before = entry.get(name)
    if name in LISTS:
        more = draw(st.sampled_from(LISTS[name]))
        return {**entry, name: [*(before or []), *({more} - {*(before or [])})]}
    if name in ("temp", "temp_max"):
        return {**entry, name: draw(st.sampled_from(worse_temperatures(name, before)))}
    steps = LADDERS[name]
    start = steps.index(before) + 1 if before in steps else 1
    return {**entry, name: draw(st.sampled_from(steps[start:] or steps[-1:]))}


def worse_temperatures(name: str, before: Any) -> list[Any]:
    if before is None:
        return [
            degrees(value) for value in [*HOT[15:], *(COLD if name == "temp" else [])]
        ]
    if before["unit"] == "C" and before["value"] in HOT:
        return [degrees(value) for value in HOT[HOT.index(before["value"]) :]]
    if before["unit"] == "C" and before["value"] in COLD and name == "temp":
        return [degrees(value) for value in COLD[COLD.index(before["value"]) :]]
    return [before]


def danger(verdict: Verdict) -> tuple[int, int]:
    """Higher is more dangerous: the tier, then the shorter clock."""
    return verdict.tier.rank, -(verdict.ack_minutes or 0)


@settings(max_examples=examples(300), deadline=None)
@given(st.data(), st.sampled_from(PHASES), entries(), HISTORIES)
def test_adding_or_worsening_a_symptom_never_calms_the_verdict(
    data: st.DataObject, phase: str, entry: dict[str, Any], past: list[PastEntry]
) -> None:
    worse = data.draw(worsened(entry))
    assert danger(judge(STUDY, phase, worse, past)) >= danger(
        judge(STUDY, phase, entry, past)
    )


def sensible(name: str) -> list[tuple[Any, Any]]:
    """Every step from an answer to the next worse, and from none to each."""
    if name in LISTS:
        return [([], [code]) for code in LISTS[name]]
    steps = LADDERS[name]
    pairs = list(pairwise(steps))
    return [*pairs, *((None, step) for step in steps[1:])]


BACKGROUNDS: list[dict[str, Any]] = [
    {},
    {"temp": degrees("35.5")},
    {"temp": degrees("37.4"), "antipyr": "for_other"},
    {"temp": degrees("37.6")},
    {"temp": degrees("37.6"), "antipyr": "for_other"},
    {"temp": degrees("38.0")},
    {"temp": degrees("38.2"), "chills": 1},
    {"temp": degrees("100.4")},
    {"temp": degrees("384")},
    {"temp": "cannot", "tremor": 1},
    {"infect": ["cough"], "near": "no"},
    {"headache": 1, "fatigue": 3, "near": "no"},
]
PASTS: list[list[PastEntry]] = [
    [],
    [PastEntry(1, {"headache": 2, "tremor": 1, "rash": 1, "joint": 1, "urine": "yes"})],
    [PastEntry(1, {"temp": degrees("35.5"), "meds": "missed", "fatigue": 0})],
    [PastEntry(0, {"reporter": "caregiver", "temp": degrees("38.1")})],
]


@pytest.mark.sampled(4)
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("name", [*LADDERS, *LISTS])
def test_each_step_up_of_each_item_keeps_or_raises_the_danger(
    phase: str, name: str
) -> None:
    turn = PHASES.index(phase) + [*LADDERS, *LISTS].index(name)
    for place, background in part_of([*enumerate(BACKGROUNDS)], turn):
        for past in (PASTS[0], PASTS[1 + place % 3]):
            for calm, worse in sensible(name):
                base = {"emerg": [], "reporter": "self", **background}
                before = {**base, name: calm}
                if calm is None:
                    del before[name]
                after = {**base, name: worse}
                low = judge(STUDY, phase, before, past)
                high = judge(STUDY, phase, after, past)
                assert danger(high) >= danger(low), (before, after)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("name", ["temp", "temp_max"])
@pytest.mark.parametrize(
    "beside",
    [{}, {"antipyr": "for_other"}, {"antipyr": "for_fever"}, {"chills": 1}, {"rash": 1},
     {"steroid": {"mg": "5"}}, {"sbp": "89"}, {"fatigue": 3, "near": "no"},
     {"temp_max": {"value": "37.7", "unit": "C"}}],
)  # fmt: skip
def test_a_higher_temperature_is_never_calmer_and_neither_is_a_lower_one_below_36(
    phase: str, name: str, beside: Mapping[str, Any]
) -> None:
    for values in (HOT, COLD) if name == "temp" else (HOT,):
        entries = [{"emerg": [], **beside, name: degrees(value)} for value in values]
        dangers = [danger(judge(STUDY, phase, entry)) for entry in entries]
        assert dangers == sorted(dangers)


SIGNS = [
    name
    for name in LADDERS
    if name in STUDY.items
    and STUDY.items[name].symptom
    and STUDY.items[name].kind in (ItemKind.CHOICE, ItemKind.LEVEL)
]


def is_listed(name: str, answer: Any) -> bool:
    """Whether a rule says something of this answer by itself, in any phase."""
    alone = {"emerg": [], name: answer}
    return any(judge(STUDY, phase, alone).findings for phase in PHASES)


LISTED = {
    name: [answer for answer in LADDERS[name] if is_listed(name, answer)]
    for name in SIGNS
}


def test_signs_are_listed_from_the_first_answer_of_which_a_rule_speaks() -> None:
    assert LISTED["headache"] == [1, 2, 3]
    assert LISTED["dizzy"] == ["dizzy", "fainted"]
    assert LISTED["fatigue"] == [3], "of 2 only a rise is told"
    assert all(LISTED.values())


@pytest.mark.sampled(4)
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("name", SIGNS)
def test_a_listed_sign_is_not_calmer_for_having_been_there_before(
    phase: str, name: str
) -> None:
    turn = PHASES.index(phase) + SIGNS.index(name)
    for _, background in part_of([*enumerate(BACKGROUNDS)], turn):
        for answer in LISTED[name]:
            entry = {"emerg": [], "reporter": "self", **background, name: answer}
            befores = [None, *LADDERS[name]]
            dangers = [
                danger(judge(STUDY, phase, entry, [PastEntry(1, past)]))
                for past in ({} if one is None else {name: one} for one in befores)
            ]
            assert dangers == sorted(dangers), (entry, befores)


@settings(max_examples=examples(300), deadline=None)
@given(st.data(), st.sampled_from(PHASES), entries(), HISTORIES)
def test_a_worse_past_never_calms_a_sign_that_is_listed_today(
    data: st.DataObject, phase: str, entry: dict[str, Any], past: list[PastEntry]
) -> None:
    name = data.draw(st.sampled_from(SIGNS))
    today = {**entry, name: data.draw(st.sampled_from(LISTED[name]))}
    place = data.draw(st.integers(0, len(past)))
    old = past[place].answers if place < len(past) else {}
    before = old.get(name)
    steps = LADDERS[name][LADDERS[name].index(before) if before is not None else 0 :]
    days = past[place].days_ago if place < len(past) else 4
    worse = PastEntry(days, {**old, name: data.draw(st.sampled_from(steps))})
    darker = [*past[:place], worse, *past[place + 1 :]]
    assert danger(judge(STUDY, phase, today, darker)) >= danger(
        judge(STUDY, phase, today, past)
    )


@given(
    st.randoms(use_true_random=False),
    st.sampled_from(PHASES),
    entries(most=8),
    HISTORIES,
)
def test_the_order_of_keys_changes_nothing(
    shuffler: random.Random, phase: str, entry: dict[str, Any], past: list[PastEntry]
) -> None:
    keys = list(entry)
    shuffler.shuffle(keys)
    shuffled = {key: entry[key] for key in keys}
    turned = [
        PastEntry(old.days_ago, dict(reversed(old.answers.items()))) for old in past
    ]
    assert judge(STUDY, phase, shuffled, turned) == judge(STUDY, phase, entry, past)


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("code", LISTS["emerg"])
def test_every_emergency_item_alone_is_an_emergency_in_every_phase(
    phase: str, code: str
) -> None:
    verdict = judge(STUDY, phase, {"emerg": [code]})
    assert (verdict.tier, verdict.ack_minutes) == (Tier.EMERGENCY, 5)
    assert verdict.advice == ("M-W" if phase == "W0" else "M-E",)


@given(st.sampled_from(PHASES), entries(), HISTORIES)
def test_earlier_entries_of_other_days_by_the_same_person_never_slow_a_red_flag(
    phase: str, entry: dict[str, Any], past: list[PastEntry]
) -> None:
    flagged = {**entry, "emerg": ["seizure"]}
    verdict = judge(STUDY, phase, flagged, past)
    assert (verdict.tier, verdict.ack_minutes) == (Tier.EMERGENCY, 5)
