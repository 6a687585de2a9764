"""Settings are read once, and production refuses what would be unsafe."""

from __future__ import annotations

import pytest

from portal.config import from_environment
from portal.errors import UnsafeSettings

SAFE = {
    "PORTAL_MODE": "production",
    "PORTAL_SECRET_KEY": "k3Jv9xQm2Tz7Lw5Rb8Nc4Yd6Hf1Gs0Pa",
    "PORTAL_PUBLIC_URL": "https://follow-up.example",
}


def test_safe_settings_start() -> None:
    assert from_environment(SAFE).https


TWILIO = {
    "PORTAL_GATEWAY": "twilio",
    "TWILIO_ACCOUNT_SID": "AC" + "0a" * 16,
    "TWILIO_AUTH_TOKEN": "the-token-of-the-account",
    "TWILIO_FROM": "+12025550100",
}
MAIL = {
    "PORTAL_SMTP_URL": "smtps://portal:pass@mail.example",
    "PORTAL_SMTP_FROM": "portal@hospital.example",
}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"PORTAL_SECRET_KEY": ""}, "PORTAL_SECRET_KEY"),
        ({"PORTAL_SECRET_KEY": "short"}, "PORTAL_SECRET_KEY"),
        ({"PORTAL_SECRET_KEY": "a" * 64}, "PORTAL_SECRET_KEY"),
        ({"PORTAL_SECRET_KEY_OLD": "old"}, "PORTAL_SECRET_KEY_OLD"),
        ({"PORTAL_PUBLIC_URL": "http://follow-up.example"}, "PORTAL_PUBLIC_URL"),
        ({"PORTAL_DEBUG": "yes"}, "PORTAL_DEBUG"),
        ({"PORTAL_MODE": "prod"}, "PORTAL_MODE"),
        ({"PORTAL_PORT": "eighty"}, "PORTAL_PORT"),
        ({"PORTAL_PORT": "nan"}, "PORTAL_PORT"),
        ({"PORTAL_DEBUG": "perhaps"}, "PORTAL_DEBUG"),
        ({"PORTAL_MODE": "demo", "PORTAL_GATEWAY": "twilio"}, "PORTAL_GATEWAY"),
    ],
)
def test_unsafe_settings_are_refused_by_name(
    change: dict[str, str], named: str
) -> None:
    with pytest.raises(UnsafeSettings, match=named):
        from_environment(SAFE | change)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(UnsafeSettings) as refusal:
        from_environment({"PORTAL_MODE": "production", "PORTAL_DEBUG": "1"})
    for name in ("PORTAL_SECRET_KEY", "PORTAL_DEBUG", "PORTAL_PUBLIC_URL"):
        assert name in refusal.value.message


def test_a_secret_may_come_from_a_file(tmp_path) -> None:
    file = tmp_path / "secret"
    file.write_text(SAFE["PORTAL_SECRET_KEY"] + "\n")
    values = {**SAFE, "PORTAL_SECRET_KEY": "", "PORTAL_SECRET_KEY_FILE": str(file)}
    assert from_environment(values).secret_key == SAFE["PORTAL_SECRET_KEY"]


def test_providers_are_read_and_show_no_secret() -> None:
    settings = from_environment(SAFE | TWILIO | MAIL)
    assert settings.gateway == "twilio"
    assert settings.twilio.sender == "+12025550100"
    assert settings.twilio.base == "https://api.twilio.com"
    for secret in (TWILIO["TWILIO_AUTH_TOKEN"], "pass@", SAFE["PORTAL_SECRET_KEY"]):
        assert secret not in repr(settings), secret


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"PORTAL_GATEWAY": "pigeon"}, "PORTAL_GATEWAY"),
        ({"TWILIO_ACCOUNT_SID": ""}, "TWILIO_ACCOUNT_SID"),
        ({"TWILIO_ACCOUNT_SID": "SK" + "0a" * 16}, "TWILIO_ACCOUNT_SID"),
        ({"TWILIO_AUTH_TOKEN": ""}, "TWILIO_AUTH_TOKEN"),
        ({"TWILIO_FROM": ""}, "TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID"),
        ({"TWILIO_FROM": "2025550100"}, "TWILIO_FROM"),
        ({"TWILIO_MESSAGING_SERVICE_SID": "MG1"}, "TWILIO_MESSAGING_SERVICE_SID"),
        ({"PORTAL_TWILIO_API_BASE": "http://localhost:9"}, "PORTAL_TWILIO_API_BASE"),
        ({"PORTAL_TWILIO_API_BASE": "api.example"}, "PORTAL_TWILIO_API_BASE"),
        ({"PORTAL_SMTP_URL": "smtp://mail.example"}, "PORTAL_SMTP_URL"),
        ({"PORTAL_SMTP_FROM": ""}, "PORTAL_SMTP_FROM"),
        ({"PORTAL_SMTP_FROM": "nobody"}, "PORTAL_SMTP_URL"),
    ],
)
def test_a_provider_that_could_not_work_is_refused_by_name(
    change: dict[str, str], named: str
) -> None:
    with pytest.raises(UnsafeSettings, match=named) as refusal:
        from_environment(SAFE | TWILIO | MAIL | change)
    assert "pass@" not in refusal.value.message


def test_the_demo_sends_no_mail() -> None:
    with pytest.raises(UnsafeSettings, match="PORTAL_SMTP_URL"):
        from_environment({"PORTAL_MODE": "demo", **MAIL})
