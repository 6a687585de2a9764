"""Settings are read once, and production refuses what would be unsafe."""

from __future__ import annotations

import pytest

from portal.config import from_environment
from portal.core.errors import UnsafeSettings

SAFE = {
    "PORTAL_MODE": "production",
    "PORTAL_SECRET_KEY": "k3Jv9xQm2Tz7Lw5Rb8Nc4Yd6Hf1Gs0Pa",
    "PORTAL_PUBLIC_URL": "https://follow-up.example",
}


def test_safe_settings_start() -> None:
    assert from_environment(SAFE).https


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
