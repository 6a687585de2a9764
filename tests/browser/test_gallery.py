"""The sample pages in a real browser: what style sheet and script do by themselves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.support.browser import Screens, axe_violations, fits, look, until_on
from tests.support.gallery import ROOT, Handler, write_pages
from tests.support.samples import samples

pytestmark = pytest.mark.browser
ALONE = ("who", "unwell", "pieces")
"""Samples of what no other test in a browser opens."""
NAMES = [
    pytest.param(name, marks=[] if name in ALONE else pytest.mark.thorough)
    for name, _, _ in samples("zh")
]


def serving(handler: Any) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the sample pages, under the portal's policy."""
    out = tmp_path_factory.mktemp("gallery")
    write_pages(out)
    for server in serving(partial(Handler, directory=str(out))):
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.sampled(3)
def test_a_page_fits_a_small_phone_and_axe_finds_nothing(
    screens: Screens, gallery: str, name: str
) -> None:
    screens.expect("404")  # a live region without its server
    page = screens.open(f"{gallery}/{name}-zh.html")
    fits(page, f"{name}-zh")
    page.goto(f"{gallery}/{name}-en.html")
    look(page, f"{name}-en")


@pytest.mark.thorough
def test_axe_finds_nothing_by_night(screens: Screens, gallery: str) -> None:
    screens.expect("404")
    page = screens.open(f"{gallery}/pieces-zh.html", color_scheme="dark")
    assert axe_violations(page) == []
    for name in ("red-flags-ticked", "advice-emergency", "worklist"):
        page.goto(f"{gallery}/{name}-zh.html")
        assert axe_violations(page) == []


def test_the_button_follows_what_is_ticked(screens: Screens, gallery: str) -> None:
    page = screens.open(f"{gallery}/red-flags-zh.html", java_script_enabled=False)
    send, none = page.locator("[name=send]"), page.locator("[name=none]")
    assert (send.is_visible(), none.is_visible()) == (False, True)
    page.get_by_text("胸痛").tap()
    assert (send.is_visible(), none.is_visible()) == (True, False)
    page.get_by_text("胸痛").tap()
    assert (send.is_visible(), none.is_visible()) == (False, True)


def test_once_something_is_ticked_sending_is_in_sight(
    screens: Screens, gallery: str
) -> None:
    page = screens.open(f"{gallery}/red-flags-en.html")
    page.locator("#emerg").check()
    box = page.locator("[name=send]").bounding_box()
    assert box
    assert box["y"] + box["height"] <= 740


class Status(BaseHTTPRequestHandler):
    """A page with a live line; what the line says is the server's ``says``."""

    says = "waiting"
    working = True
    answers: list[int]

    def do_GET(self) -> None:
        if self.path == "/":
            self.answer(200, PAGE.encode(), "text/html")
        elif self.path == "/live.js":
            script = ROOT / "static/js/live.js"
            self.answer(200, script.read_bytes(), "text/javascript")
        elif self.path == "/status":
            self.status()
        else:
            self.answer(204, b"", "image/svg+xml")

    def status(self) -> None:
        tag = f'"{Status.says}"'
        same = self.headers.get("If-None-Match") == tag
        code = (304 if same else 200) if Status.working else 500
        Status.answers.append(code)
        body = f'<p id="line">{Status.says}</p>' if code == 200 else ""
        self.answer(code, body.encode(), "text/html", tag)

    def answer(self, code: int, body: bytes, kind: str, tag: str = "") -> None:
        self.send_response(code)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if tag:
            self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


PAGE = (
    '<!doctype html><html lang="en"><title>t</title>'
    '<script src="/live.js" defer></script>'
    '<div data-live="/status" data-live-seconds="1" aria-live="polite"></div>'
    '<p class="stale" hidden>No connection</p><input id="typed">'
)


@pytest.fixture
def status() -> Iterator[str]:
    Status.says, Status.working, Status.answers = "waiting", True, []
    for server in serving(Status):
        yield f"http://127.0.0.1:{server.server_port}/"


def test_a_line_changes_when_its_address_does(screens: Screens, status: str) -> None:
    page = screens.open(status)
    page.get_by_text("waiting").wait_for()
    Status.says = "Dr Chen has your report"
    page.get_by_text("Dr Chen has your report").wait_for()


def test_an_unchanged_line_is_not_sent_again(screens: Screens, status: str) -> None:
    page = screens.open(status)
    page.get_by_text("waiting").wait_for()
    until_on(page, lambda: len(Status.answers) >= 3, "two more questions")
    assert Status.answers[:3] == [200, 304, 304]


def test_a_page_says_when_it_is_out_of_date_and_when_no_longer(
    screens: Screens, status: str
) -> None:
    screens.expect("500")
    page = screens.open(status)
    page.get_by_text("waiting").wait_for()
    Status.working = False
    page.get_by_text("No connection").wait_for(state="visible")
    assert page.locator("#line").inner_text() == "waiting"
    Status.working = True
    page.get_by_text("No connection").wait_for(state="hidden")
