"""Which key of a study file a course stopped at, as far as what was raised can tell."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from portal.errors import PortalError
from portal.protocol.demands.items import ITEMS
from portal.protocol.demands.messages import MESSAGES
from portal.protocol.demands.texts import TEXTS
from portal.protocol.study.model import Study
from portal.protocol.study.toml_tables import KeyFault

COURSE = "course"
"""The key of a fault that names none of the file."""
LONGEST = 300
_NAMES = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class CourseFaults:
    """The faults of a course: of each key the first, where it was first met."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._found: dict[str, KeyFault] = {}

    def note(self, doing: str, error: BaseException) -> None:
        """Keep what ``doing`` something raised."""
        one = fault(self._study, doing, error)
        name = one.sentence if one.key == COURSE else one.key
        self._found.setdefault(name, one)

    def told(self) -> tuple[KeyFault, ...]:
        """All of them, as they were met."""
        return tuple(self._found.values())


def fault(study: Study, doing: str, error: BaseException) -> KeyFault:
    """What went wrong, at the key that the error names; else at ``course``."""
    said = error.message if isinstance(error, PortalError) else str(error)
    kind = "" if isinstance(error, PortalError) else f"{type(error).__name__}: "
    sentence = f"in use: {doing}: {kind}{said}"[:LONGEST]
    return KeyFault(_key(study, _NAMES.findall(said)), sentence)


def _key(study: Study, names: list[str]) -> str:
    tables = _tables(study)
    for name in names:
        for table, known in tables.items():
            if name in known:
                return f"{table}.{name}"
    return _with_gap(study, names)


def _tables(study: Study) -> Mapping[str, Collection[str]]:
    """What an error may name: what the file has, and what the program asks of it."""
    return {
        "message": {*study.messages, *(one.id for one in MESSAGES)},
        "sms": {*study.texts, *(one.id for one in TEXTS)},
        "item": {*study.items, *(one.id for one in ITEMS)},
        "rule": {rule.id for rule in study.rules},
        "missing": set(study.missing),
    }


def _with_gap(study: Study, names: list[str]) -> str:
    """The message or text with the placeholder that an error names and nothing fills."""
    for name in names:
        for table, wordings in (("message", study.messages), ("sms", study.texts)):
            for key, one in wordings.items():
                if f"{{{name}}}" in one.text.zh + one.text.en:
                    return f"{table}.{key}"
    return COURSE
