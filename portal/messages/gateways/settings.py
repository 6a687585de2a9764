"""Which settings a provider needs, and what is wrong with them: all faults at once."""

from __future__ import annotations

import re
from typing import Protocol
from urllib.parse import urlsplit

from portal.messages.gateways.channels import serving
from portal.messages.gateways.gateway import Gateway, on_this_machine
from portal.messages.gateways.mail import relay_at

GATEWAYS = ("log", "twilio")
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
ACCOUNT = re.compile(r"AC[0-9a-f]{32}")
SERVICE = re.compile(r"MG[0-9a-f]{32}")


class Chosen(Protocol):
    """The settings that providers read."""

    @property
    def demo(self) -> bool:
        """Whether everything is invented."""

    @property
    def mode(self) -> str:
        """How strict a start is."""

    @property
    def gateway(self) -> str:
        """Who sends texts and calls."""

    @property
    def twilio_account_sid(self) -> str | None:
        """The account."""

    @property
    def twilio_auth_token(self) -> str | None:
        """Its secret; callbacks are signed with it too."""

    @property
    def twilio_from(self) -> str | None:
        """The number that calls, and texts where no service does."""

    @property
    def twilio_messaging_service_sid(self) -> str | None:
        """The service that texts."""

    @property
    def twilio_api_base(self) -> str:
        """Where the API stands."""

    @property
    def smtp_url(self) -> str | None:
        """The relay of e-mail."""

    @property
    def smtp_from(self) -> str | None:
        """Whom e-mail comes from."""

    @property
    def only_reach(self) -> frozenset[str]:
        """Whom a portal that is not in production may reach."""


def may_reach(chosen: Chosen, gateway: Gateway, channel: str, number: str) -> bool:
    """Whether a message may be handed to the provider that serves its channel.

    Outside production only those named in PORTAL_ONLY_REACH are reached, and whoever
    a provider reaches that says it is local: a copy of real data on a machine for
    trying things out must be unable to text anybody.
    """
    if chosen.mode == "production" or number in chosen.only_reach:
        return True
    return serving(gateway, channel).capabilities.local


def gateway_faults(chosen: Chosen) -> list[str]:
    """A sentence for everything that keeps the chosen providers from working."""
    faults = []
    if chosen.gateway not in GATEWAYS:
        faults.append(f"PORTAL_GATEWAY must be one of {', '.join(GATEWAYS)}.")
    if chosen.demo and (chosen.gateway != "log" or chosen.smtp_url):
        faults.append(
            "The demo sends nothing: PORTAL_GATEWAY must be log, "
            "and PORTAL_SMTP_URL empty."
        )
    if chosen.gateway == "twilio":
        faults += _twilio_faults(chosen)
    return faults + _mail_faults(chosen)


def _twilio_faults(chosen: Chosen) -> list[str]:
    faults = []
    sender, service = chosen.twilio_from, chosen.twilio_messaging_service_sid
    if not ACCOUNT.fullmatch(chosen.twilio_account_sid or ""):
        faults.append("TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits.")
    if not chosen.twilio_auth_token:
        faults.append("TWILIO_AUTH_TOKEN is missing.")
    if sender is None and service is None:
        faults.append("TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID must be set.")
    if sender is not None and not NUMBER.fullmatch(sender):
        faults.append("TWILIO_FROM must be a number such as +12025550123.")
    if service is not None and not SERVICE.fullmatch(service):
        faults.append("TWILIO_MESSAGING_SERVICE_SID must be MG and 32 digits.")
    return faults + _base_faults(chosen)


def _base_faults(chosen: Chosen) -> list[str]:
    parts = urlsplit(chosen.twilio_api_base)
    near = on_this_machine(parts.hostname) and chosen.mode != "production"
    if parts.hostname and (
        parts.scheme == "https" or (parts.scheme == "http" and near)
    ):
        return []
    return ["PORTAL_TWILIO_API_BASE must start with https://."]


def _mail_faults(chosen: Chosen) -> list[str]:
    if not chosen.smtp_url:
        return []
    if not chosen.smtp_from:
        return ["PORTAL_SMTP_FROM is missing: whom does e-mail come from?"]
    try:
        relay_at(chosen.smtp_url, chosen.smtp_from)
    except ValueError as error:
        return [f"PORTAL_SMTP_URL cannot be used: {error}."]
    return []
