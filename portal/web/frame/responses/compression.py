"""Pages and text files are sent gzipped: a diary must also load on a slow phone."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache

from flask import Flask, Response, request

COMMENT = re.compile(rb"/\*.*?\*/\n?", re.DOTALL)
SMALLEST = 600  # bytes; compressing less gains nothing
KINDS = frozenset(
    {
        "text/html",
        "text/css",
        "text/javascript",
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "image/svg+xml",
    }
)


def install(app: Flask) -> None:
    """Compress what ``app`` answers, if the browser can read it."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Gzip a whole text answer; files are compressed once and remembered."""
    if response.mimetype not in KINDS or response.status_code != 200:
        return response
    response.vary.add("Accept-Encoding")
    if "Content-Encoding" in response.headers or not _reads_gzip():
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < SMALLEST:
        return response
    if response.mimetype == "text/css":
        body = COMMENT.sub(b"", body)  # written for us, not for a phone
    is_file = request.endpoint == "static"
    response.set_data(
        _zipped_once(body) if is_file else gzip.compress(body, 6, mtime=0)
    )
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    if etag:  # the same page, compressed differently
        response.set_etag(etag, weak=True)
    return response


def _reads_gzip() -> bool:
    return request.method == "GET" and request.accept_encodings["gzip"] > 0


@lru_cache(maxsize=64)
def _zipped_once(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)
