"""One fact has one answer: a worse choice is no calmer, and words are told that differ."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner

from portal.cli import cli
from portal.protocol.checks.agreement.stronger_notes import stronger_notes
from portal.protocol.checks.agreement.worse_choices import SINCE, choice_faults
from portal.protocol.checks.study import faults_of_text, looks_of_text
from portal.protocol.study.file.reading import read_study
from portal.study_files import load_study
from tests.support.small_study import SMALL, with_

CHILLS = '  { code = 1, zh = "有", en = "Yes" },\n]'
MORE = CHILLS.replace("]", '  { code = 2, zh = "很多", en = "Bad" },\n]')
RULE = """
[[rule]]
id = "R9"
family = "fever"
title = { zh = "发冷", en = "Chills" }
source = "a test"
[[rule.case]]
phases = ["W1", "W3"]
when = %s
tier = "urgent"
"""


def turned(when: str) -> list[tuple[str, str]]:
    study = read_study(SMALL.replace(CHILLS, MORE, 1) + RULE % when)
    return [(one.key, one.sentence) for one in choice_faults(study)]


def test_a_level_that_is_calmer_than_the_one_below_it_is_a_fault_with_its_phases():
    ((key, sentence),) = turned('{ fact = "chills", is = 1 }')
    assert key == "item.chills.choices"
    assert sentence.startswith('in W1, W3 "Bad" is routine, and "Yes" is urgent:')


def test_levels_that_are_judged_in_their_order_are_none():
    assert turned('{ fact = "chills", at_least = 1 }') == []
    assert turned('{ fact = "chills", is = 2 }') == []


def test_a_level_is_judged_after_each_level_where_a_rule_asks_what_was_last():
    when = '{ all = [{ fact = "chills", is = 1 }, { fact = "chills_last", at_least = 1 }] }'
    said = [sentence for _, sentence in turned(when)]
    assert [one.split(", and")[0] for one in said] == [
        'in W1, W3 "Bad" is routine after "Yes"',
        'in W1, W3 "Bad" is routine after "Bad"',
    ]


def test_a_calm_choice_that_is_worse_than_another_is_a_fault():
    study = load_study("dcar-sle")
    rules = [
        replace(
            one,
            cases=tuple(
                replace(case, when={"fact": "near", "is": "yes"}) for case in one.cases
            ),
        )
        if one.id == "T29"
        else one
        for one in study.rules
    ]
    changed = replace(study, rules=tuple(rules))
    (fault,) = choice_faults(changed)
    assert fault.key == "item.near.choices"
    assert fault.sentence.startswith('in W1 "No" is routine, and "Yes" is same_day')


def test_a_study_stored_before_is_not_held_to_it():
    text = SMALL.replace(CHILLS, MORE, 1) + RULE % '{ fact = "chills", is = 1 }'
    study = read_study(text)
    assert list(choice_faults(study))
    assert list(choice_faults(replace(study, format=SINCE - 1))) == []


SIGN = """
[[sign]]
id = "cold"
tier = "%s"
title = { zh = "发冷", en = "Chills" }
zh = ["发冷"]
en = ["chills"]
fires = ["发冷", "chills"]
silent = ["没有发冷", "no chills"]

[[rule]]
id = "R8"
family = "note"
title = { zh = "留言", en = "A note" }
source = "a test"
[[rule.case]]
when = { fact = "note_words", has = "urgent" }
tier = "urgent"
[[rule.case]]
when = { fact = "note_words", has = "same_day" }
tier = "same_day"

[[rule]]
id = "R9"
family = "fever"
title = { zh = "发冷", en = "Chills" }
source = "a test"
[[rule.case]]
when = { fact = "chills", is = 1 }
tier = "same_day"
"""


def looks(tier: str) -> dict[str, str]:
    text = SMALL + SIGN % tier
    return {one.key: one.sentence for one in looks_of_text(text)}


def test_an_answer_whose_words_are_judged_worse_is_named_to_look_at():
    sentence = looks("urgent")["item.chills.choices"]
    assert sentence == (
        'worse in a note than ticked: "有" urgent, ticked same_day in W0, W1, W2, W3, W4; '
        '"Yes" urgent, ticked same_day in W0, W1, W2, W3, W4.'
    )


def test_an_answer_whose_words_are_judged_alike_is_not():
    assert "item.chills.choices" not in looks("same_day")


def test_a_study_without_signs_has_nothing_to_look_at():
    assert looks_of_text(SMALL) == ()


@pytest.mark.thorough
def test_the_words_that_the_first_study_hears_more_strongly_deny_nothing():
    study = load_study("dcar-sle")
    told = {one.key: one.sentence for one in stronger_notes(study)}
    assert "item.headache.choices" in told
    assert '"No"' not in "".join(told.values())


def test_the_command_says_what_to_look_at_and_finds_no_fault(tmp_path):
    lists = SMALL[SMALL.index("[words.zh]") : SMALL.index('[[rule]]\nid = "T01"')]
    unheard = 'id = "emerg"\nunheard = "a test"\n'
    whole = with_(lists, "").replace('id = "emerg"\n', unheard) + SIGN % "urgent"
    assert {one.key for one in faults_of_text(whole)} == {"rule.R8", "rule.R9"}
    shown = """
[[example]]
title = "%s"
phase = "W1"
answers = { emerg = [], %s }
tier = "%s"
rules = ["%s"]
"""
    whole += shown % ("R8", 'note = "chills"', "urgent", "R8")
    whole += shown % ("R9", "chills = 1", "same_day", "R9")
    file = tmp_path / "mine.toml"
    file.write_text(whole, "utf-8")
    told = CliRunner().invoke(cli, ["study", "check", "--quick", str(file)])
    assert told.exit_code == 0, told.output
    assert "no fault found." in told.output
    assert "to look at: item.chills.choices: worse in a note" in told.output
