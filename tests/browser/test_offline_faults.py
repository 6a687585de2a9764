"""What goes wrong on phones: nothing written is lost, nothing comes twice, nothing lies."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from portal.db.tables.diary import Entry, EntryVersion
from portal.messages.gateways.settings import TwilioSettings
from portal.runtime import Runtime
from tests.support.amount import part_of
from tests.support.browser import PATIENCE_MS, QUIET, Screens, fits, look, until_on
from tests.support.cast import Cast, cast, enrolled
from tests.support.clock import START
from tests.support.handset import Handset, handset, secret_for
from tests.support.web import served

pytestmark = pytest.mark.browser
RAW = """async () => {
  const opened = indexedDB.open("portal");
  const database = await new Promise(done => { opened.onsuccess = () => done(opened.result); });
  const all = store => new Promise(done => {
    const asked = database.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => done(asked.result);
  });
  const [key] = await all("key");
  const exported = await crypto.subtle.exportKey("raw", key).catch(error => error.name);
  return [{ extractable: key.extractable, export: exported }, await all("waiting")];
}"""
NO_ROOM = """() => { IDBObjectStore.prototype.put = () => {
  throw new DOMException("no room", "QuotaExceededError"); }; }"""


@pytest.fixture
def people(runtime: Runtime) -> Cast:
    return cast(runtime)


@pytest.fixture
def secret(runtime: Runtime, people: Cast) -> str:
    with runtime.writing() as session:
        participant_id = enrolled(session, people).id
    return secret_for(runtime, participant_id)


@pytest.fixture
def phone(screens: Screens, portal_url: str, secret: str) -> Handset:
    """An enrolled phone that has everything it needs, and a network."""
    ready = handset(screens, portal_url, secret)
    ready.get_ready()
    return ready


def versions(runtime: Runtime) -> list[EntryVersion]:
    query = select(EntryVersion).order_by(
        EntryVersion.received_at, EntryVersion.position
    )
    with runtime.reading() as session:
        return list(session.scalars(query))


def entries(runtime: Runtime) -> int:
    with runtime.reading() as session:
        return len(session.scalars(select(Entry.id)).all())


def to_the_last_screen(phone: Handset) -> None:
    """By its address: what lies between is left open."""
    phone.settle()
    step = phone.page.locator("[data-step]:visible").inner_text()
    last = step.partition("/")[2].strip()
    go = "last => { location.hash = location.hash.replace(/[^/]+$/, last) }"
    phone.page.evaluate(go, last)
    phone.settle()


def report_seizure(phone: Handset) -> None:
    """Tick one red flag on the page that shows, and send it."""
    phone.tick("emerg", "seizure")
    phone.press("send")
    phone.page.locator(".advice .waiting").wait_for()


def has_arrived(phone: Handset) -> None:
    """It came: at once, or with the next try, which comes every 15 s."""
    phone.page.locator(".advice .done").wait_for()


def arrives_by_itself(phone: Handset, runtime: Runtime) -> None:
    """With the next try, which comes every 15 s."""
    until_on(phone.page, lambda: versions(runtime), "the report")
    assert len(versions(runtime)) == 1


def test_a_calm_diary_is_written_without_a_network_and_comes_whole(
    phone: Handset, runtime: Runtime
) -> None:
    phone.lose_network()
    phone.open_shell()
    looked_at = part_of(range(2, 16), turn=0)
    phone.calm_screen()
    for number in range(2, 16):
        if number in looked_at:
            look(phone.page, f"offline-diary-{number:02}")
        if "#advice" in phone.page.url:
            break
        phone.calm_screen()
    expect(phone.page.locator(".advice h1")).to_contain_text("尚未发送")
    assert "已收到" not in phone.text()
    assert entries(runtime) == 0
    phone.find_network()
    has_arrived(phone)
    assert "已收到" in phone.text()
    fits(phone.page, "offline-diary-sent")
    flags, whole = versions(runtime)
    assert (flags.kind, whole.kind) == ("red_flags", "complete")
    assert entries(runtime) == 1
    assert whole.answers["temp"] == {"value": "36.6", "unit": "C"}
    assert whole.answers["chills"] == 0


def test_a_pressure_that_nobody_can_read_is_asked_once_and_sent_as_it_was_typed(
    phone: Handset, runtime: Runtime
) -> None:
    phone.lose_network()
    phone.open_shell()
    phone.calm_screen()
    to_the_last_screen(phone)
    phone.page.locator("#sbp").fill("85/")
    phone.press("go")
    expect(phone.page.locator("[data-errors]:visible")).to_contain_text("“85/”看不出")
    fits(phone.page, "offline-pressure-asked")
    phone.press("go")
    phone.page.locator(".advice .waiting").wait_for()
    assert "请马上打电话" in phone.text()
    phone.find_network()
    has_arrived(phone)
    *_, last = versions(runtime)
    assert (last.answers["sbp"], last.tier) == ("85/", "urgent")


@pytest.mark.thorough
def test_a_fever_without_a_network_says_call_and_promises_nothing(
    phone: Handset, runtime: Runtime
) -> None:
    phone.lose_network()
    phone.open_shell()
    phone.calm_screen()
    phone.calm_screen()
    phone.page.locator("#temp").fill("３８．４")
    phone.press("go")
    phone.page.locator(".advice").wait_for()
    look(phone.page, "offline-urgent")
    assert "15分钟" not in phone.text()
    assert "请马上打电话" in phone.text()
    assert phone.page.locator(".advice a[href='tel:02855500120']").is_visible()
    phone.find_network()
    has_arrived(phone)
    assert "15分钟" in phone.text()
    assert {version.tier for version in versions(runtime)} == {"routine", "urgent"}


@pytest.mark.thorough
def test_a_site_that_reads_texts_is_written_to_in_ones_own_words(
    app: Flask, screens: Screens, secret: str, runtime: Runtime
) -> None:
    runtime.settings = replace(
        runtime.settings,
        gateway="twilio",
        twilio=TwilioSettings(sender="+8610690000"),
    )
    with served(app) as url:
        phone = handset(screens, url, secret)
        phone.get_ready()
        phone.lose_network()
        phone.open_shell()
        report_seizure(phone)
        link = phone.page.locator("a[href^='sms:']").get_attribute("href")
        assert link is not None
        assert link.startswith("sms:+8610690000?")
        assert unquote(link).endswith("请马上给我打电话：抽搐")
        fits(phone.page, "offline-text")
        phone.find_network()
        has_arrived(phone)
        assert phone.page.locator("a[href^='sms:']").count() == 0


def test_a_reload_in_the_middle_loses_no_word(phone: Handset, runtime: Runtime) -> None:
    phone.lose_network()
    phone.open_shell()
    phone.tick("emerg", "chest_pain")
    phone.page.locator("form[data-kept]").wait_for()
    phone.page.reload()
    box = phone.page.locator("input[name=emerg][value=chest_pain]")
    expect(box).to_be_checked()
    box.tap()
    phone.calm_screen()
    phone.calm_screen()
    phone.page.locator("#temp").fill("36.9")
    phone.page.locator("form[data-kept=temperature]").wait_for()
    phone.page.reload()
    expect(phone.page.locator("#temp")).to_have_value("36.9")
    phone.press("go")
    phone.page.locator("[name=antipyr]:visible").first.wait_for()
    phone.page.close()
    phone.page = phone.context.new_page()
    phone.open_shell("/today")
    phone.page.locator("[data-begun] a").tap()
    phone.page.locator("[name=antipyr]:visible").first.wait_for()
    to_the_last_screen(phone)
    phone.calm_until("#advice")
    phone.find_network()
    has_arrived(phone)
    assert versions(runtime)[-1].answers["temp"]["value"] == "36.9"
    assert entries(runtime) == 1


@pytest.mark.thorough
def test_a_phone_that_was_switched_off_still_has_it_where_nobody_else_can_read_it(
    browser: Browser, portal_url: str, secret: str, runtime: Runtime, tmp_path: Path
) -> None:
    first = switched_on(browser, portal_url, tmp_path)
    first.enrol(secret)
    first.get_ready()
    first.lose_network()
    first.open_shell()
    report_seizure(first)
    key, waiting = first.page.evaluate(RAW)
    assert key == {"extractable": False, "export": "InvalidAccessError"}
    assert [sorted(one) for one in waiting] == [["data", "iv"]]
    first.context.close()
    assert versions(runtime) == []
    again = switched_on(browser, portal_url, tmp_path)
    again.open("/diary")
    arrives_by_itself(again, runtime)
    again.context.close()


def switched_on(browser: Browser, url: str, folder: Path) -> Handset:
    """A phone whose storage is ``folder``, as it is after it was switched on."""
    path = os.environ.get("PORTAL_CHROMIUM", "/usr/bin/chromium")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    context = browser.browser_type.launch_persistent_context(
        folder,
        executable_path=path,
        args=[*QUIET, *sandbox],
        locale="zh-CN",
        has_touch=True,
        viewport={"width": 360, "height": 740},
    )
    context.set_default_timeout(PATIENCE_MS)
    return Handset(context.pages[0], url)


@pytest.mark.thorough
def test_two_taps_are_one_report(phone: Handset, runtime: Runtime) -> None:
    phone.lose_network()
    phone.open_shell()
    phone.tick("emerg", "seizure")
    phone.page.locator("button[name=send]:visible").evaluate(
        "button => { button.click(); button.click(); }"
    )
    phone.page.locator(".advice .waiting").wait_for()
    phone.find_network()
    has_arrived(phone)
    assert len(versions(runtime)) == 1


@pytest.mark.thorough
def test_two_tabs_send_each_report_once(phone: Handset, runtime: Runtime) -> None:
    phone.lose_network()
    phone.open_shell()
    report_seizure(phone)
    other = Handset(phone.context.new_page(), phone.url)
    other.open_shell("/today")
    expect(other.page.locator("[data-band]")).to_contain_text("1份报告")
    phone.find_network()
    has_arrived(phone)
    expect(other.page.locator("[data-band]")).to_be_empty()
    assert len(versions(runtime)) == 1


@pytest.mark.thorough
@pytest.mark.parametrize("days", [365, -365])
def test_a_clock_that_is_wrong_by_a_year_moves_no_entry(
    screens: Screens, portal_url: str, secret: str, runtime: Runtime, days: int
) -> None:
    phone = handset(screens, portal_url, secret)
    phone.context.clock.set_system_time(START + timedelta(days=days))
    phone.get_ready()
    phone.lose_network()
    phone.open_shell("/today")
    assert "第11天" in phone.page.locator("h1:visible").inner_text()
    phone.open_shell()
    report_seizure(phone)
    phone.find_network()
    arrives_by_itself(phone, runtime)
    (version,) = versions(runtime)
    assert version.received_at == START
    waited = version.received_at - version.stated_at
    assert timedelta(0) <= waited < timedelta(minutes=1), "as long as it waited"
    assert version.offset_seconds is not None
    assert abs(version.offset_seconds) > 60 * 86_400


@pytest.mark.thorough
def test_a_full_phone_says_so_and_sends_from_the_open_page(
    phone: Handset, runtime: Runtime
) -> None:
    phone.lose_network()
    phone.open_shell()
    phone.page.evaluate(NO_ROOM)
    report_seizure(phone)
    expect(phone.page.locator("[data-band]")).to_contain_text("存储空间不足")
    places = "[data-view=advice], [data-band]"
    offered = phone.page.locator(places).locator("a[href^='tel:028']:visible")
    expect(offered).to_have_count(1)
    fits(phone.page, "offline-full")
    phone.find_network()
    has_arrived(phone)
    assert len(versions(runtime)) == 1


@pytest.mark.thorough
def test_cleared_cookies_keep_the_report_until_somebody_signs_in(
    screens: Screens, phone: Handset, secret: str, runtime: Runtime
) -> None:
    screens.expect("401")
    phone.lose_network()
    phone.open_shell()
    report_seizure(phone)
    phone.context.clear_cookies()
    phone.find_network()
    band = phone.page.locator("[data-band]")
    expect(band).to_contain_text("请登录")
    phone.page.locator("[data-band] a[href='/sign-in']").tap()
    expect(phone.page.locator("main")).to_contain_text("尚未发送")
    assert versions(runtime) == []
    phone.enrol(secret)
    phone.open("/diary")
    expect(phone.page.locator(".notice.done")).to_contain_text("已发送")
    assert len(versions(runtime)) == 1


@pytest.mark.thorough
def test_a_new_worker_takes_over_while_a_report_waits(
    new_app: Flask,
    screens: Screens,
    secret: str,
    runtime: Runtime,
    tmp_path: Path,
) -> None:
    files = tmp_path / "static"
    shutil.copytree(str(new_app.static_folder), files)
    new_app.static_folder = str(files)
    with served(new_app) as url:
        phone = handset(screens, url, secret)
        phone.get_ready()
        phone.lose_network()
        phone.open_shell()
        phone.calm_screen()
        phone.calm_screen()
        worker = files / "js" / "offline" / "worker.js"
        worker.write_text(worker.read_text() + "\nself.isNew = true;\n")
        before = len(phone.context.service_workers)
        phone.find_network()
        with phone.context.expect_event("serviceworker"):
            phone.page.evaluate(
                "navigator.serviceWorker.getRegistration().then(one => one.update())"
            )
        assert before == 1
        phone.lose_network()
        phone.page.reload()
        phone.calm_until("#advice")
        phone.find_network()
        has_arrived(phone)
        assert [one.kind for one in versions(runtime)] == ["red_flags", "complete"]


@pytest.mark.thorough
def test_it_goes_out_by_itself_when_nothing_is_open(
    phone: Handset, runtime: Runtime
) -> None:
    phone.lose_network()
    phone.open_shell()
    report_seizure(phone)
    still = phone.context.new_page()
    phone.page.close()
    phone.find_network()
    arrives_by_itself(Handset(still, phone.url), runtime)


@pytest.mark.thorough
def test_a_diary_begun_with_a_network_is_finished_without_one(
    phone: Handset, runtime: Runtime
) -> None:
    phone.calm_screen()
    phone.calm_screen()
    phone.lose_network()
    phone.calm_until("#advice")
    phone.find_network()
    has_arrived(phone)
    flags, whole = versions(runtime)
    assert (flags.kind, whole.kind) == ("red_flags", "complete")
    assert whole.answers["temp"] == {"value": "36.6", "unit": "C"}
    assert whole.answers["chills"] == 0
    assert whole.answers["meds"] == "yes"


@pytest.mark.thorough
def test_a_lost_answer_does_not_look_like_a_lost_report(
    phone: Handset, runtime: Runtime
) -> None:
    phone.context.route("**/diary/sent/**", lambda route: route.abort())
    phone.tick("emerg", "seizure")
    phone.press("send")
    has_arrived(phone)
    assert len(versions(runtime)) == 1


@pytest.mark.thorough
def test_two_people_of_one_phone_do_not_send_for_each_other(
    screens: Screens, phone: Handset, secret: str, runtime: Runtime, people: Cast
) -> None:
    screens.expect("403")
    with runtime.writing() as session:
        other_id = enrolled(session, people, "DS-008", number="13800138008").id
    phone.lose_network()
    phone.open_shell()
    report_seizure(phone)
    phone.enrol(secret_for(runtime, other_id))
    phone.find_network()
    phone.open("/sign-in")
    expect(phone.page.locator("main")).to_contain_text("另一个人")
    assert versions(runtime) == []
    phone.enrol(secret)
    phone.open("/diary")
    expect(phone.page.locator(".notice.done")).to_contain_text("已发送")
    assert len(versions(runtime)) == 1


@pytest.mark.thorough
def test_signing_out_asks_first_and_takes_nothing_that_waits(
    screens: Screens, phone: Handset, runtime: Runtime
) -> None:
    waiting = """async () => {
      const start = document.querySelector("script[src*='/js/offline/start.js']").src;
      return (await (await import(new URL("queue.js", start))).waiting()).length;
    }"""
    phone.lose_network()
    phone.open_shell()
    report_seizure(phone)
    phone.context.route("**/entries", lambda route: route.abort())
    phone.find_network()
    phone.open("/sign-in")
    expect(phone.page.locator("main")).to_contain_text("尚未发送")
    asked: list[str] = []
    phone.page.on(
        "dialog", lambda dialog: (asked.append(dialog.message), dialog.accept())
    )
    with phone.page.expect_navigation():
        phone.page.locator("form[action='/phone/forget'] button").tap()
    assert "有1份报告" in asked[0]
    assert phone.page.evaluate(waiting) == 1
