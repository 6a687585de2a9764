"""Stylesheets, scripts, icons: a content hash in the address, so kept for ever.

The modules of the engine import each other, so they share one version in the path,
which every relative import keeps. A page never mixes two versions, and the next visit
asks for none of them.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request

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
    return _hash_of(Path(str(current_app.static_folder)), _engine())


def _engine() -> tuple[tuple[str, int], ...]:
    """Each of its files, and when it was last changed."""
    static = Path(str(current_app.static_folder))
    return tuple(
        (f"{folder}{path.name}", path.stat().st_mtime_ns)
        for folder in ENGINE
        for path in sorted((static / folder).glob("*.js"))
    )


def content_hash(filename: str) -> str | None:
    """Twelve digits of a file's hash, or None: no such file."""
    folder = Path(str(current_app.static_folder)).resolve()
    path = (folder / filename).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        return None
    return _hash(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _hash_of(static: Path, files: tuple[tuple[str, int], ...]) -> str:
    whole = hashlib.sha256()
    for name, _ in files:
        whole.update(f"{name} ".encode() + (static / name).read_bytes())
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
