"""A real Chromium at the size of a phone that reports the faults of the page it shows.

A console error or a request to another host fails the test that opened the page, unless
the test said that it expects it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    expect,
    sync_playwright,
)

Size = Literal["small", "medium", "desk"]
Language = Literal["zh-CN", "en-GB"]

SIZES: dict[Size, dict[str, Any]] = {
    "small": {"viewport": {"width": 360, "height": 740}},
    "medium": {"viewport": {"width": 393, "height": 727}},
    "desk": {"viewport": {"width": 1280, "height": 900}},
}
EMPTY = "about:blank"
PATIENCE_MS = 60_000  # a busy machine is slow, not wrong
PHONE = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2}
OWN_HOSTS = {"127.0.0.1", "localhost"}
STEP_MS = 50
SHOTS = os.environ.get("PORTAL_TEST_SHOTS")  # a folder to look at afterwards
NEEDS = "chromium libatomic1 fonts-wqy-microhei"
SPARED = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),  # two pages behind every window
    "SpareRendererForSitePerProcess",
    # Only the last such list counts, so Playwright's own is in it.
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose"),
    *("HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "LensOverlay"),
    *("MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled"),
    "PreconnectToSearch",
)
"""What Chromium does for a person at a desk; half of the time of a test's page."""
QUIET = [  # no update, no sign-in, no request except the page's own
    f"--disable-features={','.join(SPARED)}",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Screens:
    """Opens pages and remembers their complaints."""

    browser: Browser
    expected: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self,
        url: str,
        *,
        size: Size = "small",
        language: Language = "zh-CN",
        held: Mapping[str, str] | None = None,
        workers: bool = True,
        **more: Any,
    ) -> Page:
        """A page of its own session at ``url``; ``more`` goes to the context.

        ``held`` are the cookies that the browser has before it asks for the page.
        Without ``workers`` nothing is fetched for the hours without a network. That
        costs half the time of a phone's page, and is useless if only the page is
        checked.
        """
        hand = {} if size == "desk" else PHONE
        zone = {"locale": language, "timezone_id": "Asia/Shanghai"}
        context = self.browser.new_context(**{**SIZES[size], **hand, **zone, **more})
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        context.on("request", lambda request: self._check_host(request.url))
        context.on("weberror", lambda error: self._complain(str(error.error)))
        context.on("console", self._check_console)
        for name, value in (held or {}).items():
            door = urljoin(url, "/")  # a cookie of the whole portal, as it gives them
            context.add_cookies([{"name": name, "value": value, "url": door}])
        if not workers:
            context.add_init_script("delete Navigator.prototype.serviceWorker")
        page = context.new_page()
        if url != EMPTY:
            page.goto(url)
        return page

    def expect(self, text: str) -> None:
        """Complaints that contain ``text`` are expected in this test."""
        self.expected.append(text)

    def unexpected(self) -> list[str]:
        return [
            complaint
            for complaint in self.complaints
            if not any(text in complaint for text in self.expected)
        ]

    def close(self) -> None:
        while self.contexts:
            self.contexts.pop().close()

    def _check_host(self, url: str) -> None:
        parts = urlsplit(url)
        asks_network = parts.scheme in {"http", "https", "ws", "wss"}
        if asks_network and parts.hostname not in OWN_HOSTS:
            self._complain(f"asked another host: {url}")

    def _check_console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self._complain(f"{message.type}: {message.text}")

    def _complain(self, text: str) -> None:
        self.complaints.append(text)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the system installed it; nothing is downloaded."""
    path = Path(os.environ.get("PORTAL_CHROMIUM", "/usr/bin/chromium"))
    if not path.exists():
        pytest.fail(f"{path} is missing: apt-get install {NEEDS}, or run ./test")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=[*QUIET, *sandbox]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def screens(browser: Browser) -> Iterator[Screens]:
    """Opens pages at the size of a phone, and fails on their complaints."""
    opened = Screens(browser)
    yield opened
    opened.close()
    assert opened.unexpected() == []


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Pages close before their server: a page that asks again must not fail then."""
    opened = getattr(item, "funcargs", {}).get("screens")
    if isinstance(opened, Screens):
        opened.close()


def until_on(page: Page, holds: Callable[[], object], what: str) -> None:
    """Wait for something that no locator finds; the browser's events arrive meanwhile."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < end, f"waited in vain for {what}"
        page.wait_for_timeout(STEP_MS)


def fits(page: Page, name: str) -> None:
    """What must be true of every page at its size; and a picture, if wanted."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], name
    assert small_targets(page) == [], name


def look(page: Page, name: str) -> None:
    """It fits, and axe finds nothing on it."""
    fits(page, name)
    assert axe_violations(page) == [], name


def axe_violations(page: Page, *, only: str | None = None) -> list[str]:
    """What axe finds on ``page``: rule, and the elements that break it.

    ``only`` names one rule, if the others have nothing new to check. Rules that passed
    are not listed: listing them costs as much as the check.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = [only]
    found = page.evaluate("async how => (await axe.run(how)).violations", options)
    return [
        f"{violation['id']}: {node['html']}"
        for violation in found
        for node in violation["nodes"]
    ]


def small_targets(page: Page, *, least: int = 44) -> list[str]:
    """Controls lower or narrower than ``least`` CSS pixels: hard to hit by thumb.

    A box hidden behind its label counts by the label; links inside a sentence are
    exempt, as in WCAG 2.5.8.
    """
    found: list[str] = page.evaluate(SMALL_TARGETS, least)
    return found


SMALL_TARGETS = """least => {
  const inText = link => link.tagName === 'A' && link.parentElement
    && ['P', 'LI', 'DD', 'TD', 'SPAN'].includes(link.parentElement.tagName)
    && link.parentElement.textContent.trim() !== link.textContent.trim();
  const boxes = element => {
    const labels = element.labels ? [...element.labels] : [];
    return [element, ...labels].map(each => each.getBoundingClientRect());
  };
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter(element => element.type !== 'hidden' && element.checkVisibility()
      && !inText(element))
    .filter(element => !boxes(element).some(
      box => box.height >= least && box.width >= least))
    .map(element => element.outerHTML.slice(0, 120));
}"""
