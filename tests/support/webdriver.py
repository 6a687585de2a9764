"""Debian's Firefox and WebKitGTK, each by its own driver.

Firefox ESR speaks Marionette over a socket, WebKitGTK has WebKitWebDriver; Playwright
drives only its own builds of them. A walk needs five commands, which both understand,
so no client library is needed. Nothing is downloaded, and no process outlives its
block.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Protocol

from tests.support.processes import KEPT, MORTAL, free_port
from tests.support.waiting import STEP, rest

PATIENCE = 60.0
QUIET_FIREFOX = {  # no update, no report, no check for a captive portal
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "intl.accept_languages": "zh-CN",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "",
    "toolkit.telemetry.enabled": False,
}


class Door(Protocol):
    """How commands reach a browser: WebDriver's names, and each answer's value."""

    def navigate(self, url: str) -> None: ...

    def run(self, script: str, *given: Any) -> Any: ...

    def add_cookie(self, cookie: dict[str, Any]) -> None: ...

    def accept_alert(self) -> None: ...


class Refused(Exception):
    """The browser answered a command with an error."""


class Marionette:
    """Firefox's own protocol: a length, a colon, and a list in JSON."""

    def __init__(self, port: int) -> None:
        self._socket = _connected(port)
        self._read()
        self._count = 0
        self._say("WebDriver:NewSession", {"capabilities": {}})

    def navigate(self, url: str) -> None:
        self._say("WebDriver:Navigate", {"url": url})

    def run(self, script: str, *given: Any) -> Any:
        body = {"script": script, "args": list(given), "sandbox": None}
        return self._say("WebDriver:ExecuteScript", body)["value"]

    def add_cookie(self, cookie: dict[str, Any]) -> None:
        self._say("WebDriver:AddCookie", {"cookie": cookie})

    def accept_alert(self) -> None:
        self._say("WebDriver:AcceptAlert", {})

    def _say(self, command: str, body: dict[str, Any]) -> Any:
        self._count += 1
        said = json.dumps([0, self._count, command, body])
        self._socket.sendall(f"{len(said.encode())}:{said}".encode())
        _, _, error, value = self._read()
        if error:
            raise Refused(f"{command}: {error['error']}: {error['message']}")
        return value

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._some(1)
        body = b""
        while len(body) < int(length[:-1]):
            body += self._some(int(length[:-1]) - len(body))
        return json.loads(body)

    def _some(self, most: int) -> bytes:
        found = self._socket.recv(most)
        if not found:
            raise Refused("the browser has gone")
        return found

    def close(self) -> None:
        self._socket.close()


class WebDriver:
    """The protocol of the W3C, over HTTP."""

    def __init__(self, port: int) -> None:
        self._port = port
        _connected(port).close()
        made = self._say("POST", "/session", {"capabilities": {}})
        self._session = f"/session/{made['sessionId']}"

    def navigate(self, url: str) -> None:
        self._say("POST", f"{self._session}/url", {"url": url})

    def run(self, script: str, *given: Any) -> Any:
        body = {"script": script, "args": list(given)}
        return self._say("POST", f"{self._session}/execute/sync", body)

    def add_cookie(self, cookie: dict[str, Any]) -> None:
        self._say("POST", f"{self._session}/cookie", {"cookie": cookie})

    def accept_alert(self) -> None:
        self._say("POST", f"{self._session}/alert/accept", {})

    def _say(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            connection.request(
                method, path, json.dumps(body) if body is not None else None
            )
            value = json.load(connection.getresponse())["value"]
        finally:
            connection.close()
        if isinstance(value, dict) and "error" in value:
            raise Refused(f"{path}: {value['error']}: {value['message']}")
        return value

    def close(self) -> None:
        self._say("DELETE", self._session)


def _connected(port: int) -> socket.socket:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        except OSError:
            if time.monotonic() > deadline:
                raise
            rest(STEP)


@contextmanager
def firefox(home: Path) -> Iterator[Door]:
    """Firefox ESR without a window, its profile in ``home``."""
    port = free_port()
    prefs = {**QUIET_FIREFOX, "marionette.port": port}
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in prefs.items()]
    (home / "user.js").write_text("\n".join(lines))
    command = [found("firefox-esr"), "--headless", "--marionette", "--no-remote"]
    with _process([*command, "--profile", str(home), "about:blank"], home):
        door = Marionette(port)
        yield door
        door.close()


@contextmanager
def webkit(home: Path) -> Iterator[Door]:
    """WebKitGTK's own small browser on a screen that nobody sees."""
    port = free_port()
    with ExitStack() as open_ones:
        display = open_ones.enter_context(_screen(home))
        command = [found("WebKitWebDriver"), f"--port={port}"]
        screen = {"DISPLAY": display, "GDK_BACKEND": "x11", "LANGUAGE": "zh_CN"}
        open_ones.enter_context(_process(command, home, **screen))
        door = WebDriver(port)
        yield door
        door.close()


def found(program: str) -> str:
    """Where Debian installed it; ``./test`` installs what is missing."""
    path = shutil.which(program)
    assert path, f"{program} is missing: see ./test --help"
    return path


@contextmanager
def _screen(home: Path) -> Iterator[str]:
    reads, writes = os.pipe()
    command = [found("Xvfb"), "-displayfd", str(writes), "-screen", "0", "800x1000x24"]
    with _process([*command, "-nolisten", "tcp"], home, passed=(writes,)):
        os.close(writes)
        with os.fdopen(reads) as said:
            yield f":{said.readline().strip()}"


@contextmanager
def _process(
    command: list[str], home: Path, *, passed: tuple[int, ...] = (), **more: str
) -> Iterator[None]:
    """``command`` and all that it starts, gone at the end."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), **more}
    output = home / f"{Path(command[0]).name}.log"
    with output.open("wb") as said:
        process = subprocess.Popen(
            [*MORTAL, *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            pass_fds=passed,
            start_new_session=True,
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)
