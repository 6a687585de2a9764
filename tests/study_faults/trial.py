"""What becomes of a mutant: a fault that names its key, or a whole course."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.course.blame import COURSE
from portal.course.course import faults_in_use
from portal.protocol.checks.study import faults_of_text
from portal.protocol.study.file.reading import read_study
from portal.protocol.study.file.toml_tables import KeyFault
from portal.protocol.study.model import Study


class Fate(StrEnum):
    """How a mutant ended."""

    NAMED = "named"
    NAMED_IN_USE = "named in use"
    LIVED = "lived"
    UNNAMED = "UNNAMED"
    CRASHED = "CRASHED"

    @property
    def is_well(self) -> bool:
        return self not in (Fate.UNNAMED, Fate.CRASHED)


@dataclass(frozen=True)
class Ending:
    """A mutant's fate, with the first thing that was said of it."""

    fate: Fate
    said: str = ""


Check = Callable[[str], Sequence[KeyFault]]
Use = Callable[[Study], Sequence[KeyFault]]


def end_of(
    text: str, check: Check = faults_of_text, use: Use = faults_in_use
) -> Ending:
    """Check a file, and use it where the check finds nothing."""
    try:
        found = check(text)
        if found:
            whole = all(fault.key and fault.sentence for fault in found)
            fate = Fate.NAMED if whole else Fate.UNNAMED
            return Ending(fate, f"{found[0].key}: {found[0].sentence}")
        used = use(read_study(text))
    except Exception as error:  # noqa: BLE001 (whatever it is, the check should have said it)
        return Ending(Fate.CRASHED, f"{type(error).__name__}: {error}"[:300])
    if not used:
        return Ending(Fate.LIVED)
    named = all(fault.key != COURSE for fault in used)
    fate = Fate.NAMED_IN_USE if named else Fate.UNNAMED
    first = next((one for one in used if one.key == COURSE), used[0])
    return Ending(fate, f"{first.key}: {first.sentence}")
