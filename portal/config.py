"""Settings, frozen; the only reader of the environment.

Production refuses to start with settings that would be unsafe for a person.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from portal import crash
from portal.errors import UnsafeSettings
from portal.messages.gateways.gateway import on_this_machine
from portal.messages.gateways.settings import GATEWAYS, MailSettings, TwilioSettings

DEMO_SECRET = "demonstration-only-never-in-production"  # noqa: S105 (not a secret)
SECRET_LENGTH = 32
NO_TWILIO, NO_MAIL = TwilioSettings(), MailSettings()
MODES = ("demo", "development", "production")


@dataclass(frozen=True)
class Settings:
    """What an operator chooses. Each field names its environment variable."""

    mode: str = "development"  # PORTAL_MODE
    database_url: str = "sqlite:///var/portal.db"  # PORTAL_DATABASE_URL
    secret_key: str = field(default=DEMO_SECRET, repr=False)  # PORTAL_SECRET_KEY
    old_secret_key: str | None = field(default=None, repr=False)  # …_OLD: to replace it
    public_url: str = "http://localhost:8000"  # PORTAL_PUBLIC_URL
    host: str = "127.0.0.1"  # PORTAL_HOST
    port: int = 8000  # PORTAL_PORT
    gateway: str = "log"  # PORTAL_GATEWAY: log, twilio
    allow_unapproved: bool = False  # PORTAL_ALLOW_UNAPPROVED
    debug: bool = False  # PORTAL_DEBUG
    proxies: int = 0  # PORTAL_PROXIES: how many of our proxies are in front
    web_threads: int = 12  # PORTAL_WEB_THREADS
    lease_seconds: float = 10.0  # PORTAL_LEASE_SECONDS
    settle_seconds: float = 3.0  # PORTAL_SETTLE_SECONDS
    send_rate: float = 0.0  # PORTAL_SEND_RATE: parts of texts a second; 0: no limit
    call_rate: float = 0.0  # PORTAL_CALL_RATE: calls a second; 0: no limit
    log_level: str = "INFO"  # PORTAL_LOG_LEVEL
    twilio: TwilioSettings = NO_TWILIO
    mail: MailSettings = NO_MAIL
    crash_at: str | None = None  # PORTAL_CRASH_AT: NAME:HIT, for tests of faults
    clock_file: str | None = None  # PORTAL_CLOCK_FILE: seconds, for tests of steps
    heartbeat_url: str | None = field(default=None, repr=False)  # PORTAL_HEARTBEAT_URL
    metrics_token: str | None = field(default=None, repr=False)  # …_METRICS_TOKEN
    watch_token: str | None = field(default=None, repr=False)  # PORTAL_WATCH_TOKEN
    journal: str | None = None  # PORTAL_JOURNAL: a file outside the database
    red_flag_journal: str | None = None  # PORTAL_RED_FLAG_JOURNAL: another one
    only_reach: frozenset[str] = frozenset()  # PORTAL_ONLY_REACH: outside production

    @property
    def demo(self) -> bool:
        """Whether this is the demo: invented people, simulated phones, own clock."""
        return self.mode == "demo"

    @property
    def provider(self) -> TwilioSettings | None:
        """The chosen provider of texts and calls; None: the simulated phones."""
        return self.twilio if self.gateway == "twilio" else None

    @property
    def https(self) -> bool:
        """Whether people reach the portal by https; then cookies are Secure."""
        return self.public_url.startswith("https://")


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings.

    Raises:
        UnsafeSettings: a value cannot be read, or production would be unsafe.
    """
    values = os.environ if environment is None else environment
    settings = _read(values)
    refuse_unsafe(settings)
    return settings


def _read(values: Mapping[str, str]) -> Settings:
    default = Settings()
    text = {
        name: values.get(f"PORTAL_{name.upper()}", getattr(default, name))
        for name in (
            "mode",
            "database_url",
            "public_url",
            "host",
            "gateway",
            "log_level",
        )
    }
    return Settings(
        **text,
        secret_key=_secret(values, "PORTAL_SECRET_KEY") or DEMO_SECRET,
        old_secret_key=_secret(values, "PORTAL_SECRET_KEY_OLD"),
        port=int(_number(values, "PORTAL_PORT", default.port)),
        proxies=int(_number(values, "PORTAL_PROXIES", default.proxies)),
        web_threads=int(_number(values, "PORTAL_WEB_THREADS", default.web_threads)),
        **_engine(values, default),
        allow_unapproved=_flag(values, "PORTAL_ALLOW_UNAPPROVED"),
        debug=_flag(values, "PORTAL_DEBUG"),
        **_optional(values),
    )


def _engine(values: Mapping[str, str], default: Settings) -> dict[str, Any]:
    names = ("lease_seconds", "settle_seconds", "send_rate", "call_rate")
    return {
        name: _number(values, f"PORTAL_{name.upper()}", getattr(default, name))
        for name in names
    }


