"""How long a calm day's diary takes a person on a slow phone: taps and seconds.

``python -m benchmarks.calm_diary`` serves a portal of its own and writes one diary in
Chromium, at 150 ms, 1.6 Mbit/s and a processor four times slower, by a thumb that
takes its time: two seconds before each tap, one for each key of the temperature.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from portal.db.migrate import upgrade
from portal.runtime import Runtime
from tests.browser.test_diary import Thumb, calm_screen
from tests.support import arrivals
from tests.support.browser import PHONE, QUIET, SIZES
from tests.support.cast import cast, enrolled
from tests.support.clock import Clock
from tests.support.meter import SLOW_4G, Meter
from tests.support.settings import settings_for
from tests.support.web import application, served

TAP, KEYS = 2.0, 4.0  # seconds: to find and tap something; to type 36.6


class SlowThumb(Thumb):
    """Looks, thinks, and taps."""

    def tap(self, selector: str) -> None:
        self.page.wait_for_timeout(TAP * 1000)
        super().tap(selector)
        if selector == "#temp":
            self.page.wait_for_timeout(KEYS * 1000)


def main() -> None:
    """Write one calm diary and print what it took."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        url = f"sqlite:///{Path(folder)}/calm.db"
        upgrade(url)
        runtime = Runtime(settings_for(url), clock=Clock())  # in the strictest weeks
        with runtime.writing() as session:
            participant_id = enrolled(session, cast(runtime)).id
        app = application(runtime)
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*QUIET, "--no-sandbox"]
        )
        context = browser.new_context(**SIZES["small"], **PHONE, locale="zh-CN")
        with served(app) as base:
            for name, value in arrivals.cookies(app, runtime, participant_id).items():
                context.add_cookies([{"name": name, "value": value, "url": base}])
            page = context.new_page()
            Meter(page).slow_down(**SLOW_4G, cpu=4)
            write(SlowThumb(page), f"{base}/diary")
            context.close()
        browser.close()
        runtime.close()


def write(thumb: Thumb, url: str) -> None:
    """Open the diary, answer every screen as somebody who is well, and say how long."""
    began = time.monotonic()
    thumb.page.goto(url)
    while "/sent/" not in thumb.page.url:
        calm_screen(thumb)
    took = time.monotonic() - began
    print(
        f"a calm day's diary: {thumb.taps} taps, {took:.0f} s from opening to received"
    )


if __name__ == "__main__":
    main()
