"""What the study team sees and does: one blueprint, one module a noun."""

from portal.web.staff import (
    alerts,
    contacts,
    corrections,
    enrolment,
    participants,
    reminders,
    rota,
    status,
    tasks,
    visits,
    worklist,
)
from portal.web.staff.frame import blueprint

__all__ = [
    "alerts",
    "blueprint",
    "contacts",
    "corrections",
    "enrolment",
    "participants",
    "reminders",
    "rota",
    "status",
    "tasks",
    "visits",
    "worklist",
]
