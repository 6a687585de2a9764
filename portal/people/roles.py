"""Roles: what a member of the team may do. Who is on call as what is a duty."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What an account may do; ``web.frame.access`` says which pages each may open."""

    COORDINATOR = "coordinator"
    NURSE = "nurse"
    INVESTIGATOR = "investigator"
    MONITOR = "monitor"
    ADMIN = "admin"


ANSWERING = (Role.COORDINATOR, Role.NURSE, Role.INVESTIGATOR)
"""Roles that may answer an alert and so be on call; the others read or administer."""
