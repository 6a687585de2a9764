"""The portal as a browser sees it: forms with their tokens, or over a socket."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from waitress import wasyncore
from waitress.server import create_server
from werkzeug.test import TestResponse

from portal.runtime import Runtime

COMPILED = FileSystemBytecodeCache()
"""Templates compile once, not once for each test's application."""
TOKEN = re.compile(r'<input[^>]*name="csrf_token"[^>]*value="([^"]+)"')


class Visitor(FlaskClient):
    """A test client that fills in a page's form as a browser does."""

    def token(self, path: str) -> str:
        """The token of the form on the page at ``path``."""
        page = self.get(path)
        found = TOKEN.search(page.text)
        assert found, f"no form at {path}: {page.status}\n{page.text[:500]}"
        return found[1]

    def submit(
        self, path: str, fields: dict[str, Any] | None = None, *, to: str | None = None
    ) -> TestResponse:
        """Sends the form of the page at ``path``, there or ``to`` another place."""
        data = {"csrf_token": self.token(path), **(fields or {})}
        return self.post(to or path, data=data)


def application(runtime: Runtime) -> Flask:
    """A new portal on ``runtime``; an unexpected error reaches the test."""
    from portal.app import create_app

    app = create_app(runtime=runtime)
    app.jinja_env.bytecode_cache = COMPILED
    app.testing = True
    app.test_client_class = Visitor
    return app


_used: dict[tuple[bool, int], tuple[Flask, dict[str, Any]]] = {}


def used_application(runtime: Runtime) -> Flask:
    """The portal that earlier tests used, on ``runtime``: routes, templates and all.

    Flask can add no more routes to it. What a process learns while it runs is
    forgotten, so that it answers like a new one.
    """
    from portal.app import equip

    settings = runtime.settings
    fixed = settings.demo, settings.proxies
    if fixed not in _used:
        made = application(runtime)
        _used[fixed] = made, dict(made.extensions)
    app, extensions = _used[fixed]
    app.extensions = dict(extensions)
    app.config.clear()
    app.config.from_mapping(app.default_config)
    app.testing = True
    equip(app, runtime, settings)
    return app


@contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """The address of ``app`` on a port of this machine (0: a free one), for the block.

    The name is localhost: browsers allow no passkeys for a numeric address.
    """
    server = create_server(app, host="127.0.0.1", port=port, threads=8, ident=None)
    stopping = threading.Event()

    def answer() -> None:
        while not stopping.is_set():
            wasyncore.loop(timeout=1, map=server._map, count=1)

    thread = threading.Thread(target=answer, name="portal", daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.effective_port}"
    finally:
        stopping.set()
        server.pull_trigger()  # it need not wait for another request
        thread.join()
        server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
        wasyncore.close_all(server._map, ignore_all=True)
