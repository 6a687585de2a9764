"""Temperatures as people type them: every way of writing, every edge of the range."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.protocol.words.numbers import (
    read_measure,
    read_number,
    read_temperature,
    say_tenths,
)


def typed(value: str, unit: str = "C") -> tuple[str, int | None]:
    reading = read_temperature({"value": value, "unit": unit})
    assert reading.raw == value
    assert reading.unit == unit
    return reading.state, reading.tenths


@pytest.mark.parametrize(
    "value",
    [
        "38.0", "38", "38.00", "38,0", "38。0", "38·0", "３８．０", "３８，０",
        " 38.0 ", "\u300038.0\u3000", "38.0℃", "38.0 ℃", "38.0°C", "38.0 ° C",
        "38.0c", "38.0C", "38.0°", "38.0º", "38.0˚", "38度", "38.0 度", "38.0度C",
        "38.0℉", "38.0F", "\ufeff38.0\u200b", "37.95", "37.9500000001", "038.0",
    ],
)  # fmt: skip
def test_thirty_eight_is_read_however_it_is_typed(value: str) -> None:
    assert typed(value) == ("ok", 380)


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "abc", "NaN", "nan", "inf", "Infinity", "3.8e1", "38e0", "3_8", "+38",
        "-38", "−38", "38.0.0", "38..0", "38.", ".38", "38,0.0", "1,038.0", "38 0",
        "384", "38.0 37.2", "3 8 9", "38点75", "不到38", "昨天38", "没有三十八", "38点",
        "3.84", "26.5", "31.9", "31.94", "42.1", "42.05", "85.9",
        "85.99", "113.1", "113.05", "1000", "٣٨", "३८", "38CC",
        "38°°", "38.0%", "0x26", "38/1", "½", "88", "89.5", "107.7", "113", "0", "\x00",
        "38\x00", "38\ufffd", "9" * 5000, "38." + "0" * 5000, "38\u200b0",
    ],
)  # fmt: skip
def test_what_is_no_body_temperature_is_unreadable(value: str) -> None:
    assert typed(value) == ("unreadable", None)


@pytest.mark.parametrize(
    ("value", "tenths"),
    [
        ("38点7", 387), ("三十九度二", 392), ("36 . 6", 366), ("３８点７", 387), ("38度2", 382),
        ("三十八", 380), ("三十八度半", 385), ("體溫三十八點五", 385), ("体温38.5", 385),
        ("今天38.5度", 385), ("thirty-nine", 390), ("Thirty nine point two", 392),
        ("temp: 38.2", 382), ("one oh two", 389), ("38. 0", 380),
    ],
)  # fmt: skip
def test_a_field_reads_a_temperature_in_words_as_a_note_does(
    value: str, tenths: int
) -> None:
    assert typed(value)[1] == tenths


@pytest.mark.parametrize(
    ("value", "unit", "state", "tenths"),
    [
        ("37.94", "C", "ok", 379),
        ("37.949", "C", "ok", 379),
        ("37.9499999999999999999999999999999", "C", "ok", 379),
        ("37.95", "C", "ok", 380),
        ("32.0", "C", "ok", 320),
        ("31.95", "C", "ok", 320),
        ("42.0", "C", "ok", 420),
        ("42.04", "C", "ok", 420),
        ("100.4", "F", "ok", 380),
        ("100.3", "F", "ok", 379),
        ("100.31", "F", "ok", 380),
        ("100.30999999999999", "F", "ok", 379),
        ("98.6", "F", "ok", 370),
        ("89.6", "F", "ok", 320),
        ("107.6", "F", "ok", 420),
        ("107.7", "F", "unreadable", None),
        ("89.4", "F", "unreadable", None),
        ("0", "F", "unreadable", None),
        ("100.4", "C", "converted", 380),
        ("100.4℃", "C", "converted", 380),
        ("95.0", "C", "converted", 350),
        ("95", "C", "converted", 350),
        ("89.6", "C", "converted", 320),
        ("107.6", "C", "converted", 420),
        ("38.0", "F", "converted", 380),
        ("32.0", "F", "converted", 320),
        ("32", "F", "converted", 320),
        ("42.0", "F", "converted", 420),
        ("42.1", "F", "unreadable", None),
        ("31.9", "F", "unreadable", None),
    ],
)
def test_units_are_exchanged_only_where_they_cannot_be_right(
    value: str, unit: str, state: str, tenths: int | None
) -> None:
    assert typed(value, unit) == (state, tenths)


@pytest.mark.parametrize(
    ("value", "calm"),
    [("35.9", False), ("36.0", True), ("37.4", True), ("37.45", False), ("?", False)],
)
def test_a_temperature_is_calm_between_low_and_fever(value: str, calm: bool) -> None:
    assert read_temperature({"value": value, "unit": "C"}).is_calm is calm
    assert not read_temperature(None).is_calm


def test_no_answer_and_no_thermometer_are_states_of_their_own() -> None:
    assert read_temperature(None).state == "absent"
    assert read_temperature("cannot").state == "cannot"


@given(st.decimals(min_value="0", max_value="200", places=4))
def test_rounding_agrees_with_decimal_arithmetic(number: Decimal) -> None:
    celsius = (number - 32) * 5 / 9
    exact = celsius.quantize(Decimal("0.1"), ROUND_HALF_UP)
    state, tenths = typed(str(number), "F")
    if state == "ok":
        assert tenths == exact * 10
    elif state == "unreadable":
        assert not Decimal("32.0") <= exact <= Decimal("42.0")


@given(st.text(max_size=30))
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    for unit in ("C", "F"):
        reading = read_temperature({"value": text, "unit": unit})
        assert (reading.tenths is None) == (reading.state == "unreadable")


@pytest.mark.parametrize(
    ("text", "tenths"),
    [
        ("93", 930), ("93%", 930), ("９３％", 930), ("93 %", 930), ("89.95", 899),
        ("90", 900), ("50", 500), ("100", 1000), ("49.9", None), ("49", None),
        ("100.1", None), ("", None), ("abc", None), ("-90", None), ("93%%", None),
    ],
)  # fmt: skip
def test_oxygen_is_read_rounding_down(text: str, tenths: int | None) -> None:
    assert read_measure(text, 50, 100) == tenths


@pytest.mark.parametrize(
    ("text", "upper", "lower"),
    [
        ("85/50", 850, 500), ("85 / 50", 850, 500), ("８５／５０", 850, 500),
        ("118/76mmHg", 1180, 760), ("118/76 毫米汞柱", 1180, 760), ("118比76", 1180, 760),
        ("118 over 76", 1180, 760), ("118 OVER 76", 1180, 760), ("118", 1180, 1180),
        ("118 mmHg", 1180, 1180), ("50/85", None, None), ("85/85", None, None),
        ("85/", None, None), ("/50", None, None), ("85/50/70", None, None),
        ("85-50", None, None), ("300/50", None, 500), ("85//50", None, None),
    ],
)  # fmt: skip
def test_of_two_numbers_of_a_pressure_the_one_that_is_asked_for_is_read(
    text: str, upper: int | None, lower: int | None
) -> None:
    assert read_measure(text, 0, 260, pressure="upper") == upper
    assert read_measure(text, 0, 260, pressure="lower") == lower


def test_two_numbers_are_no_number_where_no_pressure_is_asked_for() -> None:
    assert read_measure("97/60", 0, 100) is None


def test_a_number_keeps_every_digit() -> None:
    number = read_number("20.50")
    assert number is not None
    assert (number.digits, number.places) == (2050, 2)


def test_tenths_are_said_with_one_decimal() -> None:
    assert [say_tenths(tenths) for tenths in (350, 379, 380)] == [
        "35.0",
        "37.9",
        "38.0",
    ]
