"""A reading that nobody can understand reaches a person, or the file says that it is calm."""

from __future__ import annotations

import pytest

from portal.protocol.checks.study import faults_of_text
from portal.study_files import load_study
from tests.support.small_study import SMALL, with_

STATE = 'when = { fact = "temp_state", is = "unreadable" }'
CASE = f'{STATE}\ntier = "same_day"'
SLIP = (
    'answers = { emerg = [], temp = { value = "380", unit = "C" } }\ntier = "same_day"'
)
NUMBER = """[[item]]
id = "pulse"
kind = "number"
label = { zh = "脉搏", en = "Pulse" }

[[item]]
id = "note\""""
PULSE = (
    with_('[[item]]\nid = "note"', NUMBER)
    .replace('"steroid", "note"]', '"steroid", "pulse", "note"]')
    .replace('"temp", "chills", "note"]', '"temp", "chills", "pulse", "note"]')
)


def said(text: str) -> dict[str, str]:
    return {one.key: one.sentence for one in faults_of_text(text)}


def without_its_rule() -> str:
    """The small study without T18 and its example."""
    rule, examples = SMALL.index('[[rule]]\nid = "T18"'), SMALL.index("[[example]]")
    slip = SMALL.index('[[example]]\ntitle = "A slip')
    return SMALL[:rule] + SMALL[examples:slip]


def test_a_temperature_that_nobody_understands_needs_a_rule():
    found = said(without_its_rule())
    assert list(found) == ["item.temp"]
    sentence = found["item.temp"]
    for each in (
        '"380"',
        '"51"',
        '"3 8 9"',
        "the phases W0, W1, W2:",
        STATE,
        'tier = "same_day"',
    ):
        assert each in sentence
    assert "calm_if_unreadable = true" in sentence


def test_the_file_may_say_that_it_is_meant_to_be_calm():
    meant = without_its_rule().replace(
        "cannot = true\n", "cannot = true\ncalm_if_unreadable = true\n"
    )
    assert said(meant) == {}


def test_a_rule_must_raise_it_to_same_day_and_in_every_phase_that_asks_it():
    calm = with_(CASE, f'{STATE}\ntier = "routine"').replace(
        SLIP, SLIP.replace("same_day", "routine")
    )
    assert "the phases W0, W1, W2:" in said(calm)["item.temp"]
    some = with_(CASE, f'phases = ["W1", "W2"]\n{CASE}')
    assert "the phase W0:" in said(some)["item.temp"]


def test_a_case_above_that_keeps_it_calm_is_noticed():
    hidden = with_(
        CASE,
        f'when = {{ fact = "temp_state", is_any = ["unreadable", "cannot"] }}\ntier = "routine"\n'
        f'[[rule.case]]\n{STATE.replace("is = ", "is_any = [").replace(" }", "] }")}\ntier = "same_day"',
    )
    assert "item.temp" in said(hidden)


def test_a_rule_that_asks_for_more_than_the_reading_does_not_count():
    more = with_(
        STATE,
        'when = { all = [{ fact = "temp_state", is = "unreadable" }, { fact = "chills", is = 1 }] }',
    ).replace(
        'unit = "C" } }\ntier = "same_day"',
        'unit = "C" }, chills = 1 }\ntier = "same_day"',
    )
    assert list(said(more)) == ["item.temp"]


def test_a_number_needs_a_rule_too_and_says_its_range():
    assert (
        'a number that cannot be read ("1 3 0") stays calm in'
        in said(PULSE)["item.pulse"]
    )
    bounded = PULSE.replace('kind = "number"', 'kind = "number"\nplausible = [30, 220]')
    found = said(bounded)
    assert list(found) == ["item.pulse"]
    assert (
        "or is not from 30 to 220 stays calm in the phases W0, W1:"
        in found["item.pulse"]
    )
    ruled = bounded.replace(
        STATE,
        'when = { any = [{ fact = "temp_state", is = "unreadable" }, { fact = "pulse_state", is = "unreadable" }] }',
    )
    assert said(ruled) == {}


def test_an_example_may_hold_a_number_that_a_rule_finds_unreadable_and_no_other():
    bounded = PULSE.replace('kind = "number"', 'kind = "number"\nplausible = [30, 220]')
    ruled = bounded.replace(
        STATE, 'when = { fact = "pulse_state", is = "unreadable" }'
    ).replace("cannot = true\n", "cannot = true\ncalm_if_unreadable = true\n")
    slip = ruled.replace('temp = { value = "380", unit = "C" }', 'pulse = "999"')
    assert said(slip) == {}
    unseen = slip.replace("answers = { reporter", 'answers = { pulse = "999", reporter')
    meant = unseen.replace(
        '"pulse_state", is = "unreadable"', '"pulse_state", is = "absent"'
    )
    assert "example.A seizure.answers.pulse" in said(meant)


def test_only_a_reading_can_be_unreadable():
    odd = with_("calm = 0\n", "calm = 0\ncalm_if_unreadable = true\n")
    assert (
        "only a temperature or a number" in said(odd)["item.chills.calm_if_unreadable"]
    )


@pytest.mark.parametrize(
    ("name", "items"), [("dcar-sle", ["spo2", "sbp"]), ("hypertension", ["sbp", "dbp"])]
)
def test_the_shipped_studies_ask_numbers_and_have_a_rule_for_each(name, items):
    study = load_study(name)
    rule = {"dcar-sle": "T36", "hypertension": "H06"}[name]
    shown = [one.answers for one in study.examples if one.rules == (rule,)]
    assert {item for answers in shown for item in answers if item in items} == set(
        items
    )