def _twilio(values: Mapping[str, str]) -> TwilioSettings:
    return TwilioSettings(
        sid=values.get("TWILIO_ACCOUNT_SID") or "",
        token=_secret(values, "TWILIO_AUTH_TOKEN") or "",
        old_token=_secret(values, "TWILIO_AUTH_TOKEN_OLD"),
        sender=values.get("TWILIO_FROM") or None,
        service=values.get("TWILIO_MESSAGING_SERVICE_SID") or None,
        base=values.get("PORTAL_TWILIO_API_BASE") or TwilioSettings.base,
    )


def _optional(values: Mapping[str, str]) -> dict[str, Any]:
    mail = MailSettings(
        _secret(values, "PORTAL_SMTP_URL"), values.get("PORTAL_SMTP_FROM") or None
    )
    return {
        "twilio": _twilio(values),
        "mail": mail,
        "crash_at": values.get("PORTAL_CRASH_AT") or None,
        "clock_file": values.get("PORTAL_CLOCK_FILE") or None,
        "heartbeat_url": _secret(values, "PORTAL_HEARTBEAT_URL"),
        "metrics_token": _secret(values, "PORTAL_METRICS_TOKEN"),
        "watch_token": _secret(values, "PORTAL_WATCH_TOKEN"),
        "journal": values.get("PORTAL_JOURNAL") or None,
        "red_flag_journal": values.get("PORTAL_RED_FLAG_JOURNAL") or None,
        "only_reach": frozenset(values.get("PORTAL_ONLY_REACH", "").split()),
    }


def _secret(values: Mapping[str, str], name: str) -> str | None:
    path = values.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return values.get(name) or None


def _number(values: Mapping[str, str], name: str, default: float) -> float:
    text = values.get(name)
    if text is None:
        return default
    try:
        number = float(text)
    except ValueError:
        raise UnsafeSettings(f"{name} must be a number, not {text!r}.") from None
    if not 0 <= number < 10**6:
        raise UnsafeSettings(f"{name} is out of range.")
    return number


def _flag(values: Mapping[str, str], name: str) -> bool:
    text = values.get(name, "no").lower()
    if text not in {"yes", "no", "1", "0", "true", "false"}:
        raise UnsafeSettings(f"{name} must be yes or no, not {text!r}.")
    return text in {"yes", "1", "true"}


def refuse_unsafe(settings: Settings) -> None:
    """Raise ``UnsafeSettings``, with every fault, if it would be unsafe to start."""
    faults = []
    if settings.mode not in MODES:
        faults.append(f"PORTAL_MODE must be one of {', '.join(MODES)}.")
    faults += _gateway_faults(settings)
    faults += _crash_faults(settings)
    if settings.heartbeat_url and not _safe_address(settings.heartbeat_url):
        faults.append("PORTAL_HEARTBEAT_URL must start with https://.")
    if settings.mode == "production":
        faults += _production_faults(settings)
    if faults:
        raise UnsafeSettings(" ".join(faults))


def _gateway_faults(settings: Settings) -> list[str]:
    faults = []
    if settings.gateway not in GATEWAYS:
        faults.append(f"PORTAL_GATEWAY must be one of {', '.join(GATEWAYS)}.")
    if settings.demo and (settings.gateway != "log" or settings.mail.url):
        faults.append(
            "The demo sends nothing: PORTAL_GATEWAY must be log, "
            "and PORTAL_SMTP_URL empty."
        )
    if settings.provider is not None:
        faults += settings.provider.faults(production=settings.mode == "production")
    return faults + settings.mail.faults()


def _crash_faults(settings: Settings) -> list[str]:
    if settings.crash_at is None:
        return []
    if settings.mode == "production":
        return ["PORTAL_CRASH_AT ends processes on purpose: it must not be set."]
    fault = crash.fault_in(settings.crash_at)
    return [fault] if fault else []


def _production_faults(settings: Settings) -> list[str]:
    faults = []
    if settings.clock_file is not None:
        faults.append("PORTAL_CLOCK_FILE moves the clock: it must not be set.")
    if settings.secret_key == DEMO_SECRET or weak(settings.secret_key):
        faults.append(
            "PORTAL_SECRET_KEY is missing or weak: give it at least "
            f"{SECRET_LENGTH} random characters, such as the output of "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."
        )
    if settings.old_secret_key is not None and weak(settings.old_secret_key):
        faults.append("PORTAL_SECRET_KEY_OLD is weak.")
    if settings.debug:
        faults.append("PORTAL_DEBUG must be no.")
    if not settings.https:
        faults.append("PORTAL_PUBLIC_URL must start with https://.")
    return faults


def _safe_address(url: str) -> bool:
    """Whether ``url`` is https, or leads to this machine."""
    parts = urlsplit(url)
    near = parts.scheme == "http" and on_this_machine(parts.hostname)
    return bool(parts.hostname) and (parts.scheme == "https" or near)


def weak(secret: str) -> bool:
    """Whether a secret is too short or too regular to be safe."""
    return len(secret) < SECRET_LENGTH or len(set(secret)) < 12
