"""Staff pages of one participant.

Only signed-in staff come in, by ``web.staff.frame``.
"""
