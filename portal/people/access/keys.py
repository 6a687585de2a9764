"""Stored secrets: tokens are stored as hashes, short values as keyed hashes.

A number or a six-digit code can be guessed from a plain hash, so those are hashed with
the portal's own key. Random tokens of 256 bits need no key.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Keyring:
    """The key for short values. After a change of key, new codes must be requested."""

    secret: str = field(repr=False)

    def digest(self, kind: str, *values: str) -> str:
        """The keyed hash of ``values``; another ``kind`` gives another hash."""
        text = "\0".join((kind, *values)).encode("utf-8", "replace")
        return hmac.new(self.secret.encode(), text, hashlib.sha256).hexdigest()


def new_token() -> str:
    """A new random token of 256 bits, safe in a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """The stored form of a random token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two hashes are equal, compared in constant time."""
    return hmac.compare_digest(one, other)
