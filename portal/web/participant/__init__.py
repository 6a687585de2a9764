"""What participants and caregivers may read: today, the calendar, past entries.

Who signed in as one of them comes in.
"""

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
