"""One HTTP request, after which it is certain whether it can have been sent.

Connecting and writing are separate steps, so that "refused before anything was written"
is never mistaken for "not known". Nothing is retried or redirected.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECT_SECONDS = 3.5
LARGEST_ANSWER = 2 * 1024 * 1024


@dataclass(frozen=True)
class HttpAnswer:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    text: str


class NeverSent(Exception):
    """Nothing was written: unknown host, connection refused, or untrusted TLS."""


class NoAnswer(Exception):
    """The request was written, partly or wholly, and no readable answer came."""


def exchange(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None,
    seconds: float,
) -> HttpAnswer:
    """Send one request; name look-up to last byte take at most ``seconds``.

    Raises:
        NeverSent: certainly nothing reached the server.
        NoAnswer: the request may have reached it.
    """
    ends = time.monotonic() + seconds
    parts = urlsplit(url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection = _connected(parts.scheme, parts.netloc, seconds)
    try:
        with cut_off(connection.sock, ends - time.monotonic()):
            connection.request(method, target, body=body, headers=dict(headers))
            return _read(connection.getresponse())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NoAnswer(type(error).__name__) from error
    finally:
        connection.close()


def _connected(
    scheme: str, place: str, seconds: float
) -> http.client.HTTPConnection | http.client.HTTPSConnection:
    timeout = min(CONNECT_SECONDS, seconds)
    connection: http.client.HTTPConnection
    try:
        if scheme == "https":
            trusted = ssl.create_default_context()
            connection = http.client.HTTPSConnection(
                place, timeout=timeout, context=trusted
            )
        else:
            connection = http.client.HTTPConnection(place, timeout=timeout)
        connection.connect()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NeverSent(type(error).__name__) from error
    connection.sock.settimeout(None)  # from here on only the cut-off limits the time
    return connection


def _read(response: http.client.HTTPResponse) -> HttpAnswer:
    content = response.read(LARGEST_ANSWER + 1)
    if len(content) > LARGEST_ANSWER:
        raise ValueError("the answer is too large")
    headers = {name.lower(): value for name, value in response.getheaders()}
    return HttpAnswer(response.status, headers, content.decode("utf-8"))


@contextmanager
def cut_off(connection: socket.socket | None, seconds: float) -> Iterator[None]:
    """End a connection when the time is over, even if bytes still arrive slowly."""

    def cut() -> None:
        if connection is None:
            return
        with suppress(OSError):  # it has ended already
            # Not SSLSocket.shutdown: it would unwrap TLS while another thread reads.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, seconds), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
