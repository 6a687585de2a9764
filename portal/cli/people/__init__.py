"""Commands about people: participants, staff, their diaries and alerts.

The table of commands comes in.
"""
