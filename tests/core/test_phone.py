"""Numbers as people type them, and as a log may show them."""

from __future__ import annotations

import pytest

from portal.core.errors import InvalidInput
from portal.core.phone import masked, to_e164, to_mobile

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
