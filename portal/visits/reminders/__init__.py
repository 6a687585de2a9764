"""Reminders: what is due to be said or missed, asked of the database and queued.

The engine and the rooms whose acts change a plan come in.
"""
