"""When a study must have what the program requires."""

from __future__ import annotations

from enum import StrEnum


class Need(StrEnum):
    """When a study file must have something, in the words of the reference."""

    ALWAYS = "always"
    NEVER = "may be left out"
    DIARIES = "where a phase has a diary that is due"
    REPORTER = "where the first screen asks `reporter`"
    WARD = "where a phase is the time in hospital"
    ANSWERS = "where `report_received` stands"
    WARD_ANSWERS = "where `report_received` stands, and a phase is the time in hospital"
