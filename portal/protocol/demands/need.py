"""When a study must have what the program asks for."""

from __future__ import annotations

from enum import StrEnum


class Need(StrEnum):
    """When something must stand in a study file; the value is the reference's word."""

    ALWAYS = "always"
    NEVER = "may be left out"
    DIARIES = "where a phase has a daily or weekly diary"
    DRIVING = "where `driving_days` is set"
    ANSWERS = "where `report_received` stands"
