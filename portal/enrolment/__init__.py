"""Enrolment: consent, caregivers, stays, numbers, whether somebody is in follow-up.

Pages of staff and of signing in, commands and one person's record come in.
"""
