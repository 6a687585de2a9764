"""An authenticator app on somebody's phone: it reads a link and makes codes."""

from __future__ import annotations

import base64
import html
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from portal.people.accounts import totp

LINK = re.compile(r'href="(otpauth://[^"]+)"')


@dataclass(frozen=True)
class App:
    """One account in the app."""

    secret: bytes

    def code(self, at: datetime, *, off: int = 0) -> str:
        """What it shows at a real moment, or ``off`` half minutes from it."""
        return totp.code_of(self.secret, totp.window_at(at) + off)


def scanned(page: str) -> App:
    """The app after it read the link of a page."""
    found = LINK.search(page)
    assert found, "no link for an app on this page"
    return added(html.unescape(found[1]))


def added(link: str) -> App:
    """The app after it was given this link."""
    (secret,) = parse_qs(urlsplit(link).query)["secret"]
    return App(base64.b32decode(secret))
