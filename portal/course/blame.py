"""Which key of a study file made a course fail, as far as the exception tells."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from portal.errors import PortalError
from portal.protocol.demands.items import ITEMS
from portal.protocol.demands.messages import MESSAGES
from portal.protocol.demands.texts import TEXTS
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.model import Study

COURSE = "course"
"""The key used when the exception names no key of the file."""
LONGEST = 300
_NAMES = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class CourseFaults:
    """The faults of a course: for each key only the first."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._found: dict[str, KeyFault] = {}

    def note(self, doing: str, error: BaseException) -> None:
        """Keep the exception that the act ``doing`` raised."""
        one = fault(self._study, doing, error)
        name = one.sentence if one.key == COURSE else one.key
        self._found.setdefault(name, one)

    def told(self) -> tuple[KeyFault, ...]:
        """All faults, in the order of their discovery."""
        return tuple(self._found.values())


def fault(study: Study, doing: str, error: BaseException) -> KeyFault:
    """The fault at the key that the error names, or else at ``course``."""
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
    """The names an error may contain: those in the file and those the program needs."""
    return {
        "message": {*study.messages, *(one.id for one in MESSAGES)},
        "sms": {*study.texts, *(one.id for one in TEXTS)},
        "item": {*study.items, *(one.id for one in ITEMS)},
        "rule": {rule.id for rule in study.rules},
        "missing": set(study.missing),
    }


def _with_gap(study: Study, names: list[str]) -> str:
    """The message or text with the unfilled placeholder that the error names."""
    for name in names:
        for table, wordings in (("message", study.messages), ("sms", study.texts)):
            for key, one in wordings.items():
                if any(f"{{{name}}}" in words for words in one.text.values()):
                    return f"{table}.{key}"
    return COURSE
