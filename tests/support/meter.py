"""What a page costs on the wire, as Chromium counts it: requests and encoded bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

SLOW_4G = {"latency": 150, "down": 1_638_400, "up": 675_000}  # ms, bit/s
TWO_G = {"latency": 300, "down": 30_000, "up": 30_000}


@dataclass
class Asked:
    """One request: its address without what changes, its kind, its bytes."""

    path: str
    kind: str
    bytes: int = 0
    before_load: bool = True


@dataclass
class Meter:
    """Counts what one page of a browser asks for; what its cache had costs nothing."""

    page: Page
    asked: dict[str, Asked] = field(default_factory=dict)
    loaded: bool = False

    def __post_init__(self) -> None:
        self.devtools = self.page.context.new_cdp_session(self.page)
        self.devtools.send("Network.enable")
        # A page's meter and brake see nothing of what its worker fetches for it.
        self.devtools.send("Network.setBypassServiceWorker", {"bypass": True})
        self.devtools.send("Page.enable")
        self.devtools.on("Network.requestWillBeSent", self._began)
        self.devtools.on("Network.loadingFinished", self._ended)
        self.devtools.on("Page.loadEventFired", self._load_fired)

    def visit(self, url: str) -> list[Asked]:
        """Go there; what was asked of the network until the page had loaded."""
        self.asked.clear()
        self.loaded = False
        self.page.goto(url, wait_until="load")
        self.page.wait_for_load_state("networkidle")
        return [one for one in self.asked.values() if one.bytes and one.before_load]

    def slow_down(self, latency: int, down: int, up: int, *, cpu: int = 1) -> None:
        """From now on the network has this latency and these bits a second."""
        self.devtools.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": latency,
                "downloadThroughput": down / 8,
                "uploadThroughput": up / 8,
            },
        )
        self.devtools.send("Emulation.setCPUThrottlingRate", {"rate": cpu})

    def _began(self, event: dict[str, Any]) -> None:
        path = event["request"]["url"].partition("?")[0]
        asked = Asked(path, event.get("type", ""), before_load=not self.loaded)
        self.asked.setdefault(event["requestId"], asked)

    def _ended(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.asked:
            self.asked[event["requestId"]].bytes = event["encodedDataLength"]

    def _load_fired(self, _event: dict[str, Any]) -> None:
        self.loaded = True


def total(asked: list[Asked], kind: str | None = None) -> int:
    """Bytes of all, or of one kind (Document, Stylesheet, Script, Image)."""
    return sum(one.bytes for one in asked if kind in (None, one.kind))
