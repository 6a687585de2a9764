"""The alarm without a network: what is not sent, and what nobody is known to have answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.db.tables.people import Participant
from portal.runtime import Runtime
from tests.support.browser import Language, Screens, look
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import Clock
from tests.support.handset import Handset, handset, secret_for
from tests.support.story import Story

pytestmark = pytest.mark.browser
BOTH: list[Language] = ["zh-CN", "en-GB"]
LATER = "ms => { const real = Date.now; Date.now = () => real() + ms; }"


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def story(runtime: Runtime, people: Cast, clock: Clock) -> Story:
    with runtime.writing() as session:
        person = enrolled(session, people)
    return Story(runtime, people, clock, person.id)


def alarm_dials(phone: Handset, *numbers: str) -> None:
    found = phone.page.locator(".alarm:visible a[href^='tel:']")
    assert [one.get_attribute("href") for one in found.all()] == [
        f"tel:{number}" for number in numbers
    ]
    for one in found.all():
        box = one.bounding_box()
        assert box
        assert box["height"] >= 44
    assert phone.page.locator(".alarm:visible").get_attribute("role") == "alert"


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.thorough
def test_a_red_flag_that_is_not_sent_alarms_on_today(
    screens: Screens,
    portal_url: str,
    runtime: Runtime,
    story: Story,
    language: Language,
) -> None:
    secret = secret_for(runtime, story.participant_id)
    phone = handset(screens, portal_url, secret, language=language, dark=True)
    phone.get_ready()
    phone.lose_network()
    phone.open_shell()
    phone.tick("emerg", "seizure")
    phone.press("send")
    phone.page.locator(".advice").wait_for()
    assert not phone.page.locator(".alarm:visible").count(), "the advice says it itself"
    phone.page.evaluate("location.hash = 'today'")
    phone.page.locator(".alarm:visible").wait_for()
    alarm_dials(phone, "120", "02855500120")
    look(phone.page, f"offline-alarm-unsent-{language}")
    phone.page.locator(".alarm a[href^='#advice/']").tap()
    phone.page.locator(".advice:visible").wait_for()
    phone.page.evaluate("location.hash = 'today'")
    phone.page.locator(".alarm:visible").wait_for()
    phone.find_network()
    phone.page.locator(".alarm").wait_for(state="detached")


@pytest.mark.thorough
def test_a_calm_diary_that_is_not_sent_is_no_alarm(
    screens: Screens, portal_url: str, runtime: Runtime, story: Story
) -> None:
    phone = handset(screens, portal_url, secret_for(runtime, story.participant_id))
    phone.get_ready()
    phone.lose_network()
    phone.open_shell()
    phone.go_on("none")
    phone.page.evaluate("location.hash = 'today'")
    phone.page.locator("[data-view=today]:visible").wait_for()
    phone.page.locator("[data-band] .notice").wait_for()
    assert not phone.page.locator(".alarm").count()


@pytest.mark.thorough
@pytest.mark.parametrize("language", BOTH)
def test_when_the_minutes_are_over_the_phone_says_to_phone(
    screens: Screens,
    portal_url: str,
    runtime: Runtime,
    story: Story,
    language: Language,
) -> None:
    """Reported with a network, which then went: nobody can be asked who answered."""
    story.report()
    phone = handset(
        screens,
        portal_url,
        secret_for(runtime, story.participant_id),
        language=language,
    )
    phone.get_ready()
    phone.lose_network()
    phone.open_shell("/today")
    assert not phone.page.locator(".alarm").count(), "the time is not over"
    phone.page.add_init_script(f"({LATER})({16 * 60_000})")
    phone.open_shell("/today")
    phone.page.locator(".alarm:visible").wait_for()
    alarm_dials(phone, "02855500120", "120")
    assert "还没有人回应您的报告" not in phone.text()
    assert "Nobody has answered" not in phone.text()
    look(phone.page, f"offline-alarm-cut-{language}")


@pytest.mark.thorough
def test_an_open_page_without_a_network_alarms_when_the_time_is_over(
    screens: Screens, portal_url: str, runtime: Runtime, story: Story
) -> None:
    story.report()
    story.clock.set(story.alert().ack_due_at - timedelta(seconds=25))
    phone = handset(screens, portal_url, secret_for(runtime, story.participant_id))
    phone.get_ready()
    phone.lose_network()
    phone.open_shell("/today")
    phone.page.locator(".alarm:visible").wait_for()


@pytest.mark.thorough
def test_what_somebody_has_seen_is_no_alarm(
    screens: Screens, portal_url: str, runtime: Runtime, story: Story
) -> None:
    story.report()
    story.wait(20)
    story.acknowledge()
    phone = handset(screens, portal_url, secret_for(runtime, story.participant_id))
    phone.get_ready()
    phone.lose_network()
    phone.open_shell("/today")
    assert not phone.page.locator(".alarm").count()


@pytest.mark.thorough
def test_on_the_ward_the_phone_says_to_ring(
    screens: Screens, portal_url: str, runtime: Runtime, people: Cast, clock: Clock
) -> None:
    d0 = clock().date() - timedelta(days=3)
    with runtime.writing() as session:
        inside: Participant = enrolled(
            session, people, "DS-009", number="13800138009", d0=d0, home_since=None
        )
    phone = handset(screens, portal_url, secret_for(runtime, inside.id))
    phone.get_ready()
    phone.lose_network()
    phone.open_shell()
    phone.tick("emerg", "seizure")
    phone.press("send")
    phone.page.locator(".advice").wait_for()
    phone.page.evaluate("location.hash = 'today'")
    phone.page.locator(".alarm:visible").wait_for()
    alarm_dials(phone, "02855500120")
    assert "请立即按铃叫护士" in phone.page.locator(".alarm").inner_text()
