"""Without a network: the pages open, the advice is given, nothing written is lost."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select

from portal.db.tables.alerts import Alert
from portal.db.tables.diary import EntryVersion
from portal.runtime import Runtime
from tests.support.browser import Language, Screens, Size, fits, look
from tests.support.cast import Cast, cast, enrolled
from tests.support.handset import handset, secret_for

pytestmark = pytest.mark.browser
LOOKS: list[tuple[Size, Language, bool]] = [
    ("small", "zh-CN", False),
    ("medium", "en-GB", True),
]


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def secret(runtime: Runtime, people: Cast) -> str:
    with runtime.writing() as session:
        participant_id = enrolled(session, people).id
    return secret_for(runtime, participant_id)


def versions(runtime: Runtime) -> list[EntryVersion]:
    query = select(EntryVersion).order_by(EntryVersion.received_at, EntryVersion.kind)
    with runtime.reading() as session:
        return list(session.scalars(query))


@pytest.mark.thorough
@pytest.mark.parametrize(("size", "language", "dark"), LOOKS)
def test_a_cold_start_without_a_network_shows_today_at_once(
    screens: Screens,
    portal_url: str,
    secret: str,
    size: Size,
    language: Language,
    dark: bool,
) -> None:
    phone = handset(
        screens, portal_url, secret, size=size, language=language, dark=dark
    )
    phone.get_ready()
    phone.lose_network()
    phone.page.close()
    phone.page = phone.context.new_page()
    began = time.perf_counter()
    phone.open_shell("/today")
    print(f"\ncold start without a network: {time.perf_counter() - began:.2f} s")
    assert "11" in phone.page.locator("h1:visible").inner_text()
    assert phone.page.locator("a[href='tel:120']:visible").count()
    assert phone.page.locator("[data-visit]").is_visible()
    look(phone.page, f"offline-today-{language}")
    phone.open("/card")
    assert "CAR-T" in phone.text()
    fits(phone.page, f"offline-card-{language}")


@pytest.mark.parametrize(("size", "language", "dark"), LOOKS)
def test_a_red_flag_waits_and_arrives_once(
    screens: Screens,
    portal_url: str,
    secret: str,
    runtime: Runtime,
    size: Size,
    language: Language,
    dark: bool,
) -> None:
    phone = handset(
        screens, portal_url, secret, size=size, language=language, dark=dark
    )
    phone.get_ready()
    phone.lose_network()
    phone.open_shell()
    phone.tick("emerg", "seizure")
    fits(phone.page, f"offline-flags-{language}")
    phone.press("send")
    phone.page.locator(".advice").wait_for()
    look(phone.page, f"offline-emergency-{language}")
    assert phone.page.locator("a[href='tel:120']:visible").count()
    assert "已通知" not in phone.text()
    assert "has been told" not in phone.text()
    phone.page.reload()
    phone.page.locator(".advice .waiting").wait_for()
    phone.find_network()
    phone.page.locator(".advice .done").wait_for()
    assert "09:00" in phone.page.locator(".advice .done").inner_text()
    fits(phone.page, f"offline-sent-{language}")
    (version,) = versions(runtime)
    assert version.answers["emerg"] == ["seizure"]
    with runtime.reading() as session:
        assert session.scalars(select(Alert)).one().tier == "emergency"
