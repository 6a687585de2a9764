"""Staff pages of the current work: worklist, alerts, tasks, the hold.

Only signed-in staff come in, by ``web.staff.frame``.
"""
