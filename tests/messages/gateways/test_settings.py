"""Where the provider may be asked: over TLS, or on this machine to try it out."""

from __future__ import annotations

import pytest

from portal.messages.gateways.settings import TwilioSettings


@pytest.mark.parametrize(
    ("base", "tried_out", "real"),
    [
        ("https://api.twilio.com", True, True),
        ("http://127.0.0.1:8080", True, False),
        ("http://localhost:8080", True, False),
        ("http://api.twilio.com", False, False),
        ("ftp://127.0.0.1", False, False),
        ("https://", False, False),
        ("api.twilio.com", False, False),
    ],
)
def test_the_provider_is_asked_over_tls_or_on_this_machine(
    base: str, tried_out: bool, real: bool
) -> None:
    settings = TwilioSettings(
        sid=f"AC{'0' * 32}", token="t", sender="+12025550123", base=base
    )
    assert (settings.faults(production=False) == []) is tried_out
    assert (settings.faults(production=True) == []) is real
