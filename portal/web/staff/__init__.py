"""What the study team sees and does: one blueprint, one module a noun.

Only signed-in staff come in, each to what their role may do.
"""

from portal.web.staff.frame import blueprint
from portal.web.staff.person import (
    contacts,
    corrections,
    enrolment,
    paper,
    participants,
    reminders,
    status,
    visits,
)
from portal.web.staff.team import account, accounts, rota, sirens
from portal.web.staff.work import alerts, hold, tasks, ward, worklist

__all__ = [
    "account",
    "accounts",
    "alerts",
    "blueprint",
    "contacts",
    "corrections",
    "enrolment",
    "hold",
    "paper",
    "participants",
    "reminders",
    "rota",
    "sirens",
    "status",
    "tasks",
    "visits",
    "ward",
    "worklist",
]
