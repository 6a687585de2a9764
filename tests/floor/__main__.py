"""Makes the two lists anew: ``python -m tests.floor package/data.json``.

The file comes with the npm package @mdn/browser-compat-data, which is CC0.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.floor import CHROME, HERE, SAFARI

OTHERWISE = ("flags", "prefix", "alternative_name")
Row = tuple[str, float | None, float | None]


def since(compat: dict[str, Any], browser: str) -> float | None:
    """The first version that has it under its own name, or None."""
    support = compat["support"].get(browser) or []
    given = [support] if isinstance(support, dict) else support
    versions = [
        float(".".join(str(one["version_added"]).lstrip("≤").split(".")[:2]))
        for one in given
        if one.get("version_added") not in {None, False, "preview"}
        and not one.get("version_removed")
        and not any(one.get(part) for part in OTHERWISE)
    ]
    return min(versions, default=None)


def features(
    node: dict[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], float | None, float | None]]:
    """Every feature below ``node``: its path and its two versions."""
    for name, below in node.items():
        if name == "__compat":
            yield path, since(below, "chrome_android"), since(below, "safari_ios")
        elif isinstance(below, dict) and not name.startswith("__"):
            yield from features(below, (*path, name))


def is_newer(row: Row) -> bool:
    _, chrome, safari = row
    return chrome is None or safari is None or chrome > CHROME or safari > SAFARI


def interfaces(data: dict[str, Any]) -> Iterator[Row]:
    """Names as scripts write them: ``Promise.any``, ``replaceChildren``."""
    builtins = set(data["javascript"]["builtins"])
    for part in (data["api"], data["javascript"]["builtins"]):
        for path, *versions in features(part):
            owner, name = path[0], path[-1]
            if len(path) == 1:
                yield (name, *versions)
            elif len(path) == 2 and name.endswith("_static"):
                yield (f"{owner}.{name.removesuffix('_static')}", *versions)
            elif (
                len(path) == 2 and name != owner and re.fullmatch(r"[a-zA-Z]\w*", name)
            ):
                if owner in builtins:
                    yield (f"{owner}.{name}", *versions)
                if "_" not in name:
                    yield (name, *versions)
            elif path[0] == "Intl" and len(path) == 3 and "_" not in name:
                yield (name, *versions)


def styles(data: dict[str, Any]) -> Iterator[Row]:
    """Properties, their keywords, selectors, at-rules and functions."""
    kinds = {"properties": "property", "selectors": "selector", "at-rules": "at-rule"}
    for part, kind in kinds.items():
        for path, *versions in features(data["css"][part]):
            if len(path) == 1:
                yield (f"{kind} {path[0]}", *versions)
            elif part == "properties" and re.fullmatch(r"[a-z-]+", path[1]):
                yield (f"value {path[0]}: {path[1]}", *versions)
    for path, *versions in features(data["css"]["types"]):
        if re.fullmatch(r"[a-z0-9-]+", path[-1]):
            yield (f"function {path[-1]}", *versions)


def written(rows: Iterator[Row], version: str) -> str:
    """What is newer wherever it exists; one that anything older has too is left out."""
    known: dict[str, list[Row]] = {}
    for row in rows:
        known.setdefault(row[0], []).append(row)
    lines = [
        f"{name} {_least(row[1] for row in same)} {_least(row[2] for row in same)}"
        for name, same in sorted(known.items())
        if all(map(is_newer, same)) and not name.split()[-1].startswith("-moz-")
    ]
    head = (
        f"# MDN browser-compat-data {version} (CC0): name, first Chrome, first Safari."
    )
    return "\n".join([head, *lines, ""])


def _least(versions: Iterator[float | None]) -> str:
    known = [one for one in versions if one is not None]
    return f"{min(known):g}" if known else "never"


def main(source: str) -> None:
    data = json.loads(Path(source).read_text("utf-8"))
    version = data["__meta"]["version"]
    for name, rows in (("interfaces", interfaces(data)), ("styles", styles(data))):
        (HERE / f"{name}.txt").write_text(written(rows, version), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
