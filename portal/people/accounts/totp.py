"""Codes that change with the clock (RFC 6238), as authenticator apps make them.

This needs no library: it is one keyed hash, and the RFC's test values prove it right.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

SECONDS = 30
DIGITS = 6
SLACK = 1  # windows before and after, because phones' clocks are not exact
SECRET_BYTES = 20  # as long as the hash, as the RFC requires


def window_at(moment: datetime) -> int:
    """The number of the 30-second window of a real time."""
    return int(moment.timestamp()) // SECONDS


def code_of(secret: bytes, window: int, digits: int = DIGITS) -> str:
    """The code of one window (RFC 4226, section 5.3), with its leading zeros."""
    digest = hmac.new(secret, window.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


def window_of(
    secret: bytes, typed: str, moment: datetime, *, after: int | None
) -> int | None:
    """The window of a typed code; None: the code is wrong.

    The window of ``moment``, the one before and the one after are accepted, but only if
    later than ``after``, the last one used. So a code works once.
    """
    here = window_at(moment)
    for window in range(here - SLACK, here + SLACK + 1):
        unused = after is None or window > after
        right = hmac.compare_digest(code_of(secret, window).encode(), _digits(typed))
        if right and unused:
            return window
    return None


def _digits(typed: str) -> bytes:
    """The typed text without the blanks that apps show inside a code."""
    return "".join(typed.split()).encode("utf-8", "replace")


def as_text(secret: bytes) -> str:
    """The secret as people type it into an app: base 32, in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def as_link(secret: bytes, *, account: str, issuer: str) -> str:
    """The ``otpauth:`` address that an app reads from a QR code or a tap."""
    label = quote(f"{issuer}:{account}", safe="")
    secret_text = as_text(secret).replace(" ", "")
    query = urlencode({"secret": secret_text, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{label}?{query}"
