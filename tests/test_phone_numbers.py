"""Numbers as people type them, and as a log may show them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import InvalidInput
from portal.phone_numbers import grouped, masked, to_e164, to_mobile, written

CHENGDU = "+8613980001234"


@pytest.mark.parametrize(
    "typed",
    [
        "13980001234",
        "139 8000 1234",
        "139-8000-1234",
        "+86 139 8000 1234",
        "008613980001234",
        "１３９８０００１２３４",
        "＋86 13980001234",
        " 13980001234 ",
        "(+86) 139.8000.1234",
        "（0086）139·8000·1234",
        "139–8000—1234",
        "139‐8000‑1234",
        "139−8000－1234",
        "\u202a+86 139 8000 1234\u202c",
        "\u2066139\u20698000\ufeff1234",
        "\u200e139\u200b8000\ufe0d1234\u180e",
        "139\u00a08000\u30001234\u00ad",
        "\U0001d7cf39\ufe0f8000\U000e01011234",
        "١٣٩ ٨٠٠٠ ١٢٣٤",
        "139 8000 1234。",
    ],
)
def test_a_chinese_mobile_is_understood_as_people_type_it(typed: str) -> None:
    assert to_e164(typed, "CN") == CHENGDU


@pytest.mark.parametrize(
    "typed",
    ["", "120", "abc", "1398000123", "139800012345", "+8601", "1" * 500, "\x00", "😀"],
)
def test_what_is_no_number_is_refused_by_name(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        to_e164(typed, "CN")
    assert refusal.value.field == "number"


STRANGERS = [
    ("139oo001234", "o"),
    ("138oo138ooo", "o"),
    ("13800138ABC", "A"),
    ("13980001234x5", "x"),
    ("13980001234 ext 5", "e"),
    ("13980001234 EXT. 5", "E"),
    ("13980001234,123", ","),
    ("13980001234，123", "，"),
    ("13980001234;123", ";"),
    ("13980001234#5", "#"),
    ("028-8542 1234 转 5", "转"),
    ("13980001234微信", "微"),
    ("微信13980001234", "微"),
    ("tel:+8613980001234", "t"),
    ("13980001234/13980001235", "/"),
    ("+8613980001234+", "+"),
    ("139+80001234", "+"),
    ("1398000123④", "④"),
    ("1398000123⁴", "⁴"),
    ("1398OOO1234", "O"),
    ("13980001234\u0301", "U+0301"),
    ("13980001234\x00", "U+0000"),
    ("13980001234\ue000", "U+E000"),
    ("*13980001234", "*"),
    ("一三九13980001234", "一"),
]


@pytest.mark.parametrize(("typed", "named"), STRANGERS)
@pytest.mark.parametrize("read", [to_e164, to_mobile])
def test_what_is_not_all_a_number_is_no_number_and_the_character_is_named(
    read: Callable[[str, str], str], typed: str, named: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read(typed, "CN")
    assert refusal.value.field == "number"
    assert refusal.value.values == {"character": named}
    assert f"“{named}”" in refusal.value.message
    assert "extension" not in refusal.value.message or typed[:3] in {"139", "028"}


@pytest.mark.parametrize("tail", ["x5", " ext 5", ",123", "#5", " 转 5", "分机5", ";5"])
def test_an_extension_is_refused_with_the_way_on(tail: str) -> None:
    with pytest.raises(InvalidInput, match="Give a number that works without it"):
        to_e164(f"028-8542 1234{tail}", "CN")


@given(st.text(max_size=70))
def test_a_number_is_its_own_digits_or_it_is_none(typed: str) -> None:
    """Whatever is typed: no digit is guessed, dropped or added but the country's."""
    try:
        number = to_e164(typed, "CN")
    except InvalidInput:
        return
    own = "".join(str(unicodedata.decimal(c)) for c in typed if c.isdecimal())
    assert number.removeprefix("+").endswith(own.lstrip("0")[-9:])


@pytest.mark.parametrize(
    "typed",
    [
        "12345 139 8000 1234",
        "17951 13980001234",
        "+86 12593 13980001234",
        "1101213980001234",
    ],
)
def test_digits_before_a_number_are_not_dropped(typed: str) -> None:
    """The library takes them for a carrier's code, and the rest is somebody's number."""
    with pytest.raises(InvalidInput):
        to_e164(typed, "CN")


@given(st.text("0123456789", min_size=1, max_size=6))
def test_only_a_prefix_of_the_country_stands_before_a_number(before: str) -> None:
    try:
        read = to_e164(f"{before} 139 8000 1234", "CN")
    except InvalidInput:
        return
    assert read != CHENGDU or re.fullmatch("0*(86)?0?", before)


@given(st.sampled_from(range(0x110000)).map(chr), st.integers(0, 11))
def test_a_strange_character_anywhere_changes_no_number(char: str, place: int) -> None:
    whole = "13980001234"
    try:
        read = to_e164(whole[:place] + char + whole[place:], "CN")
    except InvalidInput:
        return
    assert read == CHENGDU
    assert not char.isalnum()


def test_a_typed_number_is_shown_as_it_can_be_dialled() -> None:
    assert written("（０２８）８５４２—1234\u202c ") == "(028)8542-1234"
    assert written(" 028.8542\u00a01234") == "028 8542 1234"
    assert grouped("+8613800138000") == "+86 138 0013 8000"


def test_a_foreign_number_keeps_its_own_country() -> None:
    assert to_e164("+44 20 7946 0958", "CN") == "+442079460958"


def test_a_masked_number_shows_neither_person_nor_exchange() -> None:
    assert masked(CHENGDU) == "+86…34"
    assert masked("12345") == "…"


@pytest.mark.parametrize("typed", ["028 5550 0120", "4008205555", "+442079460958"])
def test_a_line_that_takes_no_texts_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        to_mobile(typed, "CN")
    assert refusal.value.field == "number"


def test_a_mobile_takes_texts() -> None:
    assert to_mobile("139 8000 1234", "CN") == CHENGDU
    assert to_mobile("+1 650-253-0000", "CN") == "+16502530000"
