"""No process starts on a database that does not fit, or unsigned for real people."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal import startup
from portal.errors import PortalError, UnsafeSettings
from portal.records.staff.work import overview
from portal.runtime import Runtime
from tests.support.cast import cast
from tests.support.settings import settings_for

pytestmark = pytest.mark.smoke


def test_an_unapproved_study_with_a_real_gateway_is_refused(
    runtime: Runtime, database_url: str
) -> None:
    cast(runtime)
    real = settings_for(database_url, gateway="twilio")
    with pytest.raises(UnsafeSettings, match="approved"), startup.opened(real):
        pass


def test_a_rehearsal_among_colleagues_may_be_allowed(
    runtime: Runtime, database_url: str
) -> None:
    cast(runtime)
    allowed = settings_for(database_url, gateway="twilio", allow_unapproved=True)
    with startup.opened(allowed):
        pass
    with startup.opened(settings_for(database_url)):
        pass  # simulated phones reach nobody


def test_a_database_without_tables_says_what_to_type(empty_database_url: str) -> None:
    settings = settings_for(empty_database_url)
    with (
        pytest.raises(UnsafeSettings, match="portal migrate"),
        startup.opened(settings),
    ):
        pass
    startup.migrate(empty_database_url)
    startup.migrate(empty_database_url)
    with startup.opened(settings) as opened, opened.reading() as session:
        assert overview.messages(session) == []


def test_a_database_out_of_reach_is_named_without_its_password() -> None:
    url = "postgresql://portal:secret@127.0.0.1:1/portal"
    with pytest.raises(UnsafeSettings) as refused, startup.opened(settings_for(url)):
        pass
    assert "127.0.0.1:1/portal" in refused.value.message
    assert "secret" not in refused.value.message


def test_migrating_makes_the_folder_of_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "portal.db"
    startup.migrate(f"sqlite:///{path}")
    assert path.exists()


@pytest.mark.parametrize("url", ["nonsense", "sqlite", "oracle://x/y"])
def test_an_address_that_is_none_is_refused_kindly(url: str) -> None:
    with pytest.raises(PortalError):
        startup.migrate(url)
    with pytest.raises(UnsafeSettings), startup.opened(settings_for(url)):
        pass
