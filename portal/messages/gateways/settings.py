"""The settings of each provider, and a check that lists all their faults at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from portal.messages.gateways.gateway import on_this_machine
from portal.messages.gateways.mail import relay_at

GATEWAYS = ("log", "twilio")
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
ACCOUNT = re.compile(r"AC[0-9a-f]{32}")
SERVICE = re.compile(r"MG[0-9a-f]{32}")


@dataclass(frozen=True)
class TwilioSettings:
    """The account, its number or messaging service, and the address of the API.

    ``old_token`` is accepted besides ``token`` while the token is being replaced.
    ``sender`` is the number that calls, and that texts if there is no ``service``.
    """

    sid: str = ""  # TWILIO_ACCOUNT_SID
    token: str = field(default="", repr=False)  # TWILIO_AUTH_TOKEN; signs callbacks too
    old_token: str | None = field(default=None, repr=False)  # TWILIO_AUTH_TOKEN_OLD
    sender: str | None = None  # TWILIO_FROM
    service: str | None = None  # TWILIO_MESSAGING_SERVICE_SID
    base: str = "https://api.twilio.com"  # PORTAL_TWILIO_API_BASE

    def faults(self, *, production: bool) -> list[str]:
        """One sentence for each fault of these settings."""
        faults = []
        if not ACCOUNT.fullmatch(self.sid):
            faults.append("TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits.")
        if not self.token:
            faults.append("TWILIO_AUTH_TOKEN is missing.")
        if self.sender is None and self.service is None:
            faults.append("TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID must be set.")
        if self.sender is not None and not NUMBER.fullmatch(self.sender):
            faults.append("TWILIO_FROM must be a number such as +12025550123.")
        if self.service is not None and not SERVICE.fullmatch(self.service):
            faults.append("TWILIO_MESSAGING_SERVICE_SID must be MG and 32 digits.")
        if not self._safe_base(production=production):
            faults.append("PORTAL_TWILIO_API_BASE must start with https://.")
        return faults

    def _safe_base(self, *, production: bool) -> bool:
        parts = urlsplit(self.base)
        near = on_this_machine(parts.hostname) and not production
        safe = parts.scheme == "https" or (parts.scheme == "http" and near)
        return bool(parts.hostname) and safe


@dataclass(frozen=True)
class MailSettings:
    """The relay of e-mail, and its sender."""

    url: str | None = field(default=None, repr=False)  # PORTAL_SMTP_URL
    sender: str | None = None  # PORTAL_SMTP_FROM

    def faults(self) -> list[str]:
        """A sentence for everything that keeps it from working."""
        if not self.url:
            return []
        if not self.sender:
            return ["PORTAL_SMTP_FROM is missing: it names the sender of e-mail."]
        try:
            relay_at(self.url, self.sender)
        except ValueError as error:
            return [f"PORTAL_SMTP_URL cannot be used: {error}."]
        return []
