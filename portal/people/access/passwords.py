"""Stored passwords and PINs: argon2id hashes, slow on purpose.

One that is too easy to guess is refused when it is chosen, never at sign-in.
"""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.characters import nfkc
from portal.errors import InvalidInput

SHORTEST, LONGEST = 12, 256
WORST = frozenset(
    [
        "123456789012",
        "1234567890123",
        "12345678901234",
        "123123123123",
        "111111111111",
        "000000000000",
        "passwordpassword",
        "password1234",
        "password12345",
        "qwertyuiop123",
        "qwertyuiopas",
        "1qaz2wsx3edc",
        "1q2w3e4r5t6y",
        "abcdefghijkl",
        "abcd12345678",
        "iloveyou1234",
        "adminadmin123",
        "administrator",
        "letmeinletmein",
        "welcome12345",
        "changemechangeme",
        "woaini1314520",
        "a123456789012",
        "hospital12345",
        "zxcvbnm12345",
        "qq1234567890",
    ]
)

# OWASP's minimum for argon2id; 12 sign-ins at once need 230 MB.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def matches(password_hash: str, password: str) -> bool:
    """Whether this is the hash of ``password``."""
    try:
        return HASHER.verify(password_hash, normal(password))
    except (VerificationError, InvalidHashError):
        return False


def hashed(password: str, *, not_in: str) -> str:
    """The hash of a new password of the account named ``not_in``.

    Raises:
        InvalidInput: it is shorter than ``SHORTEST`` or longer than ``LONGEST``, is the user name, or is
            well known.
    """
    plain = normal(password)
    if len(plain) < SHORTEST:
        raise InvalidInput(
            "A password has at least %(count)s characters. Four words make a good one.",
            field="password",
            count=str(SHORTEST),
        )
    if len(plain) > LONGEST:
        raise InvalidInput(
            "A password has at most %(count)s characters.",
            field="password",
            count=str(LONGEST),
        )
    folded = plain.casefold()
    if not_in in {folded, folded[: len(folded) // 2]}:
        raise InvalidInput("The password must not be the user name.", field="password")
    if folded in WORST or len(set(folded)) < 4:
        raise InvalidInput("This password is too easy to guess.", field="password")
    return HASHER.hash(plain)


def normal(text: str) -> str:
    """A password in one Unicode form, cut to a length far over the longest allowed."""
    one_form = nfkc(text[: LONGEST * 4])
    return one_form.encode("utf-8", "replace").decode()
