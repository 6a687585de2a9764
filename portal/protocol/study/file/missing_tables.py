"""A table that is not there is one fault with all the keys that it needs, not one for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from portal.protocol.study.file.toml_tables import KeyFault, MissingTable

_FIRST = re.compile(r"[^.\[]+")


def folded(faults: Sequence[KeyFault]) -> Iterator[KeyFault]:
    """The faults without those of tables that are missing; these say what they need."""
    gone = [one.key for one in faults if isinstance(one, MissingTable)]
    for one in faults:
        if any(one.key.startswith(f"{key}.") for key in gone):
            continue
        yield _whole(one, faults) if isinstance(one, MissingTable) else one


def _whole(table: MissingTable, faults: Sequence[KeyFault]) -> KeyFault:
    start = f"{table.key}."
    within = [
        one.key.removeprefix(start) for one in faults if one.key.startswith(start)
    ]
    keys = dict.fromkeys(name[0] for each in within if (name := _FIRST.match(each)))
    needs = f" Its keys: {', '.join(keys)}." if keys else ""
    return KeyFault(table.key, f"{table.sentence}{needs}")
