"""Duties: what somebody is on call as. What a person may do is the role."""

from __future__ import annotations

from enum import StrEnum


class Duty(StrEnum):
    """A duty of the rota, as a ladder's rungs and the study's plans name it."""

    NURSE = "nurse"
    DOCTOR = "doctor"
    SECOND_DOCTOR = "second_doctor"
    INVESTIGATOR = "investigator"
    COORDINATOR = "coordinator"
