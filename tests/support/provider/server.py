"""The provider's HTTP side: create, fetch and list of messages and calls."""

from __future__ import annotations

import base64
import json
import re
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.support.provider.account import Fault, Item, Provider
from tests.support.provider.parameters import Refused

PATH = re.compile(
    r"(?P<prefix>/.*)?/2010-04-01/Accounts/(?P<account>AC[0-9a-f]{32})/"
    r"(?P<kind>Messages|Calls)(/(?P<sid>(SM|CA)[0-9a-f]{32}))?\.json"
)
KINDS = {"Messages": "text", "Calls": "call"}


class Handler(BaseHTTPRequestHandler):
    """One request; ``server.provider`` is whose account it is."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        self._answer("POST")

    def do_GET(self) -> None:
        self._answer("GET")

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def _answer(self, method: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # the client died in the middle: nothing was asked
            self.server.provider.cut_off.append(self.path)
            self.close_connection = True
            return
        self.server.provider.requests.append((method, self.path))
        try:
            self._serve(method, body.decode())
        except Refused as refusal:
            self._refuse(refusal.status, refusal.code, refusal.message, {})

    def _serve(self, method: str, body: str) -> None:
        provider, parts = self.server.provider, urlsplit(self.path)
        found = PATH.fullmatch(parts.path)
        if found is None or found["account"] != provider.sid:
            raise Refused(404, 20404, f"{parts.path} was not found")
        self._check_password()
        kind, sid = KINDS[found["kind"]], found["sid"]
        if method == "POST" and sid is None:
            self._check_form()
            fields = parse_qs(body, keep_blank_values=True, strict_parsing=True)
            self._create(kind, fields)
        elif method == "GET" and sid is not None:
            self._send(200, provider.one(kind, sid).to_json(provider.sid))
        elif method == "GET":
            self._list(kind, found["kind"], parse_qs(parts.query))
        else:
            raise Refused(405, 20004, "method not allowed")

    def _check_password(self) -> None:
        provider = self.server.provider
        pair = f"{provider.sid}:{provider.token}".encode()
        wanted = "Basic " + base64.b64encode(pair).decode()
        if provider.wrong_password or self.headers.get("Authorization") != wanted:
            raise Refused(401, 20003, "Authenticate")

    def _check_form(self) -> None:
        kind = self.headers.get("Content-Type", "")
        if not kind.startswith("application/x-www-form-urlencoded"):
            raise Refused(415, 20001, f"a form is wanted, not {kind}")

    def _create(self, kind: str, fields: dict[str, list[str]]) -> None:
        provider = self.server.provider
        item, fault = provider.make(kind, fields)
        if fault is None:
            made, answered = item.to_json(provider.sid), threading.Event()
            provider.go_on(item, answered)
            try:
                self._send(201, made)
            finally:
                answered.set()
            return
        if fault.made:
            provider.go_on(item)
        self._fail(fault, item)

    def _fail(self, fault: Fault, _item: Item) -> None:
        if fault.how == "answer":
            self._refuse(fault.status, fault.code, "as told", fault.headers)
            return
        if fault.how == "hang":
            self.server.provider.closing.wait(30)
        self.close_connection = True
        linger = struct.pack("ii", 1, 0)  # close with a reset
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def _list(self, kind: str, name: str, fields: dict[str, list[str]]) -> None:
        provider = self.server.provider
        rows = provider.listed(kind, fields)
        size = int(fields.get("PageSize", ["50"])[0])
        page = int(fields.get("Page", ["0"])[0])
        shown = rows[page * size : (page + 1) * size]
        more = len(rows) > (page + 1) * size
        base = urlsplit(self.path).path
        query = urlencode(fields | {"Page": [str(page + 1)]}, doseq=True)
        onward = f"{base}?{query}" if more else None
        items = [row.to_json(provider.sid) for row in shown]
        answer = {name.lower(): items, "page": page, "page_size": size}
        self._send(200, answer | {"next_page_uri": onward, "uri": self.path})

    def _refuse(
        self, status: int, code: int, message: str, headers: dict[str, str]
    ) -> None:
        said = {"code": code, "message": message, "status": status, "more_info": ""}
        self._send(status, said, headers)

    def _send(
        self, status: int, answer: dict[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def date_time_string(self, _timestamp: float | None = None) -> str:
        return format_datetime(self.server.provider.now(), usegmt=True)


class Server(ThreadingHTTPServer):
    """A socket of this machine with the provider behind it."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, provider: Provider, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.provider = provider

    def handle_error(self, *_: Any) -> None:
        """Ignore a client that goes away."""


@contextmanager
def running(port: int = 0) -> Iterator[Provider]:
    """A provider that listens on this machine while the block lasts."""
    provider = Provider()
    server = Server(provider, port)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(
        target=server.serve_forever, args=(0.02,), name="provider", daemon=True
    )
    thread.start()
    try:
        yield provider
    finally:
        provider.close()
        server.shutdown()
        server.server_close()
        thread.join()
