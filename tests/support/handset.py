"""A phone in Chromium that may report for a participant, with and without a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page

from portal.people import reporters
from portal.people.access import enrolled_phones
from portal.runtime import Runtime
from tests.support.browser import EMPTY, Language, Screens, Size

FAR_AHEAD = 10**10  # seconds since 1970: past any machine's day; kept 400 days at most
QUIET_WITHOUT_A_NETWORK = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION")


def secret_for(runtime: Runtime, participant_id: int) -> str:
    """What the enrolled phone of a participant holds."""
    with runtime.writing() as session:
        person = reporters.find(session, participant_id, None)
        assert person is not None
        return enrolled_phones.enrol(
            session, person, held=None, real_now=runtime.real_now()
        )[0]


@dataclass
class Handset:
    """One phone: its browser, the page that shows, and the portal's address."""

    page: Page
    url: str

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def enrol(self, secret: str) -> None:
        """Hold the credential of an enrolled phone, as after signing in."""
        # It outlives the browser, as the real one.
        cookie = {"name": "phone", "value": secret, "expires": FAR_AHEAD}
        self.context.add_cookies([{**cookie, "url": self.url}])  # type: ignore[list-item]

    def open(self, path: str) -> None:
        """Open a page of the portal, with or without a network."""
        self.page.goto(f"{self.url}{path}")

    def get_ready(self) -> None:
        """Open a page with a network, until the phone has all that it needs offline."""
        self.open("/diary")
        self.page.wait_for_selector("html[data-ready=offline]")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    def lose_network(self) -> None:
        self.context.set_offline(True)

    def find_network(self) -> None:
        self.context.set_offline(False)

    def open_shell(self, path: str = "/diary") -> None:
        """Open a page without a network, and wait until it can be used."""
        self.open(path)
        self.page.wait_for_selector("html[data-ready=shell]")

    def settle(self) -> None:
        """Wait until the page shows what the address says."""
        self.page.wait_for_function(
            "() => !document.documentElement.dataset.at"
            " || document.documentElement.dataset.at === location.hash"
        )
        self.page.locator("button[type=submit]:visible, .advice").first.wait_for()

    def tick(self, name: str, value: str) -> None:
        self.page.locator(f"label:has(input[name={name}][value={value}]):visible").tap()

    def press(self, name: str) -> None:
        self.page.locator(f"button[name={name}]:visible").tap()

    def go_on(self, name: str) -> None:
        """Press what leads to the next screen, and wait until that can be used."""
        before = self.page.url
        self.press(name)
        self.page.wait_for_url(lambda url: url != before)
        self.settle()

    def calm_screen(self) -> None:
        """Answer the current screen as a person who is well does."""
        buttons = "button[name=none]:visible, button[name=go]:visible"
        self.page.locator(buttons).first.wait_for()
        temperature = self.page.locator("#temp:visible")
        if temperature.count():
            temperature.fill("36.6")
        if self.page.locator("button[name=none]:visible").count():
            self.go_on("none")
        else:
            for name, calm in {"writing": "no", "meds": "yes", "near": "yes"}.items():
                if self.page.locator(f"input[name={name}]:visible").count():
                    self.tick(name, calm)
            self.go_on("go")

    def calm_until(self, part: str) -> None:
        """Calm answers, until the address holds ``part``."""
        for _ in range(15):
            if part in self.page.url:
                return
            self.calm_screen()
        raise AssertionError(f"never came to {part}")

    def text(self) -> str:
        return self.page.locator("main").inner_text()


def handset(
    screens: Screens,
    url: str,
    secret: str | None = None,
    *,
    size: Size = "small",
    language: Language = "zh-CN",
    dark: bool = False,
    **more: Any,
) -> Handset:
    """A phone at the size of a hand; ``secret`` enrols it. ``more``: to the context."""
    for complaint in QUIET_WITHOUT_A_NETWORK:
        screens.expect(complaint)
    page = screens.open(
        EMPTY,
        size=size,
        language=language,
        color_scheme="dark" if dark else "light",
        **more,
    )
    phone = Handset(page, url)
    if secret:
        phone.enrol(secret)
    return phone
