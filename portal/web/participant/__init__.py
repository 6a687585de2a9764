"""What a participant or caregiver who signed in may read: today, calendar, past entries."""

from portal.web.participant import (
    calendar,
    corrections,
    history,
    own_calendar,
    own_data,
    today,
)
from portal.web.participant.blueprint import blueprint

__all__ = [
    "blueprint",
    "calendar",
    "corrections",
    "history",
    "own_calendar",
    "own_data",
    "today",
]
