"""What the two studies that come with the portal say, held against the protocol."""

from __future__ import annotations

import pytest

from portal.messages.gateways.simulated import LogGateway
from portal.protocol.checks.study import Caps, faults_of_text
from portal.protocol.study.form import ItemKind
from portal.protocol.study.tiers import Tier
from portal.study_files import base_beside, load_study, study_names, study_text

CODES = {
    "reporter": ["self", "caregiver"],
    "emerg": [
        *("seizure", "unresponsive", "breathing", "one_sided", "chest_pain"),
        *("fainted", "bleeding", "swelling"),
    ],
    "over": [
        *("seizure", "unresponsive", "breathing", "one_sided", "chest_pain"),
        *("fainted", "bleeding", "swelling"),
    ],
    "over_when": ["no", "day", "days", "longer"],
    "temp_site": ["armpit", "mouth", "ear", "forehead"],
    "antipyr": ["no", "for_fever", "for_other"],
    "steroid": ["no", "mg"],
    "chills": [0, 1, 2],
    "confused": ["no", "yes", "unsure"],
    "speech": ["no", "yes", "unsure"],
    "writing": ["no", "yes", "not_written"],
    "sleepy": ["no", "rousable", "hard_to_wake"],
    "cranial": ["no", "yes"],
    "jaundice": ["no", "yes"],
    "belly": ["no", "yes"],
    "urine": ["no", "yes"],
    "callme": ["no", "yes"],
    "dizzy": ["no", "dizzy", "fainted"],
    "tremor": [0, 1, 2, 3],
    "headache": [0, 1, 2, 3],
    "breath": [0, 1, 2, 3],
    "rash": [0, 1, 2, 3],
    "mouth": [0, 1, 2, 3],
    "joint": [0, 1, 2, 3],
    "vomit": [0, 1, 2, 3],
    "fatigue": [0, 1, 2, 3],
    "stool": [0, 1, 2, 3],
    "infect": ["cough", "sore_throat", "urine", "wound", "blisters"],
    "bleed": ["no", "little", "more"],
    "mood": ["no", "some", "most", "not_living"],
    "meds": ["yes", "missed", "none"],
    "preg": ["no", "possible", "na"],
    "near": ["yes", "no"],
    "temp": ["cannot"],
    "temp_max": [],
    "note": [],
    "spo2": [],
    "sbp": [],
}
SHORT = (
    *("reporter", "emerg", "over", "over_when", "temp", "temp_max", "antipyr"),
    *("steroid", "chills", "confused", "speech", "writing", "cranial", "headache"),
    *("sleepy", "dizzy", "breath", "infect", "bleed", "urine", "rash", "joint"),
    *("meds", "note", "callme"),
)
WHILE_FOLLOWED = {"tremor", "jaundice", "vomit", "mood", "spo2", "sbp"}
"""What a diary to month 24 asks besides."""


FIRST = ("dcar-sle", "udcar-sle")


@pytest.fixture(scope="module", params=FIRST)
def study(request):
    return load_study(request.param)


@pytest.mark.parametrize("name", study_names())
def test_a_study_that_comes_with_the_portal_has_no_fault(name):
    able = LogGateway.capabilities
    caps = Caps("log", able.texts_per_day, able.calls_per_day)
    text = study_text(name)
    found = faults_of_text(text, base=lambda base: base_beside(name, base), caps=caps)
    assert found == ()


def test_no_study_comes_approved(study):
    assert study.approved is False


def test_items_carry_exactly_the_agreed_codes(study):
    held = {i.id: [choice.code for choice in i.choices] for i in study.items.values()}
    assert held == CODES


def test_what_is_calm_is_never_a_symptom(study):
    for item in study.items.values():
        if item.kind is not ItemKind.MULTI:
            assert item.calm in (None, "no", 0), item.id


def test_the_full_form_asks_everything_and_the_short_one_its_list(study):
    forms = {phase.code: phase.form for phase in study.phases}
    assert set(forms["W1"]) == set(CODES)
    assert set(forms["W0"]) == set(CODES) - {"near"}
    assert forms["W4"] == SHORT
    assert forms["W2"] == forms["W3"]
    assert set(forms["W3"]) == {*SHORT, *WHILE_FOLLOWED}
    diaries = [phase.diary for phase in study.phases]
    assert diaries == ["optional", "daily", "daily", "weekly", "none"]


def test_the_red_flags_come_first_and_the_screens_are_few(study):
    assert study.groups[0].items == ("reporter", "emerg")
    assert len(study.groups) <= 14


def test_a_calm_day_is_mostly_one_tap_a_screen(study):
    without = [group.id for group in study.groups if group.none_label is None]
    assert without == ["temperature", "handwriting", "plan", "finish"]


def test_handwriting_cannot_be_waved_through(study):
    assert study.items["writing"].calm is None


def test_clocks_and_ladders_are_the_agreed_ones(study):
    emergency = study.policies[Tier.EMERGENCY]
    urgent = study.policies[Tier.URGENT]
    assert (emergency.ack_minutes, urgent.ack_minutes) == (5, 15)
    assert (emergency.rearm_minutes, urgent.rearm_minutes) == (30, 30)
    assert [(s.after_minutes, set(s.roles)) for s in emergency.steps] == [
        (0, {"doctor", "nurse"}),
        (5, {"second_doctor", "investigator"}),
        (10, {"doctor", "nurse", "second_doctor", "investigator"}),
    ]
    assert [step.task is not None for step in emergency.steps] == [False, False, True]
    assert [(s.after_minutes, s.roles) for s in urgent.steps] == [
        (0, ("nurse",)),
        (15, ("doctor",)),
        (30, ("investigator",)),
    ]
    for policy in (emergency, urgent):
        assert policy.ward_advice == "M-W"
        assert all(set(step.channels) == {"text", "call"} for step in policy.steps)


def test_minutes_promised_come_from_the_clock(study):
    for message in ("M-U", "M-U2"):
        text = study.messages[message].text
        assert "{minutes}" in text["zh"]
        assert "{minutes}" in text["en"]
        assert "15" not in text["zh"] + text["en"]


def test_no_message_calls_a_person_well(study):
    for message in study.messages.values():
        assert "正常" not in message.text["zh"]
        assert "normal" not in message.text["en"]
        assert "fine" not in message.text["en"].split()


def test_the_donor_study_differs_in_its_name_and_its_cells():
    own, donor = load_study("dcar-sle"), load_study("udcar-sle")
    assert (own.registry, donor.registry) == ("NCT07266337", "NCT07274059")
    assert "脐带血" in donor.messages["card_product"].text["zh"]
    assert "donor" in donor.messages["card_product"].text["en"]
    assert (own.visits, own.items, own.rules) == (
        donor.visits,
        donor.items,
        donor.rules,
    )
    assert own.sha256 != donor.sha256


def test_w2_and_w3_call_tasks_wait_for_two_misses(study):
    after = {phase: plan.task.after_missed for phase, plan in study.missing.items()}
    assert after == {"W1": 1, "W2": 2, "W3": 2}
