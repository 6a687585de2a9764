"""A worker answers only for a phone that was shown to do what its pages promise."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response
from playwright.sync_api import expect
from sqlalchemy import select

from portal.db.tables.diary import EntryVersion
from portal.runtime import Runtime
from tests.support.browser import Language, Screens, look, until_on
from tests.support.cast import cast, enrolled
from tests.support.handset import Handset, handset, secret_for
from tests.support.web import served

pytestmark = pytest.mark.browser
UNREADABLE = "\nconst ends = /(?<=a/;\n"  # as a look-behind is where it is not known
UNKNOWN = "\nAbortSignal.unknown(9);\n"  # as a newer interface is on an older phone
WORKERS = """async () => (await navigator.serviceWorker.getRegistrations()).length"""
BREAK_WHAT_IS_KEPT = """async ([name, code]) => {
  for (const held of await caches.keys()) {
    const cache = await caches.open(held);
    for (const { url } of await cache.keys()) {
      if (!url.endsWith(name)) continue;
      await cache.put(url, new Response(code, { headers: { "Content-Type": "text/javascript" } }));
    }
  }
}"""


@pytest.fixture
def secret(runtime: Runtime) -> str:
    people = cast(runtime)
    with runtime.writing() as session:
        participant_id = enrolled(session, people).id
    return secret_for(runtime, participant_id)


@pytest.fixture
def phone(screens: Screens, portal_url: str, secret: str) -> Handset:
    ready = handset(screens, portal_url, secret)
    ready.get_ready()
    return ready


@pytest.fixture
def scripts(new_app: Flask, tmp_path: Path) -> Path:
    """The folder of the scripts, a copy that a test may change."""
    files = tmp_path / "static"
    shutil.copytree(str(new_app.static_folder), files)
    new_app.static_folder = str(files)
    return files / "js" / "offline"


@pytest.fixture
def changing_url(new_app: Flask, scripts: Path) -> Iterator[str]:
    with served(new_app) as url:
        yield url


def versions(runtime: Runtime) -> list[EntryVersion]:
    with runtime.reading() as session:
        return list(session.scalars(select(EntryVersion)))


def workers(phone: Handset) -> int:
    found: int = phone.page.evaluate(WORKERS)
    return found


def until_workers(phone: Handset, count: int) -> None:
    until_on(phone.page, lambda: workers(phone) == count, f"{count} workers")


def report(phone: Handset) -> None:
    phone.tick("emerg", "seizure")
    phone.press("send")


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "language", "dark"),
    [
        ("sections.js", "zh-CN", False),
        ("shell.js", "en-GB", True),
        ("advice.js", "zh-CN", True),
        ("advice.js", "en-GB", False),
    ],
)
def test_a_kept_page_whose_script_does_not_run_says_not_sent_and_whom_to_call(
    screens: Screens,
    portal_url: str,
    secret: str,
    name: str,
    language: Language,
    dark: bool,
) -> None:
    screens.expect("Invalid regular expression")
    phone = handset(screens, portal_url, secret, language=language, dark=dark)
    phone.get_ready()
    phone.page.evaluate(BREAK_WHAT_IS_KEPT, [name, UNREADABLE])
    phone.open("/diary")
    phone.lose_network()
    report(phone)
    plain = phone.page.locator("[data-view=plain]")
    plain.wait_for()
    said = {"zh-CN": "尚未发送", "en-GB": "not sent yet"}[language]
    expect(plain.locator("h1")).to_contain_text(said)
    assert plain.locator("a[href='tel:120']").is_visible()
    assert plain.locator("a[href='tel:02855500120']").is_visible()
    box = plain.locator("a[href='tel:120']").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 500, "120 is in sight without a scroll"
    look(phone.page, f"offline-plain-{name}-{language}")


@pytest.mark.thorough
def test_what_the_worker_kept_goes_out_although_the_page_did_not_run(
    screens: Screens, phone: Handset, runtime: Runtime
) -> None:
    screens.expect("Invalid regular expression")
    phone.page.evaluate(BREAK_WHAT_IS_KEPT, ["shell.js", UNREADABLE])
    phone.lose_network()
    report(phone)
    phone.page.locator("[data-view=plain]").wait_for()
    phone.find_network()
    phone.open("/diary")
    # By the page, or by the worker at its own hour.
    until_on(phone.page, lambda: versions(runtime), "the report")
    (version,) = versions(runtime)
    assert version.answers["emerg"] == ["seizure"]


@pytest.mark.parametrize(
    ("name", "broken", "error"),
    [
        ("page.js", UNREADABLE, "SyntaxError"),
        ("page.js", UNKNOWN, "TypeError"),
        ("trial.js", UNKNOWN, "TypeError"),
        pytest.param("trial.js", UNREADABLE, "SyntaxError", marks=pytest.mark.thorough),
        pytest.param(
            "advice.js", UNREADABLE, "SyntaxError", marks=pytest.mark.thorough
        ),
        pytest.param("study.js", UNKNOWN, "TypeError", marks=pytest.mark.thorough),
    ],
)
@pytest.mark.sampled(3)
def test_a_phone_that_cannot_read_a_new_build_loses_the_worker_of_the_old(
    screens: Screens,
    changing_url: str,
    scripts: Path,
    secret: str,
    caplog: pytest.LogCaptureFixture,
    name: str,
    broken: str,
    error: str,
) -> None:
    screens.expect("Invalid regular expression")
    screens.expect("AbortSignal.unknown is not a function")
    phone = handset(screens, changing_url, secret)
    phone.get_ready()
    assert workers(phone) == 1
    with (scripts / name).open("a", encoding="utf-8") as script:
        script.write(broken)
    with caplog.at_level(logging.WARNING):
        phone.open("/sign-in")
        until_workers(phone, 0)
        told = f"a phone's script failed: {error}"
        until_on(phone.page, lambda: told in caplog.text, told)
    phone.lose_network()
    report_goes_to_the_network(phone)


def report_goes_to_the_network(phone: Handset) -> None:
    """Nothing answers in its place: what the browser itself says is true."""
    phone.page.close()
    phone.page = phone.context.new_page()
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        phone.open("/diary")


@pytest.mark.thorough
def test_a_phone_that_can_keep_nothing_is_promised_nothing(
    screens: Screens, portal_url: str, secret: str, runtime: Runtime
) -> None:
    screens.expect("Unfit")
    phone = handset(screens, portal_url, secret)
    phone.context.add_init_script(
        "IDBObjectStore.prototype.put = () => {"
        ' throw new DOMException("no room", "QuotaExceededError"); };'
    )
    phone.open("/diary")
    phone.page.wait_for_selector("html[data-ready=offline]")
    assert workers(phone) == 0
    report(phone)
    phone.page.locator(".advice").wait_for()
    assert len(versions(runtime)) == 1


@pytest.mark.thorough
def test_no_worker_answers_for_a_browser_that_may_not_report(
    screens: Screens, portal_url: str
) -> None:
    phone = handset(screens, portal_url)
    phone.open("/sign-in")
    phone.page.wait_for_selector("html[data-ready=offline]")
    assert workers(phone) == 0


@pytest.mark.thorough
def test_a_form_that_cannot_be_kept_passes_by_the_worker(
    screens: Screens, phone: Handset
) -> None:
    phone.open("/sign-in")
    phone.page.wait_for_selector("html[data-ready=offline]")
    phone.lose_network()
    refused: list[str] = []
    phone.page.on("requestfailed", lambda one: refused.append(one.failure or ""))
    phone.page.locator("form[action='/language'] button").first.tap()
    until_on(phone.page, lambda: refused, "the refusal")
    assert refused == ["net::ERR_INTERNET_DISCONNECTED"]
    assert "/offline/" not in phone.page.url


@pytest.mark.thorough
def test_a_fault_of_the_script_is_not_called_the_network(
    screens: Screens,
    phone: Handset,
    runtime: Runtime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    screens.expect("AbortController is not a constructor")
    phone.context.add_init_script("delete ServiceWorkerRegistration.prototype.sync;")
    phone.lose_network()
    phone.open_shell()
    report(phone)
    phone.page.locator(".advice .waiting").wait_for()
    phone.page.evaluate("() => { window.AbortController = undefined; }")
    phone.find_network()
    phone.page.locator("[data-band] button").tap()
    band = phone.page.locator("[data-band]")
    expect(band).to_contain_text("本手机出现问题")
    places = phone.page.locator("[data-view=advice], [data-band]")
    expect(places.locator("a[href^='tel:028']:visible")).to_have_count(1)
    assert versions(runtime) == []
    with caplog.at_level(logging.WARNING):
        phone.open("/sign-in")
        told = "a phone's script failed: TypeError at offline/network.js:"
        until_on(phone.page, lambda: told in caplog.text, told)
        until_on(phone.page, lambda: versions(runtime), "the report")
    assert len(versions(runtime)) == 1


@pytest.mark.thorough
@pytest.mark.parametrize("status", [200, 503])
def test_a_server_that_answers_oddly_is_not_called_the_network(
    screens: Screens, new_app: Flask, secret: str, runtime: Runtime, status: int
) -> None:
    screens.expect("503")
    odd = [True]

    @new_app.before_request
    def somebody_else() -> Response | None:
        from flask import request

        if request.path == "/entries" and odd:
            return Response("<h1>Welcome to our hotel</h1>", status=status)
        return None

    with served(new_app) as url:
        phone = handset(screens, url, secret)
        phone.get_ready()
        phone.lose_network()
        report(phone)
        phone.page.locator(".advice .waiting").wait_for()
        phone.find_network()
        phone.page.locator("[data-band] button").tap()
        band = phone.page.locator("[data-band]")
        expect(band).to_contain_text("没有正常回应")
        odd.clear()  # the phone tries again by itself
        phone.page.locator(".advice .done").wait_for()
        assert len(versions(runtime)) == 1


@pytest.mark.thorough
def test_the_button_that_was_pressed_counts_where_the_browser_does_not_name_it(
    phone: Handset, runtime: Runtime
) -> None:
    phone.context.add_init_script("delete SubmitEvent.prototype.submitter;")
    phone.lose_network()
    phone.open_shell()
    phone.calm_until("#advice")
    phone.find_network()
    phone.page.locator(".advice .done").wait_for()
    assert versions(runtime)[-1].answers["chills"] == 0, "none of these"
