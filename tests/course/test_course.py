"""A study is used from enrolment to the last answer, and what stops it is a fault."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.course.acts import telling
from portal.course.course import faults_in_use
from portal.protocol.study.file.reading import read_study
from portal.protocol.study.text import PageSentence, SmsTemplate, Text
from portal.study_files import load_study, study_names
from tests.support.pharmacy import PHARMACY
from tests.support.small_study import SMALL


@pytest.mark.thorough
@pytest.mark.parametrize("name", study_names())
def test_each_study_that_ships_goes_through_its_whole_course(name):
    assert faults_in_use(load_study(name)) == ()


@pytest.mark.thorough
def test_a_study_with_a_duty_of_its_own_goes_through_its_whole_course():
    assert faults_in_use(read_study(PHARMACY)) == ()


@pytest.mark.thorough
def test_what_breaks_in_use_is_a_fault_that_names_its_key():
    study = read_study(SMALL)
    messages, texts = dict(study.messages), dict(study.texts)
    del messages["missed"]
    del messages["unanswered"]
    odd = Text({"zh": "{date}前请按铃。", "en": "Ring until {date}."})
    messages["on_ward"] = PageSentence("on_ward", odd)
    call = texts["staff_call"]
    short = Text({"zh": "有一条{level}提醒。", "en": "{level} alert."})
    texts["staff_call"] = SmsTemplate(call.id, short, ("level",), 1)
    found = faults_in_use(replace(study, messages=messages, texts=texts))
    assert {fault.key for fault in found} >= {
        "message.missed",
        "message.unanswered",
        "message.on_ward",
        "sms.staff_call",
    }
    assert all(fault.sentence.startswith("in use: ") for fault in found)


@pytest.mark.thorough
def test_a_study_without_who_reports_is_found_out_by_its_diary():
    study = read_study(SMALL)
    items = {name: item for name, item in study.items.items() if name != "reporter"}
    found = faults_in_use(replace(study, items=items))
    assert "item.reporter" in {fault.key for fault in found}


def test_few_examples_show_every_rule_and_every_advice():
    study = load_study("dcar-sle")
    chosen = telling(study)
    assert len(chosen) < len(study.examples)
    for field in ("rules", "advice"):
        every = {one for each in study.examples for one in getattr(each, field) or ()}
        shown = {one for each in chosen for one in getattr(each, field) or ()}
        assert shown == every
