"""The two that judge: the server's Python, and the modules of a phone in Chromium."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Route, sync_playwright

from portal.errors import EntryRefused
from portal.protocol.calendar.whereabouts import Place
from portal.protocol.study.model import Study
from portal.protocol.triage.for_phone import phone_json
from portal.protocol.triage.judge import judge
from portal.protocol.triage.verdict import PastEntry
from tests.support.browser import QUIET
from tests.support.source import ROOT

MODULES = Path(ROOT) / "static" / "js" / "triage"
PAGE = """<!doctype html><title>parity</title><script type="module">
import { judge } from "/triage.js";
import { plain } from "/note.js";
import { isLetterOrNumber } from "/characters.js";
import { readNumber } from "/temperature.js";
import { readStudy } from "/study.js";
import { TIERS, isPaged, rank } from "/tiers.js";
let study;
function one({ phase, answers, previous, source, place }) {
  try {
    return judge(study, phase, answers, previous, source, place);
  } catch (error) {
    if (error.name !== "EntryRefused") return { error: String(error.stack) };
    return { refused: error.message, field: error.field };
  }
}
function number(text) {
  const read = readNumber(text, readStudy(study).tables);
  return read && [read.hundredths, read.rest];
}
window.parity = {
  load(text) { study = JSON.parse(text); },
  judge(text) { return JSON.stringify(JSON.parse(text).map(one)); },
  numbers(text) { return JSON.stringify(JSON.parse(text).map(number)); },
  plain(text) {
    const { tables } = readStudy(study);
    return JSON.stringify(JSON.parse(text).map(
      (char) => [plain(char, tables), isLetterOrNumber(char, tables)]));
  },
  tiers() { return JSON.stringify(TIERS.map((tier) => [tier, rank(tier), isPaged(tier)])); },
};
</script>"""


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


def by_python(study: Study, entry: dict[str, Any]) -> dict[str, Any]:
    """What the server says of an entry, as JSON values."""
    past = [PastEntry(old["days_ago"], old["answers"]) for old in entry["previous"]]
    try:
        verdict = judge(
            study,
            entry["phase"],
            entry["answers"],
            past,
            source=entry["source"],
            place=Place(entry["place"]) if entry.get("place") else None,
        )
    except EntryRefused as refused:
        return {"refused": refused.message, "field": refused.field}
    return {
        "tier": verdict.tier.value,
        "ack_minutes": verdict.ack_minutes,
        "findings": [
            {**vars(found), "tier": found.tier.value, "facts": dict(found.facts)}
            for found in verdict.findings
        ],
        "advice": list(verdict.advice),
        "faults": [vars(fault) for fault in verdict.faults],
    }


class Phone:
    """A page of Chromium with the modules of the phone and a compiled study."""

    def __init__(self, browser: Browser, study: Study) -> None:
        self._page = browser.new_page()
        self._page.route("**/*", _serve)
        self._page.goto("http://localhost/")
        self._page.wait_for_function("window.parity !== undefined")
        self._page.evaluate("text => parity.load(text)", phone_json(study))

    def judge(self, entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """What the phone says of each entry."""
        return self._ask("judge", entries)

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
    path = MODULES / name
    if not name:
        route.fulfill(body=PAGE, content_type="text/html; charset=utf-8")
    elif path.is_file():
        script = "text/javascript; charset=utf-8"
        route.fulfill(body=path.read_text("utf-8"), content_type=script)
    else:
        route.fulfill(status=404, body="")
