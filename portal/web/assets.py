"""Stylesheets, scripts, icons: addressed by their content, so kept for ever."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request

FOR_EVER = "public, max-age=31536000, immutable"


def install(app: Flask) -> None:
    """Put the content's hash into every address of a file, and have it kept."""
    app.url_defaults(_add_hash)
    app.after_request(_keep)


def _add_hash(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "v" not in values:
        found = content_hash(str(values.get("filename", "")))
        if found:
            values["v"] = found


def content_hash(filename: str) -> str | None:
    """Twelve digits of a file's hash, or None: no such file."""
    folder = Path(str(current_app.static_folder)).resolve()
    path = (folder / filename).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        return None
    return _hash(path, path.stat().st_mtime_ns)


def hash_of(filenames: list[str]) -> str:
    """Twelve digits that change with the content of any of the files."""
    each = "".join(content_hash(name) or "" for name in filenames)
    return hashlib.sha256(each.encode()).hexdigest()[:12]


@lru_cache(maxsize=256)
def _hash(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _keep(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in {200, 304}:
        version = request.args.get("v")
        filename = str((request.view_args or {}).get("filename", ""))
        known = version is not None and version == content_hash(filename)
        response.headers["Cache-Control"] = FOR_EVER if known else "no-cache"
    return response
