"""Seals: secrets that must be read again are encrypted and bound to their row.

The key is derived from PORTAL_SECRET_KEY, so a copy of the database alone reveals
nothing. A seal is valid for one purpose only (``totp:17``): in another row it cannot be
opened.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = "v1."
NONCE_BYTES = 12
KEY_BYTES = 32


class Unreadable(Exception):
    """A seal that none of our keys opens: the key or the purpose is a different one."""


@dataclass(frozen=True)
class Seals:
    """The portal's key, and the previous key while keys are rotated."""

    secret: str = field(repr=False)
    old_secret: str | None = field(default=None, repr=False)

    def close(self, purpose: str, plain: bytes) -> str:
        """Seal ``plain`` for one purpose; every call gives a different text."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        closed = _cipher(self.secret).encrypt(nonce, plain, purpose.encode())
        return VERSION + base64.urlsafe_b64encode(nonce + closed).decode()

    def open(self, purpose: str, sealed: str) -> bytes:
        """What was sealed for this purpose.

        Raises:
            Unreadable: none of our keys opens it for this purpose.
        """
        raw = _decoded(sealed)
        for secret in filter(None, (self.secret, self.old_secret)):
            try:
                nonce, closed = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
                return _cipher(secret).decrypt(nonce, closed, purpose.encode())
            except (InvalidTag, ValueError):
                continue
        raise Unreadable("no key opens this")


def _decoded(sealed: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(sealed.removeprefix(VERSION))
    except (binascii.Error, ValueError):
        return b""


def _cipher(secret: str) -> AESGCM:
    derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"follow-up portal: seals")
    return AESGCM(derived.derive(secret.encode()))
