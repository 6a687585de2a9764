"""Serves the web application with waitress, which buffers slow phones.

A server that gives each connection a worker is blocked by a few half-sent requests.
Here a request takes a thread only when all of it has arrived.
"""

from __future__ import annotations

from typing import Any

import waitress

from portal.app import LARGEST_BODY, create_app
from portal.config import Settings
from portal.runtime import Runtime

FEWEST_THREADS = 12
LARGEST_HEADER = 16 * 1024


def options(settings: Settings) -> dict[str, Any]:
    """How waitress listens, and what it refuses before the portal sees it."""
    return {
        "host": settings.host,
        "port": settings.port,
        "threads": max(FEWEST_THREADS, settings.web_threads),
        "max_request_body_size": 2 * LARGEST_BODY,  # our own limit answers with a page
        "max_request_header_size": LARGEST_HEADER,
        "channel_timeout": 60,
        "connection_limit": 500,
        "url_scheme": "https" if settings.https and not settings.proxies else "http",
        # Forwarded headers are read by ProxyFix, for a known number of proxies.
        "clear_untrusted_proxy_headers": settings.proxies == 0,
        "ident": None,
    }


def serve(runtime: Runtime) -> None:
    """Serve until the process is told to stop."""
    app = create_app(runtime=runtime)
    waitress.serve(app, **options(runtime.settings))
