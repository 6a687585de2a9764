"""One phone for every browser engine, and a server that really goes away.

The commands are those that Chromium, Firefox and WebKitGTK have in common. "floor" is
Chromium without every interface that is newer than the floor, in pages and in the
worker; syntax cannot be removed, and ``tests/floor`` checks it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

from tests.floor import table
from tests.support import webdriver
from tests.support.browser import PHONE, SIZES
from tests.support.processes import free_port
from tests.support.waiting import PATIENCE, STEP, rest
from tests.support.web import served

ENGINES = ("chromium", "floor", "firefox", "webkit")
# What the list cannot name, because something older bears the same name.
ALSO_NEWER = (
    "Blob.prototype.text",
    "Blob.prototype.arrayBuffer",
    "Iterator.prototype.map",
)
DRIVER_NEEDS = {"BigInt64Array", "BigUint64Array"}  # Playwright, in the page itself
TAKE_AWAY = """(function (names) {
  var owners = Object.getOwnPropertyNames(self).map(function (name) {
    try { return self[name]; } catch (_) { return null; }
  }).filter(function (one) { return typeof one === "function" && one.prototype; });
  function take(owner, name) {
    try { delete owner[name]; } catch (_) { /* it stays */ }
  }
  names.forEach(function (name) {
    var path = name.split("."), last = path.pop();
    var owner = path.reduce(function (at, part) { return at && at[part]; }, self);
    if (owner) take(owner, last);
    if (path.length === 0) owners.forEach(function (one) { take(one.prototype, last); });
  });
})(%s);"""


def newer_interfaces() -> str:
    """A script that removes what the floor lacks."""
    names = [name for name in table("interfaces.txt") if name not in DRIVER_NEEDS]
    return TAKE_AWAY % json.dumps([*names, *ALSO_NEWER])


class Playwright:
    """The commands of ``webdriver.Door`` for the Chromium of the other tests."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.on("dialog", lambda dialog: dialog.accept())

    def navigate(self, url: str) -> None:
        self.page.goto(url)

    def run(self, script: str, *given: Any) -> Any:
        code = f"given => (function () {{ {script} }})(...given)"
        try:
            return self.page.evaluate(code, list(given))
        except PlaywrightError as error:
            raise webdriver.Refused(str(error)) from error

    def add_cookie(self, cookie: dict[str, Any]) -> None:
        here = self.page.url.rpartition("/")[0]
        self.page.context.add_cookies([{**cookie, "url": here}])  # type: ignore[list-item]


@contextmanager
def door(engine: str, browser: Browser, home: Path) -> Iterator[webdriver.Door]:
    """A browser of its own, with nothing kept in it."""
    if engine == "firefox":
        with webdriver.firefox(home) as opened:
            yield opened
    elif engine == "webkit":
        with webdriver.webkit(home) as opened:
            yield opened
    else:
        context = browser.new_context(**SIZES["small"], **PHONE, locale="zh-CN")
        if engine == "floor":
            context.add_init_script(newer_interfaces())
        yield Playwright(context.new_page())
        context.close()


def take_away_in_the_worker(app: Flask) -> None:
    """The worker of ``app`` runs on the floor too: no page's script reaches it."""

    @app.after_request
    def older(response: Response) -> Response:
        if request.path == "/worker.js":
            response.set_data(newer_interfaces() + response.get_data(as_text=True))
        return response


@dataclass
class EnginePhone:
    """An engine with the portal in it, and a server that can be switched off."""

    door: webdriver.Door
    app: Flask
    port: int = field(default_factory=free_port)
    server: ExitStack = field(default_factory=ExitStack)

    def find_network(self) -> None:
        self.server.enter_context(served(self.app, self.port))

    def lose_network(self) -> None:
        self.server.close()

    def open(self, path: str) -> None:
        self.door.navigate(f"http://localhost:{self.port}{path}")

    def hold(self, cookies: dict[str, str]) -> None:
        """Be the phone with these cookies."""
        self.open("/sign-in")
        for name, value in cookies.items():
            self.door.add_cookie({"name": name, "value": value})

    def get_ready(self) -> None:
        """Everything for no network is on the phone, and the worker answers for it."""
        self.open("/diary")
        self.until("document.documentElement.dataset.ready === 'offline'")
        self.until("navigator.serviceWorker.controller !== null")

    def reload(self) -> None:
        """The same page once more, by the worker where there is no network."""
        self.door.run("document.documentElement.dataset.before = 1;")
        self.door.run("setTimeout(() => location.reload());")
        self.until("!document.documentElement.dataset.before")

    def says(self, expression: str) -> Any:
        return self.door.run(f"return {expression};")

    def until(self, expression: str, *, seconds: float = PATIENCE) -> None:
        """Wait until it is true of the page that is shown, whichever that is."""
        deadline = time.monotonic() + seconds
        while not self._is(expression):
            if time.monotonic() > deadline:
                at = "document.documentElement"
                said = self.says(f"location.href + {at}.dataset.ready + {at}.innerText")
                raise AssertionError(f"waited in vain for {expression}:\n{said}")
            rest(STEP)

    def _is(self, expression: str) -> bool:
        with suppress(webdriver.Refused):  # between two pages there is no page to ask
            return bool(self.says(expression))
        return False

    def sees(self, selector: str, *, seconds: float = PATIENCE) -> None:
        self.until(f"{_seen(selector)}.length > 0", seconds=seconds)

    def text(self, selector: str) -> str:
        self.sees(selector)
        return str(self.says(f"{_seen(selector)}[0].innerText"))

    def tap(self, selector: str) -> None:
        """Touch the first that can be seen; a page that it leads to may come at once."""
        self.sees(selector)
        self.door.run(
            f"const one = {_seen(selector)}[0]; setTimeout(() => one.click());"
        )

    def press_if_there(self, selector: str) -> None:
        self.door.run(f"{_seen(selector)}.slice(0, 1).forEach(one => one.click());")

    def tick(self, name: str, value: str) -> None:
        box = f"input[name={name}][value={value}]"
        self.tap(box)
        self.until(f"{_seen(box)}[0].checked")


def _seen(selector: str) -> str:
    """Every such element that has a place on the page."""
    return (
        f"[...document.querySelectorAll({json.dumps(selector)})]"
        ".filter(one => one.getClientRects().length)"
    )
