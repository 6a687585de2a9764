"""Secrets at rest: tokens are kept as hashes, short values as keyed hashes.

A number or a six-digit code can be guessed back from a plain hash, so those are
hashed with the portal's own key; 256-bit random tokens need no key.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Keyring:
    """The key of short values. After a change of key, codes are asked for again."""

    secret: str = field(repr=False)

    def digest(self, kind: str, *values: str) -> str:
        """The keyed hash of ``values``; the same values of another kind differ."""
        text = "\0".join((kind, *values)).encode("utf-8", "replace")
        return hmac.new(self.secret.encode(), text, hashlib.sha256).hexdigest()


def new_token() -> str:
    """A new random token of 256 bits, fit for a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """How a random token is kept."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two hashes are equal, in a time that tells nothing."""
    return hmac.compare_digest(one, other)
