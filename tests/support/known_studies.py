"""Studies that an earlier test read or checked: each takes longer than most tests.

A study is known by its whole text, as a file or as it is stored. One that a test
changes or damages is read and checked as ever.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import pytest

from portal.db import dialect
from portal.protocol.checks.ladder import Caps
from portal.protocol.checks.study import KeyFault, faults
from portal.protocol.study.compiled import from_compiled
from portal.protocol.study.file import reading
from portal.protocol.study.file.source_text import Base
from portal.protocol.study.model import Study

MOST = 8
"""So many are kept of each kind; most tests follow the same two or three studies."""
LONG = 50_000
"""Of the texts that a database holds only a study has as many characters."""
HAS_BASE = re.compile(r"""^\s*["']?base["']?\s*=""", re.MULTILINE)

_read = lru_cache(maxsize=MOST)(reading.read_study)
_whole = lru_cache(maxsize=MOST)(reading.whole_source)
_loaded = lru_cache(maxsize=MOST)(json.loads)


def read_study(text: str, *, base: Base | None = None) -> Study:
    """See ``reading``: of the same text the same study again."""
    return reading.read_study(text, base=base) if has_base(text) else _read(text)


def whole_source(text: str, *, base: Base | None = None) -> str:
    """See ``reading``."""
    return reading.whole_source(text, base=base) if has_base(text) else _whole(text)


def has_base(text: str) -> bool:
    """Whether another file says the rest of it, which may change."""
    return HAS_BASE.search(text) is not None


def loads(text: str | bytes) -> Any:
    """See ``json``: of the same long text the same object again."""
    return _loaded(text) if len(text) > LONG else json.loads(text)


class Kept:
    """What a function made of an object: nothing is made of the same object twice."""

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make
        self._made: dict[tuple[int, Caps | None], tuple[object, Any]] = {}

    def of(self, one: object, **how: Any) -> Any:
        key = id(one), how.get("caps")
        known = self._made.get(key)
        if known is None:
            known = one, self._make(one, **how)
            if len(self._made) >= MOST:
                self._made.clear()
            self._made[key] = known  # while it is kept, nothing else has its id
        return known[1]


_built, _checked = Kept(from_compiled), Kept(faults)


def built(compiled: Mapping[str, Any]) -> Study:
    """See ``from_compiled``."""
    study: Study = _built.of(compiled)
    return study


def checked(study: Study, *, caps: Caps | None = None) -> tuple[KeyFault, ...]:
    """See ``checks.study.faults``."""
    found: tuple[KeyFault, ...] = _checked.of(study, caps=caps)
    return found


def know(patch: pytest.MonkeyPatch) -> None:
    """Let the portal's rooms in this process ask here."""
    patch.setattr("portal.study_files.read_study", read_study)
    patch.setattr("portal.study_files.whole_source", whole_source)
    patch.setitem(dialect.QUIET, "json_deserializer", loads)
    patch.setattr("portal.study_versions.from_compiled", built)
    for room in ("sites.faults", "golive.study.study_faults"):
        patch.setattr(f"portal.operating.{room}", checked)
