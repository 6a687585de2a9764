"""What is sealed is read by our key, for its purpose, unchanged, and by nothing else."""

from __future__ import annotations

import pytest

from portal.people.accounts.seals import Seals, Unreadable

SECRET, OTHER = "a" * 20 + "b" * 20, "c" * 20 + "d" * 20
SEALS = Seals(SECRET)


def test_what_was_sealed_is_read_again() -> None:
    assert SEALS.open("totp:1", SEALS.close("totp:1", b"secret")) == b"secret"


def test_a_seal_tells_nothing_and_is_new_each_time() -> None:
    first, second = (SEALS.close("totp:1", b"secret") for _ in range(2))
    assert first != second
    assert "secret" not in first
    assert SECRET not in repr(SEALS)


@pytest.mark.parametrize(
    ("seals", "purpose"), [(Seals(OTHER), "totp:1"), (SEALS, "totp:2")]
)
def test_another_key_or_purpose_opens_nothing(seals: Seals, purpose: str) -> None:
    with pytest.raises(Unreadable):
        seals.open(purpose, SEALS.close("totp:1", b"secret"))


def test_one_changed_character_is_seen() -> None:
    sealed = SEALS.close("totp:1", b"secret")
    changed = sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]
    with pytest.raises(Unreadable):
        SEALS.open("totp:1", changed)


@pytest.mark.parametrize("broken", ["", "v1.", "v1.AA", "v1.%%%", "密"])
def test_what_was_never_a_seal_is_unreadable(broken: str) -> None:
    with pytest.raises(Unreadable):
        SEALS.open("totp:1", broken)


def test_while_keys_are_rotated_the_old_one_still_opens() -> None:
    old = Seals(OTHER).close("totp:1", b"secret")
    assert Seals(SECRET, OTHER).open("totp:1", old) == b"secret"
