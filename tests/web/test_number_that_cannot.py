"""A number that the file lets somebody not measure: the box, what it sends, what it means."""

from __future__ import annotations

from dataclasses import replace

import pytest
from werkzeug.datastructures import MultiDict

from portal.protocol.checks.unreadable import cannot_faults
from portal.protocol.study.form import Choice
from portal.protocol.study.text import Text
from portal.protocol.triage.judge import judge
from portal.study_files import load_study
from portal.web.parts import answer_fields

STUDY = load_study("dcar-sle")
LABEL = Text({"zh": "不能测量", "en": "I cannot measure it"})
ITEM = replace(STUDY.items["spo2"], cannot=True, choices=(Choice("cannot", LABEL),))
WITH = replace(STUDY, items={**STUDY.items, "spo2": ITEM})
WORDS = {"cannot": "I cannot measure it"}


def shown(answer: object) -> dict[str, object]:
    return answer_fields.field(ITEM, answer, language="en", error=None, words=WORDS)


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"spo2_cannot": "1"}, "cannot"),
        ({"spo2": "97", "spo2_cannot": "1"}, "97"),
        ({"spo2": ""}, None),
    ],
)
def test_the_box_says_that_it_cannot_be_measured_unless_a_number_is_typed(
    fields: dict[str, str], answer: str | None
) -> None:
    read = answer_fields.read_screen({"spo2": ITEM}, MultiDict(fields), none=False)
    assert read.get("spo2") == answer


def test_the_box_is_ticked_again_and_the_field_stays_empty() -> None:
    assert (shown("cannot")["cannot_checked"], shown("cannot")["value"]) == (True, "")
    assert (shown("97")["cannot_checked"], shown("97")["value"]) == (False, "97")
    bare = answer_fields.field(
        STUDY.items["spo2"], "97", language="en", error=None, words=WORDS
    )
    assert bare["cannot"] is None


def test_cannot_is_an_answer_of_its_own_and_no_number_that_nobody_can_read() -> None:
    judged = judge(WITH, "W1", {"emerg": [], "spo2": "cannot"})
    assert (judged.findings, judged.faults) == ((), ())
    other = judge(STUDY, "W1", {"emerg": [], "spo2": "cannot"})
    assert [one.rule for one in other.findings] == ["T36"]


def test_a_file_that_lets_a_number_be_left_unmeasured_must_raise_it() -> None:
    assert list(cannot_faults(STUDY)) == []
    (fault,) = cannot_faults(WITH)
    assert fault.key == "item.spo2.cannot"
    assert "stays calm in W0, W1" in fault.sentence
    raised = tuple(
        replace(
            rule,
            cases=tuple(
                replace(
                    case,
                    when={"any": [case.when, {"fact": "spo2_state", "is": "cannot"}]},
                )
                for case in rule.cases
            ),
        )
        if rule.id == "T36"
        else rule
        for rule in WITH.rules
    )
    assert list(cannot_faults(replace(WITH, rules=raised))) == []
