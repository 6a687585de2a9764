"""What a rule saw is put into words in both languages, whatever fact it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.protocol.study.form import Choice, Item, ItemKind
from portal.protocol.study.text import Text
from portal.protocol.triage.answer_words import NOT_HEARD, rule_titles, seen, spoken
from portal.protocol.triage.facts import build_facts
from portal.protocol.triage.facts.names import known_facts
from portal.study_files import load_study

STUDY = load_study("dcar-sle")
KNOWN = known_facts(STUDY.items)
CODED = [(name, code) for name, kind in KNOWN.items() for code in kind.codes]


@pytest.mark.parametrize(("name", "code"), CODED)
def test_no_code_of_a_fact_is_shown_as_it_is(name: str, code: str) -> None:
    value = [code] if KNOWN[name].kind == "list" else code
    for said in seen(STUDY, {name: value}):
        assert said.words["zh"]
        assert not said.words["zh"].isascii(), said.words["zh"]
        assert said.words["zh"] != said.words["en"]


def test_every_fact_has_a_name_of_the_study_or_of_the_portal() -> None:
    unnamed = [
        name
        for name in KNOWN
        for said in seen(STUDY, {name: "1"})
        if said.label["zh"] in ("", name)
    ]
    assert unnamed == []


def test_what_is_new_names_the_question_it_is_about() -> None:
    (said,) = seen(STUDY, {"joint_new": True})
    assert (said.label["zh"], said.label["en"]) == (
        "关节痛（新出现）",
        "Joint pain (new)",
    )
    assert said.words["en"] == ""


CALM = [
    ("near", "no", False),
    ("near", "yes", True),
    ("callme", "no", True),
    ("meds", "yes", True),
    ("meds", "missed", False),
    ("writing", "no", True),
    ("writing", "not_written", False),
    ("temp_site", "ear", True),
    ("confused", "no", True),
    ("confused", "unsure", False),
    ("chills", 0, True),
    ("chills", 1, False),
    ("infect", [], True),
    ("infect", ["cough"], False),
    ("steroid", "no", True),
    ("steroid", {"mg": "5"}, False),
    ("temp", {"value": "36.6", "unit": "C"}, True),
    ("temp", {"value": "38.0", "unit": "C"}, False),
]


@pytest.mark.parametrize(("item", "answer", "calm"), CALM)
def test_an_answer_is_calm_where_the_study_says_so(
    item: str, answer: object, calm: bool
) -> None:
    (said,) = spoken(STUDY, {item: answer})
    assert said.calm is calm


def test_the_dangerous_no_is_among_what_its_rule_saw() -> None:
    (said,) = seen(STUDY, {"near": "no"})
    assert said.words["en"] == "No"
    assert seen(STUDY, {"near": "yes"}) == ()


BREATHES = Item(
    "breathes",
    ItemKind.CHOICE,
    Text({"zh": "呼吸正常吗？", "en": "Breathing well?"}),
    None,
    (
        Choice("yes", Text({"zh": "是", "en": "Yes"}), calm=True),
        Choice("no", Text({"zh": "否", "en": "No"}), calm=False),
    ),
)


@pytest.mark.parametrize(("answer", "symptom"), [("yes", False), ("no", True)])
def test_a_choice_that_says_whether_it_is_calm_says_whether_it_is_a_symptom(
    answer: str, symptom: bool
) -> None:
    items = {"breathes": BREATHES}
    facts = build_facts(items, STUDY.lexicon, {"breathes": answer}, ())
    assert facts["any_symptom"] is symptom


def test_a_number_is_shown_as_a_person_writes_it() -> None:
    study = load_study("hypertension")
    facts = build_facts(study.items, study.lexicon, {"sbp": "180", "dbp": "95.5"}, [])
    told = {said.item: said.words.say("en") for said in seen(study, facts)}
    assert (told["sbp"], told["dbp"]) == ("180", "95.5")


def test_the_alert_about_silence_has_the_title_of_the_study() -> None:
    assert rule_titles(STUDY)["T26"] == STUDY.reminders.silence
    assert rule_titles(STUDY)["T10"] == next(
        rule.title for rule in STUDY.rules if rule.id == "T10"
    )
    before = replace(STUDY, reminders=replace(STUDY.reminders, silence=None))
    assert rule_titles(before)["T26"] == NOT_HEARD
