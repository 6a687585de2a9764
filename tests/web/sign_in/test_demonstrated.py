"""Whom the sign-in pages name: invented people in a demonstration, and else nobody."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.runtime import Runtime
from tests.support.cast import cast
from tests.support.databases import Databases
from tests.support.settings import settings_for
from tests.support.web import used_application

PAGES = ("/sign-in", "/staff/sign-in")
NAMED = ("DS-021", "19900000121", "welcome to the demo")


@pytest.mark.parametrize("path", PAGES)
def test_a_portal_for_real_people_names_nobody(
    app: Flask, runtime: Runtime, path: str
) -> None:
    cast(runtime)
    page = app.test_client().get(path).text
    assert not [one for one in NAMED if one in page]


@pytest.mark.parametrize("path", PAGES)
def test_a_demonstration_without_a_study_has_nobody_to_name(
    databases: Databases, path: str
) -> None:
    runtime = Runtime(settings_for(databases.migrated(), mode="demo"))
    page = used_application(runtime).test_client().get(path)
    runtime.close()
    assert page.status_code == 200
    assert not [one for one in NAMED if one in page.text]
