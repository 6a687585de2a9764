"""Staff pages of the team itself: accounts, rota, sirens.

Only signed-in staff come in, by ``web.staff.frame``.
"""
