"""Symptoms by day: what was there has a row, the strongest answer of a day its cell."""

from __future__ import annotations

from datetime import date

from portal.records.own.symptom_grid import symptom_grid
from portal.study_files import load_study

STUDY = load_study("dcar-sle")
ONE, TWO, THREE = (date(2026, 3, day) for day in (10, 11, 12))


def test_the_strongest_answer_of_a_day_counts() -> None:
    entries = [
        (ONE, {"headache": 1}),
        (ONE, {"headache": 3}),
        (ONE, {"headache": 0}),
        (THREE, {"headache": 0}),
    ]
    (row,) = symptom_grid(STUDY, [ONE, TWO, THREE], entries)
    assert row.label["en"] == "Headache"
    strengths = [cell.strength if cell else None for cell in row.cells]
    assert strengths == [3, None, 0]


def test_what_was_never_there_has_no_row() -> None:
    entries = [(ONE, {"headache": 0, "confused": "no", "infect": [], "tremor": 1})]
    assert [row.item for row in symptom_grid(STUDY, [ONE], entries)] == ["tremor"]


def test_only_the_days_shown_count() -> None:
    assert symptom_grid(STUDY, [TWO], [(ONE, {"headache": 3})]) == ()


def test_medicines_and_who_reported_are_no_symptoms() -> None:
    entries = [
        (ONE, {"antipyr": "for_fever", "meds": "missed", "writing": "not_written"})
    ]
    assert symptom_grid(STUDY, [ONE], entries) == ()


def test_several_signs_and_plain_yes_are_there_in_words() -> None:
    entries = [(ONE, {"infect": ["cough", "urine"], "confused": "unsure"})]
    confused, infect = symptom_grid(STUDY, [ONE], entries)
    assert [row.cells[0].strength for row in (confused, infect) if row.cells[0]] == [
        1,
        2,
    ]
    assert infect.cells[0] is not None
    assert infect.cells[0].words["zh"] == "咳嗽、尿痛或尿频"


def test_only_levels_have_a_strength_to_draw_each_up_to_its_own_highest() -> None:
    entries = [(ONE, {"chills": 1, "headache": 1, "confused": "yes", "infect": []})]
    rows = symptom_grid(STUDY, [ONE], entries)
    highest = {row.item: row.highest for row in rows}
    assert highest == {"chills": 2, "confused": 0, "headache": 3}
