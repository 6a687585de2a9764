"""A reading that nobody can understand reaches a person, or the file says that it is calm."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.protocol.checks.study import faults_of_text
from portal.protocol.checks.unreadable import SINCE, range_faults
from portal.protocol.study.file.reading import read_study
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


URGENT = """[[rule]]
id = "T90"
family = "pulse"
title = { zh = "脉搏", en = "Pulse" }
source = "a test"
[[rule.case]]
when = { fact = "pulse", %s }
tier = "urgent"

[[example]]
title = "A pulse that is urgent"
phase = "W1"
answers = { emerg = [], pulse = "%s" }
tier = "urgent"
rules = ["T90"]

[[example]]"""


def with_range(least: int, most: int, limit: str, shown: str) -> str:
    """The small study with a number, a rule about it, and one for its slips."""
    kind = f'kind = "number"\nplausible = [{least}, {most}]'
    both = ", ".join(
        f'{{ fact = "{one}_state", is = "unreadable" }}' for one in ("temp", "pulse")
    )
    return (
        PULSE.replace('kind = "number"', kind)
        .replace(STATE, f"when = {{ any = [{both}] }}")
        .replace("[[example]]", URGENT % (limit, shown), 1)
    )


@pytest.mark.parametrize(
    ("least", "most", "limit", "shown", "parts"),
    [
        (30, 220, "below = 50", "49", ("29 ", "30 ", "set the least to 0")),
        (30, 220, "at_least = 120", "120", ("221 ", "220 ", "set the most to 600")),
    ],
)
def test_a_range_that_ends_where_it_is_dangerous_is_a_fault(
    least, most, limit, shown, parts
):
    found = said(with_range(least, most, limit, shown))
    assert list(found) == ["item.pulse.plausible"]
    sentence = found["item.pulse.plausible"]
    assert all(part in sentence for part in parts)
    assert "counts as unreadable and is same_day" in sentence
    assert "raise the rule for pulse_state to urgent" in sentence


@pytest.mark.parametrize(
    ("least", "most", "limit", "shown"),
    [
        (0, 220, "below = 50", "49"),
        (30, 600, "at_least = 120", "120"),
        (30, 220, 'between = ["50", "60"]', "55"),
    ],
)
def test_a_range_that_is_wide_on_the_dangerous_side_is_none(least, most, limit, shown):
    assert said(with_range(least, most, limit, shown)) == {}


def test_a_range_may_end_anywhere_where_its_slips_are_as_bad():
    raised = with_range(30, 220, "below = 50", "49")
    rule = raised.index('id = "T18"')
    slip = raised.index("A slip")
    raised = (
        raised[:rule]
        + raised[rule:slip].replace('tier = "same_day"', 'tier = "urgent"', 1)
        + raised[slip:].replace('tier = "same_day"', 'tier = "urgent"', 1)
    )
    assert "item.pulse.plausible" not in said(raised)


def test_a_version_stored_before_keeps_its_range():
    study = read_study(with_range(30, 220, "below = 50", "49"))
    assert [one.key for one in range_faults(study)] == ["item.pulse.plausible"]
    assert list(range_faults(replace(study, format=SINCE - 1))) == []


def test_only_a_reading_can_be_unreadable():
    odd = with_("calm = 0\n", "calm = 0\ncalm_if_unreadable = true\n")
    assert (
        "only a temperature, a number or a dose"
        in said(odd)["item.chills.calm_if_unreadable"]
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
