"""Visits: planned from D0, booked, moved, and the calendars that follow them.

Enrolment, the records and the pages that show a visit come in.
"""
