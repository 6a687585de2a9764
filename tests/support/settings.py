"""The settings that tests run under: safe ones, with short waits."""

from __future__ import annotations

from typing import Any

from portal.config import Settings
from tests.support.clock import clock_file

WATCH = "only-for-the-watch-of-a-test"
SECRET = "only-for-tests-0123456789-abcdefghijklmnop"


def settings_for(database_url: str, **changes: Any) -> Settings:
    """Settings on ``database_url``; ``changes`` are what the test is about.

    A runtime without a clock of its own begins at the test's moment; production would
    not allow its clock to be set.
    """
    production = changes.get("mode") == "production"
    chosen: dict[str, Any] = {
        "mode": "development",
        "database_url": database_url,
        "secret_key": SECRET,
        "lease_seconds": 2.0,
        "settle_seconds": 0.1,
        "watch_token": WATCH,
        "clock_file": None if production else clock_file(),
        **changes,
    }
    return Settings(**chosen)
