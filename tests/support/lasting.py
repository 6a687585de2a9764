"""A test that goes on until it is killed, with everything that a run may start.

``tests/shape/test_suite.py`` kills its run and looks at what is left.
"""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.databases import Databases
from tests.support.journey import journey
from tests.support.webdriver import firefox, webkit


@pytest.mark.browser
def test_that_lasts(
    browser: Browser, postgresql_databases: Databases, tmp_path: Path
) -> None:
    homes = {name: tmp_path / name for name in ("firefox", "webkit")}
    for home in homes.values():
        home.mkdir()
    with (
        journey(postgresql_databases.migrated(), tmp_path) as walk,
        firefox(homes["firefox"]),
        webkit(homes["webkit"]),
    ):
        walk.engine()
        walk.web()
        browser.new_page()
        print("\neverything is there", flush=True)
        signal.pause()
