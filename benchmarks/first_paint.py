"""How soon a page shows on a slow phone: first paint, and what it weighed.

``python -m benchmarks.first_paint`` serves a portal of its own and opens each page in
Chromium with an empty cache, at 150 ms, 1.6 Mbit/s and a processor four times slower.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

try:
    from playwright.sync_api import Browser, sync_playwright
except ModuleNotFoundError:
    sys.exit("This needs the tests' own packages: ./test tests/protocol installs them.")

from portal.db.migrate import upgrade
from portal.runtime import Runtime
from tests.support import arrivals
from tests.support.browser import PHONE, QUIET, SIZES
from tests.support.cast import cast, enrolled
from tests.support.meter import SLOW_4G, Meter, total
from tests.support.settings import settings_for
from tests.support.web import application, served

PAGES = ("/sign-in", "/today", "/diary", "/calendar", "/history")
TIMES = 5
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def main() -> None:
    """Open each page some times and print the median."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        runtime = _portal(f"sqlite:///{Path(folder)}/paint.db")
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*QUIET, "--no-sandbox"]
        )
        try:
            _measure_all(browser, runtime)
        finally:
            browser.close()
            runtime.close()


def _portal(url: str) -> Runtime:
    upgrade(url)
    return Runtime(settings_for(url))


def _measure_all(browser: Browser, runtime: Runtime) -> None:
    with runtime.writing() as session:
        participant_id = enrolled(session, cast(runtime)).id
    app = application(runtime)
    held = arrivals.cookies(app, runtime, participant_id)
    with served(app) as base:
        for path in PAGES:
            measure(browser, base, path, {} if path == "/sign-in" else held)


def measure(browser: Browser, base: str, path: str, cookies: dict[str, str]) -> None:
    """Print the median first paint of a page, its requests and its bytes."""
    paints = []
    for _ in range(TIMES):
        context = browser.new_context(**SIZES["small"], **PHONE, locale="zh-CN")
        for name, value in cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": base}])
        page = context.new_page()
        meter = Meter(page)
        meter.slow_down(**SLOW_4G, cpu=4)
        asked = meter.visit(f"{base}{path}")
        paints.append(page.evaluate(FIRST_PAINT))
        context.close()
    print(
        f"{path:10} first paint {statistics.median(paints):5.0f} ms"
        f" (worst {max(paints):.0f}), {len(asked)} requests, {total(asked)} bytes"
    )


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    main()
