"""Duties: what somebody is on call as. What a person may do is the role.

A study names its duties by ids. The same id in two studies of a portal means the same
duty: whoever is on call as it is paged for both, and shares one rota.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.protocol.demands.duties import Work
from portal.protocol.study.text import Text


@dataclass(frozen=True)
class Duty:
    """A duty of the rota, as the ladder's rungs and the study's plans name it.

    ``called`` is what participants read of somebody who is being called, such as "the
    nurse on duty"; without it they read the title. ``work`` is the work that the portal
    raises itself and gives to this duty.
    """

    id: str
    title: Text
    called: Text | None = None
    work: tuple[Work, ...] = ()


def whose(duties: Iterable[Duty], work: Work) -> str:
    """The id of the first duty that has this work; empty: none has."""
    return next((duty.id for duty in duties if work in duty.work), "")
