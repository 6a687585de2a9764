"""What a rule saw is put into words in both languages, whatever fact it was."""

from __future__ import annotations

import pytest

from portal.protocol.triage.answer_words import seen
from portal.protocol.triage.facts.names import known_facts
from portal.study_files import load_study
from portal.web.staff.words import FACTS

STUDY = load_study("dcar-sle")
KNOWN = known_facts(STUDY.items)
CODED = [(name, code) for name, kind in KNOWN.items() for code in kind.codes]


@pytest.mark.parametrize(("name", "code"), CODED)
def test_no_code_of_a_fact_is_shown_as_it_is(name: str, code: str) -> None:
    value = [code] if KNOWN[name].kind == "list" else code
    for said in seen(STUDY, {name: value}):
        assert said.words.zh
        assert not said.words.zh.isascii(), said.words.zh
        assert said.words.zh != said.words.en


def test_every_fact_has_a_name_of_the_study_or_of_the_interface() -> None:
    unnamed = [
        name
        for name in KNOWN
        for said in seen(STUDY, {name: "1"})
        if not said.label.zh and name not in FACTS
    ]
    assert unnamed == []


def test_what_is_new_names_the_question_it_is_about() -> None:
    (said,) = seen(STUDY, {"joint_new": True})
    assert (said.label.zh, said.label.en) == ("关节痛（新出现）", "Joint pain (new)")
    assert said.words.en == ""
