"""A newcomer's tour of the demonstration: a fever, the nurse's phone, the worklist.

``python -m tests.support.tour docs/images`` takes the README's screenshots of this
build; a browser test walks the same way.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

try:
    from playwright.sync_api import Browser, Page, sync_playwright
except ModuleNotFoundError:
    sys.exit("This needs the tests' own packages: ./test tests/protocol installs them.")

from tests.support.browser import PHONE, QUIET, SIZES
from tests.support.processes import free_port, running

NUMBER = "19900000121"
PASSWORD = "welcome to the demo"
Look = Callable[[Page, str], None]


def sign_in(phone: Page, desk: Page, url: str) -> None:
    """Sign in on DS-021's phone with the code that arrives on its simulated twin."""
    phone.goto(f"{url}/sign-in")
    phone.fill("#number", NUMBER)
    with phone.expect_navigation():
        phone.locator("main form button").first.click()
    desk.goto(f"{url}/demo/phones")
    arrived = desk.get_by_text(re.compile(r"验证码\d{6}")).first
    arrived.wait_for()
    found = re.search(r"\d{6}", arrived.inner_text())
    assert found
    phone.fill("input[autocomplete=one-time-code]", found[0])
    with phone.expect_navigation():
        phone.locator("main form button").first.click()


def report_fever(phone: Page, url: str, look: Look) -> None:
    """Red flags: none; temperature: 38.0; then what to do, and the treatment card."""
    phone.goto(f"{url}/today")
    look(phone, "today")
    phone.goto(f"{url}/diary")
    look(phone, "red-flags")
    for _ in range(2):
        with phone.expect_navigation():
            phone.locator("button[name=none]").click()
    phone.fill("#temp", "38.0")
    with phone.expect_navigation():
        phone.locator("button[name=go]").click()
    look(phone, "advice")
    phone.goto(f"{url}/card")
    look(phone, "card")


def see_the_nurse(desk: Page, url: str, look: Look) -> None:
    """The nurse's phone rings on the shelf; the worklist has the alert."""
    desk.goto(f"{url}/demo/phones")
    desk.get_by_text(re.compile("Incoming call|来电")).first.wait_for()
    look(desk, "phones")
    desk.goto(f"{url}/staff/sign-in")
    desk.fill("#username", "tang")
    desk.fill("#password", PASSWORD)
    with desk.expect_navigation():
        desk.locator("main form button").first.click()
    desk.goto(f"{url}/staff")
    desk.get_by_text("DS-021").first.wait_for()
    look(desk, "worklist")
    desk.goto(f"{url}/staff/participants/DS-021")
    look(desk, "participant")


def tour(browser: Browser, url: str, look: Look) -> None:
    """The whole, on a phone in Chinese and a desk in English."""
    phone = browser.new_context(**SIZES["small"], **PHONE, locale="zh-CN").new_page()
    desk = browser.new_context(**SIZES["desk"], locale="en-GB").new_page()
    sign_in(phone, desk, url)
    report_fever(phone, url, look)
    see_the_nurse(desk, url, look)


def main(folder: Path) -> None:
    """Start a demonstration of its own and photograph the tour into ``folder``."""
    port = free_port()
    with (
        tempfile.TemporaryDirectory() as data,
        running(
            *("portal", "demo", "--port", str(port), "--folder", data),
            output=Path(data) / "said",
            settings={},
        ) as demonstration,
        sync_playwright() as playwright,
    ):
        demonstration.wait_for(lambda: "Ready at" in demonstration.said())
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*QUIET, "--no-sandbox"]
        )
        tour(
            browser,
            f"http://localhost:{port}",
            lambda page, name: _photograph(page, folder / f"{name}.png"),
        )
        browser.close()


def _photograph(page: Page, path: Path) -> None:
    page.screenshot(path=path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    main(parser.parse_args().folder)
