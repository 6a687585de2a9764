"""Codes of the clock: the values that RFC 6238 prints, once each, a window of slack."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.people.accounts import totp

SECRET = b"12345678901234567890"
NOON = datetime(2026, 3, 12, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_values_of_the_rfc(seconds: int, code: str) -> None:
    window = totp.window_at(datetime.fromtimestamp(seconds, UTC))
    assert totp.code_of(SECRET, window, digits=8) == code
    assert totp.code_of(SECRET, window) == code[-6:]


@pytest.mark.parametrize(
    ("off", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_phone_may_be_one_window_off(off: int, fits: bool) -> None:
    window = totp.window_at(NOON) + off
    code = totp.code_of(SECRET, window)
    found = totp.window_of(SECRET, code, NOON, after=None)
    assert found == (window if fits else None)


def test_a_code_works_once_and_no_older_one_after_it() -> None:
    here = totp.window_at(NOON)
    codes = [totp.code_of(SECRET, here + off) for off in (-1, 0, 1)]
    found = [totp.window_of(SECRET, code, NOON, after=here) for code in codes]
    assert found == [None, None, here + 1]


def test_blanks_inside_a_code_are_let_be() -> None:
    code = totp.code_of(SECRET, totp.window_at(NOON))
    typed = f" {code[:3]} {code[3:]} "
    assert totp.window_of(SECRET, typed, NOON, after=None) is not None


@pytest.mark.parametrize(
    "typed", ["", "１２３４５６", "12345", "abcdef", "\ud83d", "0" * 99]
)
def test_what_is_no_code_does_not_fit(typed: str) -> None:
    assert totp.window_of(SECRET, typed, NOON, after=None) is None


def test_the_next_window_has_another_code() -> None:
    later = NOON + timedelta(seconds=totp.SECONDS)
    here, there = (totp.window_at(at) for at in (NOON, later))
    assert there == here + 1
    assert totp.code_of(SECRET, here) != totp.code_of(SECRET, there)


def test_the_secret_is_shown_in_groups_and_in_a_link() -> None:
    assert totp.as_text(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    link = urlsplit(totp.as_link(SECRET, account="li na", issuer="Huaxi: study"))
    assert (link.scheme, link.netloc) == ("otpauth", "totp")
    assert link.path == "/Huaxi%3A%20study%3Ali%20na"
    assert parse_qs(link.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["Huaxi: study"],
    }
