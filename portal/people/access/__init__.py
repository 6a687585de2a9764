"""Ways in: codes, PINs, passwords, enrolled phones, sessions and the limits on tries.

What must know who somebody is comes in: pages, enrolment, accounts, sirens, calendar
feeds.
"""
