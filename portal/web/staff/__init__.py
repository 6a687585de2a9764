"""What the study team sees and does: one blueprint, one module a noun."""

from portal.web.staff import alerts, enrolment, participants, rota, tasks, worklist
from portal.web.staff.frame import blueprint

__all__ = [
    "alerts",
    "blueprint",
    "enrolment",
    "participants",
    "rota",
    "tasks",
    "worklist",
]
