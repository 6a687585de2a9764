"""Stylesheets, scripts, icons: a content hash in the address, so kept for ever.

The modules of the engine import each other, so they share one version in the path,
which every relative import keeps. A page never mixes two versions, and the next visit
asks for none of them.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.security import safe_join

from portal.errors import NotFound

FOR_EVER = "public, max-age=31536000, immutable"
ENGINE = ("js/offline/", "js/triage/")


def install(app: Flask) -> None:
    """Put the content's hash into every address of a file, and let browsers keep it."""
    app.add_url_rule("/static/v/<version>/<path:filename>", "static")
    app.view_functions["static"] = _file
    app.url_defaults(_add_hash)
    app.after_request(_keep)


def _file(filename: str, version: str | None = None) -> Response:
    """A file; under a version, a module of that version or nothing."""
    known = version == engine_version() and filename in modules()
    if version is not None and not known:
        raise NotFound("There is nothing here.")
    return current_app.send_static_file(filename)


def _add_hash(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint != "static" or "v" in values:
        return
    filename = str(values.get("filename", ""))
    if filename.startswith(ENGINE):
        values["version"] = engine_version()
    elif found := content_hash(filename):
        values["v"] = found


def modules() -> tuple[str, ...]:
    """The scripts of the engine, as files under ``static``."""
    return tuple(name for name, _ in _engine())


def engine_version() -> str:
    """Twelve digits that change with any script of the engine."""
    return _hash_of(str(current_app.static_folder), _engine())


def _engine() -> tuple[tuple[str, int], ...]:
    """Each of its files, and when it was last changed."""
    static = str(current_app.static_folder)
    found: list[tuple[str, int]] = []
    for folder in ENGINE:
        with os.scandir(f"{static}/{folder}") as files:
            found += (
                (f"{folder}{one.name}", one.stat().st_mtime_ns)
                for one in files
                if one.name.endswith(".js")
            )
    return tuple(sorted(found))


def content_hash(filename: str) -> str | None:
    """Twelve digits of a file's hash, or None: no such file."""
    found = safe_join(str(current_app.static_folder), filename)
    if found is None or not (path := Path(found)).is_file():
        return None
    return _hash(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _hash_of(static: str, files: tuple[tuple[str, int], ...]) -> str:
    whole = hashlib.sha256()
    for name, _ in files:
        whole.update(f"{name} ".encode() + Path(static, name).read_bytes())
    return whole.hexdigest()[:12]


@lru_cache(maxsize=256)
def _hash(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _keep(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in {200, 304}:
        named = request.view_args or {}
        version = request.args.get("v")
        known = "version" in named or (
            version is not None and version == content_hash(str(named["filename"]))
        )
        response.headers["Cache-Control"] = FOR_EVER if known else "no-cache"
    return response
