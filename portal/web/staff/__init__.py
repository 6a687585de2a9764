"""What the study team sees and does: one blueprint, one module a noun.

Only signed-in staff come in, each to what their role may do.
"""

from portal.web.staff.frame import blueprint
from portal.web.staff.person import (
    consent,
    contacts,
    corrections,
    day_zero,
    enrolment,
    events,
    paper,
    participants,
    reminders,
    status,
    visits,
)
from portal.web.staff.team import account, accounts, rota, sirens, study
from portal.web.staff.work import alerts, hold, tasks, unread, ward, worklist

__all__ = [
    "account",
    "accounts",
    "alerts",
    "blueprint",
    "consent",
    "contacts",
    "corrections",
    "day_zero",
    "enrolment",
    "events",
    "hold",
    "paper",
    "participants",
    "reminders",
    "rota",
    "sirens",
    "status",
    "study",
    "tasks",
    "unread",
    "visits",
    "ward",
    "worklist",
]
