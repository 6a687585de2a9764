"""Visits: planned from D0, booked, moved, and the calendars that follow them.

Enrolment, the diary and the records come in.
"""
