"""The worker: one plain script at the root that contains the modules it needs.

The phones of the floor know modules in pages, but not in workers, so the server writes
them out: each module a function of its own, in the order they need one another. This
works only while imports and exports keep the one form that the scripts have. The tests
refuse any other form, so no phone meets one.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from flask import Response, current_app

from portal.web.frame.responses import assets
from portal.web.offline.blueprint import open_door

WORKER = "js/offline/worker.js"
IMPORT = re.compile(
    r'^import (?:(?P<names>\{ [\w, ]+ \})|\* as (?P<whole>\w+)) from "(?P<path>[./\w]+)";$',
    re.MULTILINE,
)
EXPORT = re.compile(
    r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE
)
LEFT = re.compile(r"^\s*(?:import|export)\b.*", re.MULTILINE)


@open_door.get("/worker.js")
def worker() -> Response:
    """The worker, at the root so that it may answer for every page."""
    response = Response(_code(assets.engine_version()), mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = "/"
    return response


def _code(version: str) -> str:
    folder = Path(str(current_app.static_folder))
    return _written(str(folder), version)


@lru_cache(maxsize=4)
def _written(folder: str, version: str) -> str:
    sources = {name: Path(folder, name).read_text("utf-8") for name in assets.modules()}
    return f"// {version}\n{one_script(sources, WORKER)}"


def one_script(sources: Mapping[str, str], entry: str) -> str:
    """``entry`` and all that it imports as one script without modules.

    Raises:
        ValueError: a module imports in a circle, or imports or exports otherwise.
    """
    parts = [_wrapped(name, sources[name]) for name in _order(sources, entry)]
    return "\n".join(
        ["(function () {", '"use strict";', "const kept = {};", *parts, "})();\n"]
    )


def _order(sources: Mapping[str, str], entry: str) -> list[str]:
    """``entry`` last, every module after those it needs."""
    done: list[str] = []

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ValueError(f"{name} imports itself in a circle")
        for found in IMPORT.finditer(sources[name]):
            needed = _path(name, found["path"])
            if needed not in done:
                visit(needed, (*above, name))
        if name not in done:
            done.append(name)

    visit(entry, ())
    return done


def _path(name: str, imported: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), imported))


def _wrapped(name: str, source: str) -> str:
    given = ", ".join(EXPORT.findall(source))

    def fetched(found: re.Match[str]) -> str:
        wanted = found["whole"] or re.sub(r"(\w+) as ", r"\1: ", found["names"])
        return f'const {wanted} = kept["{_path(name, found["path"])}"];'

    code = EXPORT.sub("", IMPORT.sub(fetched, source))
    if left := LEFT.search(code):
        raise ValueError(f"{name}: the worker cannot take in: {left[0].strip()}")
    return f'kept["{name}"] = (function () {{\n{code}\nreturn {{ {given} }};\n}})();'
