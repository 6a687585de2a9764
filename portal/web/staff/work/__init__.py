"""Staff pages of the work at hand: worklist, alerts, tasks, the hold.

Only signed-in staff come in, by ``web.staff.frame``.
"""
