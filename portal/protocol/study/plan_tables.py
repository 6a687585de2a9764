"""The tables of a study file that say when to remind and when to miss somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def table_of(tables: Mapping[str, object], name: str) -> Mapping[str, Any]:
    """One table of the study file, or an empty one."""
    table = tables.get(name, {})
    return table if isinstance(table, Mapping) else {}


def rows(tables: Mapping[str, object], name: str) -> tuple[Mapping[str, Any], ...]:
    """One list of tables of the study file, or an empty one."""
    found = tables.get(name, ())
    return tuple(found) if isinstance(found, list | tuple) else ()
