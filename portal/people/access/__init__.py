"""Ways in: codes, PINs, passwords, enrolled phones, sessions and the limits on tries.

The sign-in pages, enrolment and the accounts come in.
"""
