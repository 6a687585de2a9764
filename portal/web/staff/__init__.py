"""What the study team sees and does: one blueprint, one module a noun."""

from portal.web.staff import (
    account,
    accounts,
    alerts,
    contacts,
    corrections,
    enrolment,
    hold,
    paper,
    participants,
    reminders,
    rota,
    sirens,
    status,
    tasks,
    visits,
    ward,
    worklist,
)
from portal.web.staff.frame import blueprint

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
