"""The pages of the worst days on a real screen: not in the system yet, and held back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import event

from portal.alerting.answers import answering
from portal.audit import OPERATOR
from portal.operating import restoring
from portal.people import reporters
from portal.people.access import enrolled_phones
from portal.people.accounts import accounts
from portal.people.case import Case
from portal.runtime import Runtime
from tests.support.browser import Screens, axe_violations, small_targets
from tests.support.cast import EMERGENCY, Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.settings import settings_for

pytestmark = pytest.mark.browser
BOTH = pytest.mark.parametrize("language", ["zh-CN", "en-GB"])


@pytest.fixture
def runtime(database_url: str, clock: Clock, tmp_path: Path) -> Iterator[Runtime]:
    journal = str(tmp_path / "red-flags")
    settings = settings_for(database_url, red_flag_journal=journal)
    opened = Runtime(settings, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


def sound(page: Page) -> None:
    assert axe_violations(page) == []
    assert small_targets(page) == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.evaluate("window.innerWidth")


@pytest.mark.thorough
@BOTH
def test_what_could_not_be_saved_is_said_over_the_whole_screen(
    screens: Screens, portal_url: str, runtime: Runtime, people: Cast, language: str
) -> None:
    with runtime.writing() as session:
        person = reporters.find(session, enrolled(session, people).id, None)
        assert person is not None
        secret, _ = enrolled_phones.enrol(
            session, person, held=None, real_now=runtime.real_now()
        )
    page = screens.open(
        f"{portal_url}/diary", language=language, held={"phone": secret}
    )
    page.locator("[name=emerg]").first.check()
    engine = runtime.database.engine
    engine.dispose()

    def refuse(connection: object, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")  # type: ignore[attr-defined]

    event.listen(engine, "connect", refuse)
    screens.expect("503")
    with page.expect_navigation():
        page.locator("button[name=send]").click()
    said = "还没有进入系统" if language == "zh-CN" else "NOT in our system yet"
    assert said in page.locator("h1").inner_text()
    assert page.locator('main a[href="tel:120"]').is_visible()
    sound(page)


@pytest.mark.thorough
@BOTH
def test_what_is_held_back_can_be_read_and_released(
    screens: Screens, portal_url: str, runtime: Runtime, people: Cast, language: str
) -> None:
    now = runtime.now()
    with runtime.writing() as session:
        person = enrolled(session, people)
        answering.open_from(
            Case(session, people.study, person, now), EMERGENCY, entry_version_id=None
        )
        restoring.mark_restored(session, backup_at=now, sent=None, now=now)
        accounts.add_staff(
            session,
            site_id=people.here.site.id,
            username="holder",
            display_name="Holder",
            role="coordinator",
            password="four words do well",
            language="zh" if language == "zh-CN" else "en",
            by=OPERATOR,
            now=now,
        )
    page = screens.open(f"{portal_url}/staff/sign-in", size="small", language=language)
    page.locator("[name=username]").fill("holder")
    page.locator("[name=password]").fill("four words do well")
    with page.expect_navigation():
        page.locator("main form button").first.click()
    page.goto(f"{portal_url}/staff/hold")
    sound(page)
    page.locator("#rung").check()
    with page.expect_navigation():
        page.locator('form[action="/staff/hold/release"] button').click()
    assert page.locator("#rung").count() == 0
