"""The phone: its modules in Chromium, asked about many cases at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Route, sync_playwright

from portal.protocol.study.model import Study
from portal.protocol.triage.for_phone import phone_json
from tests.support.browser import QUIET
from tests.support.source import ROOT

SCRIPTS = Path(ROOT) / "static" / "js"
PAGE = Path(__file__).parent / "page.js"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium as the system installed it, for the command outside of pytest."""
    path = os.environ.get("PORTAL_CHROMIUM", "/usr/bin/chromium")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*QUIET, *sandbox]
        )
        yield browser
        browser.close()


class Phone:
    """A page of Chromium with the modules of the phone and a compiled study."""

    def __init__(self, browser: Browser, study: Study) -> None:
        self._page = browser.new_page()
        self._page.route("**/*", _serve)
        self._page.goto("http://localhost/")
        self._page.wait_for_function("window.parity !== undefined")
        self._page.evaluate("text => parity.load(text)", phone_json(study))

    def load(self, compiled: dict[str, Any]) -> None:
        """Judge by another compiled study from now on."""
        self._page.evaluate("text => parity.load(text)", json.dumps(compiled))

    def rules_where_kept(self, kept: str, whole: str) -> Any:
        """The rules that the phone takes: ``kept`` is stored, the server has ``whole``."""
        self._page.route("**/offline/study", lambda route: route.fulfill(body=whole))
        said = self._page.evaluate("text => parity.rulesWhereKept(text)", kept)
        self._page.unroute("**/offline/study")
        return json.loads(said)

    def answer(self, kind: str, cases: Sequence[Any]) -> list[Any]:
        """What the phone says of each case of a kind."""
        return self._ask(kind, cases)

    def plain(self, chars: Sequence[str]) -> list[list[Any]]:
        """Each text folded, and whether it is one letter or number."""
        return self._ask("plain", chars)

    def numbers(self, texts: Sequence[str]) -> list[list[Any] | None]:
        """Each text as hundredths, with whether more follows; None: no number."""
        return self._ask("numbers", texts)

    def tiers(self) -> list[list[Any]]:
        """Each tier the phone knows: its rank, and whether it pages a person."""
        return self._ask("tiers", [])

    def close(self) -> None:
        self._page.close()

    def _ask(self, what: str, values: Sequence[Any]) -> Any:
        said = self._page.evaluate(
            "([what, text]) => parity[what](text)", [what, json.dumps(values)]
        )
        return json.loads(said)


def _serve(route: Route) -> None:
    name = urlsplit(route.request.url).path.removeprefix("/")
    path = PAGE if name == PAGE.name else SCRIPTS / name
    if not name:
        page = f'<!doctype html><script type="module" src="/{PAGE.name}"></script>'
        route.fulfill(body=page, content_type="text/html; charset=utf-8")
    elif path.is_file():
        script = "text/javascript; charset=utf-8"
        route.fulfill(body=path.read_text("utf-8"), content_type=script)
    else:
        route.fulfill(status=404, body="")
