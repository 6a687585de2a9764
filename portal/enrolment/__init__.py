"""Enrolment: consent, caregivers, stays, numbers, and who is in follow-up.

Pages of staff and of signing in, commands and one person's record come in.
"""
