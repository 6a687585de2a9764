"""What a participant or caregiver who signed in may read: today, past entries."""

from portal.web.participant import history, today
from portal.web.participant.blueprint import blueprint

__all__ = ["blueprint", "history", "today"]
